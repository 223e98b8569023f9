//! The right half: what was checked and what came of it.

use std::rc::Rc;

use yew::prelude::*;

use super::header::ExampleList;
use super::mark;
use crate::Language;
use crate::examples::Example;
use crate::report::{Diagnostic, Entry, Finding, Location, Report, Resource, Severity};
use crate::state::{Module, Outcome};

const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) language: Language,
    pub(crate) module: Module,
    pub(crate) outcome: Outcome,
    pub(crate) checking: bool,
    /// How many entries to draw.
    pub(crate) shown: usize,
    pub(crate) on_example: Callback<Example>,
    pub(crate) on_jump: Callback<Location>,
    pub(crate) on_more: Callback<()>,
    pub(crate) on_retry: Callback<()>,
}

#[component]
pub(crate) fn Findings(props: &Props) -> Html {
    let language = props.language;
    let content = match (&props.module, &props.outcome) {
        (Module::Failed(why), _) => html! {
            <Trouble
                {language}
                title={language.load_failed()}
                meaning={language.load_failed_means()}
                detail={language.policy_error(why)}
                on_retry={props.on_retry.clone()}
            />
        },
        (_, Outcome::Failed(why)) => html! {
            <Trouble
                {language}
                title={language.check_failed()}
                meaning={language.check_failed_means()}
                detail={language.policy_error(why)}
                on_retry={props.on_retry.clone()}
            />
        },
        (_, Outcome::Blank) => {
            html! { <Welcome {language} on_example={props.on_example.clone()} /> }
        }
        (_, Outcome::Report(report)) => html! {
            <ReportView
                {language}
                report={Rc::clone(report)}
                shown={props.shown}
                on_jump={props.on_jump.clone()}
                on_more={props.on_more.clone()}
            />
        },
    };
    html! {
        <section class="pane findings" id="findings" tabindex="-1" aria-label={language.findings()}>
            if props.checking {
                <p class="checking">{ language.checking() }</p>
            }
            { content }
        </section>
    }
}

/// How many entries there are of which severity, in one line.
pub(crate) fn headline(language: Language, report: &Report) -> String {
    let amounts: Vec<_> = SEVERITIES
        .into_iter()
        .map(|severity| (severity, report.count(severity)))
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| language.amount(severity, number))
        .collect();
    if amounts.is_empty() {
        language.nothing_found().to_owned()
    } else {
        language.listed(&amounts)
    }
}

/// Text from the module; what stands between backticks is code.
fn prose(text: &str) -> Html {
    text.split('`')
        .enumerate()
        .map(|(index, part)| match index % 2 {
            0 => html! { { part } },
            _ => html! { <code>{ part }</code> },
        })
        .collect()
}

/// A message from the module as a heading. Terminals show it after a colon, so it begins in lower case.
fn heading(text: &str) -> Html {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    prose(&first.into_iter().chain(characters).collect::<String>())
}

#[derive(Properties, PartialEq)]
struct TroubleProps {
    language: Language,
    title: &'static str,
    meaning: &'static str,
    detail: String,
    on_retry: Callback<()>,
}

/// The page itself failed.
#[component]
fn Trouble(props: &TroubleProps) -> Html {
    html! {
        <div class="trouble" role="alert" id="trouble">
            <h2>{ mark::severity(Severity::Error) }{ props.title }</h2>
            <p>{ props.meaning }</p>
            <pre>{ &props.detail }</pre>
            <button type="button" class="button" onclick={props.on_retry.reform(|_: MouseEvent| ())}>
                { props.language.try_again() }
            </button>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct WelcomeProps {
    language: Language,
    on_example: Callback<Example>,
}

/// There is nothing to check yet.
#[component]
fn Welcome(props: &WelcomeProps) -> Html {
    let language = props.language;
    html! {
        <div class="welcome" id="welcome">
            <h2>{ language.welcome() }</h2>
            <p class="lead">{ language.welcome_means() }</p>
            <ExampleList {language} on_example={props.on_example.clone()} />
            <ul class="advice">
                { for language.advice().into_iter().map(|advice| html! { <li>{ prose(advice) }</li> }) }
            </ul>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ReportProps {
    language: Language,
    report: Rc<Report>,
    shown: usize,
    on_jump: Callback<Location>,
    on_more: Callback<()>,
}

#[component]
fn ReportView(props: &ReportProps) -> Html {
    let (language, report) = (props.language, &props.report);
    let entries = report.entries();
    let suppressed = report.suppressed();
    let rest = entries.len().saturating_sub(props.shown);
    let jump = &props.on_jump;
    html! {
        <>
            <Summary {language} report={Rc::clone(report)} />
            <ol class="entries" id="entries">
                { for entries.iter().take(props.shown).map(|entry| match entry {
                    Entry::Diagnostic(diagnostic) => draw_diagnostic(language, diagnostic, jump),
                    Entry::Finding(finding) => draw_finding(language, finding, jump),
                }) }
            </ol>
            if rest > 0 {
                <button type="button" class="button more" id="more" onclick={props.on_more.reform(|_: MouseEvent| ())}>
                    { language.show_more(rest.min(crate::state::PAGE)) }
                </button>
            }
            if !suppressed.is_empty() {
                <details class="suppressed" id="suppressed">
                    <summary>{ language.suppressed(suppressed.len()) }</summary>
                    <ol class="entries">
                        { for suppressed.iter().map(|finding| draw_finding(language, finding, jump)) }
                    </ol>
                </details>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct SummaryProps {
    language: Language,
    report: Rc<Report>,
}

/// The verdict, and what it rests on.
#[component]
fn Summary(props: &SummaryProps) -> Html {
    let (language, report) = (props.language, &props.report);
    let counts: Vec<_> = SEVERITIES
        .into_iter()
        .map(|severity| (severity, report.count(severity)))
        .filter(|(_, number)| *number > 0)
        .collect();
    let verdict = if counts.is_empty() {
        let meaning = if report.summary.resources == 0 {
            language.no_resources()
        } else {
            language.nothing_found_means(report.summary.suppressed > 0)
        };
        html! {
            <>
                <h2>
                    <span class="amount">
                        if report.summary.resources > 0 {
                            { mark::tick() }
                        }
                        { language.nothing_found() }
                    </span>
                </h2>
                <p>{ meaning }</p>
            </>
        }
    } else {
        html! {
            <h2>
                { for counts.into_iter().map(|(severity, number)| html! {
                    <span class="amount" data-severity={severity.name()}>
                        { mark::severity(severity) }
                        { language.amount(severity, number) }
                    </span>
                }) }
            </h2>
        }
    };
    let scope = language.scope(&report.summary);
    let skipped = &report.skipped;
    html! {
        <div class="summary" id="summary">
            { verdict }
            if skipped.is_empty() {
                <p class="scope">{ scope }</p>
            } else {
                <details class="scope" id="skipped">
                    <summary>
                        { scope }
                        { language.clause() }
                        { language.skipped(skipped.iter().map(|skipped| skipped.rule.as_str())) }
                    </summary>
                    <dl>
                        { for skipped.iter().map(|skipped| html! {
                            <div data-rule={skipped.rule.clone()}>
                                <dt>{ &skipped.rule }</dt>
                                <dd>{ prose(&skipped.reason) }</dd>
                            </div>
                        }) }
                    </dl>
                </details>
            }
            if report.summary.ignored > 0 {
                <p class="scope" id="ignored">{ language.ignored(report.summary.ignored) }</p>
            }
        </div>
    }
}

fn draw_diagnostic(
    language: Language,
    diagnostic: &Diagnostic,
    on_jump: &Callback<Location>,
) -> Html {
    html! {
        <li data-diagnostic="" data-severity={diagnostic.severity.name()} data-line={line(diagnostic.location.as_ref())}>
            { mark::severity(diagnostic.severity) }
            <div>
                { place(heading(&diagnostic.message), diagnostic.location.as_ref(), "message", on_jump) }
                <p class="about">
                    <span class={classes!("severity", diagnostic.severity.name())}>{ language.severity(diagnostic.severity) }</span>
                    <span>{ language.input() }</span>
                    { for diagnostic.location.iter().map(|place| html! { <span>{ language.line(place.line) }</span> }) }
                </p>
            </div>
        </li>
    }
}

fn draw_finding(language: Language, finding: &Finding, on_jump: &Callback<Location>) -> Html {
    let at = finding.location.as_ref();
    html! {
        <li
            data-finding=""
            data-rule={finding.rule.clone()}
            data-severity={finding.severity.name()}
            data-line={line(at)}
        >
            { mark::severity(finding.severity) }
            <div>
                { place(heading(&finding.message), at, "message", on_jump) }
                <p class="about">
                    <span class={classes!("severity", finding.severity.name())}>{ language.severity(finding.severity) }</span>
                    <span class="rule">{ &finding.rule }{ " " }{ &finding.name }</span>
                    { for at.iter().map(|place| html! { <span>{ language.line(place.line) }</span> }) }
                    <span>{ resource(&finding.resource) }</span>
                </p>
                <p class="help">{ prose(&finding.help) }</p>
                if !finding.related.is_empty() {
                    <ul class="related" aria-label={language.related()}>
                        { for finding.related.iter().map(|related| {
                            let text = html! {
                                <>
                                    { prose(&related.message) }
                                    { for related.location.iter().map(|place| html! {
                                        <span class="line">{ language.line(place.line) }</span>
                                    }) }
                                </>
                            };
                            html! { <li>{ place(text, related.location.as_ref(), "link", on_jump) }</li> }
                        }) }
                    </ul>
                }
            </div>
        </li>
    }
}

/// A button to a place in the text; what has none is only text.
fn place(
    text: Html,
    location: Option<&Location>,
    class: &'static str,
    on_jump: &Callback<Location>,
) -> Html {
    match location.cloned() {
        Some(location) => {
            let onclick = on_jump.reform(move |_: MouseEvent| location.clone());
            html! { <button type="button" {class} {onclick}>{ text }</button> }
        }
        None => html! { <p {class}>{ text }</p> },
    }
}

fn line(location: Option<&Location>) -> Option<String> {
    location.map(|place| place.line.to_string())
}

fn resource(resource: &Resource) -> String {
    let Resource {
        kind,
        namespace,
        name,
    } = resource;
    if namespace.is_empty() {
        format!("{kind} {name}")
    } else {
        format!("{kind} {namespace}/{name}")
    }
}
