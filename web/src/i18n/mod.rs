//! Every word of the page, in each language it speaks.
//!
//! [`Language::pick`] takes one text per language, so a text that lacks one does not compile. One file for each part
//! of the page.

mod admission;
mod enforce;
mod files;
mod findings;
mod fix;
mod footer;
mod gallery;
mod header;
mod mesh;
mod panes;
mod rule_page;
mod settings;
mod share;
mod trouble;
mod welcome;

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// Simplified Chinese.
    ZhCn,
}

/// One English noun with its number.
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::En, Self::ZhCn];

    /// The tag for `<html lang>` and for the module.
    pub(crate) fn tag(self) -> &'static str {
        self.pick("en", "zh-CN")
    }

    /// The language a browser's tag asks for, if the page speaks it.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next()? {
            "en" => Some(Self::En),
            "zh" => Some(Self::ZhCn),
            _ => None,
        }
    }

    /// Its name in itself.
    pub(crate) fn own_name(self) -> &'static str {
        self.pick("English", "简体中文")
    }

    pub(crate) fn pick<T>(self, en: T, zh_cn: T) -> T {
        match self {
            Self::En => en,
            Self::ZhCn => zh_cn,
        }
    }
}
