//! Real manifests beside the checkout, where there are any: what Istio's own tests expect of theirs, and Istio's
//! samples. `make corpus` prints how far both agree.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_core::{Input, Lang, Options, Settings, Severity, check, report::ResourceRef};
use mesh_ready_tests::{
    corpus::{
        ANALYZERS, Case, DISAGREEMENTS, Disagreement, Given, Reporter, cases, check_files, corpus,
        manifests,
    },
    repository,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs, slice,
};

/// Istio's own samples are correct applications: an error on them is wrong. Together and file by file, since what is
/// joined differs.
#[test]
fn istios_samples_have_no_error() {
    let Some(folder) = corpus("samples") else {
        return;
    };
    let files = manifests(&folder);
    let alone = files.iter().map(|file| check_files(slice::from_ref(file)));
    for report in [check_files(&files)].into_iter().chain(alone) {
        let errors: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(!report.has_input_error(), "{:#?}", report.diagnostics);
    }
}

/// So many findings of each rule there are in a folder of applications that are right, file by file. Each was read
/// against what the manifests do, and is true; others must be read before their number is written here.
const REVIEWED: [(&str, &[(&str, usize)]); 2] = [
    ("samples", &[("MR101", 6), ("MR108", 8), ("MR302", 1)]),
    (
        "istioctl/inject",
        &[
            ("MR101", 52),
            ("MR103", 1),
            ("MR107", 9),
            ("MR108", 47),
            ("MR303", 2),
            ("MR503", 1),
            ("MR505", 5),
            ("MR601", 1),
        ],
    ),
];

#[test]
fn every_finding_in_right_applications_was_reviewed() {
    let mut unread = String::new();
    for (part, reviewed) in REVIEWED {
        let Some(folder) = corpus(part) else {
            continue;
        };
        let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for file in manifests(&folder) {
            for finding in check_files(slice::from_ref(&file)).findings {
                let place = finding.location.map_or(0, |place| place.line);
                let line = format!(
                    "{}:{place}: {} {}: {}",
                    file.strip_prefix(&folder).unwrap_or(&file).display(),
                    finding.rule,
                    finding.severity.word(),
                    finding.message
                );
                found.entry(finding.rule).or_default().push(line);
            }
        }
        let counts = found.iter().map(|(rule, lines)| (*rule, lines.len()));
        println!("{part}: {:?}", counts.clone().collect::<Vec<_>>());
        let reviewed: BTreeMap<&str, usize> = reviewed.iter().copied().collect();
        for rule in found.keys().chain(reviewed.keys()).collect::<BTreeSet<_>>() {
            let lines = found.get(rule).map_or(&[][..], Vec::as_slice);
            let before = reviewed.get(rule).copied().unwrap_or_default();
            if lines.len() != before {
                let now = lines.len();
                let _ = writeln!(
                    unread,
                    "{part}: {rule} {now}, was {before}\n{}",
                    lines.join("\n")
                );
            }
        }
    }
    assert!(unread.is_empty(), "{unread}");
}

/// Who reports something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Both,
    IstioAlone,
    MeshReadyAlone,
}

/// Case, code, object, and who reports it.
type Verdict = (String, &'static str, String, By);

/// What is reported in a case. What mesh-ready reports alone counts under the first code of its rule.
fn verdicts(case: &Case, text: &str, settings: &Settings) -> BTreeSet<Verdict> {
    let input = Input {
        name: &case.name,
        bytes: text.as_bytes(),
    };
    let report = check(&[input], settings, Options::default());
    let object = |resource: &ResourceRef| match resource {
        _ if case.analyzer.is_whole => case.name.clone(),
        ResourceRef { namespace, .. } if namespace.is_empty() => {
            format!("{} {}", resource.kind, resource.name)
        }
        _ => format!("{} {}/{}", resource.kind, resource.namespace, resource.name),
    };
    let mut verdicts = BTreeSet::new();
    let mut known = BTreeSet::new();
    let mut found = BTreeMap::new();
    for (code, rules) in case.analyzer.codes {
        let of_rules = report.findings.iter();
        let of_rules = of_rules.filter(|found| rules.contains(&found.rule));
        let here: BTreeSet<(String, &str)> = of_rules
            .map(|found| (object(&found.resource), found.rule))
            .collect();
        for expected in case
            .expected
            .iter()
            .filter(|expected| expected.code == *code)
        {
            let same = rules.iter().map(|rule| {
                let object = expected.here.unwrap_or(&expected.object);
                (object.to_owned(), *rule)
            });
            let by = if same.clone().any(|same| here.contains(&same)) {
                By::Both
            } else {
                By::IstioAlone
            };
            known.extend(same);
            verdicts.insert((case.name.clone(), *code, expected.object.clone(), by));
        }
        for finding in here {
            found.entry(finding).or_insert(*code);
        }
    }
    for (finding, code) in found {
        if !known.contains(&finding) {
            verdicts.insert((case.name.clone(), code, finding.0, By::MeshReadyAlone));
        }
    }
    verdicts
}

/// What one code came to: reported by both, by Istio alone, by mesh-ready alone; and the cases in which neither does.
#[derive(Clone, Copy, Default)]
struct Tally {
    both: usize,
    istio: usize,
    mesh_ready: usize,
    silent: usize,
}

impl Tally {
    fn add(&mut self, verdicts: &[&Verdict]) {
        let count = |by| verdicts.iter().filter(|verdict| verdict.3 == by).count();
        self.both += count(By::Both);
        self.istio += count(By::IstioAlone);
        self.mesh_ready += count(By::MeshReadyAlone);
        self.silent += usize::from(verdicts.is_empty());
    }

    fn include(&mut self, other: Self) {
        self.both += other.both;
        self.istio += other.istio;
        self.mesh_ready += other.mesh_ready;
        self.silent += other.silent;
    }

    fn print(&self, code: &str, rules: &str) {
        let agree = self.both + self.silent;
        let verdicts = agree + self.istio + self.mesh_ready;
        println!(
            "{code:<9} {rules:<11} {:>6} {:>7} {:>12} {:>12}   {agree} of {verdicts}",
            self.both, self.silent, self.istio, self.mesh_ready
        );
    }
}

/// What Istio's tests expect, against the rules. Every difference is listed with its reason, and every one that is
/// listed exists.
#[test]
fn agrees_with_istios_own_tests() {
    let Some(folder) = corpus("istioctl") else {
        return;
    };
    let cases = cases(&folder);
    let verdicts_of = |case| verdicts(case, &case.text, &Settings::default());
    let judged: Vec<(&Case, BTreeSet<Verdict>)> =
        cases.iter().map(|case| (case, verdicts_of(case))).collect();

    println!("code      rules         both  silent  Istio alone  mesh-ready alone   agree");
    let mut all = Tally::default();
    for analyzer in &ANALYZERS {
        println!("{}", analyzer.name);
        for (code, rules) in analyzer.codes {
            let mut tally = Tally::default();
            for (case, verdicts) in &judged {
                if case.analyzer.name == analyzer.name {
                    let of_code = verdicts.iter().filter(|verdict| verdict.1 == *code);
                    tally.add(&of_code.collect::<Vec<_>>());
                }
            }
            tally.print(code, &rules.join(" "));
            all.include(tally);
        }
    }
    all.print("all", "");

    let differing: BTreeSet<Verdict> = judged
        .into_iter()
        .flat_map(|(_, verdicts)| verdicts)
        .filter(|verdict| verdict.3 != By::Both)
        .collect();
    let listed: BTreeSet<Verdict> = DISAGREEMENTS.iter().map(verdict).collect();
    let unlisted: Vec<_> = differing.difference(&listed).collect();
    assert!(unlisted.is_empty(), "not listed: {unlisted:#?}");
    let gone: Vec<_> = listed.difference(&differing).collect();
    assert!(gone.is_empty(), "listed, but both agree: {gone:#?}");

    // Where the reason is something that was not given, both agree once it is.
    for disagreement in &DISAGREEMENTS {
        let case = cases.iter().find(|case| case.name == disagreement.case);
        let case = case.unwrap();
        let left = match disagreement.until {
            None => continue,
            Some(Given::Settings(settings)) => {
                let settings = Settings::parse("settings", settings.as_bytes(), Lang::En).unwrap();
                verdicts(case, &case.text, &settings)
            }
            Some(Given::Manifests(more)) => {
                let text = format!("{}\n---\n{more}", case.text);
                verdicts(case, &text, &Settings::default())
            }
        };
        assert!(!left.contains(&verdict(disagreement)), "{disagreement:?}");
    }
}

fn verdict(disagreement: &Disagreement) -> Verdict {
    let by = match disagreement.by {
        Reporter::Istio => By::IstioAlone,
        Reporter::MeshReady => By::MeshReadyAlone,
    };
    (
        disagreement.case.to_owned(),
        disagreement.code,
        disagreement.object.to_owned(),
        by,
    )
}

/// The pages on istioctl name every code with its rule, and explain every disagreement.
#[test]
fn the_pages_on_istioctl_explain_every_disagreement() {
    for name in ["docs/istioctl.md", "docs/istioctl.zh-CN.md"] {
        let page = fs::read_to_string(repository().join(name)).unwrap();
        for (code, rules) in ANALYZERS.iter().flat_map(|analyzer| analyzer.codes) {
            if code.starts_with("IST") {
                let row = page
                    .lines()
                    .find(|line| line.starts_with(&format!("| {code} |")));
                assert!(
                    row.is_some_and(|row| rules.iter().all(|rule| row.contains(rule))),
                    "{name}: no row for {code} with {rules:?}"
                );
            }
        }
        let reasons: BTreeSet<&str> = DISAGREEMENTS.iter().map(|listed| listed.reason).collect();
        let explained = page
            .lines()
            .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'));
        assert_eq!(explained.collect::<BTreeSet<_>>(), reasons, "{name}");
    }
}
