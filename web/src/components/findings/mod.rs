//! What was checked and what came of it.

mod entry;
mod summary;
mod toolbar;

use std::rc::Rc;

use yew::prelude::*;

use self::entry::Entries;
use self::summary::summary;
use self::toolbar::{Amounts, toolbar};
use crate::Language;
use crate::listing::{About, groups};
use crate::report::Report;
use crate::state::{Action, Filter, Grouping, PAGE, State};
use crate::tools::tools;

/// What was checked and what came of it; nothing before there is a report.
pub(super) fn draw_findings(state: &State) -> Html {
    let report = state.report().map(|report| {
        html! {
            <ReportView
                language={state.language}
                report={Rc::clone(report)}
                names_file={state.files.len() > 1}
                read_only={state.is_read_only()}
                filter={state.filter.clone()}
                shown={state.shown}
            />
        }
    });
    report.unwrap_or_default()
}

#[derive(Properties, PartialEq)]
struct ReportProps {
    language: Language,
    report: Rc<Report>,
    /// Whether places name their file.
    names_file: bool,
    /// Whether the text may only be read: fixes are of no use then.
    read_only: bool,
    filter: Filter,
    /// How many entries to draw.
    shown: usize,
}

#[component]
fn ReportView(props: &ReportProps) -> Html {
    let tools = tools();
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
            { summary(language, report, &props.filter, props.read_only, &tools) }
            if total > 0 {
                { toolbar(language, &props.filter, &Amounts { drawn, matching, total }, &tools) }
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
