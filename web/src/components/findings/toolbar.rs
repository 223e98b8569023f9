//! What narrows and divides the list, and how much of it is there.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::TargetCast;
use yew::prelude::*;

use crate::Language;
use crate::state::{Action, Filter, Grouping};
use crate::tools::Tools;

/// How many entries there are.
pub(super) struct Amounts {
    /// In the list.
    pub(super) drawn: usize,
    /// That the filter lets through.
    pub(super) matching: usize,
    /// Altogether.
    pub(super) total: usize,
}

/// What narrows and divides the list.
pub(super) fn toolbar(
    language: Language,
    filter: &Filter,
    amounts: &Amounts,
    tools: &Tools,
) -> Html {
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
    let shown = if amounts.matching == 0 {
        language.all_filtered(amounts.total)
    } else if amounts.drawn < amounts.total {
        language.shown(amounts.drawn, amounts.total)
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
            if amounts.matching < amounts.total {
                <button type="button" class="link" id="clear-filter" onclick={clear}>{ language.clear_filter() }</button>
            }
        </div>
    }
}
