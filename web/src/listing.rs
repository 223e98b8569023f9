//! Which entries of a report the list shows, and in which groups.

use std::fmt::Write;

use js_sys::JsString;

use crate::order::sorted_by_key;
use crate::report::{Entry, Report, Resource};
use crate::state::{Filter, Grouping};

/// Entries that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// What they have in common.
    pub about: About<'a>,
    /// They themselves, in the order of the text, each with its index among its like in the report.
    pub entries: Vec<(usize, Entry<'a>)>,
}

/// What the entries of a group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About<'a> {
    /// Nothing: the list is not divided.
    Everything,
    /// The input is wrong.
    Input,
    /// The object.
    Resource(&'a Resource),
    /// The rule.
    Rule {
        /// Its id.
        id: &'a str,
        /// Its name.
        name: &'a str,
    },
}

impl<'a> About<'a> {
    fn new(grouping: Grouping, entry: Entry<'a>) -> Self {
        match (grouping, entry) {
            (Grouping::Place, _) => Self::Everything,
            (_, Entry::Diagnostic(_)) => Self::Input,
            (Grouping::Resource, Entry::Finding(finding)) => Self::Resource(&finding.resource),
            (Grouping::Rule, Entry::Finding(finding)) => Self::Rule {
                id: &finding.rule,
                name: &finding.name,
            },
        }
    }
}

/// The entries that a filter lets through, in its groups: what is wrong with the input first, then objects in the order of
/// the text, or rules with the heaviest entries first. No group is empty.
pub fn groups<'a>(report: &'a Report, filter: &Filter) -> Vec<Group<'a>> {
    let words = words(filter);
    let is_shown =
        |entry: Entry<'_>| !filter.hidden.contains(&entry.severity()) && has_words(entry, &words);
    let entries = report.indexed().into_iter();
    let entries = entries.filter(|(_, entry)| is_shown(*entry)).enumerate();
    let about = |entry| About::new(filter.grouping, entry);
    // Each with the position of its first entry in the list as a whole.
    let mut groups: Vec<(usize, Group<'a>)> = Vec::new();
    for (position, entry) in sorted_by_key(entries.collect(), |(_, (_, entry))| about(*entry)) {
        let about = about(entry.1);
        match groups.last_mut().filter(|(_, group)| group.about == about) {
            Some((_, group)) => group.entries.push(entry),
            None => groups.push((
                position,
                Group {
                    about,
                    entries: vec![entry],
                },
            )),
        }
    }
    let groups = sorted_by_key(groups, |(position, group)| {
        let entries = group.entries.iter();
        let heaviest = entries.map(|(_, entry)| entry.severity()).min();
        let place = match filter.grouping {
            Grouping::Rule => (heaviest, 0),
            Grouping::Place | Grouping::Resource => (None, *position),
        };
        (group.about != About::Input, place)
    });
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The words to look for, as [`has_words`] compares them.
fn words(filter: &Filter) -> Vec<String> {
    let search = lower_case(&filter.search);
    search.split_whitespace().map(str::to_owned).collect()
}

/// Whether each word occurs somewhere in what the list says of an entry.
fn has_words(entry: Entry<'_>, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let mut text = match entry {
        Entry::Diagnostic(diagnostic) => diagnostic.message.clone(),
        Entry::Finding(finding) => {
            let mut text = [
                &*finding.rule,
                &finding.name,
                &finding.message,
                &finding.help,
            ]
            .join("\n");
            // Writing into a string cannot fail.
            let _ = write!(text, "\n{}", finding.resource);
            text
        }
    };
    if let Some(place) = entry.location() {
        text.push('\n');
        text.push_str(&place.file);
    }
    let text = lower_case(&text);
    words.iter().all(|word| text.contains(word))
}

/// The browser has the tables for this, which are large.
fn lower_case(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}
