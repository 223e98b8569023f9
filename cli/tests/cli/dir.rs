//! Runs the program in a directory of the test's own.

use mesh_ready_core::{Lang, catalogue};
use std::fmt::Debug;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A Service and a workload whose container runs as the proxy's user.
pub(crate) const RESERVED_UID: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
  - name: http
    port: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    metadata:
      labels: {app: web, version: v1}
    spec:
      containers:
      - name: web
        image: web
        securityContext:
          runAsUser: 1337
";

/// Settings under which only these rules run, so that a test says nothing of the others.
pub(crate) fn only(rules: &[&str]) -> String {
    let others = catalogue(Lang::En)
        .into_iter()
        .filter(|rule| !rules.contains(&rule.id));
    let off: Vec<_> = others.map(|rule| format!("{}: off", rule.id)).collect();
    format!("rules: {{{}}}\n", off.join(", "))
}

/// A directory of its own for one test.
pub(crate) struct Dir(pub(crate) PathBuf);

impl Dir {
    pub(crate) fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        if path.exists() {
            must(fs::remove_dir_all(&path));
        }
        must(fs::create_dir_all(&path));
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(name);
        must(fs::create_dir_all(path.parent().unwrap_or(&self.0)));
        must(fs::write(path, text));
        self
    }

    /// A file's bytes.
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        must(fs::read(self.0.join(name)))
    }

    /// Runs `mesh-ready` here with the words of `line`.
    pub(crate) fn run(&self, line: &str) -> Run {
        self.run_with(line, "", &[])
    }

    pub(crate) fn run_with(
        &self,
        line: &str,
        stdin: impl AsRef<[u8]>,
        variables: &[(&str, &str)],
    ) -> Run {
        let mut child = must(
            self.command(line)
                .envs(variables.iter().copied())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn(),
        );
        if let Some(mut pipe) = child.stdin.take() {
            // A program that reads no standard input may be gone already.
            let _ = pipe.write_all(stdin.as_ref());
        }
        Run::from(must(child.wait_with_output()))
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesh-ready"));
        command.current_dir(&self.0).args(line.split_whitespace());
        for name in [
            "LC_ALL",
            "LC_MESSAGES",
            "LANG",
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
        ] {
            command.env_remove(name);
        }
        command
    }
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Run {
    pub(crate) fn json(&self) -> serde_json::Value {
        must(serde_json::from_str(&self.stdout))
    }

    /// File, line and column of every finding.
    pub(crate) fn places(&self) -> Vec<String> {
        let report = self.json();
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        findings
            .iter()
            .map(|finding| {
                let at = &finding["location"];
                format!(
                    "{}:{}:{}",
                    at["file"].as_str().unwrap_or("?"),
                    at["line"],
                    at["column"]
                )
            })
            .collect()
    }
}

#[track_caller]
pub(crate) fn must<T, E: Debug>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => unreachable!("the test could not be set up: {error:?}"),
    }
}
