//! When to check: after each edit, after a change of language, once the module has come.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use web_sys::{CustomEvent, CustomEventInit};
use yew::prelude::*;

use crate::Language;
use crate::editor::Editor;
use crate::policy::{Policy, PolicyError};
use crate::report::Report;
use crate::state::{Action, Outcome, State};

/// From this many UTF-16 units on, a check takes long enough to say so first.
const LARGE: u32 = 200_000;

/// The event on the document that carries each report as the module wrote it.
const REPORT: &str = "mesh-ready:report";

/// How long typing must pause, by the length of the text. The benchmark prints these numbers.
fn pause(length: u32) -> u32 {
    match length {
        0..LARGE => 150,
        LARGE..2_000_000 => 400,
        _ => 1_000,
    }
}

/// Brings editor, module and state together.
pub(crate) struct Checker {
    editor: NodeRef,
    state: UseReducerDispatcher<State>,
    policy: RefCell<Option<Rc<Policy>>>,
    language: Cell<Language>,
    timer: RefCell<Option<Timeout>>,
    /// The number of the newest check: an older one that answers late is dropped.
    newest: Cell<u32>,
}

impl Checker {
    pub(crate) fn new(
        editor: NodeRef,
        state: UseReducerDispatcher<State>,
        language: Language,
    ) -> Self {
        Self {
            editor,
            state,
            policy: RefCell::default(),
            language: Cell::new(language),
            timer: RefCell::default(),
            newest: Cell::default(),
        }
    }

    /// Fetches the module, then checks what is there.
    pub(crate) fn load(self: &Rc<Self>) {
        self.state.dispatch(Action::LoadModule);
        let this = Rc::clone(self);
        spawn_local(async move {
            match Policy::fetch().await {
                Ok(policy) => {
                    let digest = policy.digest.clone();
                    this.policy.replace(Some(Rc::new(policy)));
                    this.state.dispatch(Action::ModuleReady(digest));
                    this.check();
                }
                Err(error) => this.state.dispatch(Action::ModuleFailed(error)),
            }
        });
    }

    /// Checks once the text has rested.
    pub(crate) fn edited(self: &Rc<Self>) {
        let Some(editor) = Editor::of(&self.editor) else {
            return;
        };
        let this = Rc::clone(self);
        let timer = Timeout::new(pause(editor.text_length()), move || this.check());
        // The timer before it is dropped, which cancels it.
        self.timer.replace(Some(timer));
    }

    /// Checks again in another language.
    pub(crate) fn speak(self: &Rc<Self>, language: Language) {
        self.language.set(language);
        self.check();
    }

    /// Checks now.
    pub(crate) fn check(self: &Rc<Self>) {
        let policy = self.policy.borrow().clone();
        let (Some(policy), Some(editor)) = (policy, Editor::of(&self.editor)) else {
            return;
        };
        let number = self.newest.get().wrapping_add(1);
        self.newest.set(number);
        let this = Rc::clone(self);
        spawn_local(async move {
            if editor.text_length() >= LARGE {
                this.state.dispatch(Action::CheckBegan);
                // Long enough for the browser to draw the message.
                TimeoutFuture::new(30).await;
            }
            let text = editor.text();
            let answer = policy.check(&text, this.language.get()).await;
            if this.newest.get() != number {
                return;
            }
            if let Ok(json) = &answer {
                publish(json);
            }
            let outcome = match answer {
                _ if text.trim().is_empty() => Outcome::Blank,
                Err(error) => Outcome::Failed(error),
                Ok(json) => match Report::parse(&json) {
                    Ok(report) => Outcome::Report(Rc::new(report)),
                    Err(error) => Outcome::Failed(PolicyError::Answer(error.to_string())),
                },
            };
            this.state.dispatch(Action::Checked(outcome));
        });
    }
}

/// Hands the report to whoever listens, byte for byte.
fn publish(json: &str) {
    let options = CustomEventInit::new();
    options.set_detail(&json.into());
    let event = CustomEvent::new_with_event_init_dict(REPORT, &options);
    let document = web_sys::window().and_then(|window| window.document());
    if let (Ok(event), Some(document)) = (event, document) {
        // Dispatching a fresh event cannot fail, and nobody may cancel it.
        let _ = document.dispatch_event(&event);
    }
}
