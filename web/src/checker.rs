//! When to check: after each edit, after a change of language, settings or files, once the module has come.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use web_sys::{CustomEvent, CustomEventInit};
use yew::prelude::*;

use crate::Language;
use crate::differing::Differing;
use crate::documents::Documents;
use crate::policy::{File, Policy, PolicyError};
use crate::report::Report;
use crate::state::{Action, Input, Outcome, State};

/// The event on the document that carries each report as the module wrote it.
const REPORT: &str = "mesh-ready:report";

/// After this time a check is said to be under way; most have ended by then.
const PATIENCE: u32 = 120;

/// How long typing must pause, by the length of the text. The benchmark prints these numbers.
fn pause(length: u32) -> u32 {
    match length {
        0..500_000 => 30,
        500_000..2_000_000 => 300,
        _ => 1_000,
    }
}

/// Brings documents, module and state together.
pub(crate) struct Checker {
    documents: Rc<Documents>,
    state: UseReducerDispatcher<State>,
    policy: RefCell<Option<Rc<Policy>>>,
    /// Who waits for the module.
    waiters: RefCell<Vec<oneshot::Sender<Rc<Policy>>>>,
    language: Cell<Language>,
    settings: RefCell<Differing>,
    timer: RefCell<Option<Timeout>>,
    /// The number of the newest check: an older one that answers late is dropped.
    newest: Cell<u32>,
}

impl Checker {
    pub(crate) fn new(
        documents: Rc<Documents>,
        state: UseReducerDispatcher<State>,
        language: Language,
    ) -> Self {
        Self {
            documents,
            state,
            policy: RefCell::default(),
            waiters: RefCell::default(),
            language: Cell::new(language),
            settings: RefCell::default(),
            timer: RefCell::default(),
            newest: Cell::default(),
        }
    }

    /// The module, once it has come.
    pub(crate) fn policy(&self) -> Option<Rc<Policy>> {
        self.policy.borrow().clone()
    }

    /// The module, as soon as it has come; none if the page goes first.
    pub(crate) async fn ready(&self) -> Option<Rc<Policy>> {
        if let Some(policy) = self.policy() {
            return Some(policy);
        }
        let (waiter, policy) = oneshot::channel();
        self.waiters.borrow_mut().push(waiter);
        policy.await.ok()
    }

    /// Fetches the module, then checks what is there.
    pub(crate) fn load(self: &Rc<Self>) {
        self.state.dispatch(Action::LoadModule);
        let this = Rc::clone(self);
        spawn_local(async move {
            match Policy::load().await {
                Ok(policy) => {
                    let digest = policy.digest.clone();
                    let policy = Rc::new(policy);
                    this.policy.replace(Some(Rc::clone(&policy)));
                    for waiter in this.waiters.take() {
                        // Whoever waited may be gone.
                        let _ = waiter.send(Rc::clone(&policy));
                    }
                    this.state.dispatch(Action::ModuleReady(digest));
                    this.check();
                }
                Err(error) => this.state.dispatch(Action::ModuleFailed(error)),
            }
        });
    }

    /// Checks once the text has rested.
    pub(crate) fn edited(self: &Rc<Self>) {
        let this = Rc::clone(self);
        let timer = Timeout::new(pause(self.documents.length()), move || this.check());
        // The timer before it is dropped, which cancels it.
        self.timer.replace(Some(timer));
    }

    /// Checks again in another language.
    pub(crate) fn speak(self: &Rc<Self>, language: Language) {
        self.language.set(language);
        self.check();
    }

    /// Checks again with other settings.
    pub(crate) fn configure(self: &Rc<Self>, settings: Differing) {
        self.settings.replace(settings);
        self.check();
    }

    /// Ends the check that is under way.
    pub(crate) fn cancel(&self) {
        if let Some(policy) = self.policy() {
            policy.cancel();
        }
    }

    /// The language of the answers.
    pub(crate) fn language(&self) -> Language {
        self.language.get()
    }

    /// The settings that differ from the defaults.
    pub(crate) fn settings(&self) -> Differing {
        self.settings.borrow().clone()
    }

    /// Checks now.
    pub(crate) fn check(self: &Rc<Self>) {
        self.timer.take();
        let Some(policy) = self.policy() else {
            return;
        };
        let number = self.newest.get().wrapping_add(1);
        self.newest.set(number);
        let input = Rc::new(Input {
            number,
            files: self.documents.texts(),
            settings: self.settings(),
            language: self.language.get(),
        });
        let this = Rc::clone(self);
        spawn_local(async move {
            let slow = {
                let state = this.state.clone();
                Timeout::new(PATIENCE, move || state.dispatch(Action::CheckBegan))
            };
            let files: Vec<_> = input
                .files
                .iter()
                .map(|(name, text)| File { name, text })
                .collect();
            let answer = policy.check(&files, &input.settings, input.language).await;
            drop(slow);
            if this.newest.get() != number {
                return;
            }
            if let Ok(json) = &answer {
                publish(json);
            }
            let is_blank = input.files.iter().all(|(_, text)| text.trim().is_empty());
            let outcome = match answer {
                _ if is_blank => Outcome::Blank,
                Err(error) => Outcome::Failed(error),
                Ok(json) => match Report::parse(&json) {
                    Ok(report) => Outcome::Report(Rc::new(report)),
                    Err(error) => Outcome::Failed(PolicyError::Answer(error.to_string())),
                },
            };
            this.state.dispatch(Action::Checked(input, outcome));
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
