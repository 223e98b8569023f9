//! What the documentation shows is what the program does.

use mesh_ready_core::report::Finding;
use mesh_ready_core::{Input, Lang, Options, Settings, catalogue, check};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use walkdir::WalkDir;

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

/// A directory of the test's own with `cart.yaml`.
fn directory(test: &str, lang: Lang, cart: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(test)
        .join(lang.tag());
    let written =
        fs::create_dir_all(&directory).and_then(|()| fs::write(directory.join("cart.yaml"), cart));
    assert!(written.is_ok(), "{written:?}");
    directory
}

/// What the program prints.
fn run(directory: &Path, line: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mesh-ready"))
        .current_dir(directory)
        .args(line.split(' '))
        .envs([("LC_ALL", "C"), ("NO_COLOR", "1")])
        .output();
    output.map_or_else(
        |_| String::new(),
        |output| String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

/// A page's first manifest is `cart.yaml`; its commands run one after the other.
#[test]
fn commands_print_what_the_pages_show() {
    for (name, count) in [("README", 2), ("docs/fixes", 3)] {
        for lang in Lang::ALL {
            let text = read(&page(name, lang));
            let directory = directory(&name.replace('/', "-"), lang, blocks(&text, "yaml")[0]);
            let commands = blocks(&text, "console");
            assert_eq!(commands.len(), count, "{name}");
            for shown in commands {
                let line = shown
                    .lines()
                    .next()
                    .and_then(|line| line.strip_prefix("$ mesh-ready "));
                let line = line.unwrap_or_default();
                assert_eq!(
                    shown,
                    format!("$ mesh-ready {line}\n{}", run(&directory, line))
                );
                assert_eq!(line.contains("--lang zh-CN"), lang == Lang::ZhCn, "{line}");
            }
        }
    }
}

#[test]
fn the_report_page_shows_a_real_report() {
    for lang in Lang::ALL {
        let readme = read(&page("README", lang));
        let directory = directory("report", lang, blocks(&readme, "yaml")[0]);
        let line = format!("check --lang {} --format json cart.yaml", lang.tag());
        let text = read(&page("docs/report", lang));
        assert_eq!(blocks(&text, "json")[0], run(&directory, &line));
    }
}

/// What fixtures and rule pages show is every case of a rule.
#[test]
fn the_fixes_pages_list_every_fix() {
    let mut fixes: BTreeSet<(&str, bool)> = BTreeSet::new();
    for manifest in fixtures().into_iter().chain(examples()) {
        let settings = manifest.lines().find_map(|line| line.strip_prefix("#: "));
        let settings = settings.unwrap_or_default().as_bytes();
        let settings = Settings::parse("settings", settings, Lang::En).unwrap_or_default();
        let input = Input {
            name: "a.yaml",
            bytes: manifest.as_bytes(),
        };
        let report = check(&[input], &settings, Options::default());
        let found = report.findings.into_iter();
        fixes.extend(found.filter_map(|finding| Some((finding.rule, finding.fix?.safe))));
    }
    assert!(!fixes.is_empty());
    for lang in Lang::ALL {
        let text = read(&page("docs/fixes", lang));
        let mut listed = BTreeSet::new();
        for row in text.lines().filter(|line| line.starts_with("| [MR")) {
            let cells: Vec<_> = row.split(" | ").collect();
            for rule in catalogue(lang) {
                let link = format!("| [{}](rules/{}.{}.md)", rule.id, rule.id, lang.tag());
                if cells[0] == link {
                    let applied_by = [("`--fix`", true), ("`--fix=all`", false)];
                    let stated = applied_by
                        .into_iter()
                        .filter(|(option, _)| cells[1].contains(option));
                    listed.extend(stated.map(|(_, safe)| (rule.id, safe)));
                }
            }
        }
        assert_eq!(listed, fixes, "{}", page("docs/fixes", lang));
    }
}

/// The manifests in `tests/fixtures`.
fn fixtures() -> Vec<String> {
    let entries = WalkDir::new(repository().join("tests/fixtures"));
    let files = entries
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file());
    files
        .filter_map(|file| fs::read_to_string(file.path()).ok())
        .collect()
}

/// The manifests on the rules' pages.
fn examples() -> Vec<String> {
    let pages = catalogue(Lang::En).into_iter().map(|rule| read(&rule.docs));
    let manifests = |page: String| -> Vec<String> {
        let blocks = blocks(&page, "yaml").into_iter();
        blocks.map(str::to_owned).collect()
    };
    pages.flat_map(manifests).collect()
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
    let fixed = read("docs/fixes.md");
    let files = [
        blocks(&silenced, "yaml")[0],
        blocks(&fixed, "yaml")[0],
        "a: [\n",
    ];
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
    keys(
        &serde_json::to_value(catalogue(Lang::En)).unwrap_or_default(),
        &mut fields,
    );
    for field in [
        "suppressed",
        "diagnostics",
        "endColumn",
        "newText",
        "op",
        "dataPlanes",
    ] {
        assert!(fields.contains(field), "{field}");
    }
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
            let row = format!(
                "\n| [{}]({}) | {} | {} | {} |\n",
                rule.id,
                rule.docs,
                rule.name,
                rule.severity.word(),
                rule.title
            );
            assert!(readme.contains(&row), "{name} has no row {row}");
        }
    }
}

/// The direct dependencies of a manifest of Cargo or npm, without the workspace's own crates.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let text = read(manifest);
    let names: Vec<String> = if manifest.ends_with("package.json") {
        let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let tables = ["dependencies", "devDependencies"];
        let tables = tables.iter().filter_map(|table| json[table].as_object());
        tables.flat_map(|table| table.keys().cloned()).collect()
    } else {
        let tables = text
            .split("\n[")
            .filter_map(|table| table.split_once("]\n"));
        let tables = tables.filter(|(name, _)| name.ends_with("dependencies"));
        let lines = tables.flat_map(|(_, lines)| lines.lines());
        lines
            .filter_map(|line| Some(line.split_once([' ', '.'])?.0.to_owned()))
            .filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter(|name| !name.starts_with("mesh-ready"))
            .collect()
    };
    assert!(!names.is_empty(), "{manifest}");
    names.into_iter().collect()
}

#[test]
fn each_dependency_has_its_line() {
    let page = read("docs/dependencies.md");
    for (section, manifests) in [
        ("core", &["core/Cargo.toml"][..]),
        ("cli", &["cli/Cargo.toml"]),
        ("policy-wasm", &["policy-wasm/Cargo.toml"]),
        (
            "web",
            &[
                "web/Cargo.toml",
                "web/editor/package.json",
                "web/npm/package.json",
                "web/site/package.json",
            ],
        ),
        ("tests", &["tests/Cargo.toml"]),
    ] {
        let (_, text) = page
            .split_once(&format!("\n## {section}\n"))
            .unwrap_or_default();
        let text = text.split("\n## ").next().unwrap_or_default();
        let rows = text.lines().filter_map(|line| line.strip_prefix("| "));
        let cells = rows.filter_map(|row| row.split(" |").next());
        let names = cells.flat_map(|cell| cell.split(" (").next().unwrap_or_default().split(", "));
        // The head of a table, and what a build takes without a manifest.
        let listed = names.filter(|name| !["crate", "npm package", "binaryen"].contains(name));
        let mut listed: Vec<_> = listed.map(str::to_owned).collect();
        listed.sort_unstable();
        let needed: BTreeSet<_> = manifests
            .iter()
            .flat_map(|path| dependencies(path))
            .collect();
        assert_eq!(listed, Vec::from_iter(needed), "{section}");
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
            let text = fs::read_to_string(&target).unwrap_or_default();
            let mut headings = text.lines().filter(|line| line.starts_with('#'));
            assert!(
                anchor.is_empty() || headings.any(|heading| anchor_of(heading) == anchor),
                "{shown} links to {link}"
            );
        }
    }
}

/// The anchor of a heading, as code hosts make it.
fn anchor_of(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}
