//! What components act with: the files, the module, and the reducer.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::Language;
use crate::answers::Catalogue;
use crate::checker::Checker;
use crate::documents::Documents;
use crate::policy::{Policy, PolicyError};
use crate::state::{Action, Input, State};

/// What components act with; the same ones as long as the page lives.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) documents: Rc<Documents>,
    pub(crate) checker: Rc<Checker>,
    pub(crate) state: UseReducerDispatcher<State>,
}

impl PartialEq for Tools {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.checker, &other.checker)
    }
}

impl Tools {
    /// Makes them those of the page.
    pub(crate) fn keep(&self) {
        TOOLS.replace(Some(self.clone()));
    }

    pub(crate) fn dispatch(&self, action: Action) {
        self.state.dispatch(action);
    }

    /// A callback that makes an action happen.
    pub(crate) fn on<T: 'static>(&self, action: impl Fn(T) -> Action + 'static) -> Callback<T> {
        let state = self.state.clone();
        Callback::from(move |value| state.dispatch(action(value)))
    }

    /// The module, once it has come.
    pub(crate) fn policy(&self) -> Option<Rc<Policy>> {
        self.checker.policy()
    }
}

thread_local! {
    /// A context would hand them down as well, but its code takes more room than all that they do.
    static TOOLS: RefCell<Option<Tools>> = const { RefCell::new(None) };
}

/// The tools of the page.
pub(crate) fn tools() -> Tools {
    #[expect(
        clippy::expect_used,
        reason = "the page keeps them before it draws anything"
    )]
    TOOLS
        .with_borrow(Clone::clone)
        .expect("every component is inside of the page")
}

/// Asks the module an operation and reads the answer.
///
/// # Errors
///
/// When there is no answer, or it is none that can be read, see [`PolicyError`].
pub(crate) async fn ask<T: DeserializeOwned>(
    policy: &Policy,
    operation: &str,
    payload: &impl Serialize,
) -> Result<T, PolicyError> {
    let json = policy.call(operation, payload).await?;
    serde_json::from_str(&json).map_err(|error| PolicyError::Answer(error.to_string()))
}

/// The catalogue of rules in a language, once the module has told it.
#[hook]
pub(crate) fn use_catalogue(language: Language) -> Option<Rc<Catalogue>> {
    let tools = tools();
    let catalogue = use_state_eq(|| None);
    {
        let catalogue = catalogue.clone();
        use_effect_with(language, move |language| {
            let payload = json!({"language": language.tag()});
            spawn_local(async move {
                let Some(policy) = tools.checker.ready().await else {
                    return;
                };
                // Without it the page has still what it is about: the page of a rule, the settings.
                if let Ok(read) = ask(&policy, "rules", &payload).await {
                    catalogue.set(Some(Rc::new(read)));
                }
            });
        });
    }
    (*catalogue).clone()
}

/// What the module answers to an operation.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer<T> {
    /// Nothing yet.
    Waiting,
    /// This, for the input of this number.
    Ready(Rc<T>, u32),
    /// It failed.
    Failed(PolicyError),
}

impl<T> Clone for Answer<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Waiting => Self::Waiting,
            Self::Ready(value, number) => Self::Ready(Rc::clone(value), *number),
            Self::Failed(error) => Self::Failed(error.clone()),
        }
    }
}

/// The payload of an operation on files.
pub(crate) fn payload(input: &Input) -> Map<String, Value> {
    let file = |(name, text): &(String, String)| json!({"name": name, "text": text});
    let files: Vec<_> = input.files.iter().map(file).collect();
    Map::from_iter([
        ("files".to_owned(), files.into()),
        (
            "settings".to_owned(),
            Value::Object(input.settings.fields()),
        ),
        ("language".to_owned(), input.language.tag().into()),
    ])
}

/// Asks the module an operation on what was last checked, anew after each check; until the answer comes the one before
/// stays. `more` are further fields of the payload.
#[hook]
pub(crate) fn use_answer<T: DeserializeOwned + PartialEq + 'static>(
    operation: &'static str,
    more: &'static [(&'static str, &'static str)],
    input: Option<&Rc<Input>>,
) -> Answer<T> {
    use_reply(operation, more, input, |json| serde_json::from_str(json))
}

/// The same, read in another way than from JSON alone.
#[hook]
pub(crate) fn use_reply<T: PartialEq + 'static>(
    operation: &'static str,
    more: &'static [(&'static str, &'static str)],
    input: Option<&Rc<Input>>,
    read: fn(&str) -> serde_json::Result<T>,
) -> Answer<T> {
    let tools = tools();
    let answer = use_state_eq(|| Answer::Waiting);
    let newest = use_mut_ref(|| 0_u32);
    {
        let answer = answer.clone();
        use_effect_with((operation, input.cloned()), move |(operation, input)| {
            let (Some(input), Some(policy)) = (input.clone(), tools.policy()) else {
                return;
            };
            let operation = *operation;
            *newest.borrow_mut() = input.number;
            spawn_local(async move {
                let mut payload = payload(&input);
                payload.extend(
                    more.iter()
                        .map(|(field, value)| ((*field).to_owned(), (*value).into())),
                );
                let json = policy.call(operation, &payload).await;
                if *newest.borrow() != input.number {
                    return;
                }
                answer.set(match json.map(|json| read(&json)) {
                    Ok(Ok(value)) => Answer::Ready(Rc::new(value), input.number),
                    Ok(Err(error)) => Answer::Failed(PolicyError::Answer(error.to_string())),
                    Err(error) => Answer::Failed(error),
                });
            });
        });
    }
    (*answer).clone()
}
