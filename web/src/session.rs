//! What the page begins with and keeps: a link's state, else the last visit's; and what is on the page, for the next one.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::Language;
use crate::differing::Differing;
use crate::documents::Named;
use crate::share::{self, Shared, SharedFile};
use crate::state::{Action, FIRST_FILE, Input, Notice, State, View};
use crate::tools::Tools;

/// Begins with what the address says, or with what was there at the last visit. An embedded page keeps nothing, since
/// all pages of a site share one storage.
pub(crate) fn begin(tools: &Tools, is_embedded: bool) {
    if has_fragment() {
        follow_link(tools);
    } else if let Some(shared) = share::recall().filter(|_| !is_embedded) {
        restore(tools, shared);
    }
}

/// The part of the address after `#`, when it may hold a state: a version and a dot. Other ones are the page's anchors.
fn fragment() -> Option<String> {
    let fragment = web_sys::window()?.location().hash().ok()?;
    let fragment = fragment.strip_prefix('#').unwrap_or(&fragment);
    let (version, _) = fragment.split_once('.')?;
    let is_state = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    is_state.then(|| fragment.to_owned())
}

fn has_fragment() -> bool {
    fragment().is_some()
}

/// Shows what the link in the address tells of. The address loses it then: what is changed afterwards would not be what
/// it says.
pub(crate) fn follow_link(tools: &Tools) {
    let Some(fragment) = fragment() else {
        return;
    };
    let tools = tools.clone();
    spawn_local(async move {
        match share::from_fragment(&fragment).await {
            Ok(shared) => {
                drop_fragment();
                let version = shared.version.clone();
                replace(&tools, shared);
                let Some(version) = version else { return };
                let policy = tools.checker.ready().await;
                if policy.is_some_and(|policy| policy.version.as_ref() != Some(&version)) {
                    tools.dispatch(Action::Say(Some(Notice::MadeWith(version))));
                }
            }
            Err(error) => tools.dispatch(Action::Say(Some(Notice::BadLink(error)))),
        }
    });
}

fn drop_fragment() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let location = window.location();
    let (Ok(path), Ok(query), Ok(history)) =
        (location.pathname(), location.search(), window.history())
    else {
        return;
    };
    // An address of the page itself is always allowed.
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&(path + &query)));
}

/// Puts a state on the page, and offers to bring back what was there.
pub(crate) fn replace(tools: &Tools, shared: Shared) {
    let before = Shared {
        files: of_page(&tools.documents.texts()),
        settings: tools.checker.settings(),
        ..Shared::default()
    };
    restore(tools, shared);
    let notice = (!is_blank(&before)).then(|| Notice::Replaced(Rc::new(before)));
    tools.dispatch(Action::Say(notice));
}

fn of_page(files: &[Named]) -> Vec<SharedFile> {
    let shared = |(name, text): &Named| SharedFile {
        name: name.clone(),
        text: text.clone(),
    };
    files.iter().map(shared).collect()
}

/// Puts a state on the page.
pub(crate) fn restore(tools: &Tools, shared: Shared) {
    let files: Vec<Named> = shared
        .files
        .into_iter()
        .map(|file| (file.name, file.text))
        .collect();
    tools.documents.replace_all(files);
    tools.documents.show_nth(shared.active);
    tools.dispatch(Action::Configure(shared.settings));
    if let Some(view) = shared.view.as_deref().and_then(View::from_name) {
        tools.dispatch(Action::Turn(view));
    }
    if let Some(language) = shared.language.as_deref().and_then(Language::from_tag) {
        tools.dispatch(Action::Speak(language));
    }
}

/// What is on the page, as it was last checked, with the file of this name shown.
pub(crate) fn shared(input: &Input, shown: &str, view: View, version: Option<String>) -> Shared {
    let active = input.files.iter().position(|(name, _)| name == shown);
    Shared {
        files: of_page(&input.files),
        active: active.unwrap_or_default(),
        settings: input.settings.clone(),
        view: (view != View::Findings).then(|| view.name().to_owned()),
        language: Some(input.language.tag().to_owned()),
        version,
    }
}

/// Keeps what is on the page for the next visit, and says so when that is too much.
pub(crate) fn keep(state: &State, tools: &Tools) {
    let Some(input) = state.input.as_ref().filter(|_| state.embed.is_none()) else {
        return;
    };
    let version = state.report().map(|report| report.version.clone());
    let mut shared = shared(input, state.active_name(), state.view, version);
    // The choice of a language is kept apart: whoever made none follows the browser.
    shared.language = None;
    if is_blank(&shared) {
        share::forget();
    } else if !share::remember(&shared) && state.notice.is_none() {
        tools.dispatch(Action::Say(Some(Notice::NotKept)));
    }
}

fn is_blank(shared: &Shared) -> bool {
    let mut files = shared.files.iter();
    shared.settings.is_empty() && files.all(|file| file.text.is_empty())
}

/// Empties the page, and keeps nothing of it.
pub(crate) fn clear(tools: &Tools) {
    tools
        .documents
        .replace_all(vec![(FIRST_FILE.to_owned(), String::new())]);
    tools.dispatch(Action::Configure(Differing::default()));
    tools.dispatch(Action::Turn(View::Findings));
    tools.dispatch(Action::Say(None));
    share::forget();
}

/// The address of this page with a fragment.
pub(crate) fn link(fragment: &str) -> String {
    let href = web_sys::window().and_then(|window| window.location().href().ok());
    let href = href.unwrap_or_default();
    let page = href.split(['#', '?']).next().unwrap_or_default();
    format!("{page}#{fragment}")
}
