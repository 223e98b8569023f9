//! What narrows and divides the list, and how much of it is there.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::TargetCast;
use yew::prelude::*;

use crate::Language;
use crate::state::{Action, Filter, Grouping};
use crate::tools::use_tools;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) filter: Filter,
    /// How many entries are drawn.
    pub(super) drawn: usize,
    /// How many the filter lets through.
    pub(super) matching: usize,
    /// How many there are.
    pub(super) total: usize,
}

/// What narrows and divides the list.
#[component]
pub(super) fn Toolbar(props: &Props) -> Html {
    let tools = use_tools();
    let (language, filter) = (props.language, &props.filter);
    let oninput = {
        let tools = tools.clone();
        move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                tools.dispatch(Action::Search(field.value()));
            }
        }
    };
    let onchange = {
        let tools = tools.clone();
        move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let chosen = select.and_then(|select| {
                let mut all = Grouping::ALL.into_iter();
                all.find(|grouping| grouping.name() == select.value())
            });
            if let Some(grouping) = chosen {
                tools.dispatch(Action::Group(grouping));
            }
        }
    };
    let option = |grouping: Grouping| {
        html! {
            <option value={grouping.name()} selected={grouping == filter.grouping}>
                { language.grouping(grouping) }
            </option>
        }
    };
    let clear = tools.on(|_: MouseEvent| Action::ClearFilter);
    let shown = if props.matching == 0 {
        language.all_filtered(props.total)
    } else if props.drawn < props.total {
        language.shown(props.drawn, props.total)
    } else {
        String::new()
    };
    html! {
        <div class="narrow" id="filter" role="search" aria-label={language.search_findings()}>
            <input
                type="search"
                id="search"
                class="button"
                autocomplete="off"
                spellcheck="false"
                placeholder={language.search_findings()}
                aria-label={language.search_findings()}
                value={filter.search.clone()}
                {oninput}
            />
            <select id="grouping" class="button" aria-label={language.grouping_label()} {onchange}>
                { for Grouping::ALL.into_iter().map(option) }
            </select>
            // There from the beginning, so that a screen reader says what comes into it.
            <p class="shown" id="shown" role="status">{ shown }</p>
            if props.matching < props.total {
                <button type="button" class="link" id="clear-filter" onclick={clear}>{ language.clear_filter() }</button>
            }
        </div>
    }
}
