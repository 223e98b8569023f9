//! What the built page costs in headless Chromium: bytes of the first load, time until it can be used, time from a
//! keystroke to its findings, and the longest task while a large text is pasted.
//!
//! `make bench-web` builds what it needs and runs it. Percentiles are of runs after one that does not count.

#![allow(clippy::panic, reason = "a benchmark ends when it cannot measure")]

use mesh_ready_tests::{Page, Screen, generate, repository};
use serde_json::{Value, json};
use std::process::Command;

const LOADS: usize = 20;
const KEYS: usize = 60;
const LINES: [usize; 3] = [200, 1_000, 10_000];

/// So many bytes are pasted.
const PASTED: usize = 1_000_000;

const CONTROL: &str = "\u{e009}";

fn main() {
    let page = match Page::open(&repository().join("dist"), Screen::Desktop, "en-US") {
        Ok(page) => page,
        Err(why) => {
            println!("Chromium skipped: {why}");
            return;
        }
    };
    page.until("document.querySelector('main')?.dataset.phase === 'blank'");
    first_load(&page);
    interactive(&page);
    keystrokes(&page);
    paste(&page);
}

/// What is fetched until the page can be used, by file, and what more until there are findings. What the service worker
/// keeps for later comes by other ways.
fn first_load(page: &Page) {
    let first = loaded(page);
    print_sizes("first load", &first);
    page.click("#welcome [data-example=shop]");
    page.text_of("#entries");
    let mut then = loaded(page);
    then.retain(|file| !first.contains(file));
    print_sizes("with the first text", &then);
    page.click("#clear");
    page.until("document.querySelector('main')?.dataset.phase === 'blank'");
}

/// The files that the page has fetched so far.
fn loaded(page: &Page) -> Vec<String> {
    let loaded = page.value(
        "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
           .map(({ name }) => new URL(name).pathname.slice(1) || 'index.html')",
    );
    let files = loaded.as_array().into_iter().flatten();
    let files = files.filter_map(Value::as_str).map(str::to_owned);
    let mut files: Vec<_> = files.collect();
    files.sort();
    files.dedup();
    files
}

fn print_sizes(what: &str, files: &[String]) {
    let paths = files
        .iter()
        .map(|file| repository().join("dist").join(file));
    let output = Command::new("node")
        .arg(repository().join("tests/benches/brotli.mjs"))
        .args(paths)
        .output();
    let output = output.unwrap_or_else(|error| panic!("node: {error}"));
    let sizes: Vec<[usize; 2]> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));

    println!("{what:<44} {:>9} {:>9}", "bytes", "brotli");
    for (file, [bytes, brotli]) in files.iter().zip(&sizes) {
        println!("{file:<44} {bytes:>9} {brotli:>9}");
    }
    let sum = |index: usize| sizes.iter().map(|size| size[index]).sum::<usize>();
    println!("{:<44} {:>9} {:>9}\n", "in all", sum(0), sum(1));
}

/// Loads without what the browser has kept, from this machine: no network takes its time.
fn interactive(page: &Page) {
    page.command("Network.enable", &json!({}));
    page.command("Network.setCacheDisabled", &json!({"cacheDisabled": true}));
    page.command("Network.setBypassServiceWorker", &json!({"bypass": true}));
    page.command(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({"source": include_str!("load.js")}),
    );
    let mut times = [vec![], vec![]];
    for _ in 0..=LOADS {
        page.reload();
        page.until("globalThis.interactive");
        let load = numbers(&page.value("[drawn, interactive]"));
        times
            .iter_mut()
            .zip(load)
            .for_each(|(times, time)| times.push(time));
    }
    heading("load");
    let [drawn, ready] = times;
    print("drawn", drawn);
    print("ready to check", ready);
    println!();
}

/// By which clock tasks of the main thread are measured, and how that is called.
const CLOCKS: [(&str, &str); 2] = [
    ("threadTicks", "main thread, at work"),
    ("timeTicks", "main thread, with waits for a processor"),
];

fn keystrokes(page: &Page) {
    heading("keystroke to findings");
    for lines in LINES {
        let text = generate::manifest(lines);
        let lines = text.lines().count();
        let mut end_to_end = vec![];
        for (clock, what) in CLOCKS {
            page.command("Performance.disable", &json!({}));
            page.command("Performance.enable", &json!({"timeDomain": clock}));
            page.reload();
            page.check(&text);
            page.run(include_str!("keys.js"), vec![]);
            let mut main_thread = vec![];
            for done in 0..=KEYS {
                let before = busy(page);
                page.press("#");
                page.run("await whenMeasured(given[0])", vec![json!(done)]);
                main_thread.push(busy(page) - before);
            }
            print(&format!("{lines} lines, {what}"), main_thread);
            end_to_end = numbers(&page.value("measured.map(([, drawn]) => drawn)"));
        }
        print(&format!("{lines} lines, end to end"), end_to_end);
    }
    println!(
        "
Main thread: all of its tasks from the key to the findings, but for what the browser does for this program: the time of
the thread on a processor, and by the clock on the wall, where it has to share processors with the browser's other threads.
The page checks once typing has paused for 30 ms, from 500,000 characters on for 300 ms: these waits are part of end to end.
"
    );
}

/// How long tasks of the main thread took for the page so far, in milliseconds: not for commands from here.
fn busy(page: &Page) -> f64 {
    let metrics = page.command("Performance.getMetrics", &json!({}));
    let seconds = |name: &str| {
        let mut metrics = metrics["metrics"].as_array().into_iter().flatten();
        let metric = metrics.find(|metric| metric["name"] == name);
        let value = metric.and_then(|metric| metric["value"].as_f64());
        value.unwrap_or_else(|| panic!("Chromium does not tell {name}"))
    };
    (seconds("TaskDuration") - seconds("DevToolsCommandDuration")) * 1e3
}

fn paste(page: &Page) {
    let mut lines = 10_000;
    let mut text = generate::manifest(lines);
    while text.len() < PASTED {
        lines += 1_000;
        text = generate::manifest(lines);
    }
    page.click("#clear");
    page.reload();
    page.until("document.querySelector('main')?.dataset.phase === 'blank'");
    page.copy(&text);
    page.run(
        "document.querySelector('#editor').jumpTo(1, 1, 1, 1)",
        vec![],
    );
    page.run(include_str!("keys.js"), vec![]);
    page.run(
        "window.tasks = [];
         new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });",
        vec![],
    );
    page.hold(CONTROL, "v");
    // The editor colours the text after it is there; then nothing long comes any more.
    page.run(
        "for (let before = -1; measured.length === 0 || before !== tasks.length;) {
           before = tasks.length;
           await new Promise((resolve) => setTimeout(resolve, 1000));
         }",
        vec![],
    );
    let tasks = numbers(&page.value("tasks"));
    let longest = tasks.iter().copied().fold(0.0, f64::max);
    println!(
        "paste of {} bytes, {} lines",
        text.len(),
        text.lines().count()
    );
    println!("{:<44} {:>12}", "tasks of 50 ms and more", tasks.len());
    match tasks.len() {
        0 => println!("{:<44} {:>12}", "longest task", "< 50 ms"),
        _ => println!("{:<44} {longest:>9.0} ms", "longest task"),
    }
    let drawn = page.value("measured[0][1]");
    println!(
        "{:<44} {:>9.0} ms",
        "to findings",
        drawn.as_f64().unwrap_or_default()
    );
}

fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_f64).collect()
}

fn heading(what: &str) {
    println!("{what:<56} {:>12} {:>12}", "p50", "p95");
}

/// Prints a line for times in milliseconds, of which the first does not count.
fn print(what: &str, mut times: Vec<f64>) {
    times.remove(0);
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| format!("{:.1} ms", times[times.len() * percent / 100]);
    println!("{what:<56} {:>12} {:>12}", at(50), at(95));
}
