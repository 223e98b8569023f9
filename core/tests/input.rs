//! Bad input: a diagnostic with its place, and no good document lost.

#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    clippy::naive_bytecount,
    clippy::unwrap_used,
    reason = "test inputs are small"
)]

use mesh_ready_core::{
    Columns, Input, Lang, Options, Report, Settings, Severity, check, report::Diagnostic,
};

/// A document with exactly one error-severity finding, MR103 on its 8th line.
const GOOD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: good
spec:
  containers:
  - name: app
    securityContext: {runAsUser: 1337}
";

fn check_bytes(bytes: &[u8]) -> Report {
    let inputs = [Input {
        name: "input.yaml",
        bytes,
    }];
    check(&inputs, &Settings::default(), Options::default())
}

/// Rule ids and lines of the findings of severity error.
fn errors(report: &Report) -> Vec<(&str, u32)> {
    report
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| {
            (
                finding.rule,
                finding
                    .location
                    .as_ref()
                    .map_or(0, |location| location.line),
            )
        })
        .collect()
}

fn place(diagnostic: &Diagnostic) -> (u32, u32) {
    diagnostic
        .location
        .as_ref()
        .map_or((0, 0), |location| (location.line, location.column))
}

/// Checks `bad` between two good documents: both must be checked, and the diagnostics name these lines and words.
#[track_caller]
fn between_good(bad: &[u8], expected: &[((u32, u32), &str)]) {
    let before = [GOOD.as_bytes(), b"---\n"].concat();
    let report = check_bytes(&[&before, bad, b"\n---\n", GOOD.as_bytes()].concat());
    let second = 9 + u32::try_from(bad.iter().filter(|byte| **byte == b'\n').count()).unwrap() + 2;
    assert_eq!(
        errors(&report),
        [("MR103", 8), ("MR103", second + 8)],
        "good documents"
    );
    let got: Vec<_> = report
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let (line, column) = place(diagnostic);
            ((line - 9, column), diagnostic.message.as_str())
        })
        .collect();
    assert_eq!(got.len(), expected.len(), "{got:#?}");
    for ((got_place, message), (place, words)) in got.iter().zip(expected) {
        assert_eq!(got_place, place, "{message}");
        assert!(
            message.contains(words),
            "{message:?} does not say {words:?}"
        );
    }
}

#[test]
fn nothing_is_nothing() {
    for text in [
        "",
        " \n\n",
        "# only a comment\n",
        "---\n",
        "---\n---\n# x\n---\n",
        "\u{feff}",
        "null\n",
    ] {
        let report = check_bytes(text.as_bytes());
        assert_eq!(report.diagnostics, [], "{text:?}");
        assert_eq!(
            (report.summary.resources, report.summary.ignored),
            (0, 0),
            "{text:?}"
        );
    }
}

#[test]
fn an_unclosed_quote_ends_with_its_document() {
    between_good(
        b"a: \"never closed\nb: 1",
        &[((1, 4), "quote is never closed")],
    );
    between_good(b"'", &[((1, 1), "quote is never closed")]);
}

#[test]
fn an_unclosed_bracket_is_shown_where_it_is_missed() {
    between_good(b"a: 1\nb: [1, 2", &[((2, 4), "no matching end")]);
    between_good(b"a: 1\nb: [1, 2\nc: 3", &[((3, 2), "bracket is missing")]);
}

#[test]
fn a_tab_is_named() {
    between_good(b"a:\n\tb: 1", &[((2, 1), "a tab stands")]);
}

#[test]
fn control_characters_are_named() {
    between_good(b"a: b\0c\nd: 1", &[((1, 5), "0x00")]);
    between_good(b"a: \x1b[31m", &[((1, 4), "0x1B")]);
}

#[test]
fn bytes_that_are_not_utf8_are_shown() {
    between_good(b"a: caf\xe9", &[((1, 7), "not UTF-8")]);
    between_good(
        &(0..=255).filter(|byte| *byte != b'\n').collect::<Vec<u8>>(),
        &[((1, 128), "not UTF-8")],
    );
}

#[test]
fn duplicate_keys_are_shown_and_the_last_one_counts() {
    between_good(
        b"apiVersion: v1\nkind: List\nkind: Pod",
        &[((3, 1), "`kind` stands twice")],
    );
    let report = check_bytes(
        GOOD.replace("{runAsUser: 1337}", "{runAsUser: 1337, runAsUser: 1}")
            .as_bytes(),
    );
    assert_eq!(errors(&report), []);
    let many: String = (0..40).map(|key| format!("k{}: 1\n", key % 39)).collect();
    let report = check_bytes(many.as_bytes());
    assert_eq!(
        report.diagnostics.iter().map(place).collect::<Vec<_>>(),
        [(40, 1)]
    );
}

#[test]
fn nesting_has_a_limit() {
    for bad in [
        "[".repeat(1_000_000),
        "{a: ".repeat(1_000_000),
        "- ".repeat(1_000_000),
    ] {
        let report = check_bytes(format!("{bad}\n---\n{GOOD}").as_bytes());
        assert_eq!(errors(&report), [("MR103", 10)]);
        assert!(
            report.diagnostics[0].message.contains("255 levels"),
            "{:?}",
            report.diagnostics
        );
    }
}

#[test]
fn laughs_are_not_expanded() {
    let mut laughs = "a0: &a0 lol\n".to_owned();
    for level in 1..40 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let report = check_bytes(format!("{laughs}---\n{GOOD}").as_bytes());
    assert_eq!(errors(&report), [("MR103", 49)]);
    assert!(
        report.diagnostics[0].message.contains("aliases expand"),
        "{:?}",
        report.diagnostics
    );

    let mut merges = "a0: &a0 {k: 1}\n".to_owned();
    for level in 1..40 {
        let keys: String = (0..9)
            .map(|key| format!("k{key}: *a{}, ", level - 1))
            .collect();
        merges.push_str(&format!(
            "a{level}: &a{level} {{<<: *a{}, {keys}}}\n",
            level - 1
        ));
    }
    let report = check_bytes(format!("{merges}---\n{GOOD}").as_bytes());
    assert_eq!(errors(&report), [("MR103", 49)]);
    assert!(
        report.diagnostics[0].message.contains("aliases expand"),
        "{:?}",
        report.diagnostics
    );
}

#[test]
fn aliases_need_their_anchors() {
    between_good(b"a: *gone", &[((1, 4), "`&gone`")]);
    between_good(b"a: &a [*a]", &[((1, 8), "no end")]);
    between_good(b"x: &x 1\na:\n  <<: *x", &[((3, 7), "none")]);
}

#[test]
fn keys_are_strings() {
    between_good(b"? [a, b]\n: 1", &[((1, 3), "a key must be a string")]);
    between_good(b"~: 1", &[((1, 1), "a key must be a string")]);
}

#[test]
fn kubectls_separator_is_kept() {
    let report = check_bytes(format!("{GOOD}--- {{a: 1}}\n---- \n--- # fine\n{GOOD}").as_bytes());
    assert_eq!(errors(&report), [("MR103", 8), ("MR103", 19)]);
    let places: Vec<_> = report.diagnostics.iter().map(place).collect();
    assert_eq!(places, [(9, 5), (10, 4)], "{:#?}", report.diagnostics);
}

#[test]
fn a_field_of_the_wrong_type_costs_only_itself() {
    let text = "\
apiVersion: v1
kind: Pod
metadata: 7
spec:
  hostNetwork: []
  containers:
  - 5
  - name: app
    ports: yes
    securityContext: {runAsUser: \"1337\"}
";
    let report = check_bytes(text.as_bytes());
    assert_eq!(errors(&report), [("MR103", 10)]);
    let got: Vec<_> = report
        .diagnostics
        .iter()
        .map(|it| (place(it).0, it.severity, it.message.as_str()))
        .collect();
    let words = [
        (3, Severity::Error, "`metadata` must be a mapping"),
        (5, Severity::Error, "`hostNetwork` must be true or false"),
        (7, Severity::Error, "`containers[0]` must be a mapping"),
        (9, Severity::Error, "`ports` must be a list"),
        (10, Severity::Warning, "`runAsUser` must be a whole number"),
    ];
    assert_eq!(got.len(), words.len(), "{got:#?}");
    for ((line, severity, message), (expected_line, expected_severity, expected)) in
        got.iter().zip(words)
    {
        assert_eq!(
            (*line, *severity),
            (expected_line, expected_severity),
            "{message}"
        );
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn labels_that_are_no_strings_are_read_all_the_same() {
    let text = GOOD.replace(
        "  name: good\n",
        "  name: good\n  labels: {sidecar.istio.io/inject: false, version: 1.0}\n",
    );
    let report = check_bytes(text.as_bytes());
    assert_eq!(errors(&report), [], "the label opts out");
    let messages: Vec<_> = report
        .diagnostics
        .iter()
        .map(|it| it.message.as_str())
        .collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(
        messages[0].contains("`sidecar.istio.io/inject` must be a string"),
        "{messages:?}"
    );
    assert!(messages[1].contains("`1.0`"), "{messages:?}");
}

#[test]
fn helm_templates_get_one_diagnostic_each() {
    let template = "\
{{- if .Values.enabled }}
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
---
kind: Pod
spec: {{ .Values.spec }}
{{- end }}
";
    let inputs = [
        Input {
            name: "a.yaml",
            bytes: template.as_bytes(),
        },
        Input {
            name: "b.yaml",
            bytes: b"apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\n",
        },
        Input {
            name: "c.yaml",
            bytes: GOOD.as_bytes(),
        },
    ];
    let report = check(&inputs, &Settings::default(), Options::default());
    let files: Vec<_> = report
        .diagnostics
        .iter()
        .map(|it| {
            (
                it.location.as_ref().unwrap().file.as_str(),
                it.message.contains("helm template"),
            )
        })
        .collect();
    assert_eq!(files, [("a.yaml", true), ("b.yaml", true)]);
    assert_eq!(errors(&report), [("MR103", 8)]);
    let quoted = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {args: [\"{{inputs.x}}\"], script: 'echo {{y}}'}\n";
    assert_eq!(check_bytes(quoted.as_bytes()).diagnostics, []);
}

#[test]
fn what_is_no_kubernetes_object_is_counted() {
    let report = check_bytes(
        format!("replicas: 1\nimage: {{}}\n---\ngroups: []\n---\n{GOOD}---\nkind: Pod\n")
            .as_bytes(),
    );
    assert_eq!((report.summary.resources, report.summary.ignored), (1, 3));
    let messages: Vec<_> = report
        .diagnostics
        .iter()
        .map(|it| (place(it), it.severity))
        .collect();
    assert_eq!(
        messages,
        [((15, 1), Severity::Warning)],
        "a kind without apiVersion is worth a word"
    );
}

#[test]
fn ten_megabytes_of_text_are_read() {
    for text in [
        "word ".repeat(2_000_000),
        "word\n".repeat(2_000_000),
        "k: v\n".repeat(2_000_000),
        "-\n".repeat(5_000_000),
    ] {
        let report = check_bytes(format!("{text}\n---\n{GOOD}").as_bytes());
        assert_eq!(errors(&report).len(), 1);
    }
}

#[test]
fn places_survive_byte_order_mark_and_carriage_returns() {
    let text = format!("\u{feff}{GOOD}").replace('\n', "\r\n");
    let report = check_bytes(text.as_bytes());
    let location = report
        .findings
        .iter()
        .find(|it| it.rule == "MR103")
        .unwrap()
        .location
        .clone()
        .unwrap();
    assert_eq!(
        (
            location.line,
            location.column,
            location.end_line,
            location.end_column
        ),
        (8, 34, 8, 38)
    );
}

#[test]
fn columns_count_what_is_asked_for() {
    let text = GOOD.replace("securityContext: {", "securityContext: {\"𝄞é\": 1, ");
    let column = |columns| {
        let inputs = [Input {
            name: "input.yaml",
            bytes: text.as_bytes(),
        }];
        let report = check(
            &inputs,
            &Settings::default(),
            Options {
                lang: Lang::En,
                columns,
            },
        );
        report
            .findings
            .iter()
            .find(|it| it.rule == "MR103")
            .unwrap()
            .location
            .clone()
            .unwrap()
            .column
    };
    assert_eq!(
        [Columns::Utf8, Columns::Utf16, Columns::Chars].map(column),
        [47, 44, 43]
    );
}

#[test]
fn aliases_and_merges_are_shown_where_they_stand() {
    let text = "\
apiVersion: v1
kind: Pod
metadata: {name: shared}
spec:
  containers:
  - name: one
    securityContext: &context
      runAsUser: 1337
  - name: two
    securityContext: *context
  - name: three
    securityContext:
      <<: *context
  - name: four
    securityContext:
      <<: *context
      runAsUser: 2
";
    assert_eq!(
        errors(&check_bytes(text.as_bytes())),
        [("MR103", 8), ("MR103", 10), ("MR103", 13)]
    );
}

#[test]
fn json_and_lists_are_manifests_too() {
    let pod = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\ud83d\ude00"},"spec":{"containers":[{"name":"a","securityContext":{"runAsUser":1337}}]}}"#;
    let report = check_bytes(pod.as_bytes());
    assert_eq!(errors(&report), [("MR103", 1)]);
    assert_eq!(report.findings[0].resource.name, "😀");
    let list = format!("{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{pod},\n{pod}]}}");
    let report = check_bytes(list.as_bytes());
    assert_eq!(
        (report.summary.resources, errors(&report)),
        (2, vec![("MR103", 1), ("MR103", 2)])
    );
    let typed = format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"PodList\",\"items\":[{}]}}",
        pod.replace(r#""apiVersion":"v1","kind":"Pod","#, "")
    );
    assert_eq!(errors(&check_bytes(typed.as_bytes())), [("MR103", 1)]);
    let indented = "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"Pod\",\n\t\"spec\": {\"containers\": [{\"name\": \"a\",\n\t\t\"securityContext\": {\"runAsUser\": 1337}}]}\n}\n";
    let report = check_bytes(indented.as_bytes());
    assert_eq!(
        (
            report.diagnostics,
            errors(&check_bytes(indented.as_bytes()))
        ),
        (vec![], vec![("MR103", 5)])
    );
}

#[test]
fn diagnostics_speak_both_languages() {
    let inputs = [Input {
        name: "input.yaml",
        bytes: b"a: \"b",
    }];
    let say = |lang| {
        check(
            &inputs,
            &Settings::default(),
            Options {
                lang,
                ..Options::default()
            },
        )
        .diagnostics[0]
            .message
            .clone()
    };
    assert!(say(Lang::En).contains("quote"));
    assert!(say(Lang::ZhCn).contains("引号"));
}

#[test]
fn the_same_text_thousands_of_times_is_not_squared() {
    let application = "\
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {app: a, version: v1}}
spec: {containers: [{name: a, securityContext: {runAsUser: 1337}}]}
---
apiVersion: v1
kind: Service
metadata: {name: a}
spec: {selector: {app: a}, ports: [{name: http, port: 80}]}
---
";
    let report = check_bytes(application.repeat(30_000).as_bytes());
    assert_eq!(report.summary.resources, 60_000);
    assert_eq!(
        report.summary.errors, 30_000,
        "what needs no Service is still checked"
    );
    let unjoined: Vec<_> = report
        .skipped
        .iter()
        .filter(|it| it.reason.contains("4000000 pairs"))
        .map(|it| it.rule)
        .collect();
    assert_eq!(
        unjoined,
        [
            "MR101", "MR102", "MR301", "MR302", "MR303", "MR305", "MR306", "MR604"
        ],
        "{:?}",
        report.skipped
    );
}

#[test]
fn endless_problems_are_counted_and_not_listed() {
    let report = check_bytes(format!("{GOOD}---\n{}", "?\n".repeat(5_000)).as_bytes());
    assert_eq!(errors(&report), [("MR103", 8)]);
    assert_eq!(report.diagnostics.len(), 1_001);
    let last = &report.diagnostics[1_000];
    assert!(last.message.contains("more problems"), "{last:?}");
}
