//! What fixes change, before they do.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::TargetCast;
use yew::prelude::*;

use super::text::{heading, prose};
use crate::Language;
use crate::answers::Fixes;
use crate::diff::{Change, Diff, Hunk, apply, diff, first};
use crate::report::{Report, TextEdit};
use crate::state::{Action, Input};
use crate::tools::{Answer, Tools, tools, use_answer};

/// How many lines all comparisons of a dialog have together, and how many entries its list: more is not read.
const LINES: usize = 600;
const APPLIED: usize = 100;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) input: Option<Rc<Input>>,
    pub(super) report: Option<Rc<Report>>,
    /// Of the finding in the report.
    pub(super) index: usize,
}

/// One fix.
#[component]
pub(super) fn FixOne(props: &Props) -> Html {
    let tools = tools();
    let look_again = use_force_update();
    let language = props.language;
    // A check may end while this is open: then the same finding counts, not the one that has its place in the list now.
    let asked = use_memo((), |()| {
        let report = props.report.as_ref();
        report.and_then(|report| report.findings.get(props.index).cloned())
    });
    let report = props.report.as_ref().zip(asked.as_ref().as_ref());
    let finding = report.and_then(|(report, asked)| report.same(props.index, asked));
    let fix = finding.and_then(|finding| Some((finding, finding.fix.as_ref()?)));
    let (Some(input), Some((finding, fix))) = (&props.input, fix) else {
        return html! { <p class="fix-note">{ language.fix_is_gone() }</p> };
    };
    let mut room = LINES;
    let changed: Vec<_> = input
        .files
        .iter()
        .filter_map(|(name, text)| {
            let edits = edits_of(&fix.edits, name);
            let new = apply(text, &edits);
            (!edits.is_empty()).then(|| (name.clone(), compare(text, &new, &mut room)))
        })
        .collect();
    let onclick = {
        let (tools, input, edits) = (tools.clone(), Rc::clone(input), fix.edits.clone());
        move |_: MouseEvent| {
            if !is_current(&tools, &input) {
                return look_again.force_update();
            }
            for (name, _) in &input.files {
                let edits = edits_of(&edits, name);
                if !edits.is_empty() {
                    tools.documents.edit(name, &edits);
                }
            }
            // The finding goes, and the button that opened this with it: the eye and the focus go where the change is.
            tools.dispatch(first(&edits).map_or(Action::Close, Action::Jump));
        }
    };
    html! {
        <div class="fix" data-safe={fix.safe.to_string()}>
            <div class="fix-head">
                <h3>{ prose(&fix.title) }</h3>
                <p class="fix-finding"><b>{ &finding.rule }</b>{ " " }{ heading(&finding.message) }</p>
                <p class="fix-kind">{ if fix.safe { language.safe_fix() } else { language.offered_fix() } }</p>
            </div>
            { draw_files(language, &changed, input.files.len() > 1) }
            <Buttons {language} text={language.apply_fix()} is_current={is_current(&tools, input)} {onclick} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct AllProps {
    pub(super) language: Language,
    pub(super) input: Option<Rc<Input>>,
}

/// All safe fixes, and if one wants, all others.
#[component]
pub(super) fn FixAll(props: &AllProps) -> Html {
    let all = use_state(|| false);
    let language = props.language;
    let onchange = {
        let all = all.clone();
        move |event: Event| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                all.set(field.checked());
            }
        }
    };
    let which = if *all { "all" } else { "safe" };
    html! {
        <div class="fix" data-which={which}>
            <div class="fix-head">
                <label class="fix-which">
                    <input type="checkbox" id="fix-offered" checked={*all} {onchange} />
                    { " " }
                    { language.offered_fixes_too() }
                </label>
                <p class="fix-kind">{ if *all { language.offered_fixes() } else { language.safe_fixes() } }</p>
            </div>
            if let Some(input) = &props.input {
                // Another one for the other fixes, so that it asks anew.
                <Fixed key={which} {language} all={*all} input={Rc::clone(input)} />
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct FixedProps {
    language: Language,
    all: bool,
    input: Rc<Input>,
}

/// What the module makes of the files.
#[component]
fn Fixed(props: &FixedProps) -> Html {
    let tools = tools();
    let look_again = use_force_update();
    let (language, input) = (props.language, &props.input);
    let which: &[(&str, &str)] = if props.all {
        &[("which", "all")]
    } else {
        &[("which", "safe")]
    };
    let answer = use_answer::<Fixes>("fix", which, Some(input));
    let fixes = match answer {
        // An older answer is about another text.
        Answer::Ready(fixes, number) if number == input.number => fixes,
        Answer::Waiting | Answer::Ready(..) => {
            return html! { <p class="fix-note" role="status">{ language.preparing_fixes() }</p> };
        }
        Answer::Failed(why) => {
            return html! { <p class="fix-note" role="alert">{ language.policy_error(&why) }</p> };
        }
    };
    if fixes.applied.is_empty() {
        return html! { <p class="fix-note" role="status">{ language.no_fixes(props.all) }</p> };
    }
    let mut room = LINES;
    let changed: Vec<_> = input
        .files
        .iter()
        .zip(&fixes.files)
        .filter(|((_, old), new)| *old != new.text)
        .map(|((name, old), new)| (name.clone(), compare(old, &new.text, &mut room)))
        .collect();
    let names_file = input.files.len() > 1;
    let applied = fixes.applied.iter().take(APPLIED).map(|applied| {
        html! {
            <li data-rule={applied.rule.clone()}>
                <b>{ &applied.rule }</b>
                { " " }
                { prose(&applied.title) }
                if names_file {
                    { " " }
                    <span class="fix-file">{ &applied.file }</span>
                }
            </li>
        }
    });
    let unlisted = fixes.applied.len().saturating_sub(APPLIED);
    let onclick = {
        let (tools, input, fixes) = (tools.clone(), Rc::clone(input), Rc::clone(&fixes));
        move |_: MouseEvent| {
            if !is_current(&tools, &input) {
                return look_again.force_update();
            }
            let files = fixes.files.iter();
            let files: Vec<_> = files
                .map(|file| (file.name.clone(), file.text.clone()))
                .collect();
            tools.documents.rewrite(&files);
            tools.dispatch(Action::Close);
        }
    };
    html! {
        <>
            <details class="fix-applied" id="applied" open={fixes.applied.len() <= 5}>
                <summary>{ language.fixes_in_files(fixes.applied.len(), changed.len()) }</summary>
                <ul>
                    { for applied }
                    if unlisted > 0 {
                        <li>{ language.and_more_fixes(unlisted) }</li>
                    }
                </ul>
            </details>
            { draw_files(language, &changed, names_file) }
            <Buttons
                {language}
                text={language.apply_fixes(fixes.applied.len())}
                is_current={is_current(&tools, input)}
                {onclick}
            />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ButtonsProps {
    language: Language,
    text: AttrValue,
    /// Whether the text is still the one that the fix was made for.
    is_current: bool,
    onclick: Callback<MouseEvent>,
}

#[component]
fn Buttons(props: &ButtonsProps) -> Html {
    let tools = tools();
    let language = props.language;
    html! {
        <div class="fix-actions">
            <p class="fix-note" role="status">
                if !props.is_current {
                    { language.text_has_changed() }
                }
            </p>
            <button type="button" class="button" id="fix-cancel" onclick={tools.on(|_: MouseEvent| Action::Close)}>
                { language.cancel_fix() }
            </button>
            <button
                type="button"
                class="button fix-apply"
                id="fix-apply"
                disabled={!props.is_current}
                onclick={props.onclick.clone()}
            >
                { &props.text }
            </button>
        </div>
    }
}

/// Whether the editor holds what was checked.
fn is_current(tools: &Tools, input: &Input) -> bool {
    tools.documents.texts() == input.files
}

/// The edits of one file.
fn edits_of(edits: &[TextEdit], file: &str) -> Vec<TextEdit> {
    let edits = edits.iter().filter(|edit| edit.location.file == file);
    edits.cloned().collect()
}

/// The differences of two texts, with as many lines as there is room, which becomes less.
fn compare(old: &str, new: &str, room: &mut usize) -> Diff {
    let diff = diff(old, new, *room);
    *room -= diff
        .hunks
        .iter()
        .map(|hunk| hunk.lines.len())
        .sum::<usize>();
    diff
}

/// The differences of files, below their names if there are several.
pub(super) fn draw_files(language: Language, files: &[(String, Diff)], names_file: bool) -> Html {
    let file = |(name, diff): &(String, Diff)| {
        html! {
            <section class="diff" data-file={name.clone()} aria-label={name.clone()}>
                <p class="diff-head">
                    if names_file {
                        <b>{ name }</b>
                        { " " }
                    }
                    { language.lines_changed(diff.added, diff.removed) }
                </p>
                { for diff.hunks.iter().map(|hunk| draw_hunk(language, hunk)) }
                if diff.left_out > 0 {
                    <p class="diff-rest">{ language.lines_left_out(diff.left_out) }</p>
                }
            </section>
        }
    };
    files.iter().map(file).collect()
}

fn draw_hunk(language: Language, hunk: &Hunk) -> Html {
    let line = |line: &crate::diff::Line| {
        // The sign for the eye, the word for the ear: neither needs the colour.
        let (name, sign, word) = match line.change {
            Change::Same => ("same", " ", ""),
            Change::Removed => ("removed", "−", language.removed_line()),
            Change::Added => ("added", "+", language.added_line()),
        };
        html! {
            <li class={name} data-change={name}>
                <span class="sign" aria-hidden="true">{ sign }</span>
                if !word.is_empty() {
                    <span class="unseen">{ word }</span>
                }
                <code>{ &line.text }</code>
            </li>
        }
    };
    let from = language.begins_at_line(hunk.line);
    html! {
        <>
            <p class="diff-line">{ &from }</p>
            <ol class="hunk" aria-label={from}>{ for hunk.lines.iter().map(line) }</ol>
        </>
    }
}
