//! `mesh-ready`: checks Kubernetes manifests for Istio's requirements, in a terminal or a pipeline.
//!
//! All decisions are core's. This program finds the files, hands them to one check, so that objects of different
//! files meet, and writes the report for people or for machines. It also writes the fixed files, and shows the
//! rules and their pages.

#![forbid(unsafe_code)]

mod args;
mod catalogue;
mod fix;
mod human;
mod input;
mod markdown;
mod source;

use annotate_snippets::Renderer;
use args::{CheckArgs, Command, Format};
use human::Problem;
use input::{File, Inputs};
use mesh_ready_core::{Applied, Columns, Fixed, Input, Lang, Options, Report, Settings, check};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

/// Nothing at or above `failOn`; nothing to change.
const PASSED: u8 = 0;
/// Findings at or above `failOn`; something to change.
const FAILED: u8 = 1;
/// Wrong usage, or input that could not be read as it was meant.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let lang = args::language(&arguments, |name| std::env::var(name).ok());
    let named = args::named(&arguments);
    let code = match args::parse(arguments, lang) {
        Ok(Command::Check(args)) => run_check(&args, lang),
        Ok(Command::Explain(args)) => run_explain(&args.rule, lang),
        Ok(Command::Rules(args)) => run_rules(args.output.format, lang),
        Err(error) => args::explain(&error, named, lang),
    };
    ExitCode::from(code)
}

fn run_explain(rule: &str, lang: Lang) -> u8 {
    let page = match catalogue::page(rule, lang) {
        Ok(page) => page,
        Err(unknown) => {
            complain(&[unknown], &[], lang);
            return UNUSABLE;
        }
    };
    let stdout = io::stdout();
    let written = if stdout.is_terminal() || is_styled(&stdout) {
        let page = markdown::readable(page);
        write_out(anstream::AutoStream::auto(stdout.lock()), page.as_bytes())
    } else {
        write_out(stdout.lock(), page.as_bytes())
    };
    status(written, PASSED, lang)
}

fn run_rules(format: Format, lang: Lang) -> u8 {
    let text = match format {
        Format::Human => Ok(catalogue::list(lang)),
        Format::Json => catalogue::json(lang),
    };
    let written = text
        .map_err(io::Error::from)
        .and_then(|text| write_out(io::stdout().lock(), text.as_bytes()));
    status(written, PASSED, lang)
}

fn run_check(args: &CheckArgs, lang: Lang) -> u8 {
    let settings = match read_settings(args, lang) {
        Ok(settings) => settings,
        Err(unusable) => return unusable,
    };
    let Inputs {
        mut files,
        mut problems,
    } = input::collect(&args.paths, lang);
    let fixed = args
        .fixes()
        .map(|which| mesh_ready_core::fix(&inputs(&files), &settings, lang, which));
    let applied = match fixed {
        Some(fixed) if args.diff => return show_diff(&files, &fixed, &problems, &settings, lang),
        Some(fixed) => {
            let (applied, unwritten) = fix::write(&mut files, fixed, lang);
            problems.extend(unwritten);
            Some(applied)
        }
        None => None,
    };
    complain(&problems, &[], lang);

    let report = check_files(&files, &settings, lang);
    let written = write_report(
        &report,
        &files,
        applied.as_deref(),
        args.output.format,
        lang,
    );
    let code = if !problems.is_empty() || report.has_input_error() {
        UNUSABLE
    } else if report
        .worst()
        .is_some_and(|worst| worst >= settings.fail_on)
    {
        FAILED
    } else {
        PASSED
    };
    status(written, code, lang)
}

fn inputs(files: &[File]) -> Vec<Input<'_>> {
    files
        .iter()
        .map(|file| Input {
            name: &file.name,
            bytes: &file.bytes,
        })
        .collect()
}

fn check_files(files: &[File], settings: &Settings, lang: Lang) -> Report {
    let options = Options {
        lang,
        columns: Columns::Chars,
    };
    check(&inputs(files), settings, options)
}

/// Prints what fixes would change, and nothing else on standard output; answers the exit status.
fn show_diff(
    files: &[File],
    fixed: &Fixed,
    problems: &[Problem],
    settings: &Settings,
    lang: Lang,
) -> u8 {
    complain(problems, &[], lang);
    let report = check_files(files, settings, lang);
    if report.has_input_error() {
        let stderr = io::stderr();
        let text = human::diagnostics(&report, &inputs(files), &renderer_for(&stderr), lang);
        say(&text);
    }
    let stdout = io::stdout();
    let diff = fix::diff(files, fixed, is_styled(&stdout));
    let code = if !problems.is_empty() || report.has_input_error() {
        UNUSABLE
    } else if diff.is_empty() {
        PASSED
    } else {
        FAILED
    };
    status(write_out(stdout.lock(), diff.as_bytes()), code, lang)
}

/// Writes the report to standard output. When fixes were `applied`, it says which; and when the text of standard
/// input is among the files, that goes to standard output, and the report to standard error.
fn write_report(
    report: &Report,
    files: &[File],
    applied: Option<&[Applied]>,
    format: Format,
    lang: Lang,
) -> io::Result<()> {
    let text_of_stdin = applied.and_then(|_| files.iter().find(|file| file.path.is_none()));
    let (stdout, stderr) = (io::stdout(), io::stderr());
    let summary = applied.map(|applied| fix::summary(applied, files, lang));
    let renderer = match text_of_stdin {
        Some(_) => renderer_for(&stderr),
        None => renderer_for(&stdout),
    };
    let text = match format {
        Format::Human => {
            human::report(report, &inputs(files), &renderer, lang) + &summary.unwrap_or_default()
        }
        // Indented wherever it goes: the same check gives the same bytes on a terminal, in a file and in a pipe.
        Format::Json => {
            say(&summary.unwrap_or_default());
            serde_json::to_string_pretty(report)? + "\n"
        }
    };
    match text_of_stdin {
        Some(file) => {
            say(&text);
            write_out(stdout.lock(), &file.bytes)
        }
        None if format == Format::Human => {
            write_out(anstream::AutoStream::auto(stdout.lock()), text.as_bytes())
        }
        None => write_out(stdout.lock(), text.as_bytes()),
    }
}

/// The exit status, unless the output could not be written: then that is said.
fn status(written: io::Result<()>, code: u8, lang: Lang) -> u8 {
    match written {
        Ok(()) => code,
        Err(error) => {
            complain(&[unwritable(&error, lang)], &[], lang);
            UNUSABLE
        }
    }
}

/// The settings, or the exit status after it was said what is wrong with them.
fn read_settings(args: &CheckArgs, lang: Lang) -> Result<Settings, u8> {
    let Some(path) = &args.config else {
        return Ok(Settings::default());
    };
    let name = &*path.to_string_lossy();
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            complain(&[input::unreadable(name, &error, lang)], &[], lang);
            return Err(UNUSABLE);
        }
    };
    Settings::parse(name, &bytes, lang).map_err(|errors| {
        let problems: Vec<_> = errors.into_iter().map(Problem::from).collect();
        complain(
            &problems,
            &[Input {
                name,
                bytes: &bytes,
            }],
            lang,
        );
        UNUSABLE
    })
}

/// Says on standard error what keeps the check from being complete; `inputs` are the files that it points into.
fn complain(problems: &[Problem], inputs: &[Input<'_>], lang: Lang) {
    let stderr = io::stderr();
    say(&human::problems(
        problems,
        inputs,
        &renderer_for(&stderr),
        lang,
    ));
}

/// Writes to standard error.
fn say(text: &str) {
    // Nobody is left to tell when standard error is closed; the exit status still speaks.
    let _ = anstream::AutoStream::auto(io::stderr()).write_all(text.as_bytes());
}

/// Colours where the stream is a terminal and `NO_COLOR` and its kin do not forbid them.
fn renderer_for(stream: &impl anstream::stream::RawStream) -> Renderer {
    if is_styled(stream) {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
}

fn is_styled(stream: &impl anstream::stream::RawStream) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
}

/// A reader that goes away early (`| head`) has seen what it wanted.
fn write_out(mut stream: impl Write, bytes: &[u8]) -> io::Result<()> {
    match stream.write_all(bytes).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

fn unwritable(error: &io::Error, lang: Lang) -> Problem {
    match lang {
        Lang::En => Problem::new(
            format!("cannot write the output: {error}"),
            "make room where the output goes, or send it elsewhere".to_owned(),
        ),
        Lang::ZhCn => Problem::new(
            format!("无法写出结果：{error}"),
            "请检查输出位置是否有可用空间，或换一个输出位置".to_owned(),
        ),
    }
}
