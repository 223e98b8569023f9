//! Everything the page shows, and the one function that changes it.

use std::rc::Rc;

use yew::Reducible;

use crate::differing::Differing;
use crate::policy::PolicyError;
use crate::report::{Location, Report, Severity};
use crate::session;
use crate::share::{ShareError, Shared};
use crate::{Language, Theme};

/// How many entries the list draws before it offers to draw more.
pub const PAGE: usize = 200;

/// The name of the file that the page begins with.
pub const FIRST_FILE: &str = "manifests.yaml";

/// What the page shows. The texts themselves stay in the editor, which may hold megabytes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The language of every word on the page.
    pub language: Language,
    /// The colours.
    pub theme: Theme,
    /// What a page around this one asks for, when it is embedded.
    pub embed: Option<Embed>,
    /// The module with the rules.
    pub module: Module,
    /// The files, in the order of their tabs; never none.
    pub files: Vec<File>,
    /// The id of the file in the editor.
    pub active: u32,
    /// Settings that differ from the defaults, as the module reads them.
    pub settings: Differing,
    /// What was last checked.
    pub input: Option<Rc<Input>>,
    /// What the last check gave.
    pub outcome: Outcome,
    /// Whether a check is under way that takes a moment; what is shown is still of the one before.
    pub checking: bool,
    /// What stands beside the editor.
    pub view: View,
    /// Which half a narrow screen shows.
    pub pane: Pane,
    /// What stands above the page.
    pub dialog: Option<Dialog>,
    /// Which entries the list shows, and in which groups.
    pub filter: Filter,
    /// The place the editor was last asked to go to.
    pub jump: Option<Jump>,
    /// How many entries the list draws.
    pub shown: usize,
    /// What happened to something the visitor did, until the next such thing.
    pub notice: Option<Notice>,
    /// Whether a newer version of the page is ready.
    pub update: bool,
}

/// What happened to something the visitor did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// So many files were opened, and so many left out.
    Opened(usize, usize),
    /// The link that was followed was made with this version of the rules.
    MadeWith(String),
    /// The link could not be followed.
    BadLink(ShareError),
    /// The settings that the page around gave are not valid, and what is wrong with them.
    BadSettings(Vec<String>),
    /// Something else took the place of what was on the page; this brings it back.
    Replaced(Rc<Shared>),
    /// There is more on the page than the browser keeps.
    NotKept,
    /// What it takes to do that could not be fetched.
    PartMissing,
}

/// A tab of the editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Never used twice.
    pub id: u32,
    /// Its name, as locations of the report give it; unique among the files.
    pub name: String,
}

impl File {
    /// What the editor calls a document of this id; the one that is there at first has the empty name.
    pub fn key(id: u32) -> String {
        match id {
            0 => String::new(),
            _ => id.to_string(),
        }
    }
}

/// What was checked: the other views ask about the same.
#[derive(Clone, Debug)]
pub struct Input {
    /// Which check it was; each has another number.
    pub number: u32,
    /// Names and texts.
    pub files: Vec<(String, String)>,
    /// Settings that differ from the defaults.
    pub settings: Differing,
    /// The language of the answers.
    pub language: Language,
}

impl PartialEq for Input {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Input {}

/// What a page around this one asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embed {
    /// Whether the editor is one of the halves.
    pub editor: bool,
    /// The views to offer, in this order; without the editor at least one.
    pub views: Vec<View>,
    /// Whether the text may only be read.
    pub read_only: bool,
}

impl Embed {
    /// What panes of these names make: `editor` and the names of views. Unknown ones are left out; without any it is
    /// the editor and the findings.
    pub fn new<'a>(panes: impl IntoIterator<Item = &'a str>, read_only: bool) -> Self {
        let panes: Vec<_> = panes.into_iter().collect();
        let editor = panes.contains(&"editor");
        let mut views = Vec::new();
        for view in panes.into_iter().filter_map(View::from_name) {
            if !views.contains(&view) {
                views.push(view);
            }
        }
        if !editor && views.is_empty() {
            return Self::new(["editor", "findings"], read_only);
        }
        Self {
            editor,
            views,
            read_only,
        }
    }
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
    /// What stands beside them.
    View,
}

impl Pane {
    /// Its name in the document, for tests and styles.
    pub fn name(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::View => "view",
        }
    }
}

/// What can stand beside the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// What the rules found.
    Findings,
    /// What the rules see, as a drawing.
    Mesh,
    /// What the policy would decide in a cluster.
    Admission,
    /// The policy for a cluster, with these settings.
    Enforce,
    /// The settings.
    Settings,
}

impl View {
    /// All of them, in the order of their tabs.
    pub const ALL: [Self; 5] = [
        Self::Findings,
        Self::Mesh,
        Self::Admission,
        Self::Enforce,
        Self::Settings,
    ];

    /// Its name in the document and in shared links.
    pub fn name(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Mesh => "mesh",
            Self::Admission => "admission",
            Self::Enforce => "enforce",
            Self::Settings => "settings",
        }
    }

    /// The view of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}

/// What can stand above the page until it is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The examples.
    Gallery,
    /// The link to what is on the page.
    Share,
    /// Reports and fixed files to take away.
    Export,
    /// The page of a rule, by id.
    Rule(String),
    /// What a fix changes: the index of its finding in the report.
    Fix(usize),
    /// What all safe fixes change.
    FixAll,
}

/// How the list of findings is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// Not at all: in the order of the text.
    #[default]
    Place,
    /// By the object they are about.
    Resource,
    /// By rule.
    Rule,
}

impl Grouping {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Place, Self::Resource, Self::Rule];

    /// Its name in the document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Resource => "resource",
            Self::Rule => "rule",
        }
    }
}

/// Which entries the list shows, and in which groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Severities that are left out.
    pub hidden: Vec<Severity>,
    /// Words that must occur, in any case; empty for all entries.
    pub search: String,
    /// The groups.
    pub grouping: Grouping,
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
    /// The page around this one asks for something else.
    Embed(Embed),
    /// The module is fetched, for the first time or again.
    LoadModule,
    /// The module is ready.
    ModuleReady(Option<String>),
    /// The module could not be loaded.
    ModuleFailed(PolicyError),
    /// These are the files now, and the id of the one in the editor.
    Files(Vec<File>, u32),
    /// Someone chose a file by its id.
    ShowFile(u32),
    /// Someone changed the settings: those that differ from the defaults.
    Configure(Differing),
    /// A check began that will take a moment.
    CheckBegan,
    /// A check ended: what was checked, and what came of it.
    Checked(Rc<Input>, Outcome),
    /// Someone chose a view.
    Show(View),
    /// A view comes without anybody having chosen it, so that a narrow screen stays where it is.
    Turn(View),
    /// Someone chose a half of the page.
    ShowPane(Pane),
    /// Something comes above the page.
    Open(Dialog),
    /// It goes.
    Close,
    /// Someone left a severity out of the list, or took it in again.
    Toggle(Severity),
    /// Someone searches the list.
    Search(String),
    /// Someone wants to see all entries again, in the groups they are in.
    ClearFilter,
    /// Someone divides the list.
    Group(Grouping),
    /// Someone chose a place in the text.
    Jump(Location),
    /// Someone wants to see more entries.
    ShowMore,
    /// Something is to be said; nothing takes the word back.
    Say(Option<Notice>),
    /// A newer version of the page is ready.
    UpdateReady,
}

impl State {
    /// The page before anything is loaded.
    pub fn new(language: Language, theme: Theme, embed: Option<Embed>) -> Self {
        let view = embed
            .as_ref()
            .and_then(|embed| embed.views.first().copied());
        let pane = match &embed {
            Some(embed) if !embed.editor => Pane::View,
            _ => Pane::Editor,
        };
        Self {
            language,
            theme,
            embed,
            module: Module::Loading,
            files: vec![File {
                id: 0,
                name: FIRST_FILE.to_owned(),
            }],
            active: 0,
            settings: Differing::default(),
            input: None,
            outcome: Outcome::Blank,
            checking: false,
            view: view.unwrap_or(View::Findings),
            pane,
            dialog: None,
            filter: Filter::default(),
            jump: None,
            shown: PAGE,
            notice: None,
            update: false,
        }
    }

    /// The report of the last check, if it gave one.
    pub fn report(&self) -> Option<&Rc<Report>> {
        match &self.outcome {
            Outcome::Report(report) => Some(report),
            Outcome::Blank | Outcome::Failed(_) => None,
        }
    }

    /// The next file, or the one before, in which something was found; none if there is no other.
    pub fn next_file(&self, forward: bool) -> Option<u32> {
        let report = self.report()?;
        let entries = report.entries();
        let has_some = |file: &&File| {
            let mut places = entries.iter().filter_map(|entry| entry.location());
            places.any(|place| place.file == file.name)
        };
        let here = self.files.iter().position(|file| file.id == self.active)?;
        let (before, rest) = self.files.split_at(here);
        let others = rest.iter().skip(1).chain(before);
        let mut found = others.filter(has_some);
        let file = if forward {
            found.next()
        } else {
            found.next_back()
        };
        file.map(|file| file.id)
    }

    /// What a link tells of.
    pub(crate) fn content(&self) -> Option<Shared> {
        let input = self.input.as_ref()?;
        let version = self.report().map(|report| report.version.clone());
        (self.outcome != Outcome::Blank)
            .then(|| session::shared(input, self.active_name(), self.view, version))
    }

    /// Whether the text may only be read.
    pub fn is_read_only(&self) -> bool {
        self.embed.as_ref().is_some_and(|embed| embed.read_only)
    }

    /// Whether the editor is one of the halves.
    pub fn has_editor(&self) -> bool {
        self.embed.as_ref().is_none_or(|embed| embed.editor)
    }

    /// The name of the file in the editor.
    pub(crate) fn active_name(&self) -> &str {
        let file = self.files.iter().find(|file| file.id == self.active);
        file.map_or(FIRST_FILE, |file| file.name.as_str())
    }

    /// The views whose tabs are there.
    pub fn views(&self) -> &[View] {
        match &self.embed {
            Some(embed) => &embed.views,
            None => &View::ALL,
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
            Action::Embed(embed) => {
                if !embed.views.contains(&state.view) {
                    state.view = embed.views.first().copied().unwrap_or(state.view);
                }
                state.embed = Some(embed);
            }
            Action::LoadModule => state.module = Module::Loading,
            Action::ModuleReady(digest) => state.module = Module::Ready(digest),
            Action::ModuleFailed(why) => state.module = Module::Failed(why),
            Action::Files(files, active) => {
                state.files = files;
                state.active = active;
            }
            Action::ShowFile(id) => {
                state.active = id;
                state.pane = Pane::Editor;
            }
            Action::Configure(settings) => state.settings = settings,
            Action::CheckBegan => state.checking = true,
            Action::Checked(input, outcome) => {
                state.checking = false;
                state.input = Some(input);
                if outcome == Outcome::Blank {
                    state.shown = PAGE;
                }
                state.outcome = outcome;
            }
            Action::Show(view) => {
                state.view = view;
                state.pane = Pane::View;
            }
            Action::Turn(view) => {
                if state.views().contains(&view) {
                    state.view = view;
                }
            }
            Action::ShowPane(pane) => state.pane = pane,
            Action::Open(dialog) => state.dialog = Some(dialog),
            Action::Close => state.dialog = None,
            Action::Toggle(severity) => {
                let hidden = &mut state.filter.hidden;
                match hidden.iter().position(|other| *other == severity) {
                    Some(index) => {
                        hidden.remove(index);
                    }
                    None => hidden.push(severity),
                }
                state.shown = PAGE;
            }
            Action::Search(words) => {
                state.filter.search = words;
                state.shown = PAGE;
            }
            Action::ClearFilter => {
                state.filter = Filter {
                    grouping: state.filter.grouping,
                    ..Filter::default()
                };
                state.shown = PAGE;
            }
            Action::Group(grouping) => state.filter.grouping = grouping,
            Action::Jump(location) => {
                let number = state
                    .jump
                    .as_ref()
                    .map_or(0, |last| last.number.wrapping_add(1));
                state.dialog = None;
                // A file that was closed or renamed since has no such place any more.
                let file = state.files.iter().find(|file| file.name == location.file);
                if let Some(file) = file {
                    state.active = file.id;
                    state.pane = Pane::Editor;
                    state.jump = Some(Jump { number, location });
                }
            }
            Action::ShowMore => state.shown = state.shown.saturating_add(PAGE),
            Action::Say(notice) => state.notice = notice,
            Action::UpdateReady => state.update = true,
        }
        // Of an embedded page one half may be left out altogether.
        match &state.embed {
            Some(embed) if !embed.editor => state.pane = Pane::View,
            Some(embed) if embed.views.is_empty() => state.pane = Pane::Editor,
            _ => {}
        }
        Rc::new(state)
    }
}
