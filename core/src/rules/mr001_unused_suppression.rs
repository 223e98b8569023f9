//! MR001: a suppression that silences nothing.

use super::{Context, Findings, Repair, Rule};
use crate::{
    Source,
    i18n::{Text, say},
    model::Object,
    path::Path,
    report::Severity,
    settings::DataPlane,
    suppress::{ANNOTATION, Unused, UnusedIn},
};

pub(crate) static RULE: Rule = Rule {
    id: "MR001",
    name: "unused-suppression",
    title: Text {
        en: "A suppression that silences nothing",
        zh: "没有抑制任何问题的抑制声明",
    },
    severity: Severity::Info,
    data_planes: &[DataPlane::Sidecar, DataPlane::Ambient],
    needs: &[],
    istioctl: &[],
    sources: &[Source {
        title: "mesh-ready, Silencing a finding",
        url: "https://github.com/mesh-ready/mesh-ready/blob/main/docs/silence.md",
    }],
    check,
};

/// What is unused is known when every other rule has run and every finding has its place: see [`report`].
fn check<'t>(_: &Context<'_, 't>, _: &mut Findings<'t>) {}

/// Reports unused suppressions. `object_at` names the object that a comment of an input belongs to.
pub(crate) fn report<'t>(
    context: &Context<'_, 't>,
    unused: Vec<Unused<'t>>,
    object_at: &dyn Fn(usize, u32) -> Option<Object<'t>>,
    findings: &mut Findings<'t>,
) {
    let lang = context.lang;
    for Unused {
        name,
        is_rule,
        is_whole,
        place,
    } in unused
    {
        let is_comment = matches!(place, UnusedIn::Comment { .. });
        let message = match (name, is_rule, is_comment) {
            ("", _, _) => say!(lang,
                en: "this suppression names no rule: it silences nothing",
                zh: "此抑制声明没有列出规则：它没有抑制任何问题"),
            (_, false, _) => say!(lang,
                en: "there is no rule `{name}`: this silences nothing",
                zh: "规则 `{name}` 不存在：此处没有抑制任何问题"),
            ("*", _, true) => say!(lang,
                en: "no rule finds anything on the line that this comment is for: it silences nothing",
                zh: "没有规则在此注释所指的行上发现问题：它没有抑制任何问题"),
            ("*", _, false) => say!(lang,
                en: "no rule finds anything in this object: `*` silences nothing",
                zh: "没有规则在此对象中发现问题：`*` 没有抑制任何问题"),
            (_, _, true) => say!(lang,
                en: "{name} finds nothing on the line that this comment is for: it silences nothing",
                zh: "{name} 在此注释所指的行上没有发现问题：它没有抑制任何问题"),
            (_, _, false) => say!(lang,
                en: "{name} finds nothing in this object: naming it silences nothing",
                zh: "{name} 在此对象中没有发现问题：列出它没有抑制任何问题"),
        };
        let help = if is_rule {
            say!(lang,
                en: "Remove it, so that it cannot silence something else later. A comment is for the line it ends, or, alone on a line, for the next one.",
                zh: "请将其删除，以免日后抑制其他问题。注释针对它所在行的内容；独占一行时，针对下一行。")
        } else {
            say!(lang,
                en: "Write the ids of rules, such as `MR103`, or `*` for all of them; as a comment: `# mesh-ready: ignore MR103`.",
                zh: "请写规则编号，例如 `MR103`，或用 `*` 表示所有规则；写成注释则为 `# mesh-ready: ignore MR103`。")
        };
        match place {
            UnusedIn::Comment { source, span } => {
                if let Some(object) = object_at(source, span.start) {
                    let path = Path::default();
                    let found = findings.add(RULE.severity, &object, path, message, help);
                    found.place = Some(span);
                }
            }
            UnusedIn::Annotation {
                object,
                is_template,
            } => {
                let parent = object.metadata_path(is_template);
                let path = parent.key("annotations").key(ANNOTATION);
                let found = findings.add(RULE.severity, &object, path.clone(), message, help);
                if is_whole {
                    let title = say!(lang, en: "Remove `{ANNOTATION}`", zh: "删除 `{ANNOTATION}`");
                    found.repair(Repair::offered(title).remove(path));
                }
            }
        }
    }
}
