//! What the documentation shows is what the program does.

use mesh_ready_core::report::Finding;
use mesh_ready_core::{Input, Lang, Options, Settings, catalogue, check};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(name: &str) -> String {
    let text = fs::read_to_string(repository().join(name)).unwrap_or_default();
    assert!(!text.is_empty(), "{name} is missing");
    text
}

/// A page's name in a language: Chinese ones carry their tag.
fn page(name: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{name}.md"),
        Lang::ZhCn => format!("{name}.zh-CN.md"),
    }
}

/// The fenced blocks of a kind, such as `yaml`.
fn blocks<'a>(text: &'a str, kind: &str) -> Vec<&'a str> {
    let fence = format!("```{kind}\n");
    let parts: Vec<_> = text.split(fence.as_str()).collect();
    parts[1..]
        .iter()
        .filter_map(|part| Some(part.split_once("```")?.0))
        .collect()
}

/// What the program prints for the README's example, in a directory of the test's own.
fn run(test: &str, line: &str, lang: Lang) -> String {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(test)
        .join(lang.tag());
    let readme = read(&page("README", lang));
    let written = fs::create_dir_all(&directory)
        .and_then(|()| fs::write(directory.join("cart.yaml"), blocks(&readme, "yaml")[0]));
    assert!(written.is_ok(), "{written:?}");
    let output = Command::new(env!("CARGO_BIN_EXE_mesh-ready"))
        .current_dir(&directory)
        .args(line.split(' '))
        .envs([("LC_ALL", "C"), ("NO_COLOR", "1")])
        .output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

#[test]
fn the_readme_shows_real_output() {
    for (lang, line) in [
        (Lang::En, "check cart.yaml"),
        (Lang::ZhCn, "check --lang zh-CN cart.yaml"),
    ] {
        let readme = read(&page("README", lang));
        let shown = blocks(&readme, "console")[0];
        assert_eq!(
            shown,
            format!("$ mesh-ready {line}\n{}", run("readme", line, lang))
        );
    }
}

#[test]
fn the_report_page_shows_a_real_report() {
    for (lang, line) in [
        (Lang::En, "check --lang en --format json cart.yaml"),
        (Lang::ZhCn, "check --lang zh-CN --format json cart.yaml"),
    ] {
        let text = read(&page("docs/report", lang));
        assert_eq!(blocks(&text, "json")[0], run("report", line, lang));
    }
}

#[test]
fn the_report_page_names_every_field() {
    fn keys(value: &serde_json::Value, into: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    into.insert(key.clone());
                    keys(value, into);
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
            _ => {}
        }
    }
    let silenced = read("docs/silence.md");
    let files = [blocks(&silenced, "yaml")[0], "a: [\n"];
    let inputs = files.map(|text| Input {
        name: "a.yaml",
        bytes: text.as_bytes(),
    });
    let report = check(&inputs, &Settings::default(), Options::default());
    let mut fields = BTreeSet::new();
    keys(
        &serde_json::to_value(&report).unwrap_or_default(),
        &mut fields,
    );
    assert!(
        fields.contains("suppressed")
            && fields.contains("diagnostics")
            && fields.contains("endColumn")
    );
    for lang in Lang::ALL {
        let name = page("docs/report", lang);
        let text = read(&name);
        for field in &fields {
            assert!(
                text.contains(&format!("`{field}`")),
                "{name} says nothing of {field}"
            );
        }
    }
}

#[test]
fn the_settings_pages_show_the_defaults_and_describe_every_field() {
    let fields = serde_json::to_value(Settings::default()).unwrap_or_default();
    let fields: BTreeSet<String> = fields
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    assert!(!fields.is_empty());
    for lang in Lang::ALL {
        let name = page("docs/settings", lang);
        let text = read(&name);
        let examples = blocks(&text, "yaml");
        for example in &examples {
            let parsed = Settings::parse(&name, example.as_bytes(), lang);
            assert!(parsed.is_ok(), "{parsed:?}\n{example}");
        }
        assert_eq!(
            Settings::parse(&name, examples[0].as_bytes(), lang),
            Ok(Settings::default()),
            "{name}"
        );
        let described = text
            .lines()
            .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'));
        assert_eq!(
            described.map(str::to_owned).collect::<BTreeSet<_>>(),
            fields,
            "{name}"
        );
        let name = page("README", lang);
        let listed = read(&name);
        let default = examples[0].lines().filter_map(|line| line.split_once(": "));
        for (field, default) in default {
            let row = format!("| `{field}` | `{default}` |");
            assert!(listed.contains(&row), "{name} has no row {row}");
        }
    }
}

#[test]
fn what_the_silence_pages_show_is_silenced() {
    let both = Lang::ALL.map(|lang| read(&page("docs/silence", lang)));
    assert_eq!(blocks(&both[0], "yaml"), blocks(&both[1], "yaml"));
    for example in blocks(&both[0], "yaml") {
        let input = Input {
            name: "example.yaml",
            bytes: example.as_bytes(),
        };
        let report = check(&[input], &Settings::default(), Options::default());
        assert_eq!(report.diagnostics, []);
        let named: Vec<_> = catalogue(Lang::En)
            .into_iter()
            .filter(|rule| example.contains(rule.id))
            .collect();
        assert!(!named.is_empty());
        for rule in named {
            let mut found = report
                .findings
                .iter()
                .filter(|finding| finding.rule == rule.id)
                .peekable();
            assert!(
                found.peek().is_some(),
                "{} finds nothing in:\n{example}",
                rule.id
            );
            assert!(
                found.all(|finding: &Finding| finding.suppressed),
                "{}:\n{example}",
                rule.id
            );
        }
    }
}

#[test]
fn the_readme_lists_every_rule() {
    for lang in Lang::ALL {
        let name = page("README", lang);
        let readme = read(&name);
        for rule in catalogue(lang) {
            let row = format!("| [{}]({}) | {} |", rule.id, rule.docs, rule.name);
            assert!(readme.contains(&row), "{name} has no row {row}");
        }
    }
}

#[test]
fn links_lead_somewhere() {
    let mut pages = Vec::new();
    for directory in ["", "docs", "docs/rules"] {
        let entries = fs::read_dir(repository().join(directory))
            .into_iter()
            .flatten()
            .flatten();
        pages.extend(
            entries
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|name| name == "md")),
        );
    }
    assert!(pages.len() > 20, "{pages:?}");
    for path in pages {
        let text = fs::read_to_string(&path).unwrap_or_default();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once(')')?.0))
        {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            if link.starts_with("http") {
                continue;
            }
            let target = if file.is_empty() {
                path.clone()
            } else {
                path.with_file_name("").join(file)
            };
            let shown = path.display();
            assert!(target.exists(), "{shown} links to {link}");
            let headings = fs::read_to_string(&target)
                .unwrap_or_default()
                .to_lowercase()
                .replace('`', "");
            assert!(
                anchor.is_empty() || headings.contains(&format!("# {anchor}\n")),
                "{shown} links to {link}"
            );
        }
    }
}
