//! Settings: every field read, every mistake shown at its place.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mesh_ready_core::{
    Lang, Settings, Severity,
    settings::{
        ClusterContext, DataPlane, FIELDS, FieldKind, FieldValue, Level, Levels, NativeSidecars,
        OnMissingContext, SettingsError, Version,
    },
};

fn parse(text: &str) -> Result<Settings, Vec<SettingsError>> {
    Settings::parse("settings.yaml", text.as_bytes(), Lang::En)
}

/// Path and line of each error.
#[track_caller]
fn errors(text: &str) -> Vec<(String, u32, String)> {
    let place = |error: SettingsError| {
        (
            error.path,
            error.location.map_or(0, |it| it.line),
            error.message,
        )
    };
    parse(text).unwrap_err().into_iter().map(place).collect()
}

#[test]
fn nothing_means_the_defaults() {
    for text in ["", "{}", "# nothing\n", "---\n"] {
        assert_eq!(parse(text), Ok(Settings::default()), "{text:?}");
    }
}

#[test]
fn every_field_is_read() {
    let settings = parse(
        "\
dataPlane: ambient
cni: true
istioVersion: \"1.24.1\"
kubernetesVersion: v1.30
assumeInjected: false
injectByDefault: yes
rootNamespace: mesh
nativeSidecars: true
failOn: warning
context: none
onMissingContext: reject
mutate: [MR107, MR108]
language: zh-CN
rules: {MR107: off, MR303: \"error\"}
ignoreNamespaces: [kube-system]
ignoreWorkloads:
- shop/cart
",
    )
    .unwrap();
    let mut levels = Levels::default();
    levels.set("MR107", Some(Level::Off));
    levels.set("MR303", Some(Level::Error));
    let expected = Settings {
        data_plane: DataPlane::Ambient,
        cni: true,
        istio_version: Version {
            major: 1,
            minor: 24,
        },
        kubernetes_version: Version {
            major: 1,
            minor: 30,
        },
        assume_injected: false,
        inject_by_default: true,
        root_namespace: "mesh".to_owned(),
        native_sidecars: NativeSidecars::True,
        fail_on: Severity::Warning,
        context: ClusterContext::None,
        on_missing_context: OnMissingContext::Reject,
        mutate: vec!["MR107", "MR108"],
        language: Lang::ZhCn,
        rules: levels,
        ignore_namespaces: vec!["kube-system".to_owned()],
        ignore_workloads: vec!["shop/cart".to_owned()],
    };
    assert_eq!(settings, expected);
}

#[test]
fn what_is_written_is_read_again() {
    let settings = parse("{dataPlane: ambient, nativeSidecars: \"false\", rules: {MR101: info}, ignoreWorkloads: [a]}").unwrap();
    assert_eq!(
        parse(&serde_json::to_string(&settings).unwrap()),
        Ok(settings)
    );
}

#[test]
fn every_mistake_is_shown_at_once() {
    let text = "\
cni: maybe
istioVersion: 1.30
dataplane: sidecar
rules:
  MR999: off
  MR107: loud
ignoreNamespaces: [ok, 3]
failOn: [error]
";
    let expected = [
        ("cni", 1, "true or false"),
        ("istioVersion", 2, "in quotes"),
        ("dataplane", 3, "unknown field `dataplane`"),
        ("rules.MR999", 5, "unknown rule `MR999`"),
        ("rules.MR107", 6, "off, info, warning, error"),
        ("ignoreNamespaces[1]", 7, "string"),
        ("failOn", 8, "error, warning, info"),
    ];
    let errors = errors(text);
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for ((path, line, message), (expected_path, expected_line, words)) in
        errors.iter().zip(expected)
    {
        assert_eq!((path.as_str(), *line), (expected_path, expected_line));
        assert!(
            message.contains(words),
            "{message:?} does not say {words:?}"
        );
    }
}

#[test]
fn what_is_no_mapping_is_refused() {
    for text in ["7", "[cni]", "cni", "a: [", "{}\n---\n{}\n"] {
        assert_eq!(errors(text).len(), 1, "{text:?}");
    }
}

#[test]
fn native_sidecars_follow_the_versions() {
    for (text, expected) in [
        ("{istioVersion: '1.27', kubernetesVersion: '1.33'}", true),
        ("{istioVersion: '1.26', kubernetesVersion: '1.33'}", false),
        ("{istioVersion: '1.27', kubernetesVersion: '1.32'}", false),
        ("{istioVersion: '1.20', nativeSidecars: 'true'}", true),
        ("{nativeSidecars: false}", false),
    ] {
        assert_eq!(parse(text).unwrap().native_sidecars(), expected, "{text}");
    }
}

#[test]
fn a_form_offers_what_is_accepted() {
    for field in &FIELDS {
        let name = field.name;
        let accepts = |value: &str| parse(&format!("{name}: {value}")).is_ok();
        let (good, bad) = match field.kind {
            FieldKind::Choice => {
                for choice in field.choices {
                    let settings = parse(&format!("{name}: \"{choice}\"")).unwrap();
                    assert_eq!(settings.value(field), FieldValue::Word(choice), "{name}");
                }
                let message = &errors(&format!("{name}: nonsense"))[0].2;
                assert!(message.ends_with(&format!(": {}", field.choices.join(", "))));
                (field.choices[0], "nonsense")
            }
            FieldKind::Bool => ("true", "nonsense"),
            FieldKind::String => ("a", "''"),
            FieldKind::Version => ("'1.20'", "1.20"),
            FieldKind::List if field.choices.is_empty() => ("[a]", "a"),
            FieldKind::List => {
                let message = &errors(&format!("{name}: [nonsense]"))[0].2;
                assert!(message.ends_with(&format!(": {}", field.choices.join(", "))));
                (field.choices[0], "[nonsense]")
            }
            FieldKind::Levels => {
                for choice in field.choices {
                    assert!(accepts(&format!("{{MR107: {choice}}}")), "{choice}");
                }
                let message = &errors("rules: {MR107: nonsense}")[0].2;
                assert!(message.ends_with(&format!(": {}", field.choices.join(", "))));
                ("{MR107: off}", "{MR107: nonsense}")
            }
        };
        let good = if field.kind == FieldKind::List {
            format!("[{}]", good.trim_matches(['[', ']']))
        } else {
            good.to_owned()
        };
        assert!(accepts(&good), "{name}: {good}");
        assert!(!accepts(bad), "{name}: {bad}");
    }
}

#[test]
fn yaml_has_what_differs_and_is_read_again() {
    assert_eq!(Settings::default().to_yaml(), "");
    let all = "\
dataPlane: ambient
cni: true
istioVersion: \"1.24\"
kubernetesVersion: \"1.30\"
assumeInjected: false
injectByDefault: true
rootNamespace: \"1\"
nativeSidecars: \"true\"
failOn: warning
context: none
onMissingContext: reject
mutate:
- MR107
- MR503
language: zh-CN
rules:
  MR107: off
  MR303: error
ignoreNamespaces:
- kube-system
- \"a: \\\"b\\\" #\\u000a\"
ignoreWorkloads:
- shop/cart
";
    let settings = parse(all).unwrap();
    assert_eq!(settings.to_yaml(), all);
    for field in &FIELDS {
        let default = Settings::default();
        assert_ne!(
            settings.value(field),
            default.value(field),
            "{}",
            field.name
        );
    }
    assert_eq!(
        serde_json::to_string(&Settings::default()).unwrap(),
        "{\"dataPlane\":\"sidecar\",\"cni\":false,\"istioVersion\":\"1.27\",\"kubernetesVersion\":\"1.33\",\
         \"assumeInjected\":true,\"injectByDefault\":false,\"rootNamespace\":\"istio-system\",\
         \"nativeSidecars\":\"auto\",\"failOn\":\"error\",\"context\":\"cluster\",\"onMissingContext\":\"warn\",\
         \"mutate\":[],\"language\":\"en\",\"rules\":{},\"ignoreNamespaces\":[],\"ignoreWorkloads\":[]}"
    );
}
