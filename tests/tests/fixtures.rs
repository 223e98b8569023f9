//! The rules against the fixtures: what is written on a line is found there, and nothing else.

use mesh_ready_core::{
    Columns, Input, Lang, Options, Report, Severity, catalogue, report::Finding,
};
use mesh_ready_tests::{Expected, Fixture, fixtures};
use std::fmt::Write;

fn check(fixture: &Fixture, lang: Lang) -> Report {
    let path = fixture.path();
    let input = Input {
        name: &path,
        bytes: fixture.text.as_bytes(),
    };
    let options = Options {
        lang,
        columns: Columns::Chars,
    };
    mesh_ready_core::check(&[input], &fixture.focused_settings(), options)
}

fn describe(finding: &Finding) -> String {
    let line = finding.location.as_ref().map_or(0, |place| place.line);
    let severity = finding.severity.word();
    let suppressed = if finding.suppressed {
        " suppressed"
    } else {
        ""
    };
    format!(
        "line {line}: {} {severity}{suppressed}: {}",
        finding.rule, finding.message
    )
}

/// What differs from the expectations, a line each; empty when nothing does.
fn difference(fixture: &Fixture, report: &Report) -> String {
    let mut difference = String::new();
    let mut found: Vec<&Finding> = report.findings.iter().collect();
    let mut missing: Vec<&Expected> = Vec::new();
    for expected in &fixture.expected {
        match found.iter().position(|finding| expected.matches(finding)) {
            Some(index) => {
                found.remove(index);
            }
            None => missing.push(expected),
        }
    }
    for expected in missing {
        let _ = writeln!(difference, "  - expected {expected}");
    }
    for finding in found {
        let _ = writeln!(difference, "  + found    {}", describe(finding));
    }
    for diagnostic in &report.diagnostics {
        if diagnostic.severity == Severity::Error {
            let _ = writeln!(difference, "  + diagnostic: {}", diagnostic.message);
        }
    }
    difference
}

/// Fails with one list of everything that is wrong, so that a change of a rule is seen at once in all its cases.
fn no_difference(differences: impl Iterator<Item = (String, String)>) {
    let mut list = String::new();
    for (path, difference) in differences.filter(|(_, difference)| !difference.is_empty()) {
        let _ = writeln!(list, "{path}\n{difference}");
    }
    assert!(list.is_empty(), "\n\n{list}");
}

#[test]
fn every_line_says_what_is_found_there() {
    no_difference(fixtures().iter().map(|fixture| {
        let report = check(fixture, Lang::En);
        (fixture.path(), difference(fixture, &report))
    }));
}

/// A language changes the words of a report and nothing else.
#[test]
fn every_language_has_the_same_findings() {
    let facts = |finding: &Finding| {
        let related = finding.related.iter();
        let related: Vec<_> = related
            .map(|related| (related.resource.clone(), related.path.clone()))
            .collect();
        (
            (finding.rule, finding.severity, finding.suppressed),
            (finding.resource.clone(), finding.path.clone()),
            finding.location.clone(),
            related,
        )
    };
    no_difference(fixtures().iter().map(|fixture| {
        let english = check(fixture, Lang::En);
        let chinese = check(fixture, Lang::ZhCn);
        let mut difference = String::new();
        if !english
            .findings
            .iter()
            .map(facts)
            .eq(chinese.findings.iter().map(facts))
        {
            difference.push_str("  the findings differ between English and Chinese\n");
        }
        for (english, chinese) in english.findings.iter().zip(&chinese.findings) {
            let texts = [
                (&english.message, &chinese.message),
                (&english.help, &chinese.help),
            ];
            for (english, chinese) in texts {
                if english.is_empty() || chinese.is_empty() || english == chinese {
                    let _ = writeln!(
                        difference,
                        "  not in two languages: {english:?}, {chinese:?}"
                    );
                }
            }
        }
        (fixture.path(), difference)
    }));
}

/// The fixtures of a rule show both of its sides, and each says what it shows.
#[test]
fn every_rule_has_fixtures_that_fire_and_stay_silent() {
    let fixtures = fixtures();
    for rule in catalogue(Lang::En) {
        let of_rule = fixtures.iter().filter(|fixture| fixture.rule == rule.id);
        let (silent, firing) = of_rule.fold((0, 0), |(silent, firing), fixture| {
            let fires = !fixture.expected.is_empty();
            (silent + usize::from(!fires), firing + usize::from(fires))
        });
        assert!(firing > 0, "{}: no fixture that fires", rule.id);
        assert!(silent > 0, "{}: no fixture that stays silent", rule.id);
    }
    for fixture in &fixtures {
        let path = fixture.path();
        assert!(
            !fixture.intro().is_empty(),
            "{path}: begin with a comment that says what it shows"
        );
    }
}
