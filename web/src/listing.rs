//! Which entries of a report the list shows, and in which groups.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

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
    let mut places = BTreeMap::new();
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (number, entry) in report.indexed() {
        if filter.hidden.contains(&entry.severity()) || !has_words(entry, &words) {
            continue;
        }
        let about = About::new(filter.grouping, entry);
        let index = *places.entry(about).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.entries.push((number, entry)),
            None => groups.push(Group {
                about,
                entries: vec![(number, entry)],
            }),
        }
    }
    // Both sorts are stable.
    if filter.grouping == Grouping::Rule {
        let heaviest = |group: &Group<'_>| {
            group
                .entries
                .iter()
                .map(|(_, entry)| entry.severity())
                .min()
        };
        groups.sort_by_cached_key(|group| (heaviest(group), group.about));
    }
    groups.sort_by_key(|group| Reverse(group.about == About::Input));
    groups
}

/// The words to look for, as [`has_words`] compares them.
fn words(filter: &Filter) -> Vec<String> {
    let search = filter.search.to_lowercase();
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
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}
