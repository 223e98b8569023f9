//! How time and memory grow with a cluster: the whole check beside the event parser alone on the same bytes.
//!
//! `make bench` runs it. `cargo bench --package mesh-ready-tests --no-default-features --bench scale -- --rules` says
//! instead where the time goes: what the check costs without each rule.

use granit_parser::Parser;
use mesh_ready_core::{Input, Lang, Options, Report, Settings, catalogue, check, settings::Level};
use mesh_ready_tests::cluster::{cluster, settings};
use std::{env, fs, hint::black_box, io::Write, process::Command, time::Instant};

/// Resources, and how often each is measured in a round.
const SIZES: [(usize, usize); 3] = [(1_000, 20), (10_000, 3), (100_000, 1)];

/// Each has all sizes, so that what else the machine does hits them alike. The first does not count.
const ROUNDS: usize = 8;

/// Says to the process itself: check this file, then print the most memory that it took.
const PEAK: &str = "--peak";

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == PEAK) {
        print_peak(&arguments[at + 1]);
    } else if arguments.iter().any(|argument| argument == "--rules") {
        print_rules();
    } else {
        print_sizes();
    }
}

fn run(text: &str, settings: &Settings) -> Report {
    let inputs = [Input {
        name: "cluster.yaml",
        bytes: text.as_bytes(),
    }];
    check(black_box(&inputs), settings, Options::default())
}

/// The time of something in milliseconds.
fn time<T>(what: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(what());
    start.elapsed().as_secs_f64() * 1e3
}

/// The time of the event parser alone.
fn time_parser(text: &str) -> f64 {
    time(|| Parser::new_from_str(black_box(text)).count())
}

/// The time of the whole check.
fn time_check(text: &str, settings: &Settings) -> f64 {
    time(|| run(text, settings))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn print_sizes() {
    let settings = settings();
    let texts = SIZES.map(|(resources, _)| cluster(resources));
    let mut times = [const { (Vec::new(), Vec::new()) }; SIZES.len()];
    for round in 0..=ROUNDS {
        for ((text, (_, repeats)), times) in texts.iter().zip(SIZES).zip(&mut times) {
            for _ in 0..repeats {
                let (parser, check) = (time_parser(text), time_check(text, &settings));
                if round > 0 {
                    times.0.push(parser);
                    times.1.push(check);
                }
            }
        }
    }

    println!(
        "{:>9} {:>10} {:>8}   {:>11} {:>11} {:>12} {:>8}   {:>10} {:>8}",
        "resources",
        "bytes",
        "findings",
        "parser",
        "check",
        "per resource",
        "× parser",
        "peak",
        "× input"
    );
    let mut per_resource = Vec::new();
    for (text, (parser, check)) in texts.iter().zip(times) {
        let report = run(text, &settings);
        let (parser, check) = (median(parser), median(check));
        let each = check * 1e3 / count(report.summary.resources);
        per_resource.push(each);
        let (peak, of_input) = peak(text).map_or(("–".to_owned(), "–".to_owned()), |bytes| {
            (
                format!("{:.1} MB", bytes / 1e6),
                format!("{:.1}", bytes / count(text.len())),
            )
        });
        println!(
            "{:>9} {:>10} {:>8}   {:>11} {:>11} {:>12} {:>8}   {:>10} {:>8}",
            report.summary.resources,
            text.len(),
            report.findings.len(),
            format!("{parser:.2} ms"),
            format!("{check:.2} ms"),
            format!("{each:.2} µs"),
            format!("{:.2}", check / parser),
            peak,
            of_input,
        );
    }
    if let (Some(first), Some(last)) = (per_resource.first(), per_resource.last()) {
        println!(
            "
Medians. Time per resource grows {:.2} times from the first to the last. The aims: at most 1.3 times; the check at most
2 times the parser; the peak of memory, with the input itself, at most 15 times the input.",
            last / first
        );
    }
}

/// The most memory that a check of this text takes, in bytes, measured in a process of its own; `None` where there is
/// no `/proc`.
fn peak(text: &str) -> Option<f64> {
    let mut file = tempfile::NamedTempFile::new().ok()?;
    file.write_all(text.as_bytes()).ok()?;
    let child = Command::new(env::current_exe().ok()?)
        .arg(PEAK)
        .arg(file.path())
        .output()
        .ok()?;
    String::from_utf8(child.stdout).ok()?.trim().parse().ok()
}

fn print_peak(file: &str) {
    let before = peak_of_process();
    let text = fs::read_to_string(file).unwrap_or_default();
    let report = black_box(run(&text, &settings()));
    let after = peak_of_process();
    if let (Some(before), Some(after)) = (before, after)
        && report.summary.resources > 0
    {
        println!("{}", (after - before) * 1024);
    }
}

/// In kilobytes.
fn peak_of_process() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    peak.split_whitespace().next()?.parse().ok()
}

/// What each rule alone adds to a check without rules.
fn print_rules() {
    const RESOURCES: usize = 10_000;
    const RUNS: usize = 10;
    let text = cluster(RESOURCES);
    let all = settings();
    let mut none = all.clone();
    for rule in catalogue(Lang::En) {
        none.rules.set(rule.id, Some(Level::Off));
    }
    let of = |settings: &Settings| median((0..RUNS).map(|_| time_check(&text, settings)).collect());
    let parser = median((0..RUNS).map(|_| time_parser(&text)).collect());
    println!("{RESOURCES} resources, {} bytes", text.len());
    println!("{parser:>10.2} ms  the parser alone");
    println!("{:>10.2} ms  the check without rules", of(&none));
    println!("{:>10.2} ms  the check", of(&all));
    for rule in catalogue(Lang::En) {
        let mut alone = none.clone();
        alone.rules.set(rule.id, None);
        let more = of(&alone) - of(&none);
        println!("{more:>+10.2} ms  {} {}", rule.id, rule.name);
    }
}

/// Counts here are far below the numbers that a float cannot tell apart.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn count(items: usize) -> f64 {
    items as f64
}
