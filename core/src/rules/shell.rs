//! What a container's words run: the simple commands of a shell's script, as far as they can be read off the text.

/// Programs that take a script after `-c`.
const SHELLS: [&str; 6] = ["ash", "bash", "dash", "ksh", "sh", "zsh"];

/// Words that a command follows: keywords of the shell, and programs that run another.
const PREFIXES: [&str; 22] = [
    "!",
    "builtin",
    "busybox",
    "command",
    "do",
    "dumb-init",
    "elif",
    "else",
    "env",
    "exec",
    "if",
    "nohup",
    "sudo",
    "su-exec",
    "then",
    "time",
    "timeout",
    "tini",
    "until",
    "while",
    "xargs",
    "{",
];

/// Keywords that no command follows: what stands after them is a name, a list of words or a redirection.
const CLOSING: [&str; 9] = [
    "case", "done", "esac", "fi", "for", "function", "in", "select", "}",
];

/// A script may hand another one to a shell.
const MAX_DEPTH: u8 = 4;

/// Calls `visit` with each simple command that a list of words runs, its program first: the words themselves, or the
/// commands of the script that they hand to a shell.
pub(super) fn visit(words: &[&str], visit: &mut dyn FnMut(&[&str])) {
    visit_to_depth(words, visit, MAX_DEPTH);
}

fn visit_to_depth(words: &[&str], visit: &mut dyn FnMut(&[&str]), depth: u8) {
    if let Some(script) = script(words) {
        if depth == 0 {
            return;
        }
        for command in commands(words[script]) {
            let words: Vec<&str> = command.iter().map(String::as_str).collect();
            visit_to_depth(&words, visit, depth - 1);
        }
    } else if let Some(program) = program(words) {
        visit(&words[program..]);
    }
}

/// The last segment of a program's path.
pub(super) fn base_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or_default()
}

/// Which of a list of words is the program: the first that is no assignment, option, number, redirection or program
/// that runs another.
pub(super) fn program(words: &[&str]) -> Option<usize> {
    let mut is_target = false;
    let program = words.iter().position(|word| {
        if std::mem::take(&mut is_target) {
            return false;
        }
        let is_number = word.starts_with(|first: char| first.is_ascii_digit());
        // An assignment's name is short.
        let is_assignment = word.bytes().take(64).any(|byte| byte == b'=');
        let is_redirection = word.starts_with(['<', '>', '&']);
        is_target = is_redirection && word.ends_with(['<', '>']);
        !(is_number
            || is_assignment
            || is_redirection
            || word.starts_with('-')
            || PREFIXES.contains(&base_name(word)))
    })?;
    (!CLOSING.contains(&words[program])).then_some(program)
}

/// Which of a list of words is a shell's script. Arguments alone that begin with `-c` belong to an image that starts
/// with a shell.
pub(super) fn script(words: &[&str]) -> Option<usize> {
    let is_command = |word: &str| {
        word.strip_prefix('-').is_some_and(|letters| {
            letters.len() <= 8
                && letters.contains('c')
                && letters.bytes().all(|letter| letter.is_ascii_lowercase())
        })
    };
    let start = match words.first() {
        Some(first) if is_command(first) => 0,
        _ => program(words).filter(|program| SHELLS.contains(&base_name(words[*program])))?,
    };
    let option = start + words[start..].iter().position(|word| is_command(word))?;
    let script = words[option + 1..]
        .iter()
        .position(|word| !word.starts_with(['-', '+']))?;
    Some(option + 1 + script)
}

/// One level of a script: the script itself, or what stands in a substitution.
#[derive(Default)]
struct Level {
    words: Vec<String>,
    word: Option<String>,
    is_quoted: bool,
    /// What ends a substitution; nothing ends the script.
    end: Option<char>,
    /// Parentheses of groups that are open.
    groups: usize,
    /// Commands just before that hand on to the next: `a|b)` looks like them until its parenthesis.
    piped: usize,
    /// Between `[[` and `]]`, where operators are part of a condition.
    is_test: bool,
    /// `$((…))`, in which `<<` shifts.
    is_arithmetic: bool,
}

/// A here-document whose lines come after the command's.
struct HereDocument {
    end: String,
    /// `<<-`: tabs before its lines do not count.
    is_indented: bool,
}

type Chars<'s> = std::iter::Peekable<std::str::Chars<'s>>;

impl HereDocument {
    /// What follows `<<`; nothing for `<<<`, which takes a word.
    fn begin(chars: &mut Chars<'_>) -> Option<Self> {
        let is_indented = chars.next_if_eq(&'-').is_some();
        while chars.next_if(|char| matches!(char, ' ' | '\t')).is_some() {}
        let is_of_word = |char: &char| !char.is_whitespace() && !";&|<>()".contains(*char);
        let mut end = String::new();
        while let Some(char) = chars.next_if(is_of_word) {
            if !matches!(char, '"' | '\'' | '\\') {
                end.push(char);
            }
        }
        (!end.is_empty()).then_some(Self { end, is_indented })
    }

    /// Passes over its lines.
    fn skip(&self, chars: &mut Chars<'_>) {
        let mut line = String::new();
        while chars.peek().is_some() {
            line.clear();
            line.extend(chars.by_ref().take_while(|char| *char != '\n'));
            let text = if self.is_indented {
                line.trim_start_matches('\t')
            } else {
                &line
            };
            if text == self.end {
                return;
            }
        }
    }
}

impl Level {
    fn push(&mut self, char: char) {
        self.word.get_or_insert_default().push(char);
    }

    fn end_word(&mut self) {
        match self.word.as_deref() {
            Some("[[") => self.is_test = true,
            Some("]]") => self.is_test = false,
            _ => {}
        }
        self.words.extend(self.word.take());
    }

    /// Forgets a command that turns out to be none.
    fn drop_words(&mut self) {
        self.word = None;
        self.words.clear();
    }

    fn end_command(&mut self, commands: &mut Vec<Vec<String>>) {
        self.end_word();
        self.is_test = false;
        if !self.words.is_empty() {
            commands.push(std::mem::take(&mut self.words));
        }
    }
}

/// The simple commands of a script, each a list of words without quotes and escapes. A substitution's commands come
/// before the one that it is part of.
fn commands(script: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    let mut outer: Vec<Level> = Vec::new();
    let mut level = Level::default();
    let mut documents: Vec<HereDocument> = Vec::new();
    let mut chars = script.chars().peekable();
    while let Some(char) = chars.next() {
        let begins = match char {
            '$' if chars.peek() == Some(&'(') => {
                chars.next();
                Some(')')
            }
            '`' if level.end != Some('`') => Some('`'),
            _ => None,
        };
        if let Some(end) = begins {
            let end = Some(end);
            outer.push(std::mem::replace(
                &mut level,
                Level {
                    end,
                    is_arithmetic: end == Some(')') && chars.peek() == Some(&'('),
                    ..Level::default()
                },
            ));
            continue;
        }
        let ends = char == '`' || (char == ')' && !level.is_quoted && level.groups == 0);
        if ends && level.end == Some(char) {
            level.end_command(&mut commands);
            level = outer.pop().unwrap_or_default();
            // What is put here is not known.
            level.push('$');
            continue;
        }
        match char {
            '"' => {
                level.is_quoted = !level.is_quoted;
                level.word.get_or_insert_default();
            }
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(escaped) => {
                    if level.is_quoted && !matches!(escaped, '"' | '\\' | '$' | '`') {
                        level.push('\\');
                    }
                    level.push(escaped);
                }
            },
            _ if level.is_quoted => level.push(char),
            '\'' => {
                level.word.get_or_insert_default();
                for quoted in chars.by_ref().take_while(|quoted| *quoted != '\'') {
                    level.push(quoted);
                }
            }
            '#' if level.word.is_none() => {
                while chars.peek().is_some_and(|comment| *comment != '\n') {
                    chars.next();
                }
            }
            // A redirection to a descriptor, or of both.
            '&' if chars.peek() == Some(&'>')
                || level
                    .word
                    .as_ref()
                    .is_some_and(|word| word.ends_with(['>', '<'])) =>
            {
                level.push(char);
            }
            '(' | ')' | '<' | '>' | '&' | '|' if level.is_test => level.end_word(),
            // A function's name, and the patterns of a case, are no commands.
            '(' if chars.next_if_eq(&')').is_some() => level.drop_words(),
            ')' if level.groups == 0 => {
                level.drop_words();
                commands.truncate(commands.len() - level.piped);
                level.piped = 0;
            }
            '(' | ')' | ';' | '&' | '|' | '\n' => {
                match char {
                    '(' => level.groups += 1,
                    ')' => level.groups -= 1,
                    _ => {}
                }
                let before = commands.len();
                level.end_command(&mut commands);
                level.piped = if char == '|' {
                    level.piped + commands.len() - before
                } else {
                    0
                };
                if char == '\n' {
                    for document in documents.drain(..) {
                        document.skip(&mut chars);
                    }
                }
            }
            '<' if !level.is_arithmetic && chars.next_if_eq(&'<').is_some() => {
                level.end_word();
                documents.extend(HereDocument::begin(&mut chars));
            }
            '<' | '>' => {
                if !level
                    .word
                    .as_ref()
                    .is_some_and(|word| word.ends_with(['&', '>', '<']))
                {
                    level.end_word();
                }
                level.push(char);
            }
            _ if char.is_whitespace() => level.end_word(),
            _ => level.push(char),
        }
    }
    // A script that breaks off.
    while let Some(whole) = outer.pop() {
        level.end_command(&mut commands);
        level = whole;
    }
    level.end_command(&mut commands);
    commands
}

#[cfg(test)]
mod tests {
    use super::{script, visit};

    fn run(words: &[&str]) -> Vec<String> {
        let mut commands = Vec::new();
        visit(words, &mut |command| commands.push(command.join("|")));
        commands
    }

    #[test]
    fn splits_a_script_into_commands() {
        for (script, expected) in [
            (
                "a b;c&&d||e|f&g\nh",
                &["a|b", "c", "d", "e", "f", "g", "h"][..],
            ),
            (r#"a "b c" 'd "e' f\ g "\"h""#, &[r#"a|b c|d "e|f g|"h"#]),
            ("a \\\n b # c; d\ne", &["a|b", "e"]),
            ("a#b", &["a#b"]),
            ("a >/dev/null 2>&1 b &>c d", &["a|>/dev/null|2|>&1|b|&>c|d"]),
            ("a \"$(b \"c d\")\" e", &["b|c d", "a|$|e"]),
            ("a `b c` d", &["b|c", "a|$|d"]),
            ("(a; b) && c", &["a", "b", "c"]),
            ("a $((1+2)) b", &["1+2", "a|$|b"]),
            ("if ! a b; then X=1 c; fi", &["a|b", "c"]),
            ("while true; do a; done <b", &["true", "a"]),
            ("for x in a b; do c $x; done", &["c|$x"]),
            ("case $1 in a|b) c | d ;; *) e;; esac", &["c", "d", "e"]),
            ("f() { a; }; f", &["a", "f"]),
            ("[[ a && b || (c < d) ]] && e", &["[[|a|b|c|d|]]", "e"]),
            (">b a; > b c", &["a", "c"]),
            ("cat <<EOF >a\nb c\nEOF\nd", &["cat|>a", "d"]),
            ("cat <<-'E'; a\nb\n\tE\nd", &["cat", "a", "d"]),
            ("cat << E\nb", &["cat"]),
            ("x=$(cat <<\"E\"\nb\nE\n); d", &["cat", "d"]),
            ("cat <<<a\nb", &["cat|<a", "b"]),
            ("a $((1<<b))\nc", &["a|$", "c"]),
            ("exec timeout 5 /bin/a -b", &["/bin/a|-b"]),
            ("sh -c 'a; bash -ec \"b c\"'", &["a", "b|c"]),
            ("a '", &["a|"]),
            ("a $(b", &["b", "a"]),
            ("a )", &[]),
        ] {
            // A number is the program of no command.
            let expected: Vec<&str> = expected
                .iter()
                .copied()
                .filter(|one| *one != "1+2")
                .collect();
            assert_eq!(run(&["/bin/sh", "-c", script]), expected, "{script}");
        }
    }

    #[test]
    fn finds_the_script() {
        for (words, expected) in [
            (&["sh", "-c", "a"][..], Some(2)),
            (&["bash", "-o", "pipefail", "-ec", "a", "b"], Some(4)),
            (&["busybox", "sh", "-c", "a"], Some(3)),
            (&["-c", "a"], Some(1)),
            (&["sh", "a.sh"], None),
            (&["curl", "-c", "jar"], None),
            (&["sh", "-c"], None),
            (&[], None),
        ] {
            assert_eq!(script(words), expected, "{words:?}");
        }
    }
}
