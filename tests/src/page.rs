//! The built page in headless Chromium, used as a visitor uses it.

#![allow(
    clippy::missing_panics_doc,
    reason = "every method of the page panics when the browser cannot do as it is told"
)]

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::Element,
    wd::WebDriverCompatibleCommand,
};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::{
    env,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    runtime::{self, Runtime},
    time,
};
use url::{ParseError, Url};

/// What a visitor looks at the page with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A window of 1280 × 900.
    Desktop,
    /// A touch screen of 390 × 844, on which Chromium behaves as on a phone.
    Phone,
}

/// The page in a browser of its own, with an empty profile. Dropping it ends every process that it started.
#[derive(Debug)]
pub struct Page {
    client: Client,
    runtime: Runtime,
    _driver: Driver,
    site: Site,
}

impl Page {
    /// Serves a built page and opens it. The browser asks for the language.
    ///
    /// # Errors
    /// What is missing, and how to get it.
    pub fn open(folder: &Path, screen: Screen, language: &str) -> Result<Self, String> {
        let site = Site::start(folder)?;
        let driver = Driver::start()?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let capabilities = capabilities(screen, language);
        let client = runtime.block_on(
            ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.as_object().cloned().unwrap_or_default())
                .connect(&format!("http://127.0.0.1:{}", driver.port)),
        );
        let client = client.map_err(|error| {
            format!("Chromium does not start: {error}; CHROME names another one")
        })?;
        let page = Self {
            client,
            runtime,
            _driver: driver,
            site,
        };
        let opened = page.wait(page.client.goto(&page.site.address));
        opened.map_err(|error| format!("{}: {error}", page.site.address))?;
        Ok(page)
    }

    /// Runs the body of an asynchronous function in the page and gives back what it returns.
    #[track_caller]
    pub fn run(&self, body: &str, arguments: Vec<Value>) -> Value {
        let script = format!("return (async (...given) => {{ {body} }})(...arguments)");
        let value = self.wait(self.client.execute(&script, arguments));
        value.unwrap_or_else(|error| panic!("{error}\nin the script\n{body}"))
    }

    /// The value of an expression in the page.
    #[track_caller]
    pub fn value(&self, expression: &str) -> Value {
        self.run(&format!("return {expression};"), Vec::new())
    }

    /// Waits until an expression holds in the page.
    #[track_caller]
    pub fn until(&self, expression: &str) {
        self.run(
            &format!("while (!({expression})) await new Promise(requestAnimationFrame);"),
            Vec::new(),
        );
    }

    /// Waits until the selector finds an element, and gives back the text that it shows.
    #[track_caller]
    pub fn text_of(&self, selector: &str) -> String {
        let element = self.find(selector);
        self.wait(element.text())
            .unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    /// Waits until the selector finds an element, and clicks it.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.wait(element.click())
            .unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Chooses an option of a `<select>` by its value.
    #[track_caller]
    pub fn choose(&self, selector: &str, value: &str) {
        let element = self.find(selector);
        self.wait(element.select_by_value(value))
            .unwrap_or_else(|error| panic!("{selector}, {value}: {error}"));
    }

    /// Presses keys, wherever the focus is.
    #[track_caller]
    pub fn press(&self, keys: &str) {
        let keys = keys
            .chars()
            .fold(KeyActions::new("keys".to_owned()), |keys, value| {
                keys.then(KeyAction::Down { value })
                    .then(KeyAction::Up { value })
            });
        self.wait(self.client.perform_actions(keys))
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// Loads the page again.
    #[track_caller]
    pub fn reload(&self) {
        self.wait(self.client.refresh())
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// The text in the editor.
    #[track_caller]
    pub fn text(&self) -> String {
        string(&self.value("document.querySelector('#editor').text"))
    }

    /// Puts texts into the editor, one after the other, and gives back the report on each, byte for byte.
    #[track_caller]
    pub fn reports<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        // Until then there is nothing that checks.
        self.until("document.querySelector('#module-sha256')");
        // The first check of all may still be under way and would be taken for that of the first text.
        let texts = ["#"].into_iter().chain(texts).collect::<Vec<_>>();
        let reports = self.run(REPORTS, vec![json!(texts)]);
        let reports = reports.as_array().into_iter().flatten();
        reports.skip(1).map(string).collect()
    }

    /// Puts a text into the editor and waits until its report is shown.
    #[track_caller]
    pub fn check(&self, text: &str) {
        self.reports([text]);
        self.until("document.querySelector('main').dataset.phase !== 'checking'");
    }

    /// The errors that the browser has logged since it was last asked, violations of the page's security policy too.
    #[track_caller]
    pub fn errors(&self) -> Vec<String> {
        let entries = self.wait(self.client.issue_cmd(BrowserLog));
        let entries = entries.unwrap_or_else(|error| panic!("{error}"));
        let entries = entries.as_array().into_iter().flatten();
        let errors = entries.filter(|entry| entry["level"] == "SEVERE");
        errors.map(ToString::to_string).collect()
    }

    #[track_caller]
    fn find(&self, selector: &str) -> Element {
        self.wait(self.client.wait().for_element(Locator::Css(selector)))
            .unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    #[track_caller]
    fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        let answer = self
            .runtime
            .block_on(async { time::timeout(PATIENCE, answer).await });
        answer.unwrap_or_else(|_| panic!("Chromium has not answered for {PATIENCE:?}"))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // This ends the browser. Where it fails, the browser ends with its driver.
        let close = self.client.clone().close();
        let _ = self
            .runtime
            .block_on(async { time::timeout(PATIENCE, close).await });
    }
}

/// Longer than any command takes.
const PATIENCE: Duration = Duration::from_secs(90);

/// What `mesh-ready:report` carries for each of the given texts.
const REPORTS: &str = r"
    const editor = document.querySelector('#editor');
    const reported = () => new Promise((resolve) => {
      document.addEventListener('mesh-ready:report', ({ detail }) => resolve(detail), { once: true });
    });
    const { setTimeout } = window;
    // The page waits until typing pauses; here nobody types.
    window.setTimeout = (work) => setTimeout(work);
    try {
      const reports = [];
      for (const text of given[0]) {
        const report = reported();
        editor.text = text;
        reports.push(await report);
      }
      return reports;
    } finally {
      window.setTimeout = setTimeout;
    }
";

fn capabilities(screen: Screen, language: &str) -> Value {
    let accept = format!("--accept-lang={language}");
    let mut options = json!({
        // ChromeDriver gives each session an empty profile of its own.
        "args": [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,900",
            // Chromium ends when its driver does.
            "--remote-debugging-pipe",
            accept,
        ],
    });
    // Without it ChromeDriver looks where browsers are usually installed.
    if let Ok(chrome) = env::var("CHROME") {
        options["binary"] = json!(on_path(&chrome));
    }
    if screen == Screen::Phone {
        let metrics =
            json!({"width": 390, "height": 844, "pixelRatio": 2, "touch": true, "mobile": true});
        options["mobileEmulation"] = json!({"deviceMetrics": metrics});
    }
    json!({
        "goog:chromeOptions": options,
        "goog:loggingPrefs": {"browser": "ALL"},
        "timeouts": {"script": 60_000},
    })
}

/// The file of a program, as `ChromeDriver` wants it; a name that is nowhere stays, for the error to name it.
fn on_path(program: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut files = env::split_paths(&path).map(|directory| directory.join(program));
    files
        .find(|file| file.is_file())
        .unwrap_or_else(|| program.into())
}

/// The server of the playground.
#[derive(Debug)]
struct Site {
    address: String,
    _process: Process,
}

impl Site {
    fn start(folder: &Path) -> Result<Self, String> {
        if !folder.join("index.html").is_file() {
            return Err(format!(
                "{} holds no page: run `make site`",
                folder.display()
            ));
        }
        let mut command = Command::new("node");
        let script = crate::repository().join("scripts/serve.mjs");
        command.arg(script).arg(folder).arg("0");
        let (process, address) = Process::start(&mut command, |line| {
            let address = line
                .split_whitespace()
                .find(|word| word.starts_with("http://"));
            address.map(str::to_owned)
        })
        .map_err(|error| {
            format!("the page cannot be served: node: {error}; `make site` installs it")
        })?;
        Ok(Self {
            address,
            _process: process,
        })
    }
}

/// `ChromeDriver`, which tells a browser what to do.
#[derive(Debug)]
struct Driver {
    port: u16,
    _process: Process,
    _scratch: TempDir,
}

impl Driver {
    fn start() -> Result<Self, String> {
        // Browsers that are ended leave files behind.
        let scratch = TempDir::new().map_err(|error| format!("no temporary directory: {error}"))?;
        let program = env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let mut command = Command::new(&program);
        command.arg("--port=0").env("TMPDIR", scratch.path());
        let (process, port) = Process::start(&mut command, |line| {
            let port = line.strip_prefix("ChromeDriver was started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        })
        .map_err(|error| format!("no browser: {program}: {error}; `make browser` installs it, CHROMEDRIVER names another one"))?;
        Ok(Self {
            port,
            _process: process,
            _scratch: scratch,
        })
    }
}

/// The command for what the browser has logged; the standard has none.
#[derive(Debug)]
struct BrowserLog;

impl WebDriverCompatibleCommand for BrowserLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}

/// A process that ends with its owner.
#[derive(Debug)]
struct Process {
    child: Child,
    /// Kept open: the process may write on.
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a command and waits for the line that says it is ready.
    fn start<T>(command: &mut Command, ready: impl Fn(&str) -> Option<T>) -> io::Result<(Self, T)> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut process = Self {
            child,
            output: BufReader::new(output),
        };
        let mut line = String::new();
        while process.output.read_line(&mut line)? > 0 {
            if let Some(said) = ready(line.trim_end()) {
                return Ok((process, said));
            }
            line.clear();
        }
        Err(io::Error::other("it ended before it was ready"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The text of a JSON string.
fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
