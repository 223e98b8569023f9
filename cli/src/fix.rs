//! Fixed files: written in place, or shown as a diff.

use crate::human::Problem;
use crate::input::File;
use annotate_snippets::normalize_untrusted_str;
use anstyle::{AnsiColor, Style};
use mesh_ready_core::{Applied, Fixed, Lang};
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// Lines shown before and after a change.
const CONTEXT: usize = 3;

/// Writes every file that changed, and leaves in `files` what now lies there. What cannot be written does not keep
/// the rest from being written; its fixes are not among the answered ones.
pub(crate) fn write(files: &mut [File], fixed: Fixed, lang: Lang) -> (Vec<Applied>, Vec<Problem>) {
    let Fixed {
        files: texts,
        mut applied,
    } = fixed;
    let mut problems = Vec::new();
    for (index, (file, text)) in files.iter_mut().zip(texts).enumerate() {
        let Some(text) = text else { continue };
        let written = match &file.path {
            Some(path) => replace(path, text.as_bytes()),
            // Standard input; its text goes to standard output.
            None => Ok(()),
        };
        match written {
            Ok(()) => file.bytes = text.into_bytes(),
            Err(error) => {
                applied.retain(|fix| fix.file != index);
                problems.push(unwritable(&file.name, &error, lang));
            }
        }
    }
    (applied, problems)
}

/// Puts new content in a file's place, whole or not at all: a link keeps leading to it, and its permissions stay.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    if !fs::metadata(path)?.is_file() {
        return Err(ErrorKind::InvalidInput.into());
    }
    let path = path.canonicalize()?;
    // A rename asks for no right to write the file itself.
    let metadata = OpenOptions::new().write(true).open(&path)?.metadata()?;
    if metadata.permissions().readonly() {
        return Err(ErrorKind::PermissionDenied.into());
    }
    let directory = path.parent().ok_or(ErrorKind::NotFound)?;
    let mut temporary = tempfile::Builder::new()
        .prefix(".mesh-ready-")
        .tempfile_in(directory)?;
    temporary.write_all(content)?;
    let file = temporary.as_file();
    file.set_permissions(metadata.permissions())?;
    file.sync_all()?;
    temporary.persist(&path)?;
    Ok(())
}

/// How many fixes were applied, then a line for each changed file with the rules.
pub(crate) fn summary(applied: &[Applied], files: &[File], lang: Lang) -> String {
    let mut by_file: BTreeMap<usize, BTreeMap<&str, usize>> = BTreeMap::new();
    for fix in applied {
        let by_rule = by_file.entry(fix.file).or_default();
        *by_rule.entry(fix.rule).or_default() += 1;
    }
    let first = match (applied.len(), by_file.len(), lang) {
        (0, _, Lang::En) => "no fixes applied\n".to_owned(),
        (1, _, Lang::En) => "1 fix applied:\n".to_owned(),
        (count, 1, Lang::En) => format!("{count} fixes applied in 1 file:\n"),
        (count, changed, Lang::En) => format!("{count} fixes applied in {changed} files:\n"),
        (0, _, Lang::ZhCn) => "没有应用任何修复\n".to_owned(),
        (count, changed, Lang::ZhCn) => format!("已在 {changed} 个文件中应用 {count} 处修复：\n"),
    };
    let line = |(file, by_rule): (usize, BTreeMap<&str, usize>)| {
        let name = normalize_untrusted_str(&files[file].name);
        let rules: Vec<_> = by_rule
            .into_iter()
            .map(|(rule, count)| match count {
                1 => rule.to_owned(),
                _ => format!("{rule} × {count}"),
            })
            .collect();
        match lang {
            Lang::En => format!("  {name}: {}\n", rules.join(", ")),
            Lang::ZhCn => format!("  {name}：{}\n", rules.join("、")),
        }
    };
    [first]
        .into_iter()
        .chain(by_file.into_iter().map(line))
        .collect()
}

/// What would change, as one unified diff that `patch -p0` takes; empty when nothing would. For terminals it has
/// colours.
pub(crate) fn diff(files: &[File], fixed: &Fixed, is_styled: bool) -> String {
    let changed = files.iter().zip(&fixed.files).filter_map(|(file, new)| {
        let old = std::str::from_utf8(&file.bytes).ok()?;
        Some(diff_of(&file.name, old, new.as_ref()?))
    });
    let shown = |(style, line): (Style, String)| {
        if is_styled {
            let line = normalize_untrusted_str(line.trim_end_matches(['\r', '\n']));
            format!("{style}{line}{style:#}\n")
        } else {
            line
        }
    };
    changed.flatten().map(shown).collect()
}

/// The lines of one file's diff, each with its line end.
fn diff_of(name: &str, old: &str, new: &str) -> Vec<(Style, String)> {
    let plain = Style::new();
    let colour = |colour: AnsiColor| plain.fg_color(Some(colour.into()));
    let name = normalize_untrusted_str(name);
    // Where a name has a space, `patch` needs to see where it ends.
    let end = if name.contains(' ') { "\t" } else { "" };
    let mut lines = vec![
        (plain.bold(), format!("--- {name}{end}\n")),
        (plain.bold(), format!("+++ {name}{end}\n")),
    ];
    // Lines end where `patch` ends them: a carriage return alone ends none.
    let [old, new] = [old, new].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let diff = TextDiff::configure().diff_slices(&old, &new);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        lines.push((colour(AnsiColor::Cyan), format!("{}\n", hunk.header())));
        for change in hunk.iter_changes() {
            let style = match change.tag() {
                ChangeTag::Equal => plain,
                ChangeTag::Delete => colour(AnsiColor::Red),
                ChangeTag::Insert => colour(AnsiColor::Green),
            };
            let line = format!("{}{}", change.tag(), change.value());
            if line.ends_with('\n') {
                lines.push((style, line));
            } else {
                lines.push((style, line + "\n"));
                lines.push((plain, "\\ No newline at end of file\n".to_owned()));
            }
        }
    }
    lines
}

fn unwritable(name: &str, error: &io::Error, lang: Lang) -> Problem {
    let (reason, help) = match (error.kind(), lang) {
        (ErrorKind::PermissionDenied, Lang::En) => (
            "permission denied".to_owned(),
            "give the user that runs mesh-ready the right to write the file and its directory, \
             or apply what --diff prints",
        ),
        (ErrorKind::PermissionDenied, Lang::ZhCn) => (
            "没有写入权限".to_owned(),
            "请为运行 mesh-ready 的用户授予写入该文件及其目录的权限，或自行应用 --diff 的输出",
        ),
        (ErrorKind::InvalidInput, Lang::En) => (
            "it is no regular file".to_owned(),
            "to have the fixed text on standard output, read standard input with -",
        ),
        (ErrorKind::InvalidInput, Lang::ZhCn) => (
            "它不是普通文件".to_owned(),
            "如需在标准输出得到修复后的文本，请用 - 从标准输入读取",
        ),
        (_, Lang::En) => (
            error.to_string(),
            "the file is as it was; --diff prints the change",
        ),
        (_, Lang::ZhCn) => (error.to_string(), "文件保持原样；--diff 会打印这些修改"),
    };
    let message = match lang {
        Lang::En => format!("cannot write {name}: {reason}"),
        Lang::ZhCn => format!("无法写入 {name}：{reason}"),
    };
    Problem::new(message, help.to_owned())
}
