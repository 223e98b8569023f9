//! The rules of mesh-ready: Kubernetes manifests in, findings out.
//!
//! [`check`] reads any number of YAML or JSON files; [`check_object`] one object of an admission request. Data flows
//! one way: manifest → model → mesh → rules → report.
//!
//! What is absent here: no I/O, no clock, no randomness, no panic on any input, no knowledge of who hosts it. The
//! same input gives the same bytes out.

#![forbid(unsafe_code)]

mod check;
mod export;
mod fix;
mod i18n;
mod json_text;
pub mod manifest;
mod mesh;
mod model;
mod order;
mod path;
mod picture;
mod place;
pub mod report;
mod requests;
mod rules;
pub mod settings;
mod suppress;

pub use check::{Admission, check, check_admission, check_object};
pub use export::{markdown, sarif};
pub use fix::{Applied, Fixed, Fixes, fix};
pub use i18n::{Lang, Text};
pub use mesh::Known;
pub use picture::picture;
pub use report::{Columns, Report, Severity};
pub use requests::requests;
pub use rules::redirecting_policies;
pub use settings::Settings;

use serde::Serialize;

/// The version of mesh-ready, written into every report.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// One file to check.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Name shown in locations.
    pub name: &'a str,
    /// Content: YAML or JSON, any number of documents.
    pub bytes: &'a [u8],
}

/// How the report is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Language of messages.
    pub lang: Lang,
    /// What columns count.
    pub columns: Columns,
}

/// A rule as shown to users.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleInfo {
    /// Id, such as `MR103`.
    pub id: &'static str,
    /// Name, such as `reserved-uid`.
    pub name: &'static str,
    /// Default severity: the worst that the rule reports.
    pub severity: Severity,
    /// One line in the language asked for.
    pub title: &'static str,
    /// Data planes it applies to.
    pub data_planes: &'static [settings::DataPlane],
    /// Where the fact comes from.
    pub sources: &'static [Source],
    /// The rule's page, relative to the repository.
    pub docs: String,
}

/// Where a rule's fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Page and section, or file.
    pub title: &'static str,
    /// Address.
    pub url: &'static str,
}

/// Every rule, by id.
pub fn catalogue(lang: Lang) -> Vec<RuleInfo> {
    rules::RULES
        .iter()
        .map(|rule| RuleInfo {
            id: rule.id,
            name: rule.name,
            severity: rule.severity,
            title: rule.title.get(lang),
            data_planes: rule.data_planes,
            sources: rule.sources,
            docs: rule.docs(lang),
        })
        .collect()
}
