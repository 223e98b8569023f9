//! The verdict, and what it rests on.

use yew::prelude::*;

use super::super::chip::chip;
use super::super::mark;
use super::super::text::prose;
use crate::Language;
use crate::report::{Report, Severity};
use crate::state::{Action, Dialog, Filter};
use crate::tools::Tools;

/// The verdict, and what it rests on.
pub(super) fn summary(
    language: Language,
    report: &Report,
    filter: &Filter,
    read_only: bool,
    tools: &Tools,
) -> Html {
    let safe_fixes = report.safe_fixes();
    let scope = language.scope(&report.summary);
    let skipped = &report.skipped;
    html! {
        <div class="summary" id="summary">
            <div class="summary-head">
                { verdict(language, report, filter, tools) }
                if safe_fixes > 0 && !read_only {
                    <button
                        type="button"
                        class="button"
                        id="fix-all"
                        onclick={tools.on(|_: MouseEvent| Action::Open(Dialog::FixAll))}
                    >
                        { language.apply_safe_fixes(safe_fixes) }
                    </button>
                }
            </div>
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

/// How many entries there are of each severity, as buttons that leave the severity out of the list.
fn verdict(language: Language, report: &Report, filter: &Filter, tools: &Tools) -> Html {
    let counts: Vec<_> = Severity::ALL
        .into_iter()
        .map(|severity| (severity, report.count(severity)))
        .filter(|(_, number)| *number > 0)
        .collect();
    if counts.is_empty() {
        let meaning = if report.summary.resources == 0 {
            language.no_resources()
        } else {
            language.nothing_found_means(report.summary.suppressed > 0)
        };
        return html! {
            <div>
                <h2>
                    <span class="amount">
                        if report.summary.resources > 0 {
                            { mark::tick() }
                        }
                        { language.nothing_found() }
                    </span>
                </h2>
                <p>{ meaning }</p>
            </div>
        };
    }
    let draw = |(severity, number): (Severity, usize)| {
        let is_shown = !filter.hidden.contains(&severity);
        let onclick = tools.on(move |_: MouseEvent| Action::Toggle(severity));
        let words = language.amount(severity, number);
        chip(
            severity.name(),
            mark::severity(severity),
            words,
            is_shown,
            onclick,
        )
    };
    html! {
        <>
            <h2 class="unseen">{ language.headline(report) }</h2>
            <div class="chips" role="group" aria-label={language.severities()}>
                { for counts.into_iter().map(draw) }
            </div>
        </>
    }
}
