//! One finding, or one thing that is wrong with the input.

use yew::prelude::*;

use super::super::mark;
use super::super::text::{heading, place, prose};
use crate::Language;
use crate::report::{Diagnostic, Entry, Finding, Location};
use crate::state::{Action, Dialog};
use crate::tools::Tools;

/// What drawing an entry takes beside the entry.
pub(super) struct Entries<'a> {
    pub(super) language: Language,
    /// Whether places name their file.
    pub(super) names_file: bool,
    /// Whether fixes are of no use.
    pub(super) read_only: bool,
    pub(super) tools: &'a Tools,
}

impl Entries<'_> {
    pub(super) fn draw(&self, (index, entry): (usize, Entry<'_>)) -> Html {
        match entry {
            Entry::Diagnostic(diagnostic) => self.draw_diagnostic(diagnostic),
            Entry::Finding(finding) => {
                let fix = finding.fix.as_ref().filter(|_| !self.read_only);
                let fix = fix.map(|fix| {
                    let onclick = self.open(Dialog::Fix(index));
                    html! {
                        <button type="button" class="button" data-fix={index.to_string()} {onclick}>
                            { self.language.preview() }
                            { prose(&fix.title) }
                        </button>
                    }
                });
                self.draw_finding(finding, fix.unwrap_or_default(), Html::default())
            }
        }
    }

    pub(super) fn draw_suppressed(&self, finding: &Finding) -> Html {
        // The manifests' own words: text, in which backticks mean nothing.
        let why = if finding.reason.is_empty() {
            html! { { self.language.suppressed_without_reason() } }
        } else {
            html! { <>{ self.language.suppressed_because() }<q>{ &finding.reason }</q></> }
        };
        let why = html! { <p class="reason">{ why }</p> };
        self.draw_finding(finding, Html::default(), why)
    }

    fn open(&self, dialog: Dialog) -> Callback<MouseEvent> {
        self.tools
            .on(move |_: MouseEvent| Action::Open(dialog.clone()))
    }

    fn place(&self, location: &Location) -> String {
        self.language.place(location, self.names_file)
    }

    fn draw_diagnostic(&self, diagnostic: &Diagnostic) -> Html {
        let language = self.language;
        let at = diagnostic.location.as_ref();
        html! {
            <li data-diagnostic="" data-severity={diagnostic.severity.name()} data-line={line(at)}>
                { mark::severity(diagnostic.severity) }
                <div>
                    { place(heading(&diagnostic.message), at, "message", self.tools) }
                    <p class="about">
                        <span class={classes!("severity", diagnostic.severity.name())}>{ language.severity(diagnostic.severity) }</span>
                        <span>{ language.input() }</span>
                        { for at.iter().map(|at| html! { <span>{ self.place(at) }</span> }) }
                    </p>
                </div>
            </li>
        }
    }

    fn draw_finding(&self, finding: &Finding, fix: Html, reason: Html) -> Html {
        let language = self.language;
        let at = finding.location.as_ref();
        let about = self.open(Dialog::Rule(finding.rule.clone()));
        html! {
            <li
                data-finding=""
                data-rule={finding.rule.clone()}
                data-severity={finding.severity.name()}
                data-line={line(at)}
            >
                { mark::severity(finding.severity) }
                <div>
                    { place(heading(&finding.message), at, "message", self.tools) }
                    <p class="about">
                        <span class={classes!("severity", finding.severity.name())}>{ language.severity(finding.severity) }</span>
                        <span class="rule">{ &finding.rule }{ " " }{ &finding.name }</span>
                        { for at.iter().map(|at| html! { <span>{ self.place(at) }</span> }) }
                        <span>{ finding.resource.to_string() }</span>
                    </p>
                    { reason }
                    <p class="help">{ prose(&finding.help) }</p>
                    if !finding.related.is_empty() {
                        <ul class="related" aria-label={language.related()}>
                            { for finding.related.iter().map(|related| {
                                let at = related.location.as_ref();
                                let text = html! {
                                    <>
                                        { prose(&related.message) }
                                        { for at.iter().map(|at| html! { <span class="line">{ self.place(at) }</span> }) }
                                    </>
                                };
                                html! { <li>{ place(text, at, "link", self.tools) }</li> }
                            }) }
                        </ul>
                    }
                    <div class="offers">
                        { fix }
                        <button type="button" class="link" data-about={finding.rule.clone()} onclick={about}>
                            { language.about_rule(&finding.rule) }
                        </button>
                    </div>
                </div>
            </li>
        }
    }
}

fn line(location: Option<&Location>) -> Option<String> {
    location.map(|place| place.line.to_string())
}
