//! The built page in headless Chromium, used as a visitor uses it.

#![allow(
    clippy::missing_panics_doc,
    reason = "every method of the page panics when the browser cannot do as it is told"
)]

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    elements::{Element, ElementRef},
    error::CmdError,
    wd::WebDriverCompatibleCommand,
};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::{
    env, fs,
    io::{self, BufRead, BufReader, Read},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};
use tempfile::{NamedTempFile, TempDir};
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
    trap: TcpListener,
    downloads: TempDir,
}

impl Page {
    /// Serves a built page and opens it. The browser asks for the language.
    ///
    /// # Errors
    /// What is missing, and how to get it.
    pub fn open(folder: &Path, screen: Screen, language: &str) -> Result<Self, String> {
        Self::open_at(folder, "", screen, language)
    }

    /// The same with what follows the address of the folder: a path, a query, a fragment.
    ///
    /// # Errors
    /// What is missing, and how to get it.
    pub fn open_at(
        folder: &Path,
        path: &str,
        screen: Screen,
        language: &str,
    ) -> Result<Self, String> {
        let site = Site::start(folder)?;
        let driver = Driver::start()?;
        let (trap, downloads) = (trap(), TempDir::new());
        let trap = trap.map_err(|error| format!("no port to listen on: {error}"))?;
        let downloads = downloads.map_err(|error| format!("no temporary directory: {error}"))?;
        let trap_port = trap.local_addr().map_err(|error| error.to_string())?.port();
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let capabilities = capabilities(screen, language, trap_port);
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
            trap,
            downloads,
        };
        page.command(
            "Browser.setDownloadBehavior",
            &json!({"behavior": "allow", "downloadPath": page.downloads.path()}),
        );
        page.command(
            "Browser.grantPermissions",
            &json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
        );
        page.visit(path);
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
        self.with(selector, |element| async move { element.text().await })
    }

    /// Waits until the selector finds an element, and clicks it.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        self.with(selector, |element| async move { element.click().await });
    }

    /// Does something with the element that the selector finds; with the one in its place, if that is drawn anew meanwhile.
    #[track_caller]
    fn with<T, F: Future<Output = Result<T, CmdError>>>(
        &self,
        selector: &str,
        act: impl Fn(Element) -> F,
    ) -> T {
        loop {
            match self.wait(act(self.find(selector))) {
                Ok(done) => return done,
                Err(error) if error.is_stale_element_reference() => {}
                Err(error) => panic!("{selector}: {error}"),
            }
        }
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
        self.hold("", keys);
    }

    /// Presses keys while others are held.
    #[track_caller]
    pub fn hold(&self, held: &str, keys: &str) {
        let down = held.chars().map(|value| KeyAction::Down { value });
        let pressed = keys
            .chars()
            .flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        let up = held.chars().rev().map(|value| KeyAction::Up { value });
        let actions = down.chain(pressed).chain(up);
        let actions = actions.fold(KeyActions::new("keys".to_owned()), KeyActions::then);
        self.wait(self.client.perform_actions(actions))
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// Waits until an expression gives an element, which may be in a shadow root, at rest and in sight, and moves the pointer
    /// onto its middle.
    #[track_caller]
    pub fn hover(&self, expression: &str) {
        self.pointer(expression, &["mouseMoved"]);
    }

    /// The same, and clicks there.
    #[track_caller]
    pub fn click_at(&self, expression: &str) {
        self.pointer(expression, &["mouseMoved", "mousePressed", "mouseReleased"]);
    }

    #[track_caller]
    fn pointer(&self, expression: &str, events: &[&str]) {
        // It may be drawn before it gets its place, or move, or be under another one for a moment.
        let middle = format!(
            "let last;
             for (;;) {{
               const element = {expression};
               if (element) {{
                 element.scrollIntoView({{ block: 'nearest' }});
                 const {{ left, top, width, height }} = element.getBoundingClientRect();
                 const [x, y] = [left + width / 2, top + height / 2];
                 if (`${{[x, y]}}` === last && element.contains(element.getRootNode().elementFromPoint(x, y))) return [x, y];
                 last = `${{[x, y]}}`;
               }}
               await new Promise(requestAnimationFrame);
             }}"
        );
        let middle = self.run(&middle, Vec::new());
        for event in events {
            let is_move = *event == "mouseMoved";
            self.command(
                "Input.dispatchMouseEvent",
                &json!({
                    "type": event,
                    "x": middle[0],
                    "y": middle[1],
                    "button": if is_move { "none" } else { "left" },
                    "clickCount": u8::from(!is_move),
                }),
            );
        }
    }

    /// Moves files and folders of this machine over an element and drops them there.
    #[track_caller]
    pub fn drop_files(&self, selector: &str, paths: &[PathBuf]) {
        self.until(&format!("document.querySelector('{selector}')"));
        let middle = self.value(&format!(
            "(({{ left, top, width, height }}) => [left + width / 2, top + height / 2])
               (document.querySelector('{selector}').getBoundingClientRect())"
        ));
        for event in ["dragEnter", "dragOver", "drop"] {
            self.command(
                "Input.dispatchDragEvent",
                &json!({
                    "type": event,
                    "x": middle[0],
                    "y": middle[1],
                    "data": {"items": [], "files": paths, "dragOperationsMask": 1},
                }),
            );
        }
    }

    /// Chooses files, or a folder, in the dialog that a file field opens.
    #[track_caller]
    pub fn choose_files(&self, selector: &str, paths: &[PathBuf]) {
        let paths: Vec<_> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let field = self.find(selector);
        self.wait(field.send_keys(&paths.join("\n")))
            .unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Waits until the browser has saved a file of this name, and gives back its text. The next one may have the name again.
    #[track_caller]
    pub fn downloaded(&self, name: &str) -> String {
        let path = self.downloads.path().join(name);
        let saved = self.wait(async {
            // The browser renames a file once it is complete, or begins it empty.
            while fs::metadata(&path).map_or(0, |file| file.len()) == 0 {
                time::sleep(Duration::from_millis(5)).await;
            }
            let text = fs::read_to_string(&path);
            fs::remove_file(&path).and(text)
        });
        saved.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Puts a text onto the clipboard of the browser.
    #[track_caller]
    pub fn copy(&self, text: &str) {
        self.run(
            "await navigator.clipboard.writeText(given[0])",
            vec![json!(text)],
        );
    }

    /// The text on the clipboard of the browser.
    #[track_caller]
    pub fn copied(&self) -> String {
        string(&self.value("await navigator.clipboard.readText()"))
    }

    /// Sends a command of Chromium's `DevTools` protocol.
    #[track_caller]
    pub fn command(&self, name: &str, parameters: &Value) -> Value {
        let command = DevTools(json!({"cmd": name, "params": parameters}).to_string());
        self.wait(self.client.issue_cmd(command))
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// What follows happens in the frame of this selector, until [`Self::leave_frame`].
    #[track_caller]
    pub fn enter_frame(&self, frame: &str) {
        self.until(frame);
        let frame = self.value(frame);
        let id = frame
            .as_object()
            .and_then(|element| element.values().next());
        let element = id.and_then(Value::as_str).map(|id| {
            let id = ElementRef::from(id.to_owned());
            Element::from_element_id(self.client.clone(), id)
        });
        let element = element.unwrap_or_else(|| panic!("no element: {frame}"));
        self.wait(element.enter_frame())
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// Goes back to the page around the frame.
    #[track_caller]
    pub fn leave_frame(&self) {
        self.wait(self.client.enter_parent_frame())
            .unwrap_or_else(|error| panic!("{error}"));
    }

    /// What the server was asked for so far: method and path of each request, in order.
    pub fn requests(&self) -> Vec<String> {
        let log = fs::read_to_string(self.site.log.path()).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// What the browser has sent, or tried to send, to other machines: the first words of each connection, of which the
    /// name of the machine is a part. Every name and address leads to a trap.
    pub fn strays(&self) -> Vec<String> {
        let heard = std::iter::from_fn(|| self.trap.accept().ok());
        let first_words = |(mut stream, _): (TcpStream, _)| {
            let mut bytes = vec![0; 4096];
            // Without a word within this time it was a connection all the same.
            let _ = stream.set_nonblocking(false);
            let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
            let length = stream.read(&mut bytes).unwrap_or_default();
            let words = bytes[..length].split(|byte| !byte.is_ascii_graphic());
            let words = words.filter(|word| word.len() > 3);
            let words: Vec<_> = words.map(String::from_utf8_lossy).collect();
            words.join(" ")
        };
        let is_own = |words: &String| BROWSERS_OWN.iter().any(|name| words.contains(name));
        heard
            .map(first_words)
            .filter(|words| !is_own(words))
            .collect()
    }

    /// Goes to another page of the folder.
    #[track_caller]
    pub fn visit(&self, path: &str) {
        let address = format!("{}{path}", self.site.address);
        self.wait(self.client.goto(&address))
            .unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// Ends the server, so that every request fails as without a network.
    pub fn unplug(&mut self) {
        self.site.process.end();
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
        // The browser gives up on a script that takes a minute, which a busy machine needs for all of them.
        let reports = texts.chunks(25).flat_map(|texts| {
            let reports = self.run(REPORTS, vec![json!(texts)]);
            let reports = reports.as_array().into_iter().flatten();
            reports.map(string).collect::<Vec<_>>()
        });
        reports.skip(1).collect()
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

/// What Chromium asks by itself, whatever the page: the time, its updates, its accounts, what forms usually hold, where it
/// would search.
const BROWSERS_OWN: [&str; 6] = [
    "clients2.google.com",
    "optimizationguide-pa.googleapis.com",
    "update.googleapis.com",
    "accounts.google.com",
    "content-autofill.googleapis.com",
    "www.google.com",
];

/// Longer than any command takes.
const PATIENCE: Duration = Duration::from_secs(90);

/// What `mesh-ready:report` carries for each of the given texts.
const REPORTS: &str = r"
    const editor = document.querySelector('#editor');
    const reported = () => new Promise((resolve) => {
      document.addEventListener('mesh-ready:report', ({ detail }) => resolve(detail), { once: true });
    });
    const { setTimeout } = window;
    // The page waits until typing pauses; here nobody types. Its bounds for answers are longer than any pause.
    window.setTimeout = (work, delay) => setTimeout(work, delay > 2000 ? delay : 0);
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

/// Where everything leads that is not this machine.
fn trap() -> io::Result<TcpListener> {
    let trap = TcpListener::bind(("127.0.0.1", 0))?;
    trap.set_nonblocking(true)?;
    Ok(trap)
}

fn capabilities(screen: Screen, language: &str, trap: u16) -> Value {
    let accept = format!("--accept-lang={language}");
    let resolve = format!(
        "--host-resolver-rules=MAP * 127.0.0.1:{trap}, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    );
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
            resolve,
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
    process: Process,
    /// A line for each request.
    log: NamedTempFile,
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
        let log = NamedTempFile::new().map_err(|error| format!("no temporary file: {error}"))?;
        command.arg(script).arg(folder).arg("0").arg(log.path());
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
            process,
            log,
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

/// A command of the `DevTools` protocol, as JSON.
#[derive(Debug)]
struct DevTools(String);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.0.clone()))
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

    fn end(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// The text of a JSON string.
fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
