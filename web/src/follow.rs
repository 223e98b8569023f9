//! What follows from a change of the state beyond what is drawn: in the editor, in the checker, in the document, and in
//! what is kept for the next visit.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::callback::Timeout;
use web_sys::{Element, EventTarget};
use yew::NodeRef;

use crate::components::{Part, expect};
use crate::editor::{Detail, EDIT, EXPLAIN, Editor, FIX, INCOMPLETE, NEXT_FINDING, Step};
use crate::session;
use crate::state::{Action, Dialog, File, Notice, Outcome, State};
use crate::tools::Tools;

/// The event on the document by which web/offline.js tells of a newer version of the page.
const UPDATE: &str = "mesh-ready:update";
const UPDATE_ATTRIBUTE: &str = "data-update";

/// After so many milliseconds without a change the page is kept for the next visit.
const KEEP_AFTER: u32 = 400;

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

fn set_root(attribute: &str, value: &str) {
    if let Some(root) = root() {
        // These attributes' names are valid, the only thing that could fail.
        let _ = root.set_attribute(attribute, value);
    }
}

/// Follows the state.
pub(crate) struct Follower {
    editor: NodeRef,
    pub(crate) tools: Tools,
    /// The state that was last followed; none before the first.
    state: RefCell<Option<Rc<State>>>,
    /// Waits until the page is to be kept.
    keeper: RefCell<Option<(Timeout, Option<EventListener>)>>,
}

impl Follower {
    pub(crate) fn new(editor: NodeRef, tools: Tools) -> Self {
        Self {
            editor,
            tools,
            state: RefCell::default(),
            keeper: RefCell::default(),
        }
    }

    /// Begins with what the address or the last visit says, and listens to the editor and the browser.
    pub(crate) fn begin(self: &Rc<Self>, is_embedded: bool) -> Vec<EventListener> {
        self.tools.checker.load();
        session::begin(&self.tools, is_embedded);
        if is_embedded {
            set_root("data-embed", "");
        }
        let listeners = self.listen();
        // What was offered before the page was there to hear it.
        if root().is_some_and(|root| root.has_attribute(UPDATE_ATTRIBUTE)) {
            self.tools.dispatch(Action::UpdateReady);
        }
        listeners
    }

    fn listen(self: &Rc<Self>) -> Vec<EventListener> {
        let window = web_sys::window();
        let document = window.as_ref().and_then(web_sys::Window::document);
        let editor = Editor::of(&self.editor);
        let listeners = [
            window.map(|window| {
                self.on(&window, "hashchange", |this, _| {
                    session::follow_link(&this.tools);
                })
            }),
            document.map(|document| {
                self.on(&document, UPDATE, |this, _| {
                    this.tools.dispatch(Action::UpdateReady);
                })
            }),
            editor
                .as_ref()
                .map(|editor| self.on(editor, EDIT, |this, _| this.edited())),
            // The fixes and rules that the editor's tooltips offer.
            editor.as_ref().map(|editor| {
                self.on(editor, FIX, |this, event| {
                    let index =
                        Detail::of(event).and_then(|detail| usize::try_from(detail.index()).ok());
                    if let Some(index) = index {
                        this.tools.dispatch(Action::Open(Dialog::Fix(index)));
                    }
                })
            }),
            editor.as_ref().map(|editor| {
                self.on(editor, EXPLAIN, |this, event| {
                    if let Some(detail) = Detail::of(event) {
                        this.tools
                            .dispatch(Action::Open(Dialog::Rule(detail.rule())));
                    }
                })
            }),
            editor
                .as_ref()
                .map(|editor| self.on(editor, NEXT_FINDING, Self::go_on)),
            editor.as_ref().map(|editor| {
                self.on(editor, INCOMPLETE, |this, _| {
                    this.tools.dispatch(Action::Say(Some(Notice::PartMissing)));
                })
            }),
        ];
        listeners.into_iter().flatten().collect()
    }

    fn edited(&self) {
        self.tools.checker.edited();
        let state = self.state.borrow();
        if state
            .as_ref()
            .is_none_or(|state| state.outcome == Outcome::Blank)
        {
            // They will be there when the first check has ended.
            expect(Part::Findings);
        }
    }

    fn on(
        self: &Rc<Self>,
        target: &EventTarget,
        name: &'static str,
        act: fn(&Self, &web_sys::Event),
    ) -> EventListener {
        let this = Rc::clone(self);
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(target, name, options, move |event| act(&this, event))
    }

    /// F8 goes on in the next file that has something to show.
    fn go_on(&self, event: &web_sys::Event) {
        let (Some(detail), Some(editor)) = (Detail::of(event), Editor::of(&self.editor)) else {
            return;
        };
        let step = detail.direction();
        let state = self.state.borrow().clone();
        let file = state.and_then(|state| state.next_file(step == Step::Next));
        let Some(file) = file else {
            return;
        };
        event.prevent_default();
        editor.show(&File::key(file));
        self.tools.dispatch(Action::ShowFile(file));
        editor.go_to_finding(match step {
            Step::Previous => Step::Last,
            _ => Step::First,
        });
    }

    /// Does what follows from the differences to the state before; at first, from all of it.
    pub(crate) fn follow(&self, now: &Rc<State>) {
        let before = self.state.replace(Some(Rc::clone(now)));
        let checker = &self.tools.checker;
        let is_new = |is_same: fn(&State, &State) -> bool| {
            before.as_ref().is_none_or(|before| !is_same(before, now))
        };
        let has_other_language = is_new(|one, other| one.language == other.language);
        let has_other_files = is_new(|one, other| one.files == other.files);
        if has_other_language {
            set_root("lang", now.language.tag());
            checker.speak(now.language);
        }
        if is_new(|one, other| one.settings == other.settings) {
            checker.configure(now.settings.clone());
        }
        if has_other_files {
            // Opening, closing and renaming change what a report says; choosing a tab does not.
            checker.check();
        }
        if is_new(|one, other| {
            (&one.input, one.active, one.view) == (&other.input, other.active, other.view)
        }) {
            self.keep(now);
        }
        if is_new(|one, other| one.theme == other.theme) {
            set_root("data-theme", now.theme.name());
        }

        let Some(editor) = Editor::of(&self.editor) else {
            return;
        };
        if has_other_language {
            editor.speak(now.language);
        }
        if has_other_files || is_new(|one, other| one.outcome == other.outcome) {
            for file in &now.files {
                let report = now.report().map(Rc::as_ref);
                editor.mark(&File::key(file.id), &file.name, report);
            }
        } else if is_new(|one, other| one.input == other.input) {
            // Another check has found the same, but what was replaced meanwhile has lost its marks.
            for file in &now.files {
                editor.mark_again(&File::key(file.id));
            }
        }
        if is_new(|one, other| one.active == other.active) {
            editor.show(&File::key(now.active));
        }
        if is_new(|one, other| one.checking == other.checking) {
            editor.set_stale(now.checking);
        }
        if is_new(|one, other| one.is_read_only() == other.is_read_only()) {
            editor.set_read_only(now.is_read_only());
        }
        // After the file is shown that the place is in.
        if is_new(|one, other| one.jump == other.jump)
            && let Some(jump) = &now.jump
        {
            editor.go_to(&jump.location);
        }
    }

    /// Keeps the page in a moment: writing megabytes takes a while, which typing must not wait for.
    fn keep(&self, now: &Rc<State>) {
        let keep = {
            let (state, tools) = (Rc::clone(now), self.tools.clone());
            Rc::new(move || session::keep(&state, &tools))
        };
        let timer = {
            let keep = Rc::clone(&keep);
            Timeout::new(KEEP_AFTER, move || keep())
        };
        // Whoever closes the page before that has typed for the next visit, too.
        let leaving = web_sys::window()
            .map(|window| EventListener::new(&window, "pagehide", move |_| keep()));
        self.keeper.replace(Some((timer, leaving)));
    }
}
