//! The two languages of everything a user reads.
//!
//! A text exists in both or does not compile: [`Text`] has a field for each, and [`say!`] asks for each.

use serde::Serialize;
use std::fmt;

/// A language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Lang {
    /// English.
    #[default]
    #[serde(rename = "en")]
    En,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
}

impl Lang {
    /// Every language, for catalogues and tests.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhCn];

    /// The BCP 47 tag, as settings and file names write it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// The language that a BCP 47 tag or POSIX locale (`zh-CN`, `zh_CN.UTF-8`, `en-GB`) asks for;
    /// `None` when mesh-ready does not speak it.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag
            .split(['-', '_', '.'])
            .next()?
            .to_ascii_lowercase()
            .as_str()
        {
            "en" => Some(Self::En),
            "zh" => Some(Self::ZhCn),
            _ => None,
        }
    }

    /// Formats the one of two texts that is in this language. Hundreds of places do, so the choice is made here and
    /// not at each of them.
    #[inline(never)]
    pub fn format(self, en: fmt::Arguments<'_>, zh: fmt::Arguments<'_>) -> String {
        fmt::format(match self {
            Self::En => en,
            Self::ZhCn => zh,
        })
    }
}

/// A fixed text in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

impl Text {
    /// The text in one language.
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::ZhCn => self.zh,
        }
    }
}

/// Formats a message in the language asked for; both languages take the same inline parameters.
macro_rules! say {
    ($lang:expr, en: $en:literal, zh: $zh:literal $(,)?) => {
        $lang.format(format_args!($en), format_args!($zh))
    };
}
pub(crate) use say;
