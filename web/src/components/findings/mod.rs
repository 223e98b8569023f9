//! What was checked and what came of it.

mod entry;
mod summary;
mod toolbar;

use std::rc::Rc;

use yew::prelude::*;

use self::entry::Entries;
use self::summary::Summary;
use self::toolbar::Toolbar;
use super::header::ExampleList;
use super::text::prose;
use super::trouble::Trouble;
use crate::Language;
use crate::listing::{About, groups};
use crate::policy::{HostError, PolicyError};
use crate::report::{Report, Severity};
use crate::state::{Action, Filter, Grouping, Outcome, PAGE, View};
use crate::tools::use_tools;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) language: Language,
    pub(crate) outcome: Outcome,
    /// How many files there are: of several, places name theirs.
    pub(crate) files: usize,
    /// Whether the text may only be read: fixes are of no use then.
    pub(crate) read_only: bool,
    pub(crate) filter: Filter,
    /// How many entries to draw.
    pub(crate) shown: usize,
}

#[component]
pub(crate) fn Findings(props: &Props) -> Html {
    let tools = use_tools();
    let language = props.language;
    match &props.outcome {
        Outcome::Failed(why) => {
            let checker = tools.checker.clone();
            let settings = tools.on(|_: MouseEvent| Action::Show(View::Settings));
            html! {
                <Trouble
                    {language}
                    title={language.check_failed()}
                    meaning={language.check_failed_means(why)}
                    why={why.clone()}
                    on_retry={Callback::from(move |()| checker.check())}
                >
                    if matches!(why, PolicyError::Host(HostError::Guest(_))) {
                        <button type="button" class="button" id="open-settings" onclick={settings}>
                            { language.open_settings() }
                        </button>
                    }
                </Trouble>
            }
        }
        Outcome::Blank => html! { <Welcome {language} read_only={props.read_only} /> },
        Outcome::Report(report) => html! {
            <ReportView
                {language}
                report={Rc::clone(report)}
                names_file={props.files > 1}
                read_only={props.read_only}
                filter={props.filter.clone()}
                shown={props.shown}
            />
        },
    }
}

/// How many entries there are of which severity, in one line.
pub(crate) fn headline(language: Language, report: &Report) -> String {
    let amounts: Vec<_> = Severity::ALL
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

#[derive(Properties, PartialEq)]
struct WelcomeProps {
    language: Language,
    /// Whether others bring the text: the visitor is not told how then.
    read_only: bool,
}

/// There is nothing to check yet.
#[component]
fn Welcome(props: &WelcomeProps) -> Html {
    let language = props.language;
    if props.read_only {
        return html! {
            <div class="welcome" id="welcome">
                <p class="lead">{ language.nothing_to_check() }</p>
            </div>
        };
    }
    html! {
        <div class="welcome" id="welcome">
            <h2>{ language.welcome() }</h2>
            <p class="lead">{ language.welcome_means() }</p>
            <ExampleList {language} />
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
    names_file: bool,
    read_only: bool,
    filter: Filter,
    shown: usize,
}

#[component]
fn ReportView(props: &ReportProps) -> Html {
    let tools = use_tools();
    let (language, report) = (props.language, &props.report);
    let groups = groups(report, &props.filter);
    let total = report.total();
    let matching: usize = groups.iter().map(|group| group.entries.len()).sum();
    let drawn = matching.min(props.shown);
    let rest = matching - drawn;
    let entries = Entries {
        language,
        names_file: props.names_file,
        read_only: props.read_only,
        tools: &tools,
    };
    let list = if props.filter.grouping == Grouping::Place {
        let all = groups
            .iter()
            .flat_map(|group| group.entries.iter().copied());
        html! {
            <ol class="entries" id="entries">{ for all.take(drawn).map(|entry| entries.draw(entry)) }</ol>
        }
    } else {
        let mut room = drawn;
        let groups = groups.iter().enumerate().map_while(|(index, group)| {
            let here = group.entries.len().min(room);
            room -= here;
            (here > 0).then(|| {
                let id = format!("group-{index}");
                html! {
                    <section class="group" data-group="" aria-labelledby={id.clone()}>
                        <h3 {id}>
                            <span>{ heading(language, group.about) }</span>
                            { " " }
                            <span class="count">{ group.entries.len() }</span>
                        </h3>
                        <ol class="entries">
                            { for group.entries[..here].iter().map(|entry| entries.draw(*entry)) }
                        </ol>
                    </section>
                }
            })
        });
        html! { <div id="entries">{ for groups }</div> }
    };
    let suppressed = report.suppressed();
    html! {
        <>
            <Summary {language} report={Rc::clone(report)} filter={props.filter.clone()} read_only={props.read_only} />
            if total > 0 {
                <Toolbar {language} filter={props.filter.clone()} {drawn} {matching} {total} />
            }
            { list }
            if rest > 0 {
                <button type="button" class="button more" id="more" onclick={tools.on(|_: MouseEvent| Action::ShowMore)}>
                    { language.show_more(rest.min(PAGE)) }
                </button>
            }
            if !suppressed.is_empty() {
                <details class="suppressed" id="suppressed">
                    <summary>{ language.suppressed(suppressed.len()) }</summary>
                    <ol class="entries">
                        { for suppressed.iter().map(|finding| entries.draw_suppressed(finding)) }
                    </ol>
                </details>
            }
        </>
    }
}

/// What stands above a group.
fn heading(language: Language, about: About<'_>) -> Html {
    match about {
        About::Everything => Html::default(),
        About::Input => html! { { language.input() } },
        About::Resource(about) => html! { { about.to_string() } },
        About::Rule { id, name } => html! { <><b>{ id }</b>{ " " }{ name }</> },
    }
}
