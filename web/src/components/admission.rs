//! What the policy would decide in a cluster: each object as if it were created now, where all the others are already.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::chip::chip;
use super::fix::draw_files;
use super::mark;
use super::text::{place, prose};
use crate::Language;
use crate::diff::diff;
use crate::policy::PolicyError;
use crate::report::{Location, Resource, Severity};
use crate::state::{Input, View};
use crate::tools::{Tools, ask, payload, tools};

/// How many objects are decided before more are asked for.
const PAGE: usize = 25;

/// How many of them in one call: each decision reads all the others, and checks go first between calls.
const SLICE: usize = 5;

/// More lines of a change than this are not drawn.
const LINES: usize = 200;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) input: Option<Rc<Input>>,
}

/// What the worker answers to `admit`, slice by slice.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Decisions {
    admissions: Vec<Decision>,
    /// How many objects there are.
    total: usize,
    #[serde(skip)]
    is_asked: bool,
}

impl Decisions {
    fn is_whole(&self) -> bool {
        self.is_asked && self.admissions.len() >= self.total
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Decision {
    resource: Resource,
    location: Option<Location>,
    /// None for an object that is too large for an answer.
    request: Option<Request>,
    response: Option<Response>,
    host_calls: Vec<HostCall>,
}

impl Decision {
    /// None where nothing was decided.
    fn allowed(&self) -> Option<bool> {
        self.response.as_ref().map(|response| response.allowed)
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Request {
    object: Value,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    allowed: bool,
    message: Option<String>,
    warnings: Vec<String>,
    mutated_object: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct HostCall {
    operation: String,
    request: Value,
    error: Option<String>,
}

#[derive(Clone, PartialEq)]
enum Answer {
    Waiting,
    Ready(Rc<Decisions>, u32),
    Failed(PolicyError),
}

/// What the policy would decide.
#[component]
pub(super) fn Admission(props: &Props) -> Html {
    let tools = tools();
    let language = props.language;
    let shown = use_state_eq(|| PAGE);
    // Whether the objects that are denied, and those that are allowed, are left out of the list.
    let hidden = [use_state_eq(|| false), use_state_eq(|| false)];
    let answer = use_state_eq(|| Answer::Waiting);
    let newest = use_mut_ref(|| (0, 0));
    // What was decided of the input of this number.
    let known = use_mut_ref(|| None::<(u32, Decisions)>);
    {
        let (answer, tools, known) = (answer.setter(), tools.clone(), Rc::clone(&known));
        let kept = Rc::clone(&known);
        use_effect_with((props.input.clone(), *shown), move |(input, shown)| {
            let (Some(input), Some(policy)) = (input.clone(), tools.policy()) else {
                return;
            };
            let shown = *shown;
            let asked = (input.number, shown);
            *newest.borrow_mut() = asked;
            let known = known.borrow().clone();
            let known = known.filter(|(number, _)| *number == input.number);
            spawn_local(async move {
                let mut all = known.map(|(_, all)| all).unwrap_or_default();
                let mut payload = payload(&input);
                payload.insert("count".to_owned(), SLICE.into());
                while all.admissions.len() < shown && !all.is_whole() {
                    payload.insert("start".to_owned(), all.admissions.len().into());
                    let slice = ask::<Decisions>(&policy, "admit", &payload).await;
                    if *newest.borrow() != asked {
                        return;
                    }
                    match slice {
                        Ok(slice) => {
                            all.is_asked = true;
                            all.total = slice.total;
                            all.admissions.extend(slice.admissions);
                        }
                        Err(why) => return answer.set(Answer::Failed(why)),
                    }
                    *kept.borrow_mut() = Some((asked.0, all.clone()));
                    answer.set(Answer::Ready(Rc::new(all.clone()), asked.0));
                }
            });
        });
    }
    let (admissions, number) = match &*answer {
        Answer::Waiting => return html! { <p class="settings">{ language.checking() }</p> },
        Answer::Failed(why) => {
            return html! { <p class="settings failed" role="alert">{ language.policy_error(why) }</p> };
        }
        Answer::Ready(admissions, number) => (Rc::clone(admissions), *number),
    };
    let is_stale = props
        .input
        .as_ref()
        .is_some_and(|input| input.number != number);
    if admissions.total == 0 {
        return html! { <p class="settings" id="admission">{ language.nothing_to_admit() }</p> };
    }
    let number = |allowed| {
        let decided = admissions.admissions.iter();
        decided.filter(|one| one.allowed() == Some(allowed)).count()
    };
    let [denied, allowed] = [number(false), number(true)];
    let listed = admissions.admissions.iter().filter(|one| {
        one.allowed()
            .is_none_or(|allowed| !*hidden[usize::from(allowed)])
    });
    let toggle = |hidden: &UseStateHandle<bool>| {
        let hidden = hidden.clone();
        Callback::from(move |_: MouseEvent| hidden.set(!*hidden))
    };
    let rest = admissions.total.saturating_sub(admissions.admissions.len());
    let more = {
        let shown = shown.clone();
        move |_: MouseEvent| shown.set(*shown + PAGE)
    };
    html! {
        <div class={classes!("admissions", is_stale.then_some("stale"))} id="admission">
            <div class="summary">
                <h2 class="unseen">{ language.view(View::Admission) }</h2>
                <div class="chips" role="group" aria-label={language.decisions()}>
                    if denied > 0 {
                        { chip(
                            "denied",
                            mark::severity(Severity::Error),
                            language.denied_number(denied),
                            !*hidden[0],
                            toggle(&hidden[0]),
                        ) }
                    }
                    if allowed > 0 {
                        { chip(
                            "allowed",
                            mark::tick(),
                            language.allowed_number(allowed),
                            !*hidden[1],
                            toggle(&hidden[1]),
                        ) }
                    }
                </div>
                <p class="scope">{ language.admission_means() }</p>
            </div>
            <ol class="entries">
                { for listed.map(|admission| draw(language, admission, &tools)) }
            </ol>
            if rest > 0 {
                <button type="button" class="button more" id="admit-more" onclick={more}>
                    { language.show_more(rest.min(PAGE)) }
                </button>
            }
        </div>
    }
}

fn draw(language: Language, admission: &Decision, tools: &Tools) -> Html {
    let name = admission.resource.to_string();
    let title = |sign: Html| {
        html! { <>{ sign }<div>{ place(html! { { name.clone() } }, admission.location.as_ref(), "message", tools) }</div></> }
    };
    let (Some(request), Some(response)) = (&admission.request, &admission.response) else {
        return html! {
            <li data-admission={name.clone()}>
                { title(mark::severity(Severity::Info)) }
                <p class="help">{ language.too_large_to_admit() }</p>
            </li>
        };
    };
    let sign = if response.allowed {
        mark::tick()
    } else {
        mark::severity(Severity::Error)
    };
    let verdict = if response.allowed {
        language.allowed()
    } else {
        language.denied()
    };
    let message = response
        .message
        .as_deref()
        .filter(|message| !message.is_empty());
    html! {
        <li data-admission={name.clone()} data-allowed={response.allowed.to_string()}>
            { sign }
            <div>
                { place(html! { { name.clone() } }, admission.location.as_ref(), "message", tools) }
                <p class="about"><span class="severity">{ verdict }</span></p>
                if let Some(message) = message {
                    <pre class="said">{ message }</pre>
                }
                if !response.warnings.is_empty() {
                    <ul class="related" aria-label={language.warnings()}>
                        { for response.warnings.iter().map(|warning| html! { <li>{ prose(warning) }</li> }) }
                    </ul>
                }
                if let Some(mutated) = &response.mutated_object {
                    <details class="mutation" open=true>
                        <summary>{ language.mutated() }</summary>
                        { draw_files(language, &[(name.clone(), diff(&pretty(&request.object), &pretty(mutated), LINES))], false) }
                    </details>
                }
                if !admission.host_calls.is_empty() {
                    <details class="scope">
                        <summary>{ language.asked_cluster(admission.host_calls.len()) }</summary>
                        <ul>{ for admission.host_calls.iter().map(|call| html! { <li><code>{ said(call) }</code></li> }) }</ul>
                    </details>
                }
            </div>
        </li>
    }
}

/// An object as text that can be compared by lines.
fn pretty(object: &Value) -> String {
    serde_json::to_string_pretty(object).unwrap_or_default() + "\n"
}

/// A question of the policy in one line.
fn said(call: &HostCall) -> String {
    let field = |name| call.request.get(name).and_then(Value::as_str);
    let words = ["api_version", "kind", "namespace", "name"].map(field);
    let words: Vec<_> = [call.operation.as_str()]
        .into_iter()
        .chain(words.into_iter().flatten())
        .collect();
    match &call.error {
        Some(error) => format!("{}: {error}", words.join(" ")),
        None => words.join(" "),
    }
}
