//! The applications of the page's gallery: what is found in them is what their marks say, and no more.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_core::{Input, Options, Settings, check};
use mesh_ready_tests::repository;
use serde::Deserialize;
use std::{collections::BTreeSet, fs};

#[derive(Deserialize)]
struct Application {
    id: String,
    files: Vec<String>,
}

/// The findings of an application, and what the marks of its files say: file, line, rule and severity.
fn findings(application: &Application) -> [BTreeSet<String>; 2] {
    let folder = repository()
        .join("web/src/examples/apps")
        .join(&application.id);
    let read = |name: &String| (name.clone(), fs::read_to_string(folder.join(name)).unwrap());
    let files: Vec<_> = application.files.iter().map(read).collect();
    let inputs = files.iter().map(|(name, text)| Input {
        name,
        bytes: text.as_bytes(),
    });
    let inputs: Vec<_> = inputs.collect();
    let report = check(&inputs, &Settings::default(), Options::default());
    assert_eq!(report.diagnostics, [], "{}", application.id);

    let found = report.findings.iter().map(|finding| {
        let at = finding.location.as_ref().unwrap();
        let severity = finding.severity.word();
        format!("{}:{} {} {severity}", at.file, at.line, finding.rule)
    });
    let marked = files.iter().flat_map(|(name, text)| {
        let lines = (1..).zip(text.lines());
        lines.filter_map(move |(number, line)| {
            Some(format!("{name}:{number} {}", line.split_once("#! ")?.1))
        })
    });
    [found.collect(), marked.collect()]
}

#[test]
fn applications_report_what_their_marks_say() {
    let list = fs::read(repository().join("web/src/examples/apps/apps.yaml")).unwrap();
    let applications: Vec<Application> = serde_yaml::from_slice(&list).unwrap();
    let results: Vec<_> = applications.iter().map(findings).collect();
    for (application, [found, marked]) in applications.iter().zip(&results) {
        assert_eq!(found, marked, "{}", application.id);
    }
    // Whoever opens the gallery shall also see what it looks like when all is well.
    assert!(results.iter().any(|[found, _]| found.is_empty()));
    assert!(results.iter().any(|[found, _]| found.len() > 3));
}
