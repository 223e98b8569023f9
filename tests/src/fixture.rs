//! The fixtures: small manifests that say on their own lines what is to be found there. `tests/fixtures/README.md`
//! describes the format.

use mesh_ready_core::{Lang, Settings, Severity, catalogue, report::Finding, settings::Level};
use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

/// One case.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// The name of its directory: a rule's id, or what the case is about.
    pub rule: String,
    /// The name of the file.
    pub name: String,
    /// Its content.
    pub text: String,
    /// The settings it asks for.
    pub settings: Settings,
    /// The rules that run when its expectations are checked, with what the case sets them to.
    pub rules: Vec<(&'static str, Option<Level>)>,
    /// Every finding that these rules must have, by line.
    pub expected: Vec<Expected>,
}

impl Fixture {
    /// Where it stands in the repository.
    pub fn path(&self) -> String {
        format!("tests/fixtures/{}/{}", self.rule, self.name)
    }

    /// What the case shows: the text of its first comment.
    pub fn intro(&self) -> String {
        let lines = self.text.lines().map_while(|line| line.strip_prefix("# "));
        lines.collect::<Vec<_>>().join(" ")
    }

    /// Its settings with every rule off that it is not about.
    pub fn focused_settings(&self) -> Settings {
        let mut settings = self.settings.clone();
        for rule in catalogue(Lang::En) {
            settings.rules.set(rule.id, Some(Level::Off));
        }
        for (rule, level) in &self.rules {
            settings.rules.set(rule, *level);
        }
        settings
    }
}

/// A finding that a fixture expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The line that it stands on, from 1.
    pub line: u32,
    /// Rule id.
    pub rule: String,
    /// Severity.
    pub severity: Severity,
    /// Whether the user has silenced it.
    pub suppressed: bool,
    /// What its English message must contain (`true`) or must not (`false`).
    pub pieces: Vec<(bool, String)>,
}

impl Expected {
    /// Whether this is the finding.
    pub fn matches(&self, finding: &Finding) -> bool {
        finding.location.as_ref().map(|place| place.line) == Some(self.line)
            && finding.rule == self.rule
            && finding.severity == self.severity
            && finding.suppressed == self.suppressed
            && self
                .pieces
                .iter()
                .all(|(present, piece)| finding.message.contains(piece) == *present)
    }

    /// Reads the expectation after `#!`.
    fn read(line: u32, text: &str) -> Option<Self> {
        let (head, pieces) = text.split_once(':').unwrap_or((text, ""));
        let mut words = head.split_whitespace();
        let rule = words.next()?.to_owned();
        let severity = match words.next()? {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            "info" => Severity::Info,
            _ => return None,
        };
        let suppressed = match words.next() {
            None => false,
            Some("suppressed") => true,
            Some(_) => return None,
        };
        let pieces = pieces.split(',').map(str::trim);
        let pieces = pieces.filter(|piece| !piece.is_empty()).map(|piece| {
            let (present, piece) = match piece.strip_prefix("not ") {
                Some(piece) => (false, piece),
                None => (true, piece),
            };
            let piece = piece.strip_prefix('"')?.strip_suffix('"')?;
            Some((present, piece.to_owned()))
        });
        Some(Self {
            line,
            rule,
            severity,
            suppressed,
            pieces: pieces.collect::<Option<_>>()?,
        })
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = self.severity.word();
        write!(formatter, "line {}: {} {severity}", self.line, self.rule)?;
        if self.suppressed {
            formatter.write_str(" suppressed")?;
        }
        for (index, (present, piece)) in self.pieces.iter().enumerate() {
            let before = if index == 0 { ":" } else { "," };
            let not = if *present { "" } else { "not " };
            write!(formatter, "{before} {not}{piece:?}")?;
        }
        Ok(())
    }
}

/// Every fixture, by directory and name.
///
/// # Panics
/// When a fixture cannot be read, when its header is not valid, or when there is none.
pub fn fixtures() -> Vec<Fixture> {
    let root = crate::repository().join("tests/fixtures");
    let directories = entries(&root).into_iter().filter(|entry| entry.is_dir());
    let fixtures: Vec<_> = directories
        .flat_map(|directory| entries(&directory))
        .map(|file| read(&file))
        .collect();
    assert!(!fixtures.is_empty(), "{}: no fixture", root.display());
    fixtures
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut entries: Vec<_> =
        entries.unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    entries.sort();
    entries
}

fn read(path: &Path) -> Fixture {
    let file = path.display();
    let part = |path: Option<&Path>| {
        path.and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    let directory = part(path.parent());
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"));

    let header = |mark| {
        let mut comments = text.lines().take_while(|line| line.starts_with('#'));
        comments
            .find_map(|line| line.strip_prefix(mark))
            .map(str::trim)
    };
    let settings = header("#:").unwrap_or_default();
    let settings = Settings::parse("settings", settings.as_bytes(), Lang::En)
        .unwrap_or_else(|errors| panic!("{file}: {errors:#?}"));
    let rules = header("#%").unwrap_or(&directory).split(',').map(|choice| {
        rule(choice).unwrap_or_else(|| panic!("{file}: `{}` names no rule", choice.trim()))
    });
    let rules = rules.collect();

    let mut expected = Vec::new();
    for (line, content) in (1..).zip(text.lines()) {
        let Some((_, expectations)) = content.split_once("#! ") else {
            continue;
        };
        for expectation in expectations.split(';') {
            let read = Expected::read(line, expectation);
            expected.push(read.unwrap_or_else(|| panic!("{file}:{line}: unreadable expectation")));
        }
    }
    Fixture {
        rule: directory,
        name: part(Some(path)),
        settings,
        rules,
        expected,
        text,
    }
}

/// Reads `MR103` or `MR103: warning`.
fn rule(choice: &str) -> Option<(&'static str, Option<Level>)> {
    let (id, level) = match choice.split_once(':') {
        Some((id, level)) => (id, Some(level.trim())),
        None => (choice, None),
    };
    let id = id.trim();
    let level = match level {
        None => None,
        Some("off") => Some(Level::Off),
        Some("info") => Some(Level::Info),
        Some("warning") => Some(Level::Warning),
        Some("error") => Some(Level::Error),
        Some(_) => return None,
    };
    let rule = catalogue(Lang::En).into_iter().find(|rule| rule.id == id)?;
    Some((rule.id, level))
}
