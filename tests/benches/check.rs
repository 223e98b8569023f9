//! How long a check takes, natively and in Chromium, beside the event parser alone on the same bytes in the same run.
//!
//! `make bench` builds what it needs and runs it. Figures are the median and the 95th percentile of many runs, after
//! one that does not count.

use granit_parser::Parser;
use mesh_ready_core::{Columns, Input, Options, Settings, check};
use mesh_ready_tests::{Page, Screen, generate, repository};
use serde_json::{Value, json};
use std::{hint::black_box, time::Instant};

const RUNS: usize = 200;

/// Each waits for the page's pause.
const KEYS: usize = 50;

fn main() {
    println!(
        "{:>7} {:>9}   {:<9} {:<22} {:>10} {:>10}",
        "lines", "bytes", "where", "what", "p50", "p95"
    );
    let texts = [1_000, 10_000].map(generate::manifest);
    for text in &texts {
        natively(text);
    }
    match Page::open(&repository().join("dist"), Screen::Desktop, "en-US") {
        Ok(page) => {
            for text in &texts {
                in_chromium(&page, text);
            }
            println!(
                "
The clock of Chromium ticks every 0.1 ms. The page checks once typing has paused for 150 ms; from 200,000 characters
on for 400 ms, after which it takes 30 ms to say that it checks. These waits are part of key to report and key to drawn."
            );
        }
        Err(why) => println!("Chromium skipped: {why}"),
    }
}

fn natively(text: &str) {
    let inputs = [Input {
        name: "manifests.yaml",
        bytes: text.as_bytes(),
    }];
    let settings = Settings::default();
    let options = Options {
        columns: Columns::Utf16,
        ..Options::default()
    };
    let runs: [(&str, &dyn Fn()); 3] = [
        ("parser", &|| {
            black_box(Parser::new_from_str(black_box(text)).count());
        }),
        ("check", &|| {
            black_box(check(black_box(&inputs), &settings, options));
        }),
        ("check, JSON", &|| {
            let report = check(black_box(&inputs), &settings, options);
            black_box(serde_json::to_vec(&report).unwrap_or_default());
        }),
    ];
    let mut times = [const { Vec::new() }; 3];
    // In turn: what else the machine does hits all of them alike.
    for _ in 0..=RUNS {
        for ((_, run), times) in runs.iter().zip(&mut times) {
            let start = Instant::now();
            run();
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    for ((what, _), times) in runs.iter().zip(times) {
        print(text, "native", what, times);
    }
}

fn in_chromium(page: &Page, text: &str) {
    let times = page.run(include_str!("module.js"), vec![json!(text), json!(RUNS)]);
    print(text, "Chromium", "check, JSON", numbers(&times));

    page.reload();
    page.check(text);
    page.run(include_str!("keys.js"), Vec::new());
    for done in 0..=KEYS {
        page.press("#");
        page.until(&format!("measured.length > {done}"));
    }
    for (index, what) in ["key to report", "key to drawn"].into_iter().enumerate() {
        let times = page.value(&format!("measured.map((times) => times[{index}])"));
        print(text, "Chromium", what, numbers(&times));
    }
}

fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_f64).collect()
}

/// Prints a line for times in milliseconds, of which the first does not count.
fn print(text: &str, place: &str, what: &str, mut times: Vec<f64>) {
    times.remove(0);
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| format!("{:.2} ms", times[times.len() * percent / 100]);
    println!(
        "{:>7} {:>9}   {place:<9} {what:<22} {:>10} {:>10}",
        text.lines().count(),
        text.len(),
        at(50),
        at(95),
    );
}
