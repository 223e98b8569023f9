//! What can be wrong with an input, and how it is said.

use super::tree::Span;
use crate::{
    i18n::{Lang, Text, say},
    report::Severity,
};
use granit_parser::ErrorKind;

/// Something wrong at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) span: Span,
    pub(crate) trouble: Trouble,
}

/// The ways in which an input can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The text is not YAML.
    Syntax(Text),
    /// A bracket is never closed, or closed by another kind.
    Bracket(char),
    /// A character that cannot begin a value.
    Character(char),
    /// The file is larger than places can tell.
    TooLarge,
    /// A byte that is not UTF-8.
    NotUtf8,
    /// A control character that YAML forbids.
    ControlCharacter(u8),
    /// `---` is followed by more than a comment.
    TextAfterSeparator,
    /// A Go template, not rendered yet.
    HelmTemplate,
    /// An alias inside of what it names.
    CyclicAlias,
    /// An alias without an anchor.
    UnknownAnchor(String),
    /// Aliases expand to more nodes than this.
    AliasExpansion(u64),
    /// `<<` is followed by something else than mappings.
    MergeNotMapping,
    /// A key that is a collection or null.
    KeyNotScalar,
    /// A key that stands twice in one mapping.
    DuplicateKey(String),
    /// A collection where a scalar belongs, or the other way round.
    WrongType {
        /// Name of the field.
        field: String,
        /// What belongs there.
        expected: Expected,
        /// What is there.
        got: &'static str,
    },
    /// A scalar of another type than the field's.
    WrongScalar {
        /// Name of the field.
        field: String,
        /// What belongs there.
        expected: Expected,
        /// What is there.
        got: &'static str,
        /// As written.
        text: String,
    },
    /// `kind` without `apiVersion`.
    NoApiVersion(String),
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A mapping.
    Mapping,
    /// A sequence.
    List,
    /// A string.
    String,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A port: its number or its name.
    IntegerOrString,
}

impl Expected {
    fn text(self, lang: Lang) -> &'static str {
        let text = match self {
            Self::Mapping => Text {
                en: "a mapping",
                zh: "映射",
            },
            Self::List => Text {
                en: "a list",
                zh: "列表",
            },
            Self::String => Text {
                en: "a string",
                zh: "字符串",
            },
            Self::Boolean => Text {
                en: "true or false",
                zh: "true 或 false",
            },
            Self::Integer => Text {
                en: "a whole number",
                zh: "整数",
            },
            Self::IntegerOrString => Text {
                en: "a whole number or a string",
                zh: "整数或字符串",
            },
        };
        text.get(lang)
    }
}

/// A type of value in a sentence.
fn type_name(got: &str, lang: Lang) -> &'static str {
    let text = match got {
        "null" => Text {
            en: "null",
            zh: "空值",
        },
        "boolean" => Text {
            en: "a boolean",
            zh: "布尔值",
        },
        "integer" => Text {
            en: "an integer",
            zh: "整数",
        },
        "number" => Text {
            en: "a number",
            zh: "数字",
        },
        "string" => Text {
            en: "a string",
            zh: "字符串",
        },
        "mapping" => Text {
            en: "a mapping",
            zh: "映射",
        },
        _ => Text {
            en: "a list",
            zh: "列表",
        },
    };
    text.get(lang)
}

impl Trouble {
    /// `Error` when something could not be checked as it was meant, `Warning` when it was read all the same.
    pub(crate) fn severity(&self) -> Severity {
        match self {
            Self::WrongScalar { .. } | Self::NoApiVersion(_) => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// What is wrong and what to do.
    pub(crate) fn message(&self, lang: Lang) -> String {
        match self {
            Self::Syntax(text) => text.get(lang).to_owned(),
            Self::Bracket(open) => say!(lang,
                en: "the `{open}` that is open here has no matching end; this document was not checked",
                zh: "此处的 `{open}` 没有对应的结束括号；该文档未被检查"),
            Self::Character(character) => say!(lang,
                en: "a value cannot begin with `{character}`; put the value in quotes. This document was not checked",
                zh: "值不能以 `{character}` 开头；请给该值加引号。该文档未被检查"),
            Self::TooLarge => say!(lang,
                en: "the file is larger than 1 GiB; what lies beyond was not checked. Split the file",
                zh: "文件大于 1 GiB；超出部分未被检查。请拆分文件"),
            Self::NotUtf8 => say!(lang,
                en: "this byte is not UTF-8, so this document was not checked; save the file as UTF-8",
                zh: "此字节不是 UTF-8，因此该文档未被检查；请将文件保存为 UTF-8"),
            Self::ControlCharacter(byte) => say!(lang,
                en: "the control character 0x{byte:02X} is not allowed in YAML; remove it. This document was not checked",
                zh: "YAML 不允许控制字符 0x{byte:02X}；请将其删除。该文档未被检查"),
            Self::TextAfterSeparator => say!(lang,
                en: "kubectl refuses text after `---` on the same line; put it on a line of its own",
                zh: "kubectl 不接受 `---` 同一行后面的文本；请将其移到单独的一行"),
            Self::HelmTemplate => say!(lang,
                en: "this is a Helm template, not YAML yet; render it first: `helm template . | mesh-ready check -`",
                zh: "这是 Helm 模板，还不是 YAML；请先渲染：`helm template . | mesh-ready check -`"),
            Self::CyclicAlias => say!(lang,
                en: "this alias stands inside of what it names, which has no end; this document was not checked",
                zh: "此别名位于它所指向的内容之内，展开没有尽头；该文档未被检查"),
            Self::UnknownAnchor(name) => say!(lang,
                en: "no anchor `&{name}` stands before this alias in the document, so it was not checked",
                zh: "文档中此别名之前没有锚点 `&{name}`，因此该文档未被检查"),
            Self::AliasExpansion(limit) => say!(lang,
                en: "aliases expand to more than {limit} values here, so this document was not checked; write out what is meant",
                zh: "此处的别名展开后超过 {limit} 个值，因此该文档未被检查；请直接写出所需内容"),
            Self::MergeNotMapping => say!(lang,
                en: "`<<` merges mappings, and this is none; name an anchor of a mapping, or a list of them",
                zh: "`<<` 只能合并映射，而这里不是映射；请引用映射的锚点或其列表"),
            Self::KeyNotScalar => say!(lang,
                en: "a key must be a string; Kubernetes refuses a list, a mapping or nothing as a key",
                zh: "键必须是字符串；Kubernetes 不接受列表、映射或空值作为键"),
            Self::DuplicateKey(name) => say!(lang,
                en: "the key `{name}` stands twice in this mapping; Kubernetes refuses it. The last value was checked; remove the other",
                zh: "键 `{name}` 在此映射中出现了两次，Kubernetes 会拒绝；已按最后一个值检查，请删除另一个"),
            Self::WrongType {
                field,
                expected,
                got,
            } => {
                let (expected, got) = (expected.text(lang), type_name(got, lang));
                say!(lang,
                    en: "`{field}` must be {expected}, not {got}; it was not checked",
                    zh: "`{field}` 必须是{expected}，而不是{got}；该字段未被检查")
            }
            Self::WrongScalar {
                field,
                expected,
                got,
                text,
            } => {
                let (expected_text, got) = (expected.text(lang), type_name(got, lang));
                if *expected == Expected::String {
                    say!(lang,
                        en: "`{field}` must be {expected_text}, but `{text}` is {got}; the API server refuses it. Put it in quotes",
                        zh: "`{field}` 必须是{expected_text}，而 `{text}` 是{got}，API 服务器会拒绝；请给它加引号")
                } else {
                    say!(lang,
                        en: "`{field}` must be {expected_text}, but `{text}` is {got}; the API server refuses it",
                        zh: "`{field}` 必须是{expected_text}，而 `{text}` 是{got}，API 服务器会拒绝")
                }
            }
            Self::NoApiVersion(kind) => say!(lang,
                en: "`kind: {kind}` without `apiVersion` is no Kubernetes object, so it was ignored; add `apiVersion`",
                zh: "`kind: {kind}` 缺少 `apiVersion`，不是 Kubernetes 对象，已被忽略；请添加 `apiVersion`"),
        }
    }
}

/// What the event parser refuses, in words for people.
pub(super) fn syntax(kind: &ErrorKind) -> Trouble {
    let text = match kind {
        ErrorKind::UnclosedFlowCollection { open }
        | ErrorKind::MismatchedFlowCollectionEnd { open, .. } => {
            return Trouble::Bracket(*open);
        }
        ErrorKind::UnexpectedCharacter { character } => return Trouble::Character(*character),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => Text {
            en: "a quote is never closed; this document was not checked",
            zh: "引号没有闭合；该文档未被检查",
        },
        ErrorKind::RecursionLimitExceeded => Text {
            en: "nested deeper than 255 levels; this document was not checked",
            zh: "嵌套超过 255 层；该文档未被检查",
        },
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar => Text {
            en: "a tab stands where YAML allows only spaces; replace it by spaces. This document was not checked",
            zh: "此处使用了制表符，而 YAML 只允许空格；请替换为空格。该文档未被检查",
        },
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEof => Text {
            en: "the text ends in the middle of a list or mapping; this document was not checked",
            zh: "文本在列表或映射中途结束；该文档未被检查",
        },
        ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::MisplacedFlowCollectionEnd
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::FlowMappingValueAdjacentCollection => Text {
            en: "the brackets do not fit here: a comma or a closing bracket is missing. This document was not checked",
            zh: "括号在此不匹配：缺少逗号或右括号。该文档未被检查",
        },
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::BlockEntryInFlowCollection => Text {
            en: "the indentation does not fit what stands above; this document was not checked",
            zh: "缩进与上文不符；该文档未被检查",
        },
        ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::MappingValueNotAllowed
        | ErrorKind::InvalidMappingValueWhitespace
        | ErrorKind::ExpectedNodeContent
        | ErrorKind::UnexpectedEndOfPlainScalar
        | ErrorKind::PlainScalarStartsWithDashFlowIndicator => Text {
            en: "`key: value` was expected here: a colon, the space after it or a quote is missing. This document was not checked",
            zh: "此处应为 `键: 值`：缺少冒号、冒号后的空格或引号。该文档未被检查",
        },
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => Text {
            en: "text follows a closing quote; put the whole value in quotes. This document was not checked",
            zh: "右引号之后还有文本；请把整个值放进引号。该文档未被检查",
        },
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => Text {
            en: "this escape is not known inside double quotes; write `\\\\` for a backslash, or use single quotes. This document was not checked",
            zh: "双引号内不支持此转义；反斜杠请写作 `\\\\`，或改用单引号。该文档未被检查",
        },
        ErrorKind::CommentNotSeparated | ErrorKind::CommentInterceptedScalar => Text {
            en: "a comment needs a space before `#` and cannot stand inside a value of several lines. This document was not checked",
            zh: "注释的 `#` 前需要空格，且不能位于多行值之内。该文档未被检查",
        },
        _ => Text {
            en: "this is not valid YAML; this document was not checked",
            zh: "此处不是有效的 YAML；该文档未被检查",
        },
    };
    Trouble::Syntax(text)
}
