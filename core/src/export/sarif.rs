//! SARIF 2.1.0, which code hosts and editors read.

use super::{HOME, page, qualified};
use crate::{
    Options, VERSION,
    i18n::Lang,
    json_text::JsonText,
    report::{Columns, Finding, Location, Report, ResourceRef, Severity},
    rules::RULES,
};

/// A report as a SARIF 2.1.0 log, in the language and with the columns that it was made with; `None` when these are
/// bytes, which SARIF does not count.
///
/// ```
/// use mesh_ready_core::{Columns, Input, Options, Settings, check, sarif};
///
/// let options = Options { columns: Columns::Utf16, ..Options::default() };
/// let inputs = [Input { name: "a.yaml", bytes: b"a: [" }];
/// let log = sarif(&check(&inputs, &Settings::default(), options), options).unwrap();
/// assert!(log.contains(r#""version":"2.1.0""#));
/// ```
pub fn sarif(report: &Report, options: Options) -> Option<String> {
    let column_kind = match options.columns {
        Columns::Utf8 => return None,
        Columns::Utf16 => "utf16CodeUnits",
        Columns::Chars => "unicodeCodePoints",
    };
    let mut log = Log {
        text: JsonText::default(),
        lang: options.lang,
    };
    log.text.open('{');
    log.text
        .field("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    log.text.field("version", "2.1.0");
    log.list("runs");
    log.text.open('{');
    log.tool();
    log.invocation(report);
    log.text.field("language", options.lang.tag());
    log.text.field("columnKind", column_kind);
    log.list("results");
    for finding in &report.findings {
        log.result(finding);
    }
    log.text.close(']');
    log.text.close('}');
    log.text.close(']');
    log.text.close('}');
    Some(log.text.finish())
}

struct Log {
    text: JsonText,
    lang: Lang,
}

impl Log {
    fn map(&mut self, key: &str) {
        self.text.key(key).open('{');
    }

    fn list(&mut self, key: &str) {
        self.text.key(key).open('[');
    }

    fn number(&mut self, key: &str, number: usize) {
        self.text.key(key).raw(&number.to_string());
    }

    /// A message that is shown as it is: brackets would make a link of what is between them.
    fn message(&mut self, key: &str, message: &str) {
        self.map(key);
        if message.contains("](") {
            let escaped = message.replace('\\', "\\\\").replace('[', "\\[");
            self.text.field("text", &escaped.replace(']', "\\]"));
        } else {
            self.text.field("text", message);
        }
        self.text.close('}');
    }

    fn tool(&mut self) {
        self.map("tool");
        self.map("driver");
        self.text.field("name", "mesh-ready");
        self.text.field("version", VERSION);
        self.text.field("informationUri", HOME);
        self.list("rules");
        for rule in RULES {
            self.text.open('{');
            self.text.field("id", rule.id);
            self.text.field("name", rule.name);
            self.message("shortDescription", rule.title.get(self.lang));
            self.text.field("helpUri", &page(&rule.docs(self.lang)));
            self.map("defaultConfiguration");
            self.text.field("level", level(rule.severity));
            self.text.close('}');
            self.text.close('}');
        }
        self.text.close(']');
        self.text.close('}');
        self.text.close('}');
    }

    /// What was not checked, and what was wrong with the input.
    fn invocation(&mut self, report: &Report) {
        self.list("invocations");
        self.text.open('{');
        let is_complete = !report.has_input_error();
        self.text.key("executionSuccessful").boolean(is_complete);
        self.list("toolExecutionNotifications");
        for diagnostic in &report.diagnostics {
            self.text.open('{');
            self.text.field("level", level(diagnostic.severity));
            self.message("message", &diagnostic.message);
            self.list("locations");
            if let Some(location) = &diagnostic.location {
                self.text.open('{');
                self.physical(location);
                self.text.close('}');
            }
            self.text.close(']');
            self.text.close('}');
        }
        for skipped in &report.skipped {
            self.text.open('{');
            self.text.field("level", "note");
            self.message("message", &skipped.reason);
            self.map("associatedRule");
            self.text.field("id", skipped.rule);
            self.number("index", index(skipped.rule));
            self.text.close('}');
            self.text.close('}');
        }
        self.text.close(']');
        self.text.close('}');
        self.text.close(']');
    }

    fn result(&mut self, finding: &Finding) {
        self.text.open('{');
        self.text.field("ruleId", finding.rule);
        self.number("ruleIndex", index(finding.rule));
        self.text.field("level", level(finding.severity));
        let stop = match self.lang {
            Lang::En => ". ",
            Lang::ZhCn => "。",
        };
        let message = [&finding.message, stop, &finding.help].concat();
        self.message("message", &message);
        self.list("locations");
        let place = (&finding.location, &finding.resource, finding.path.as_str());
        self.location(place, None);
        self.text.close(']');
        self.list("relatedLocations");
        for related in &finding.related {
            let place = (&related.location, &related.resource, related.path.as_str());
            self.location(place, Some(&related.message));
        }
        self.text.close(']');
        let edits = finding.fix.iter().filter(|fix| !fix.edits.is_empty());
        self.list("fixes");
        for fix in edits {
            self.text.open('{');
            self.message("description", &fix.title);
            self.list("artifactChanges");
            self.text.open('{');
            self.artifact(&fix.edits[0].location);
            self.list("replacements");
            for edit in &fix.edits {
                self.text.open('{');
                self.region("deletedRegion", &edit.location);
                self.map("insertedContent");
                self.text.field("text", &edit.new_text);
                self.text.close('}');
                self.text.close('}');
            }
            self.text.close(']');
            self.text.close('}');
            self.text.close(']');
            self.text.close('}');
        }
        self.text.close(']');
        self.list("suppressions");
        if finding.suppressed {
            self.text.open('{');
            let by_settings = finding.suppressed_by_settings;
            self.text
                .field("kind", if by_settings { "external" } else { "inSource" });
            if !finding.reason.is_empty() {
                self.text.field("justification", &finding.reason);
            }
            self.text.close('}');
        }
        self.text.close(']');
        self.text.close('}');
    }

    fn location(
        &mut self,
        (location, resource, path): (&Option<Location>, &ResourceRef, &str),
        message: Option<&str>,
    ) {
        self.text.open('{');
        if let Some(location) = location {
            self.physical(location);
        }
        self.list("logicalLocations");
        self.text.open('{');
        let object = format!("{}/{}", resource.kind, qualified(resource));
        let point = if path.is_empty() { "" } else { "/" };
        self.text
            .field("fullyQualifiedName", &[&object, point, path].concat());
        self.text.close('}');
        self.text.close(']');
        if let Some(message) = message {
            self.message("message", message);
        }
        self.text.close('}');
    }

    fn physical(&mut self, location: &Location) {
        self.map("physicalLocation");
        self.artifact(location);
        self.region("region", location);
        self.text.close('}');
    }

    fn artifact(&mut self, location: &Location) {
        self.map("artifactLocation");
        self.text.field("uri", &uri(&location.file));
        self.text.close('}');
    }

    fn region(&mut self, key: &str, location: &Location) {
        self.map(key);
        for (key, number) in [
            ("startLine", location.line),
            ("startColumn", location.column),
            ("endLine", location.end_line),
            ("endColumn", location.end_column),
        ] {
            self.number(key, number as usize);
        }
        self.text.close('}');
    }
}

fn index(rule: &str) -> usize {
    let index = RULES.iter().position(|known| known.id == rule);
    index.unwrap_or_default()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning | Severity::Error => severity.word(),
    }
}

/// A file's name as a relative reference: what has a meaning in addresses is escaped.
fn uri(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => {
                let digit = |number: u8| char::from(b"0123456789ABCDEF"[usize::from(number)]);
                uri.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
    uri
}
