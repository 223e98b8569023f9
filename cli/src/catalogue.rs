//! The rules for their readers: the list of all, and the page of one.

use crate::human::Problem;
use mesh_ready_core::settings::DataPlane;
use mesh_ready_core::{Lang, RuleInfo, catalogue};
use serde::Serialize;

/// Every rule's page, by its name in [`RuleInfo::docs`].
pub(crate) const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// How alike a name must be to be offered instead, from 0 to 1; clap's own bound for its suggestions.
const ALIKE: f64 = 0.7;
/// Names that are offered at most.
const MAX_OFFERED: usize = 3;

/// The list as JSON: what the operation `rules` of the module answers.
#[derive(Serialize)]
struct List {
    version: &'static str,
    rules: Vec<RuleInfo>,
}

/// The page of a rule, in Markdown, by the rule's id or name in any case.
pub(crate) fn page(word: &str, lang: Lang) -> Result<&'static str, Problem> {
    let rules = catalogue(lang);
    let is_meant = |rule: &&RuleInfo| {
        rule.id.eq_ignore_ascii_case(word) || rule.name.eq_ignore_ascii_case(word)
    };
    rules
        .iter()
        .find(is_meant)
        .and_then(|rule| PAGES.iter().find(|(name, _)| *name == rule.docs))
        .map(|(_, page)| *page)
        .ok_or_else(|| unknown(word, &rules, lang))
}

/// A line for each rule: id, severity, name, data planes and title.
pub(crate) fn list(lang: Lang) -> String {
    let rules = catalogue(lang);
    let longest = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let line = |rule: &RuleInfo| {
        let planes: Vec<_> = rule.data_planes.iter().map(|plane| word(*plane)).collect();
        let (id, severity, name, title) = (rule.id, rule.severity.word(), rule.name, rule.title);
        let planes = planes.join(", ");
        format!("{id}  {severity:7}  {name:longest$}  {planes:16}  {title}\n")
    };
    rules.iter().map(line).collect()
}

/// As settings write it.
fn word(plane: DataPlane) -> &'static str {
    match plane {
        DataPlane::Sidecar => "sidecar",
        DataPlane::Ambient => "ambient",
    }
}

/// The list for machines.
pub(crate) fn json(lang: Lang) -> serde_json::Result<String> {
    let list = List {
        version: mesh_ready_core::VERSION,
        rules: catalogue(lang),
    };
    serde_json::to_string_pretty(&list).map(|json| json + "\n")
}

fn unknown(word: &str, rules: &[RuleInfo], lang: Lang) -> Problem {
    let near: Vec<_> = nearest(word, rules)
        .iter()
        .map(|rule| match lang {
            Lang::En => format!("{} ({})", rule.id, rule.name),
            Lang::ZhCn => format!("{}（{}）", rule.id, rule.name),
        })
        .collect();
    let message = match lang {
        Lang::En => format!("there is no rule `{word}`"),
        Lang::ZhCn => format!("没有规则 `{word}`"),
    };
    let help = match (lang, near.is_empty()) {
        (Lang::En, true) => "`mesh-ready rules` lists all".to_owned(),
        (Lang::En, false) => format!(
            "the nearest are {}; `mesh-ready rules` lists all",
            near.join(", ")
        ),
        (Lang::ZhCn, true) => "`mesh-ready rules` 会列出所有规则".to_owned(),
        (Lang::ZhCn, false) => format!(
            "相近的有 {}；`mesh-ready rules` 会列出所有规则",
            near.join("、")
        ),
    };
    Problem::new(message, help)
}

/// The rules whose id or name is most like a word, the most alike first.
fn nearest<'r>(word: &str, rules: &'r [RuleInfo]) -> Vec<&'r RuleInfo> {
    let word = word.to_ascii_lowercase();
    let mut near: Vec<_> = rules
        .iter()
        .map(|rule| {
            let by_id = strsim::jaro(&word, &rule.id.to_ascii_lowercase());
            (by_id.max(strsim::jaro(&word, rule.name)), rule)
        })
        .filter(|(likeness, _)| *likeness > ALIKE)
        .collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    near.truncate(MAX_OFFERED);
    near.into_iter().map(|(_, rule)| rule).collect()
}
