//! `mesh-ready check`: the report, where it goes, and the exit status.

use crate::dir::{Dir, RESERVED_UID, Run, must, only};
use std::process::Stdio;

#[test]
fn a_finding_is_shown_in_its_source() {
    let dir = Dir::new("human");
    dir.write("web.yaml", RESERVED_UID)
        .write("settings.yaml", only(&["MR103"]));
    let run = dir.run("check --config settings.yaml web.yaml");
    assert_eq!(run.status, Some(1), "{run:?}");
    assert_eq!(run.stderr, "");
    let lines: Vec<_> = run.stdout.lines().collect();
    assert!(lines[0].starts_with("error[MR103]: "), "{}", run.stdout);
    assert_eq!(
        lines[1..6],
        [
            "  --> web.yaml:24:22",
            "   |",
            "24 |           runAsUser: 1337",
            "   |                      ^^^^ Deployment default/web",
            "   |",
        ]
    );
    assert!(lines[6].starts_with("   = help: "), "{}", run.stdout);
    assert_eq!(
        lines[7..],
        [
            "   = fix: Remove `runAsUser` (`--fix=all` applies it)",
            "   = note: reserved-uid, docs/rules/MR103.en.md",
            "",
            "2 resources, 1 rule, 0 ignored documents: 1 error, 0 warnings, 0 infos; 0 suppressed",
        ]
    );
}

#[test]
fn the_same_in_chinese() {
    let dir = Dir::new("chinese");
    dir.write("web.yaml", RESERVED_UID)
        .write("settings.yaml", only(&["MR103"]));
    let run = dir.run("check --lang zh-CN --config settings.yaml web.yaml");
    assert_eq!(run.status, Some(1), "{run:?}");
    assert!(run.stdout.starts_with("错误[MR103]: "), "{}", run.stdout);
    assert!(run.stdout.contains("   = 帮助: "), "{}", run.stdout);
    assert!(
        run.stdout
            .contains("   = 修复: 删除 `runAsUser`（`--fix=all` 会应用它）\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("   = 说明: reserved-uid, docs/rules/MR103.zh-CN.md\n"),
        "{}",
        run.stdout
    );
    let summary =
        "2 个资源，1 条规则，0 个被忽略的文档：1 个错误，0 个警告，0 个提示；0 个已抑制\n";
    assert!(run.stdout.ends_with(summary), "{}", run.stdout);
    // The locale decides where no flag does.
    let by_locale = dir.run_with(
        "check --config settings.yaml web.yaml",
        "",
        &[("LANG", "zh_CN.UTF-8")],
    );
    assert_eq!(by_locale.stdout, run.stdout);
}

#[test]
fn json_is_the_report_and_nothing_else() {
    let dir = Dir::new("json");
    dir.write("web.yaml", RESERVED_UID)
        .write("settings.yaml", only(&["MR103"]));
    let run = dir.run("check --format json --config settings.yaml web.yaml missing.yaml");
    assert!(run.stderr.contains("missing.yaml"), "{run:?}");
    assert!(
        run.stdout.starts_with("{\n  \"version\": ") && run.stdout.ends_with("}\n"),
        "{}",
        run.stdout
    );
    let report = run.json();
    let keys: Vec<_> = report
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .collect();
    assert_eq!(keys.len(), 5, "{keys:?}");
    assert_eq!(report["summary"]["errors"], 1);
    assert_eq!(
        report["findings"][0]["path"],
        "spec.template.spec.containers[0].securityContext.runAsUser"
    );
    assert_eq!(
        report["findings"][0]["location"],
        serde_json::json!({"file": "web.yaml", "line": 24, "column": 22, "endLine": 24, "endColumn": 26})
    );
}

#[test]
fn fail_on_decides_the_exit_status() {
    let dir = Dir::new("fail-on");
    dir.write("web.yaml", RESERVED_UID)
        .write("good.yaml", RESERVED_UID.replace("1337", "1000"));
    let settings = |severity: &str| {
        format!(
            "{}failOn: {severity}\n",
            only(&["MR103"]).replace('{', "{MR103: warning, ")
        )
    };
    dir.write("error.yaml", settings("error"))
        .write("warning.yaml", settings("warning"));
    assert_eq!(
        dir.run("check --config error.yaml web.yaml").status,
        Some(0)
    );
    assert_eq!(
        dir.run("check --config warning.yaml web.yaml").status,
        Some(1)
    );
    assert_eq!(
        dir.run("check --config warning.yaml good.yaml").status,
        Some(0)
    );
}

#[test]
fn standard_input_is_a_file_among_others() {
    let dir = Dir::new("stdin");
    dir.write("settings.yaml", only(&["MR103"]));
    let run = dir.run_with(
        "check --format json --config settings.yaml -",
        RESERVED_UID,
        &[],
    );
    assert_eq!(
        (run.status, run.places()),
        (Some(1), vec!["<stdin>:24:22".to_owned()]),
        "{run:?}"
    );
    // Named twice it is read once: what it holds does not conflict with itself.
    let twice = dir.run_with(
        "check --format json --config settings.yaml - -",
        RESERVED_UID,
        &[],
    );
    assert_eq!(twice.stdout, run.stdout);
}

#[test]
fn a_directory_is_walked_in_order() {
    let dir = Dir::new("directory");
    for name in [
        "d/b.yml",
        "d/a.yaml",
        "d/c/x.json.yaml",
        "d/c/deep/y.YAML",
        "d/.git/hidden.yaml",
        "d/readme.txt",
    ] {
        dir.write(name, RESERVED_UID);
    }
    dir.write("settings.yaml", only(&["MR103"]))
        .write("named.txt", RESERVED_UID);
    let run = dir.run("check --format json --config settings.yaml d named.txt d/a.yaml");
    assert_eq!(
        run.places(),
        [
            "d/a.yaml:24:22",
            "d/b.yml:24:22",
            "d/c/deep/y.YAML:24:22",
            "d/c/x.json.yaml:24:22",
            "named.txt:24:22"
        ]
    );
    assert_eq!(run.json()["summary"]["resources"], 10);
}

#[cfg(unix)]
#[test]
fn links_are_read_once_and_loops_end() {
    use std::os::unix::fs::symlink;
    let dir = Dir::new("links");
    dir.write("d/sub/a.yaml", RESERVED_UID)
        .write("elsewhere.yaml", RESERVED_UID)
        .write("settings.yaml", only(&["MR103"]));
    must(symlink("..", dir.0.join("d/sub/loop")));
    must(symlink("a.yaml", dir.0.join("d/sub/same.yaml")));
    must(symlink("../elsewhere.yaml", dir.0.join("d/linked.yaml")));
    must(symlink("gone.yaml", dir.0.join("d/broken.yaml")));
    let run = dir.run("check --format json --config settings.yaml d");
    assert_eq!(run.places(), ["d/linked.yaml:24:22", "d/sub/a.yaml:24:22"]);
    assert_eq!(run.status, Some(2));
    assert!(
        run.stderr
            .contains("cannot read d/broken.yaml: no such file or directory"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_path_that_cannot_be_read_does_not_hide_the_rest() {
    let dir = Dir::new("unreadable");
    dir.write("web.yaml", RESERVED_UID)
        .write("settings.yaml", only(&["MR103"]));
    let run = dir.run("check --config settings.yaml missing web.yaml");
    assert_eq!(run.status, Some(2));
    assert_eq!(
        run.stderr,
        "error: cannot read missing: no such file or directory\n |\n \
         = help: check the spelling; a relative path begins at the current directory\n\n"
    );
    assert!(run.stdout.contains("error[MR103]"), "{}", run.stdout);
    let chinese = dir.run("check --lang zh-CN missing");
    assert!(
        chinese
            .stderr
            .starts_with("错误: 无法读取 missing：没有这个文件或目录\n"),
        "{}",
        chinese.stderr
    );
}

#[test]
fn a_directory_without_manifests_is_said() {
    let dir = Dir::new("empty");
    dir.write("d/readme.md", "nothing here")
        .write("d/.hidden/a.yaml", RESERVED_UID);
    let run = dir.run("check d");
    assert_eq!(run.status, Some(2));
    assert!(
        run.stderr.starts_with("error: nothing to check in d: "),
        "{}",
        run.stderr
    );
}

#[test]
fn settings_are_refused_at_their_place() {
    let dir = Dir::new("settings");
    dir.write("web.yaml", RESERVED_UID);
    dir.write(
        "settings.yaml",
        "failOn: error\ndataPlain: ambient\nrules:\n  MR103: fatal\n",
    );
    let run = dir.run("check --config settings.yaml web.yaml");
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""), "{run:?}");
    for expected in [
        "--> settings.yaml:2:1\n",
        "2 | dataPlain: ambient\n",
        "--> settings.yaml:4:10\n",
        "rules.MR103",
    ] {
        assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
    }
    let missing = dir.run("check --config none.yaml web.yaml");
    assert_eq!((missing.status, missing.stdout.as_str()), (Some(2), ""));
    assert!(
        missing.stderr.starts_with("error: cannot read none.yaml: "),
        "{}",
        missing.stderr
    );
}

#[test]
fn a_broken_document_is_reported_and_the_others_are_checked() {
    let dir = Dir::new("broken");
    dir.write("web.yaml", format!("a: \"open\nb: [\n---\n{RESERVED_UID}"))
        .write("settings.yaml", only(&["MR103"]));
    let run = dir.run("check --config settings.yaml web.yaml");
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(
        run.stdout.contains("  --> web.yaml:27:22\n"),
        "{}",
        run.stdout
    );
    let last = run.stdout.lines().last().unwrap_or_default();
    assert!(
        last.ends_with(" in the input: what it touches was not checked as it was meant"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_did_not_run_is_said_with_the_reason() {
    let dir = Dir::new("skipped");
    let (service, _) = RESERVED_UID.split_once("---\n").unwrap_or_default();
    dir.write("service.yaml", format!("a: no object\n---\n{service}"));
    let of_workloads = ["MR101", "MR102", "MR103", "MR104", "MR105"];
    dir.write("settings.yaml", only(&of_workloads));
    let run = dir.run("check --config settings.yaml service.yaml");
    assert_eq!(
        run.stdout,
        "1 resource, 0 rules, 1 ignored document: 0 errors, 0 warnings, 0 infos; 0 suppressed\n\
         5 rules skipped, no workload among the manifests: MR101, MR102, MR103, MR104, MR105\n"
    );
    let chinese = dir
        .run("check --lang zh-CN --config settings.yaml service.yaml")
        .stdout;
    let last = chinese.lines().last().unwrap_or_default();
    assert!(last.starts_with("跳过 5 条规则（"), "{chinese}");
    assert!(
        last.ends_with("）：MR101、MR102、MR103、MR104、MR105"),
        "{chinese}"
    );
}

#[test]
fn suppressed_findings_are_counted_and_listed_in_json() {
    let dir = Dir::new("suppressed");
    dir.write("web.yaml", RESERVED_UID);
    dir.write(
        "settings.yaml",
        only(&["MR103"]) + "ignoreWorkloads: [default/web]\n",
    );
    let run = dir.run("check --config settings.yaml web.yaml");
    let expected =
        "2 resources, 1 rule, 0 ignored documents: 0 errors, 0 warnings, 0 infos; 1 suppressed\n";
    assert_eq!((run.status, run.stdout.as_str()), (Some(0), expected));
    let report = dir
        .run("check --format json --config settings.yaml web.yaml")
        .json();
    assert_eq!(report["findings"][0]["suppressed"], true);
}

#[test]
fn other_places_of_a_finding_are_shown_beside_it() {
    let dir = Dir::new("related");
    let (service, deployment) = RESERVED_UID.split_once("---\n").unwrap_or_default();
    let other = service
        .replace("name: web", "name: raw")
        .replace("name: http", "name: tcp");
    dir.write(
        "one.yaml",
        format!("{service}---\n{other}---\n{deployment}"),
    );
    dir.write("a.yaml", service)
        .write("b.yaml", other)
        .write("c.yaml", deployment);
    dir.write("settings.yaml", only(&["MR102"]));
    let near = dir.run("check --config settings.yaml one.yaml");
    let expected = "
  --> one.yaml:18:5
   |
 8 |   - name: http
   |     ---- HTTP (port 80 of Service `web`)
...
18 |   - name: tcp
   |     ^^^^ Service default/raw
   |
";
    assert!(near.stdout.contains(expected), "{}", near.stdout);
    let far = dir.run("check --config settings.yaml a.yaml b.yaml c.yaml");
    let expected = "
 --> b.yaml:8:5
  |
8 |   - name: tcp
  |     ^^^^ Service default/raw
  |
 ::: a.yaml:8:5
  |
8 |   - name: http
  |     ---- HTTP (port 80 of Service `web`)
  |
";
    assert!(far.stdout.contains(expected), "{}", far.stdout);
}

#[test]
fn usage_errors_speak_the_readers_language() {
    let dir = Dir::new("usage");
    let english = dir.run("check --format xml a.yaml");
    assert_eq!((english.status, english.stdout.as_str()), (Some(2), ""));
    assert!(
        english
            .stderr
            .starts_with("error: invalid value 'xml' for '--format <FORMAT>'"),
        "{english:?}"
    );
    let chinese = dir.run("check --format xml a.yaml --lang zh-CN");
    assert_eq!((chinese.status, chinese.stdout.as_str()), (Some(2), ""));
    assert!(
        chinese
            .stderr
            .starts_with("错误：--format <FORMAT> 的值“xml”无效\n可用的值：human、json\n"),
        "{chinese:?}"
    );
    assert_eq!(dir.run("check").status, Some(2));
    assert_eq!(dir.run("").status, Some(2));
}

#[test]
fn help_is_written_in_both_languages() {
    let dir = Dir::new("help");
    let english = dir.run("check --help");
    assert_eq!(english.status, Some(0));
    assert!(
        english
            .stdout
            .contains("Usage: mesh-ready check [OPTIONS] <PATH>..."),
        "{}",
        english.stdout
    );
    assert!(english.stdout.is_ascii());
    let chinese = dir.run("check --lang zh-CN --help");
    assert_eq!(chinese.status, Some(0));
    for english_word in ["Usage", "Options", "Arguments", "Print", "default:"] {
        assert!(
            !chinese.stdout.contains(english_word),
            "{english_word}: {}",
            chinese.stdout
        );
    }
}

#[test]
fn colours_are_for_terminals() {
    let dir = Dir::new("colours");
    dir.write("web.yaml", RESERVED_UID)
        .write("settings.yaml", only(&["MR103"]));
    let line = "check --config settings.yaml web.yaml";
    let plain = dir.run(line).stdout;
    assert!(!plain.contains('\u{1b}'), "{plain}");
    assert!(
        dir.run_with(line, "", &[("CLICOLOR_FORCE", "1")])
            .stdout
            .contains("\u{1b}[")
    );
    assert_eq!(
        dir.run_with(line, "", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])
            .stdout,
        plain
    );
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let dir = Dir::new("pipe");
    dir.write("web.yaml", RESERVED_UID)
        .write("settings.yaml", only(&["MR103"]));
    let mut child = must(
        dir.command("check --config settings.yaml web.yaml -")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn(),
    );
    // Closed before anything is written: the program still waits for its standard input.
    drop(child.stdout.take());
    drop(child.stdin.take());
    let run = Run::from(must(child.wait_with_output()));
    assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""));
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let dir = Dir::new("long");
    let filler = (0..5000)
        .map(|n| format!("\"用户{n}\":\"x\","))
        .collect::<Vec<_>>()
        .concat();
    let pod = format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{{\"name\":\"web\",\"annotations\":{{{filler}\"z\":\"\"}}}},\
         \"spec\":{{\"containers\":[{{\"name\":\"web\",\"securityContext\":{{\"runAsUser\":1337}}}}]}}}}"
    );
    dir.write("pod.json", &pod)
        .write("settings.yaml", only(&["MR103"]));
    let run = dir.run("check --config settings.yaml pod.json");
    assert_eq!(run.status, Some(1), "{run:?}");
    let before = pod.rsplit_once("1337").map_or("", |(before, _)| before);
    let place = format!("--> pod.json:1:{}\n", before.chars().count() + 1);
    assert!(run.stdout.contains(&place), "{place}: {}", run.stdout);
    assert!(
        run.stdout
            .contains("…e\":\"web\",\"securityContext\":{\"runAsUser\":1337}}]}}\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.lines().all(|line| line.chars().count() < 400),
        "{}",
        run.stdout
    );
}

#[test]
fn objects_of_different_files_meet() {
    let dir = Dir::new("together");
    let (service, deployment) = RESERVED_UID.split_once("---\n").unwrap_or_default();
    dir.write("service.yaml", service)
        .write("deployment.yaml", deployment);
    dir.write("settings.yaml", only(&["MR101"]) + "failOn: warning\n");
    assert_eq!(
        dir.run("check --config settings.yaml deployment.yaml")
            .status,
        Some(1)
    );
    assert_eq!(
        dir.run("check --config settings.yaml deployment.yaml service.yaml")
            .status,
        Some(0)
    );
}
