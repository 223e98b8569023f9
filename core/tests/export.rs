//! The report as SARIF and as Markdown.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use mesh_ready_core::{
    Columns, Input, Lang, Options, Report, Settings, catalogue, check, markdown, sarif,
};
use serde_json::{Value, json};

/// Two findings with fixes, one of them silenced in the text, and one that settings silence.
const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart, version: v1}
spec:
  containers:
  - name: é𝄞[a](b)
    securityContext: {runAsUser: 1337}
  - name: till
    securityContext:
      runAsUser: 1337 # mesh-ready: ignore MR103 -- it is *theirs*
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: quiet}
spec: {containers: [{name: a, securityContext: {runAsUser: 1337}}]}
---
a: [
";

fn report(options: Options) -> Report {
    let settings = Settings {
        ignore_namespaces: vec!["quiet".to_owned()],
        ..Settings::default()
    };
    let inputs = [Input {
        name: "my pods/a#1.yaml",
        bytes: POD.as_bytes(),
    }];
    check(&inputs, &settings, options)
}

fn options(lang: Lang, columns: Columns) -> Options {
    Options { lang, columns }
}

fn log(lang: Lang, columns: Columns) -> Value {
    let options = options(lang, columns);
    let log = sarif(&report(options), options).expect("columns that SARIF counts");
    serde_json::from_str(&log).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn sarif_has_what_its_schema_requires() {
    for lang in Lang::ALL {
        let log = log(lang, Columns::Utf16);
        assert_eq!(log["version"], "2.1.0");
        let runs = list(&log["runs"]);
        assert_eq!(runs.len(), 1);
        let run = &runs[0];
        assert_eq!(run["columnKind"], "utf16CodeUnits");
        assert_eq!(run["language"], lang.tag());
        let driver = &run["tool"]["driver"];
        assert_eq!(driver["name"], "mesh-ready");
        let catalogue = catalogue(lang);
        assert_eq!(list(&driver["rules"]).len(), catalogue.len());
        for (rule, known) in list(&driver["rules"]).iter().zip(&catalogue) {
            assert_eq!(rule["id"], known.id);
            assert_eq!(rule["name"], known.name);
            assert_eq!(rule["shortDescription"]["text"], known.title);
            let help = rule["helpUri"].as_str().expect("an address");
            assert!(help.starts_with("https://") && help.ends_with(&known.docs));
            let level = rule["defaultConfiguration"]["level"].as_str();
            assert!(matches!(level, Some("note" | "warning" | "error")));
        }
        let results = list(&run["results"]);
        let report = report(options(lang, Columns::Utf16));
        assert_eq!(results.len(), report.findings.len());
        for (result, finding) in results.iter().zip(&report.findings) {
            assert_eq!(result["ruleId"], finding.rule);
            let index = result["ruleIndex"].as_u64().expect("a number");
            let index = usize::try_from(index).expect("a small number");
            assert_eq!(driver["rules"][index]["id"], finding.rule);
            let text = result["message"]["text"].as_str().expect("a message");
            assert!(text.ends_with(&finding.help), "{text}");
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "my%20pods/a%231.yaml");
            let location = finding.location.as_ref().expect("a place");
            assert_eq!(
                place["region"],
                json!({
                    "startLine": location.line, "startColumn": location.column,
                    "endLine": location.end_line, "endColumn": location.end_column,
                })
            );
            assert_eq!(
                list(&result["relatedLocations"]).len(),
                finding.related.len()
            );
            let suppressions = list(&result["suppressions"]);
            assert_eq!(suppressions.len(), usize::from(finding.suppressed));
            assert_eq!(
                list(&result["fixes"]).len(),
                usize::from(finding.fix.is_some())
            );
            for fix in list(&result["fixes"]) {
                for change in list(&fix["artifactChanges"]) {
                    assert!(change["artifactLocation"]["uri"].is_string());
                    assert!(!list(&change["replacements"]).is_empty());
                    for replacement in list(&change["replacements"]) {
                        assert!(replacement["deletedRegion"]["startLine"].is_u64());
                        assert!(replacement["insertedContent"]["text"].is_string());
                    }
                }
            }
        }
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let notifications = list(&invocation["toolExecutionNotifications"]);
        assert_eq!(
            notifications.len(),
            report.diagnostics.len() + report.skipped.len()
        );
        assert!(
            notifications
                .iter()
                .all(|said| said["message"]["text"].is_string())
        );
        assert_eq!(notifications[0]["level"], "error");
        let skipped = notifications.last().expect("a rule that was skipped");
        let last = report.skipped.last().expect("a rule that was skipped");
        assert_eq!(skipped["level"], "note");
        assert_eq!(skipped["associatedRule"]["id"], last.rule);
    }
}

/// The result of MR103 for each container.
fn reserved(log: &Value) -> Vec<&Value> {
    let results = list(&log["runs"][0]["results"]).iter();
    results
        .filter(|result| result["ruleId"] == "MR103")
        .collect()
}

#[test]
fn sarif_says_who_silenced_a_finding() {
    let log = log(Lang::En, Columns::Utf16);
    let [open, in_source, external] = reserved(&log)[..] else {
        unreachable!("three containers")
    };
    assert_eq!(open["suppressions"], json!([]));
    assert_eq!(
        in_source["suppressions"],
        json!([{"kind": "inSource", "justification": "it is *theirs*"}])
    );
    assert_eq!(external["suppressions"], json!([{"kind": "external"}]));
}

#[test]
fn sarif_makes_no_link_of_a_name() {
    let log = log(Lang::En, Columns::Utf16);
    let text = reserved(&log)[0]["message"]["text"].as_str().expect("text");
    assert!(text.contains("`é𝄞\\[a\\](b)`"), "{text}");
}

#[test]
fn sarif_counts_what_it_says_it_counts() {
    let options = options(Lang::En, Columns::Utf8);
    assert_eq!(sarif(&report(options), options), None);
    let log = log(Lang::En, Columns::Chars);
    assert_eq!(log["runs"][0]["columnKind"], "unicodeCodePoints");
}

#[test]
fn markdown_shows_findings_suppressed_ones_problems_and_skipped_rules() {
    let report = report(Options::default());
    let shown = markdown(&report, Lang::En);
    let place = |heading: &str| shown.find(heading).expect(heading);
    let headings = [
        "## mesh-ready ",
        "### Findings",
        "### Suppressed",
        "### Problems of the input",
        "### Rules that did not run",
    ];
    assert!(headings.map(place).is_sorted(), "{shown}");
    assert!(shown.contains("- **error** [MR103](https://"), "{shown}");
    assert!(
        shown.contains("`my pods/a#1.yaml:10:34` `Pod shop/cart` "),
        "{shown}"
    );
    assert!(
        shown.contains("  \n  Reason: it is \\*theirs\\*\n"),
        "{shown}"
    );
    for skipped in &report.skipped {
        assert!(shown.contains(&format!("\n- {} ", skipped.rule)));
    }
    let zh = Options {
        lang: Lang::ZhCn,
        ..Options::default()
    };
    let shown = markdown(&self::report(zh), Lang::ZhCn);
    assert!(shown.contains("### 检查结果\n\n- **警告** "), "{shown}");
}

/// Every string of a finding may come from a manifest.
#[test]
fn markdown_has_no_markup_of_a_manifest() {
    const NASTY: &str = "a`b<img src=x>[l](http://x.y)*b*_i_~s~ @me #1 www.x.y $m$ |\n# h\u{7}``";
    let mut report = report(Options::default());
    report.findings.truncate(1);
    report.findings[0].message = format!("container `{NASTY}` and {NASTY}");
    report.findings[0].resource.name = NASTY.to_owned();
    report.skipped.clear();
    report.diagnostics.clear();
    let shown = markdown(&report, Lang::En);
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines.len(), 8, "{shown}");
    let resource =
        "``` Pod shop/a`b<img src=x>[l](http://x.y)*b*_i_~s~ @me #1 www.x.y $m$ | # h `` ```";
    assert!(lines[6].contains(resource), "{shown}");
    // Without what is code, no character is left that would be markup.
    let mut text = String::new();
    let mut rest = lines[6];
    while let Some(start) = rest.find('`') {
        if rest[..start].ends_with('\\') {
            text.push_str(&rest[..=start]);
            rest = &rest[start + 1..];
            continue;
        }
        text.push_str(&rest[..start]);
        let fence = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let inside = &rest[start + fence..];
        let mut end = 0;
        // A run of exactly as many backticks ends it.
        let after = loop {
            let run = end + inside[end..].find('`').expect("a closed code span");
            let length = inside[run..].len() - inside[run..].trim_start_matches('`').len();
            end = run + length;
            if length == fence {
                break &inside[end..];
            }
        };
        rest = after;
    }
    text.push_str(rest);
    let text = text.split_once(") ").expect("the rule's link").1;
    for markup in ["<", "[", "]", "*", "_", "~", "$", "|", "`"] {
        let escaped = text.matches(&format!("\\{markup}")).count();
        assert_eq!(text.matches(markup).count(), escaped, "{markup} in {text}");
    }
    for link in ["http://", "www.", "@me", "#1"] {
        assert!(!text.contains(link), "{link} in {text}");
    }
}
