//! Finds and reads the files to check.

use crate::human::Problem;
use mesh_ready_core::Lang;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// The name of standard input in locations.
const STDIN: &str = "<stdin>";

/// A file that was read.
pub(crate) struct File {
    /// Name shown in locations.
    pub(crate) name: String,
    /// Where it lies; standard input lies nowhere.
    pub(crate) path: Option<PathBuf>,
    /// Content.
    pub(crate) bytes: Vec<u8>,
}

/// What the paths of the command line gave.
#[derive(Default)]
pub(crate) struct Inputs {
    /// Files in the order of the command line, those of a directory by name.
    pub(crate) files: Vec<File>,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
}

/// Reads every path: a file of any name, the manifests below a directory, `-` for standard input.
/// What cannot be read does not keep the rest from being read.
pub(crate) fn collect(paths: &[PathBuf], lang: Lang) -> Inputs {
    let mut collector = Collector {
        inputs: Inputs::default(),
        seen: HashSet::new(),
        read_stdin: false,
        lang,
    };
    for path in paths {
        if path.as_os_str() == "-" {
            collector.stdin();
        } else if path.is_dir() {
            collector.directory(path);
        } else {
            collector.file(path);
        }
    }
    collector.inputs
}

/// Why a path could not be read, and what to do.
pub(crate) fn unreadable(name: &str, error: &io::Error, lang: Lang) -> Problem {
    let (reason, help) = match (error.kind(), lang) {
        (ErrorKind::NotFound, Lang::En) => (
            "no such file or directory".to_owned(),
            "check the spelling; a relative path begins at the current directory",
        ),
        (ErrorKind::NotFound, Lang::ZhCn) => (
            "没有这个文件或目录".to_owned(),
            "请检查拼写；相对路径从当前目录算起",
        ),
        (ErrorKind::PermissionDenied, Lang::En) => (
            "permission denied".to_owned(),
            "give the user that runs mesh-ready the right to read it",
        ),
        (ErrorKind::PermissionDenied, Lang::ZhCn) => (
            "没有读取权限".to_owned(),
            "请为运行 mesh-ready 的用户授予读取权限",
        ),
        (_, Lang::En) => (
            error.to_string(),
            "make it readable, or leave it out of the paths",
        ),
        (_, Lang::ZhCn) => (error.to_string(), "请让它可读，或从路径中去掉它"),
    };
    let message = match lang {
        Lang::En => format!("cannot read {name}: {reason}"),
        Lang::ZhCn => format!("无法读取 {name}：{reason}"),
    };
    Problem::new(message, help.to_owned())
}

struct Collector {
    inputs: Inputs,
    /// Files that were read, without the links that lead there: an object that is given twice would conflict
    /// with itself.
    seen: HashSet<PathBuf>,
    read_stdin: bool,
    lang: Lang,
}

impl Collector {
    fn stdin(&mut self) {
        if self.read_stdin {
            return;
        }
        self.read_stdin = true;
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes);
        self.add(STDIN.to_owned(), None, read);
    }

    fn file(&mut self, path: &Path) {
        // What has no canonical path (a pipe that the shell opened) cannot be told from another one.
        if let Ok(canonical) = path.canonicalize()
            && !self.seen.insert(canonical)
        {
            return;
        }
        let name = path.to_string_lossy().into_owned();
        self.add(name, Some(path.to_owned()), fs::read(path));
    }

    /// Reads the manifests below a directory. Hidden directories are skipped; links to directories are not
    /// followed, so that the walk stays inside the directory that was named and comes to an end.
    fn directory(&mut self, directory: &Path) {
        let problems_before = self.inputs.problems.len();
        let mut found = false;
        let walk = WalkDir::new(directory)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || !is_hidden_directory(entry));
        for entry in walk {
            match entry {
                Ok(entry) if is_manifest(&entry) => {
                    found = true;
                    self.file(entry.path());
                }
                Ok(_) => {}
                Err(error) => {
                    let name = error
                        .path()
                        .unwrap_or(directory)
                        .to_string_lossy()
                        .into_owned();
                    let error = error
                        .into_io_error()
                        .unwrap_or_else(|| ErrorKind::Other.into());
                    self.inputs
                        .problems
                        .push(unreadable(&name, &error, self.lang));
                }
            }
        }
        if !found && self.inputs.problems.len() == problems_before {
            self.inputs.problems.push(nothing_in(directory, self.lang));
        }
    }

    fn add(&mut self, name: String, path: Option<PathBuf>, read: io::Result<Vec<u8>>) {
        match read {
            Ok(bytes) => self.inputs.files.push(File { name, path, bytes }),
            Err(error) => self
                .inputs
                .problems
                .push(unreadable(&name, &error, self.lang)),
        }
    }
}

fn is_hidden_directory(entry: &DirEntry) -> bool {
    entry.file_type().is_dir() && entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Whether a file found in a directory is one to check, by its name. A link that leads nowhere is: it will say so.
fn is_manifest(entry: &DirEntry) -> bool {
    let named_so = entry
        .path()
        .extension()
        .and_then(OsStr::to_str)
        .is_some_and(|extension| {
            ["yaml", "yml", "json"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        });
    let kind = entry.file_type();
    named_so
        && (kind.is_file()
            || kind.is_symlink()
                && fs::metadata(entry.path()).map_or(true, |target| target.is_file()))
}

fn nothing_in(directory: &Path, lang: Lang) -> Problem {
    let name = directory.display();
    match lang {
        Lang::En => Problem::new(
            format!("nothing to check in {name}: it holds no .yaml, .yml or .json file"),
            "name the directory of the manifests, or name files of other extensions one by one"
                .to_owned(),
        ),
        Lang::ZhCn => Problem::new(
            format!("{name} 中没有可检查的内容：找不到 .yaml、.yml 或 .json 文件"),
            "请指定清单所在的目录；其他扩展名的文件可以逐个列出".to_owned(),
        ),
    }
}
