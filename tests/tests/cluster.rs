//! The clusters of the benchmark: what is measured there is the work of every rule.

use mesh_ready_core::{Input, Lang, Options, catalogue, check};
use mesh_ready_tests::cluster::{cluster, settings};
use std::collections::BTreeMap;

#[test]
fn every_rule_finds_something_in_the_clusters_of_the_benchmark() {
    const RESOURCES: usize = 1_000;
    let text = cluster(RESOURCES);
    let input = Input {
        name: "cluster.yaml",
        bytes: text.as_bytes(),
    };
    let report = check(&[input], &settings(), Options::default());
    assert_eq!(report.diagnostics, []);
    assert_eq!(report.skipped, []);
    assert_eq!(report.summary.resources, RESOURCES);
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &report.findings {
        *found.entry(finding.rule).or_default() += 1;
    }
    println!("{found:?}");
    for rule in catalogue(Lang::En) {
        assert!(
            found.contains_key(rule.id),
            "{} finds nothing: {found:?}",
            rule.id
        );
    }
    // Most of it is right.
    assert!(report.findings.len() < RESOURCES / 5, "{found:?}");
}
