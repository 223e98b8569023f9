//! The command line, in the language of its reader.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use mesh_ready_core::{Fixes, Lang, Text};
use std::ffi::OsString;
use std::path::PathBuf;

// Help texts are not doc comments of these types: clap would show them in English only. See `HELP`.

#[derive(Parser)]
#[command(
    name = "mesh-ready",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true
)]
#[command(disable_version_flag = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
    // Read before everything else by `language`, which needs it for the help and the errors of the rest.
    #[arg(long, value_name = "LANG", value_parser = language_parser(), hide_possible_values = true)]
    #[arg(global = true, display_order = 99)]
    lang: Option<Lang>,
    #[arg(short, long, action = clap::ArgAction::Help, global = true, display_order = 100)]
    help: Option<bool>,
    #[arg(short = 'V', long, action = clap::ArgAction::Version, display_order = 101)]
    version: Option<bool>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Check(CheckArgs),
    Explain(ExplainArgs),
    Rules(RulesArgs),
}

#[derive(Args)]
pub(crate) struct CheckArgs {
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    // With its value only after `=`: the word that follows is a path.
    #[arg(long, value_name = "WHICH", value_enum, hide_possible_values = true)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    fix: Option<Which>,
    #[arg(long, conflicts_with = "format")]
    pub(crate) diff: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl CheckArgs {
    /// Which fixes to apply, or to show.
    pub(crate) fn fixes(&self) -> Option<Fixes> {
        match self.fix {
            Some(Which::All) => Some(Fixes::All),
            Some(Which::Safe) => Some(Fixes::Safe),
            None => self.diff.then_some(Fixes::Safe),
        }
    }
}

#[derive(Args)]
pub(crate) struct ExplainArgs {
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
}

#[derive(Args)]
pub(crate) struct RulesArgs {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Args)]
pub(crate) struct OutputArgs {
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "human",
        hide_default_value = true
    )]
    #[arg(hide_possible_values = true)]
    pub(crate) format: Format,
}

/// The values of `--fix`.
#[derive(Clone, Copy, ValueEnum)]
enum Which {
    Safe,
    All,
}

/// How the output is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Json,
}

fn language_parser() -> impl TypedValueParser<Value = Lang> {
    PossibleValuesParser::new(Lang::ALL.map(Lang::tag))
        .try_map(|tag| Lang::from_tag(&tag).ok_or(tag))
}

/// What `--help` says of each argument, by its name in the types above.
const HELP: [(&str, Text); 9] = [
    (
        "paths",
        Text {
            en: "Files of any extension, directories (every .yaml, .yml and .json below,\n\
                 hidden directories left out), or - for standard input; all are checked\n\
                 together, as if they were applied to one cluster",
            zh: "任意扩展名的文件、目录（检查其中所有 .yaml、.yml 和 .json，\n\
                 跳过隐藏目录），或用 - 表示标准输入；所有内容一起检查，\n\
                 如同应用到同一个集群",
        },
    ),
    (
        "rule",
        Text {
            en: "Id or name, such as MR103 or reserved-uid",
            zh: "编号或名称，例如 MR103 或 reserved-uid",
        },
    ),
    (
        "fix",
        Text {
            en: "Apply the safe fixes and write the files, then report what is left;\n\
                 --fix=all also applies those that you should look at. What - reads\n\
                 goes to standard output, and the report to standard error",
            zh: "应用安全的修复并写入文件，然后报告余下的问题；--fix=all 还会应用\n\
                 需要过目的修复。用 - 读取的内容写到标准输出，报告写到标准错误",
        },
    ),
    (
        "diff",
        Text {
            en: "Write nothing: print what --fix, or --fix=all if given, would change",
            zh: "不写入任何文件：打印 --fix（若指定了 --fix=all，则为后者）将进行的修改",
        },
    ),
    (
        "format",
        Text {
            en: "How the output is written: human (default) or json",
            zh: "输出的格式：human（默认）或 json",
        },
    ),
    (
        "config",
        Text {
            en: "Settings, in YAML or JSON",
            zh: "设置文件，YAML 或 JSON",
        },
    ),
    (
        "lang",
        Text {
            en: "Language of messages: en or zh-CN\n\
                 (default: that of LC_ALL, LC_MESSAGES or LANG, else en)",
            zh: "消息的语言：en 或 zh-CN\n\
                 （默认取自 LC_ALL、LC_MESSAGES 或 LANG，否则为 en）",
        },
    ),
    (
        "help",
        Text {
            en: "Print this help",
            zh: "显示本帮助",
        },
    ),
    (
        "version",
        Text {
            en: "Print the version",
            zh: "显示版本",
        },
    ),
];

const ABOUT: Text = Text {
    en: "Checks Kubernetes manifests for what Istio requires of applications",
    zh: "检查 Kubernetes 清单是否满足 Istio 对应用的要求",
};
const ABOUT_CHECK: Text = Text {
    en: "Check manifests and report findings",
    zh: "检查清单并报告发现的问题",
};
const ABOUT_EXPLAIN: Text = Text {
    en: "Print a rule's page: what it checks, why, examples, and how to fix",
    zh: "显示规则的页面：检查内容、原因、示例和修复方法",
};
const ABOUT_RULES: Text = Text {
    en: "List all rules: id, severity, name, data planes, and what each reports",
    zh: "列出所有规则：编号、严重程度、名称、数据平面以及报告的问题",
};
const EXIT_STATUS: Text = Text {
    en: "Exit status:\n  \
         0  nothing at or above the setting failOn (default: error)\n  \
         1  findings at or above it; with --diff, something to change\n  \
         2  wrong usage, or input that could not be read as it was meant",
    zh: "退出状态：\n  \
         0  没有达到设置 failOn（默认 error）的问题\n  \
         1  有达到 failOn 的问题；使用 --diff 时，存在可应用的修改\n  \
         2  用法错误，或输入无法按原意读取",
};
const USAGE: Text = Text {
    en: "{usage-heading} {usage}",
    zh: "用法：mesh-ready <命令>",
};
const USAGE_CHECK: Text = Text {
    en: "{usage-heading} {usage}",
    zh: "用法：mesh-ready check [选项] <PATH>...",
};
const USAGE_EXPLAIN: Text = Text {
    en: "{usage-heading} {usage}",
    zh: "用法：mesh-ready explain [选项] <RULE>",
};
const USAGE_RULES: Text = Text {
    en: "{usage-heading} {usage}",
    zh: "用法：mesh-ready rules [选项]",
};
const COMMANDS: Text = Text {
    en: "Commands",
    zh: "命令",
};
const ARGUMENTS: Text = Text {
    en: "Arguments",
    zh: "参数",
};
const OPTIONS: Text = Text {
    en: "Options",
    zh: "选项",
};

/// The language of everything this run says: `--lang`, else the locale, else English. Known before the command
/// line is parsed, because its errors are said in it too.
pub(crate) fn language(arguments: &[OsString], variable: impl Fn(&str) -> Option<String>) -> Lang {
    let mut arguments = arguments
        .iter()
        .filter_map(|argument| argument.to_str())
        .take_while(|word| *word != "--");
    while let Some(word) = arguments.next() {
        let value = if word == "--lang" {
            arguments.next()
        } else {
            word.strip_prefix("--lang=")
        };
        if let Some(lang) = value.and_then(Lang::from_tag) {
            return lang;
        }
    }
    // As POSIX has it: the first of these that is set decides.
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()))
        .and_then(|locale| Lang::from_tag(&locale))
        .unwrap_or_default()
}

/// Reads the command line.
pub(crate) fn parse(arguments: Vec<OsString>, lang: Lang) -> Result<Command, clap::Error> {
    let mut command = command(lang);
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    CommandLine::from_arg_matches_mut(&mut matches)
        .map(|line| line.command)
        .map_err(|error| error.format(&mut command))
}

fn command(lang: Lang) -> clap::Command {
    localised(CommandLine::command(), USAGE, lang)
        .about(ABOUT.get(lang))
        .after_help(EXIT_STATUS.get(lang))
        .subcommand_help_heading(COMMANDS.get(lang))
        .mut_subcommand("check", |check| {
            localised(check, USAGE_CHECK, lang)
                .about(ABOUT_CHECK.get(lang))
                .after_help(EXIT_STATUS.get(lang))
        })
        .mut_subcommand("explain", |explain| {
            localised(explain, USAGE_EXPLAIN, lang).about(ABOUT_EXPLAIN.get(lang))
        })
        .mut_subcommand("rules", |rules| {
            localised(rules, USAGE_RULES, lang).about(ABOUT_RULES.get(lang))
        })
}

fn localised(command: clap::Command, usage: Text, lang: Lang) -> clap::Command {
    command
        .help_template(format!(
            "{{about-with-newline}}\n{}\n\n{{all-args}}{{after-help}}",
            usage.get(lang)
        ))
        .mut_args(|arg| {
            let heading = if arg.is_positional() {
                ARGUMENTS
            } else {
                OPTIONS
            };
            let help = HELP.iter().find(|(name, _)| arg.get_id() == name);
            let arg = arg.help_heading(heading.get(lang));
            match help {
                Some((_, text)) => arg.help(text.get(lang)),
                None => arg,
            }
        })
}

/// The command that a command line names.
pub(crate) fn named(arguments: &[OsString]) -> Option<&'static str> {
    arguments.iter().find_map(|argument| {
        ["check", "explain", "rules"]
            .into_iter()
            .find(|command| argument == command)
    })
}

/// Prints help, the version, or what is wrong with the command line; answers the exit status.
pub(crate) fn explain(error: &clap::Error, named: Option<&str>, lang: Lang) -> u8 {
    let said = match lang {
        Lang::En => None,
        Lang::ZhCn => in_chinese(error, named),
    };
    match said {
        Some(text) => anstream::eprintln!("{text}"),
        // Nobody is left to tell when the stream is closed.
        None => drop(error.print()),
    }
    u8::try_from(error.exit_code()).unwrap_or(super::UNUSABLE)
}

/// An error of the command line in Chinese; `None` for what is no error, or one that this command line cannot have.
fn in_chinese(error: &clap::Error, named: Option<&str>) -> Option<String> {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} 缺少值"),
        ErrorKind::InvalidValue => format!("{argument} 的值“{value}”无效"),
        ErrorKind::UnknownArgument => format!("没有名为 {argument} 的参数"),
        ErrorKind::InvalidSubcommand => format!(
            "没有名为“{}”的命令",
            context(ContextKind::InvalidSubcommand)
        ),
        ErrorKind::MissingRequiredArgument => format!("缺少参数 {argument}"),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::ArgumentConflict => match context(ContextKind::PriorArg) {
            other if other == argument => format!("{argument} 不能重复使用"),
            other => format!("{argument} 不能与 {other} 同时使用"),
        },
        _ => return None,
    };
    let mut lines = vec![format!("错误：{what}")];
    let allowed = context(ContextKind::ValidValue);
    if !allowed.is_empty() {
        lines.push(format!("可用的值：{allowed}"));
    }
    let suggestions = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let close: Vec<_> = suggestions
        .into_iter()
        .map(context)
        .filter(|close| !close.is_empty())
        .collect();
    if !close.is_empty() {
        lines.push(format!("相近的有：{}", close.join("、")));
    }
    let command = named.map_or(String::new(), |command| format!(" {command}"));
    lines.push(format!(
        "\n详情请运行 mesh-ready{command} --help --lang zh-CN"
    ));
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::{Command, Format, HELP, command, in_chinese, language, named, parse};
    use mesh_ready_core::{Fixes, Lang};
    use std::ffi::OsString;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_command_line_is_consistent() {
        for lang in Lang::ALL {
            command(lang).debug_assert();
        }
    }

    #[test]
    fn every_argument_is_explained() {
        let mut command = command(Lang::En);
        command.build();
        let of_commands = command
            .get_subcommands()
            .flat_map(clap::Command::get_arguments);
        let named: Vec<_> = command
            .get_arguments()
            .chain(of_commands)
            .map(|arg| arg.get_id().as_str())
            .collect();
        for name in &named {
            assert!(
                HELP.iter().any(|(known, _)| known == name),
                "{name} has no help text"
            );
        }
        for (name, _) in HELP {
            assert!(named.contains(&name), "{name} is no argument");
        }
    }

    #[test]
    fn the_flag_beats_the_locale() {
        let none = |_: &str| None;
        let chinese = |name: &str| (name == "LANG").then(|| "zh_CN.UTF-8".to_owned());
        assert_eq!(language(&words("mesh-ready check -"), none), Lang::En);
        assert_eq!(language(&words("mesh-ready check -"), chinese), Lang::ZhCn);
        assert_eq!(
            language(&words("mesh-ready check --lang en -"), chinese),
            Lang::En
        );
        assert_eq!(
            language(&words("mesh-ready check --lang=zh-CN -"), none),
            Lang::ZhCn
        );
        assert_eq!(
            language(&words("mesh-ready check -- --lang=zh-CN"), none),
            Lang::En
        );
        // A flag that is refused later is refused in the reader's language.
        assert_eq!(
            language(&words("mesh-ready check --lang fr -"), chinese),
            Lang::ZhCn
        );
    }

    #[test]
    fn the_first_locale_variable_that_is_set_decides() {
        let all = |name: &str| match name {
            "LC_ALL" => Some(String::new()),
            "LC_MESSAGES" => Some("C.UTF-8".to_owned()),
            _ => Some("zh_CN.UTF-8".to_owned()),
        };
        assert_eq!(language(&words("mesh-ready"), all), Lang::En);
    }

    #[test]
    fn defaults_are_those_of_the_help() {
        let Ok(Command::Check(args)) = parse(words("mesh-ready check a.yaml dir -"), Lang::En)
        else {
            unreachable!("a plain command line is refused")
        };
        assert!(args.output.format == Format::Human && args.config.is_none());
        assert!(args.fixes().is_none() && !args.diff);
        assert_eq!(args.paths.len(), 3);
    }

    #[test]
    fn fix_takes_its_value_after_the_sign_only() {
        for (line, expected) in [
            ("mesh-ready check --fix safe", Some(Fixes::Safe)),
            ("mesh-ready check --fix=safe x", Some(Fixes::Safe)),
            ("mesh-ready check --fix=all x", Some(Fixes::All)),
            ("mesh-ready check --diff x", Some(Fixes::Safe)),
            ("mesh-ready check --diff --fix=all x", Some(Fixes::All)),
        ] {
            let Ok(Command::Check(args)) = parse(words(line), Lang::En) else {
                unreachable!("{line} is refused")
            };
            assert_eq!((args.fixes(), args.paths.len()), (expected, 1), "{line}");
        }
    }

    #[test]
    fn every_mistake_is_explained_in_chinese() {
        for (line, expected) in [
            ("mesh-ready chekc x", "没有名为“chekc”的命令"), // typos: on purpose
            ("mesh-ready check", "缺少参数 <PATH>..."),
            (
                "mesh-ready check --format xml x",
                "--format <FORMAT> 的值“xml”无效",
            ),
            ("mesh-ready check --lang fr x", "可用的值：en、zh-CN"),
            ("mesh-ready check x --config", "--config <FILE> 缺少值"),
            ("mesh-ready check --confg x", "没有名为 --confg 的参数"), // typos: on purpose
            (
                "mesh-ready check --format json --format json x",
                "--format <FORMAT> 不能重复使用",
            ),
            (
                "mesh-ready check --diff --format json x",
                "--diff 不能与 --format <FORMAT> 同时使用",
            ),
            ("mesh-ready check --fix=most x", "可用的值：safe、all"),
            ("mesh-ready explain", "缺少参数 <RULE>"),
            (
                "mesh-ready rules x",
                "请运行 mesh-ready rules --help --lang zh-CN",
            ),
        ] {
            let named = named(&words(line));
            let said = parse(words(line), Lang::ZhCn)
                .err()
                .and_then(|error| in_chinese(&error, named));
            assert!(
                said.as_ref().is_some_and(|text| text.contains(expected)),
                "{line}: {said:?}"
            );
        }
    }
}
