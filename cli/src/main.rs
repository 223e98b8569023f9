//! `mesh-ready`: checks Kubernetes manifests for Istio's requirements, in a terminal or a pipeline.
//!
//! All decisions are core's. This program finds the files, hands them to one check, so that objects of different
//! files meet, and writes the report for people or for machines.

#![forbid(unsafe_code)]

mod args;
mod human;
mod input;
mod source;

use annotate_snippets::Renderer;
use args::{CheckArgs, Command, Format};
use human::Problem;
use input::Inputs;
use mesh_ready_core::{Columns, Input, Lang, Options, Settings, check};
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Nothing at or above `failOn`.
const PASSED: u8 = 0;
/// Findings at or above `failOn`.
const FAILED: u8 = 1;
/// Wrong usage, or input that could not be read as it was meant.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let lang = args::language(&arguments, |name| std::env::var(name).ok());
    let code = match args::parse(arguments, lang) {
        Ok(Command::Check(args)) => run_check(&args, lang),
        Err(error) => args::explain(&error, lang),
    };
    ExitCode::from(code)
}

fn run_check(args: &CheckArgs, lang: Lang) -> u8 {
    let settings = match read_settings(args, lang) {
        Ok(settings) => settings,
        Err(unusable) => return unusable,
    };
    let Inputs { files, problems } = input::collect(&args.paths, lang);
    complain(&problems, &[], lang);

    let inputs: Vec<_> = files
        .iter()
        .map(|file| Input {
            name: &file.name,
            bytes: &file.bytes,
        })
        .collect();
    let report = check(
        &inputs,
        &settings,
        Options {
            lang,
            columns: Columns::Chars,
        },
    );

    let stdout = io::stdout();
    let written = match args.format {
        Format::Human => {
            let text = human::report(&report, &inputs, &renderer_for(&stdout), lang);
            write_out(anstream::AutoStream::auto(stdout.lock()), &text)
        }
        // Indented wherever it goes: the same check gives the same bytes on a terminal, in a file and in a pipe.
        Format::Json => serde_json::to_string_pretty(&report)
            .map_err(io::Error::from)
            .and_then(|json| write_out(stdout.lock(), &(json + "\n"))),
    };
    if let Err(error) = written {
        complain(&[unwritable(&error, lang)], &[], lang);
        return UNUSABLE;
    }

    if !problems.is_empty() || report.has_input_error() {
        UNUSABLE
    } else if report
        .worst()
        .is_some_and(|worst| worst >= settings.fail_on)
    {
        FAILED
    } else {
        PASSED
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
    let text = human::problems(problems, inputs, &renderer_for(&stderr), lang);
    // Nobody is left to tell when standard error is closed; the exit status still speaks.
    let _ = anstream::AutoStream::auto(stderr).write_all(text.as_bytes());
}

/// Colours where the stream is a terminal and `NO_COLOR` and its kin do not forbid them.
fn renderer_for(stream: &impl anstream::stream::RawStream) -> Renderer {
    match anstream::AutoStream::choice(stream) {
        anstream::ColorChoice::Never => Renderer::plain(),
        _ => Renderer::styled(),
    }
}

/// A reader that goes away early (`| head`) has seen what it wanted.
fn write_out(mut stream: impl Write, text: &str) -> io::Result<()> {
    match stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

fn unwritable(error: &io::Error, lang: Lang) -> Problem {
    match lang {
        Lang::En => Problem::new(
            format!("cannot write the report: {error}"),
            "make room where the output goes, or send it elsewhere".to_owned(),
        ),
        Lang::ZhCn => Problem::new(
            format!("无法写出报告：{error}"),
            "请检查输出位置是否有可用空间，或换一个输出位置".to_owned(),
        ),
    }
}
