//! How long a check takes, beside the event parser alone on the same bytes in the same run.
//!
//! `make bench` runs it natively. Figures are the median and the 95th percentile of many runs.

use granit_parser::Parser;
use mesh_ready_core::{Input, Options, Settings, check};
use mesh_ready_tests::generate;
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

const RUNS: usize = 200;

fn main() {
    println!(
        "{:>8} {:>10}   {:<12} {:>10} {:>10}",
        "lines", "bytes", "what", "p50", "p95"
    );
    for lines in [1_000, 10_000] {
        let text = generate::manifest(lines);
        let inputs = [Input {
            name: "bench.yaml",
            bytes: text.as_bytes(),
        }];
        let settings = Settings::default();
        print(
            &text,
            "parser",
            &measure(|| {
                black_box(Parser::new_from_str(black_box(&text)).count());
            }),
        );
        print(
            &text,
            "check",
            &measure(|| {
                black_box(check(black_box(&inputs), &settings, Options::default()));
            }),
        );
        print(
            &text,
            "check, JSON",
            &measure(|| {
                let report = check(black_box(&inputs), &settings, Options::default());
                black_box(serde_json::to_vec(&report).unwrap_or_default());
            }),
        );
    }
}

fn measure(mut run: impl FnMut()) -> Vec<Duration> {
    run();
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times
}

fn print(text: &str, what: &str, times: &[Duration]) {
    let at = |percent: usize| times[times.len() * percent / 100];
    let milliseconds = |time: Duration| format!("{:.3} ms", time.as_secs_f64() * 1e3);
    println!(
        "{:>8} {:>10}   {what:<12} {:>10} {:>10}",
        text.lines().count(),
        text.len(),
        milliseconds(at(50)),
        milliseconds(at(95)),
    );
}
