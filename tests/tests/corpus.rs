//! Real manifests beside the checkout, where there are any: `../shared/corpus`, or the folder that `CORPUS` names.
//! Nothing of them is part of this repository.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_core::{Input, Options, Report, Settings, Severity, check};
use mesh_ready_tests::repository;
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

/// The folder of a part of the corpus; `None`, with a word on it, when it is not there.
fn corpus(part: &str) -> Option<PathBuf> {
    let root =
        env::var_os("CORPUS").map_or_else(|| repository().join("../shared/corpus"), PathBuf::from);
    let folder = root.join(part);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: there is no {}", folder.display());
    None
}

fn manifests(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            manifests(&path, files);
        } else if path.extension().is_some_and(|extension| {
            extension == "yaml" || extension == "yml" || extension == "json"
        }) {
            files.push(path);
        }
    }
}

fn check_files(files: &[PathBuf]) -> Report {
    let texts: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|path| (path.display().to_string(), fs::read(path).unwrap()))
        .collect();
    let inputs: Vec<Input<'_>> = texts
        .iter()
        .map(|(name, bytes)| Input { name, bytes })
        .collect();
    check(&inputs, &Settings::default(), Options::default())
}

/// Istio's own samples are correct applications: an error on them is wrong. Together and file by file, since what is
/// joined differs.
#[test]
fn istios_samples_have_no_error() {
    let Some(folder) = corpus("samples") else {
        return;
    };
    let mut files = Vec::new();
    manifests(&folder, &mut files);
    files.sort();
    assert!(!files.is_empty(), "{} holds no manifests", folder.display());
    let reports = [check_files(&files)].into_iter().chain(
        files
            .iter()
            .map(|file| check_files(std::slice::from_ref(file))),
    );
    for report in reports {
        let errors: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(!report.has_input_error(), "{:#?}", report.diagnostics);
    }
}

/// What istioctl's analyzers expect of their own test inputs, for the codes that have a rule here.
#[test]
fn agrees_with_istioctls_analyzers() {
    /// File, rule, and the objects that it must be reported for: `Kind namespace/name`.
    const EXPECTED: [(&str, &str, &[&str]); 9] = [
        (
            "deployment-multi-service.yaml",
            "MR102",
            &[
                "Service bookinfo/conflicting-ports-2",
                "Service bookinfo/details-http-v1",
                "Service bookinfo/productpage-http-v1",
            ],
        ),
        ("deployment-multi-service-different-ns.yaml", "MR102", &[]),
        ("deployment-service-no-selector.yaml", "MR102", &[]),
        ("pod-sec-uid.yaml", "MR103", &["Pod default/pod-sec-uid"]),
        (
            "pod-con-sec-uid.yaml",
            "MR103",
            &["Pod default/con-sec-uid"],
        ),
        (
            "deployment-pod-sec-uid.yaml",
            "MR103",
            &["Deployment default/deploy-pod-sec-uid"],
        ),
        (
            "deployment-con-sec-uid.yaml",
            "MR103",
            &["Deployment default/deploy-con-sec-uid"],
        ),
        ("service-port-name.yaml", "MR303", &[]),
        ("service-no-port-name-system-namespace.yaml", "MR303", &[]),
    ];
    let Some(folder) = corpus("istioctl/analyzers") else {
        return;
    };
    for (file, rule, expected) in EXPECTED {
        let report = check_files(&[folder.join(file)]);
        let got: BTreeSet<String> = report
            .findings
            .iter()
            .filter(|finding| finding.rule == rule)
            .map(|finding| {
                let resource = &finding.resource;
                format!("{} {}/{}", resource.kind, resource.namespace, resource.name)
            })
            .collect();
        assert_eq!(
            got,
            expected.iter().map(|name| (*name).to_owned()).collect(),
            "{rule} in {file}"
        );
    }
}
