//! Everything the page shows, and the one function that changes it.

use std::rc::Rc;

use yew::Reducible;

use crate::policy::PolicyError;
use crate::report::{Location, Report};
use crate::{Language, Theme};

/// How many entries the list draws before it offers to draw more.
pub const PAGE: usize = 200;

/// What the page shows. The text itself stays in the editor, which may hold megabytes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The language of every word on the page.
    pub language: Language,
    /// The colours.
    pub theme: Theme,
    /// The module with the rules.
    pub module: Module,
    /// What the last check gave.
    pub outcome: Outcome,
    /// Whether a check of a large text is under way; its findings are still the ones before.
    pub checking: bool,
    /// Which pane a narrow screen shows.
    pub pane: Pane,
    /// The place the editor was last asked to go to.
    pub jump: Option<Jump>,
    /// How many entries the list draws.
    pub shown: usize,
}

/// The module with the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Module {
    /// On its way.
    Loading,
    /// Ready for calls; with its sha256, which a browser computes only in a secure context.
    Ready(Option<String>),
    /// It could not be loaded, and why.
    Failed(PolicyError),
}

/// What the last check gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There was nothing to check.
    Blank,
    /// A report.
    Report(Rc<Report>),
    /// The module failed, and why.
    Failed(PolicyError),
}

/// A half of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The manifests.
    Editor,
    /// The findings.
    Findings,
}

impl Pane {
    /// Its name in the document, for tests and styles.
    pub fn name(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Findings => "findings",
        }
    }
}

/// A request to the editor. The number makes a repeated request for one place a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jump {
    /// Which request this is.
    pub number: u32,
    /// Where to.
    pub location: Location,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Action {
    /// Someone chose a language.
    Speak(Language),
    /// Someone chose a theme.
    Paint(Theme),
    /// The module is fetched, for the first time or again.
    LoadModule,
    /// The module is ready.
    ModuleReady(Option<String>),
    /// The module could not be loaded.
    ModuleFailed(PolicyError),
    /// A check began that will take a moment.
    CheckBegan,
    /// A check ended.
    Checked(Outcome),
    /// Someone chose a pane.
    Show(Pane),
    /// Someone chose a place in the text.
    Jump(Location),
    /// Someone wants to see more entries.
    ShowMore,
}

impl State {
    /// The page before anything is loaded.
    pub fn new(language: Language, theme: Theme) -> Self {
        Self {
            language,
            theme,
            module: Module::Loading,
            outcome: Outcome::Blank,
            checking: false,
            pane: Pane::Editor,
            jump: None,
            shown: PAGE,
        }
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut state = Rc::unwrap_or_clone(self);
        match action {
            Action::Speak(language) => state.language = language,
            Action::Paint(theme) => state.theme = theme,
            Action::LoadModule => state.module = Module::Loading,
            Action::ModuleReady(digest) => state.module = Module::Ready(digest),
            Action::ModuleFailed(why) => state.module = Module::Failed(why),
            Action::CheckBegan => state.checking = true,
            Action::Checked(outcome) => {
                state.checking = false;
                if outcome == Outcome::Blank {
                    state.shown = PAGE;
                }
                state.outcome = outcome;
            }
            Action::Show(pane) => state.pane = pane,
            Action::Jump(location) => {
                let number = state.jump.map_or(0, |last| last.number.wrapping_add(1));
                state.pane = Pane::Editor;
                state.jump = Some(Jump { number, location });
            }
            Action::ShowMore => state.shown = state.shown.saturating_add(PAGE),
        }
        Rc::new(state)
    }
}
