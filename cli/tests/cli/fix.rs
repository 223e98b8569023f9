//! `mesh-ready check --fix` and `--diff`: what is written, what is shown, and what stays as it is.

use crate::dir::{Dir, RESERVED_UID, must, only};
use std::fs;
use std::time::{Duration, SystemTime};

/// A workload without a label for its version (a safe fix), whose container runs as the proxy's user (an offered one).
const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web   # as the Service selects it
spec:
  containers:
  - name: web
    image: registry.example.com/web:v2
    securityContext: {runAsUser: 1337, runAsNonRoot: true}
";
const RULES: [&str; 2] = ["MR103", "MR108"];

/// After the safe fix.
fn labelled(text: &str) -> String {
    text.replace("  labels:\n", "  labels:\n    version: v2\n")
}

/// After both.
fn repaired(text: &str) -> String {
    labelled(text).replace("{runAsUser: 1337, ", "{")
}

fn dir(test: &str) -> Dir {
    let dir = Dir::new(test);
    dir.write("pod.yaml", POD)
        .write("settings.yaml", only(&RULES));
    dir
}

#[test]
fn fix_applies_what_is_safe_and_reports_the_rest() {
    let dir = dir("fix-safe");
    let run = dir.run("check --fix --config settings.yaml pod.yaml");
    assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""));
    assert_eq!(dir.read("pod.yaml"), labelled(POD).as_bytes());
    assert!(run.stdout.starts_with("error[MR103]"), "{}", run.stdout);
    // The place is that of the fixed file.
    assert!(
        run.stdout.contains("--> pod.yaml:12:34\n"),
        "{}",
        run.stdout
    );
    let end = "1 resource, 2 rules, 0 ignored documents: 1 error, 0 warnings, 0 infos; 0 suppressed\n\
               1 fix applied:\n  pod.yaml: MR108\n";
    assert!(run.stdout.ends_with(end), "{}", run.stdout);
    assert_eq!(
        dir.run("check --config settings.yaml pod.yaml").stdout + "no fixes applied\n",
        dir.run("check --fix=safe --config settings.yaml pod.yaml")
            .stdout
    );
}

#[test]
fn fix_all_applies_what_is_offered_too() {
    let dir = dir("fix-all");
    dir.write("d/other.yaml", POD.replace("web", "other"));
    let run = dir.run("check --fix=all --config settings.yaml pod.yaml d");
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(
        run.stdout,
        "2 resources, 2 rules, 0 ignored documents: 0 errors, 0 warnings, 0 infos; 0 suppressed\n\
         4 fixes applied in 2 files:\n  pod.yaml: MR103, MR108\n  d/other.yaml: MR103, MR108\n"
    );
    assert_eq!(dir.read("pod.yaml"), repaired(POD).as_bytes());
    assert_eq!(
        dir.read("d/other.yaml"),
        repaired(&POD.replace("web", "other")).as_bytes()
    );
    let again = dir.run("check --lang zh-CN --fix=all --config settings.yaml pod.yaml");
    assert!(again.stdout.ends_with("没有应用任何修复\n"), "{again:?}");
}

#[test]
fn fixes_of_one_rule_are_counted() {
    let dir = dir("fix-count");
    let both = format!("{POD}---\n{}", POD.replace("web", "other"));
    dir.write("pod.yaml", both);
    let run = dir.run("check --lang zh-CN --fix --config settings.yaml pod.yaml");
    assert!(
        run.stdout
            .ends_with("已在 1 个文件中应用 2 处修复：\n  pod.yaml：MR108 × 2\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn every_other_byte_stays() {
    let dir = dir("fix-bytes");
    let windows = format!("\u{feff}{}", POD.replace('\n', "\r\n"));
    let windows = windows.trim_end();
    dir.write("pod.yaml", windows);
    dir.run("check --fix=all --config settings.yaml pod.yaml");
    let expected = format!("\u{feff}{}", repaired(POD).replace('\n', "\r\n"));
    assert_eq!(
        String::from_utf8_lossy(&dir.read("pod.yaml")),
        expected.trim_end()
    );
}

#[test]
fn what_is_broken_suppressed_or_right_is_not_touched() {
    let dir = dir("fix-untouched");
    let pod = POD.replace("web", "broken");
    let broken = format!("a: \"open\nb: [\n---\n{pod}");
    let suppressed = POD.replace("  labels:\n", "  # mesh-ready: ignore MR108\n  labels:\n");
    let right = repaired(POD);
    dir.write("broken.yaml", &broken)
        .write("suppressed.yaml", &suppressed)
        .write("right.yaml", &right)
        .write("bytes.yaml", b"a: \xff\n");
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for name in ["suppressed.yaml", "right.yaml", "bytes.yaml"] {
        let file = must(fs::File::options().write(true).open(dir.0.join(name)));
        must(file.set_modified(long_ago));
    }
    let run = dir.run(
        "check --fix --config settings.yaml broken.yaml suppressed.yaml right.yaml bytes.yaml",
    );
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(
        run.stdout
            .ends_with("1 fix applied:\n  broken.yaml: MR108\n"),
        "{}",
        run.stdout
    );
    let (document, _) = broken.split_at(broken.len() - pod.len());
    assert_eq!(
        String::from_utf8_lossy(&dir.read("broken.yaml")),
        format!("{document}{}", labelled(&pod))
    );
    for name in ["suppressed.yaml", "right.yaml", "bytes.yaml"] {
        let modified = fs::metadata(dir.0.join(name)).and_then(|file| file.modified());
        assert_eq!(must(modified), long_ago, "{name}");
    }
}

#[test]
fn diff_shows_the_change_and_writes_nothing() {
    let dir = dir("diff");
    let run = dir.run("check --diff --config settings.yaml pod.yaml");
    assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""));
    let safe = "\
--- pod.yaml
+++ pod.yaml
@@ -3,6 +3,7 @@
 metadata:
   name: web
   labels:
+    version: v2
     app: web   # as the Service selects it
 spec:
   containers:
";
    assert_eq!(run.stdout, safe);
    assert_eq!(
        dir.run("check --fix --diff --config settings.yaml pod.yaml")
            .stdout,
        safe
    );
    let all = dir.run("check --fix=all --diff --config settings.yaml pod.yaml");
    assert_eq!(
        all.stdout,
        "\
--- pod.yaml
+++ pod.yaml
@@ -3,9 +3,10 @@
 metadata:
   name: web
   labels:
+    version: v2
     app: web   # as the Service selects it
 spec:
   containers:
   - name: web
     image: registry.example.com/web:v2
-    securityContext: {runAsUser: 1337, runAsNonRoot: true}
+    securityContext: {runAsNonRoot: true}
"
    );
    assert_eq!(dir.read("pod.yaml"), POD.as_bytes());
    dir.write("pod.yaml", labelled(POD));
    let nothing = dir.run("check --diff --config settings.yaml pod.yaml");
    assert_eq!(
        (
            nothing.status,
            nothing.stdout.as_str(),
            nothing.stderr.as_str()
        ),
        (Some(0), "", "")
    );
}

#[test]
fn diff_keeps_line_ends() {
    let dir = dir("diff-line-ends");
    let text = POD.trim_end().replace('\n', "\r\n");
    let stdin = dir.run_with(
        "check --fix=all --diff --config settings.yaml -",
        &text,
        &[],
    );
    let expected = "\
--- <stdin>
+++ <stdin>
@@ -3,9 +3,10 @@
 metadata:\r
   name: web\r
   labels:\r
+    version: v2\r
     app: web   # as the Service selects it\r
 spec:\r
   containers:\r
   - name: web\r
     image: registry.example.com/web:v2\r
-    securityContext: {runAsUser: 1337, runAsNonRoot: true}
\\ No newline at end of file
+    securityContext: {runAsNonRoot: true}
\\ No newline at end of file
";
    assert_eq!(stdin.stdout, expected);
}

#[test]
fn diff_is_coloured_on_terminals() {
    let dir = dir("diff-colours");
    let line = "check --diff --config settings.yaml pod.yaml";
    let coloured = dir.run_with(line, "", &[("CLICOLOR_FORCE", "1")]).stdout;
    assert!(
        coloured.contains("\u{1b}[32m+    version: v2\u{1b}[0m\n"),
        "{coloured}"
    );
    let forbidden = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    assert_eq!(
        dir.run_with(line, "", &forbidden).stdout,
        dir.run(line).stdout
    );
}

#[test]
fn diff_says_what_could_not_be_read() {
    let dir = dir("diff-broken");
    dir.write("pod.yaml", format!("b: [\n---\n{POD}"));
    let run = dir.run("check --diff --config settings.yaml pod.yaml missing.yaml");
    assert_eq!(run.status, Some(2));
    assert!(
        run.stdout.contains("\n+    version: v2\n"),
        "{}",
        run.stdout
    );
    for expected in [
        "error: cannot read missing.yaml: no such file or directory\n",
        "--> pod.yaml:",
        "1 error in the input: what it touches was not checked as it was meant\n",
    ] {
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn what_standard_input_holds_goes_to_standard_output() {
    let dir = dir("fix-stdin");
    let run = dir.run_with("check --fix --config settings.yaml -", POD, &[]);
    assert_eq!((run.status, run.stdout), (Some(1), labelled(POD)));
    assert!(run.stderr.starts_with("error[MR103]"), "{}", run.stderr);
    assert!(
        run.stderr.ends_with("1 fix applied:\n  <stdin>: MR108\n"),
        "{}",
        run.stderr
    );
    // A filter lets through what it does not change, files beside it or not.
    let right = repaired(POD).replace("web", "right");
    let unchanged = dir.run_with(
        "check --fix=all --config settings.yaml - pod.yaml",
        &right,
        &[],
    );
    assert_eq!((unchanged.status, unchanged.stdout), (Some(0), right));
    assert_eq!(dir.read("pod.yaml"), repaired(POD).as_bytes());
}

#[test]
fn json_is_the_report_of_the_fixed_files() {
    let dir = dir("fix-json");
    let run = dir.run("check --fix --format json --config settings.yaml pod.yaml");
    assert_eq!(run.places(), ["pod.yaml:12:34"]);
    let fix = &run.json()["findings"][0]["fix"];
    assert_eq!(fix["title"], "Remove `runAsUser`");
    assert_eq!(fix["safe"], false);
    assert_eq!(run.stderr, "1 fix applied:\n  pod.yaml: MR108\n");
    let stdin = dir.run_with(
        "check --fix --format json --config settings.yaml -",
        POD,
        &[],
    );
    assert_eq!(stdin.stdout, labelled(POD));
    assert!(
        stdin
            .stderr
            .starts_with("1 fix applied:\n  <stdin>: MR108\n{\n  \"version\": "),
        "{}",
        stdin.stderr
    );
}

#[test]
fn a_read_only_file_is_said_and_left() {
    let dir = dir("fix-read-only");
    let other = POD.replace("web", "other");
    dir.write("other.yaml", &other);
    let path = dir.0.join("pod.yaml");
    let mut permissions = must(fs::metadata(&path)).permissions();
    permissions.set_readonly(true);
    must(fs::set_permissions(&path, permissions));
    let run = dir.run("check --fix --config settings.yaml pod.yaml other.yaml");
    assert_eq!(run.status, Some(2), "{run:?}");
    assert_eq!(
        run.stderr,
        "error: cannot write pod.yaml: permission denied\n |\n \
         = help: give the user that runs mesh-ready the right to write the file and its directory, \
         or apply what --diff prints\n\n"
    );
    assert_eq!(dir.read("pod.yaml"), POD.as_bytes());
    assert_eq!(dir.read("other.yaml"), labelled(&other).as_bytes());
    // What is not written is reported as it is.
    assert!(run.stdout.contains("info[MR108]"), "{}", run.stdout);
    assert!(
        run.stdout
            .ends_with("1 fix applied:\n  other.yaml: MR108\n"),
        "{}",
        run.stdout
    );
    let chinese = dir.run("check --lang zh-CN --fix --config settings.yaml pod.yaml");
    assert!(
        chinese
            .stderr
            .starts_with("错误: 无法写入 pod.yaml：没有写入权限\n"),
        "{}",
        chinese.stderr
    );
    // A file without a change is not written, so it need not be writable.
    dir.write("settings.yaml", only(&["MR101"]));
    let unchanged = dir.run("check --fix --config settings.yaml pod.yaml");
    assert_eq!(unchanged.stderr, "");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = dir("fix-links");
    dir.write("d/target.yaml", POD);
    let target = dir.0.join("d/target.yaml");
    must(fs::set_permissions(
        &target,
        fs::Permissions::from_mode(0o640),
    ));
    must(symlink("d/target.yaml", dir.0.join("link.yaml")));
    let run = dir.run("check --fix=all --config settings.yaml link.yaml");
    assert_eq!(run.status, Some(0), "{run:?}");
    let link = must(fs::symlink_metadata(dir.0.join("link.yaml")));
    assert!(link.is_symlink());
    assert_eq!(dir.read("d/target.yaml"), repaired(POD).as_bytes());
    assert_eq!(
        must(fs::metadata(&target)).permissions().mode() & 0o777,
        0o640
    );
    // Nothing else is left in the directory.
    assert_eq!(must(fs::read_dir(dir.0.join("d"))).count(), 1);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_written() {
    let dir = dir("fix-pipe");
    let run = dir.run_with("check --fix --config settings.yaml /dev/stdin", POD, &[]);
    assert_eq!(run.status, Some(2), "{run:?}");
    assert!(
        run.stderr
            .starts_with("error: cannot write /dev/stdin: it is no regular file\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_another_file_holds_is_not_added_again() {
    let dir = Dir::new("fix-together");
    let (service, deployment) = RESERVED_UID.split_once("---\n").unwrap_or_default();
    let deployment = deployment.replace(
        "image: web\n",
        "image: web\n        ports: [{containerPort: 80}]\n",
    );
    dir.write("service.yaml", service)
        .write("deployment.yaml", &deployment)
        .write("settings.yaml", only(&["MR101"]));
    let both =
        dir.run("check --fix=all --diff --config settings.yaml deployment.yaml service.yaml");
    assert_eq!(both.stdout, "");
    let alone = dir.run("check --fix=all --diff --config settings.yaml deployment.yaml");
    assert!(alone.stdout.contains("\n+kind: Service\n"), "{alone:?}");
}
