//! What stands beside the editor, as tabs; on a narrow screen the editor is one of them.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::narrow::use_narrow;
use crate::state::{Action, Pane, State, View};
use crate::tools::Tools;

/// One tab.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Editor,
    View(View),
}

impl Tab {
    fn name(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::View(view) => view.name(),
        }
    }

    fn action(self) -> Action {
        match self {
            Self::Editor => Action::ShowPane(Pane::Editor),
            Self::View(view) => Action::Show(view),
        }
    }
}

/// The tabs. Arrow keys move among them, as in any list of tabs.
#[hook]
pub(crate) fn use_tabs(state: &State, tools: &Tools) -> Html {
    let list = use_node_ref();
    let language = state.language;
    let is_narrow = use_narrow();
    // On a wide screen the editor is always there and has no tab.
    let editor = (state.has_editor() && is_narrow).then_some(Tab::Editor);
    let shown = editor.filter(|_| state.pane == Pane::Editor);
    let shown = shown.unwrap_or(Tab::View(state.view));
    let tabs: Vec<_> = editor
        .into_iter()
        .chain(state.views().iter().copied().map(Tab::View))
        .collect();
    let entries = state.report().map_or(0, |report| report.total());
    let onkeydown = {
        let list = list.clone();
        move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowRight" => 1,
                "ArrowLeft" => -1,
                _ => return,
            };
            event.prevent_default();
            move_focus(&list, step);
        }
    };
    let tab = |tab: Tab| {
        let is_shown = tab == shown;
        let count = (tab == Tab::View(View::Findings) && entries > 0).then_some(entries);
        html! {
            <button
                type="button"
                role="tab"
                data-tab={tab.name()}
                id={format!("tab-{}", tab.name())}
                aria-selected={is_shown.to_string()}
                aria-controls={if tab == Tab::Editor { "editor-pane" } else { "view" }}
                tabindex={if is_shown { "0" } else { "-1" }}
                onclick={tools.on(move |_: MouseEvent| tab.action())}
            >
                { match tab {
                    Tab::Editor => language.manifests(),
                    Tab::View(view) => language.view(view),
                } }
                if let Some(count) = count {
                    { " " }
                    <span class="count">{ count }</span>
                }
            </button>
        }
    };
    html! {
        <div class="tabs" role="tablist" aria-label={language.views()} ref={list} {onkeydown}>
            { for tabs.into_iter().map(tab) }
        </div>
    }
}

/// Moves the focus to the next tab that can be seen, around the end.
fn move_focus(list: &NodeRef, step: i32) {
    let Some(list) = list.cast::<HtmlElement>() else {
        return;
    };
    let children = list.children();
    let tabs: Vec<HtmlElement> = (0..children.length())
        .filter_map(|index| children.item(index)?.dyn_into().ok())
        .filter(|tab: &HtmlElement| tab.offset_width() > 0)
        .collect();
    let focused = list
        .owner_document()
        .and_then(|document| document.active_element());
    let here = tabs
        .iter()
        .position(|tab| focused.as_ref() == Some(tab.as_ref()));
    let (Some(here), false) = (here, tabs.is_empty()) else {
        return;
    };
    let next = if step > 0 {
        here + 1
    } else {
        here + tabs.len() - 1
    } % tabs.len();
    // A button that is drawn can be focused.
    let _ = tabs[next].focus();
}
