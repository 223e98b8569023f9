//! What the page remembers of a visitor: a language and a theme.

use web_sys::Storage;

use crate::Language;

// The boot script reads this key before anything is drawn.
const THEME: &str = "mesh-ready:theme";
const LANGUAGE: &str = "mesh-ready:language";

/// The colours of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// What the system says.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The theme of a name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A browser may refuse storage altogether; the page then forgets.
pub(crate) fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

fn remember(key: &str, value: &str) {
    if let Some(storage) = storage() {
        // A full or forbidden storage costs the memory of a choice, not the choice.
        let _ = storage.set_item(key, value);
    }
}

/// The language chosen before, else the first of the browser's that the page speaks.
pub(crate) fn language() -> Language {
    let chosen = recall(LANGUAGE).and_then(|tag| Language::from_tag(&tag));
    chosen.unwrap_or_else(browser_or_default)
}

/// The first of the browser's languages that the page speaks.
pub(crate) fn browser_or_default() -> Language {
    browser_language().unwrap_or(Language::En)
}

fn browser_language() -> Option<Language> {
    let tags = web_sys::window()?.navigator().languages();
    tags.iter()
        .filter_map(|tag| tag.as_string())
        .find_map(|tag| Language::from_tag(&tag))
}

pub(crate) fn remember_language(language: Language) {
    remember(LANGUAGE, language.tag());
}

/// The theme chosen before, else the system's.
pub(crate) fn theme() -> Theme {
    let chosen = recall(THEME).and_then(|name| Theme::from_name(&name));
    chosen.unwrap_or(Theme::System)
}

pub(crate) fn remember_theme(theme: Theme) {
    remember(THEME, theme.name());
}
