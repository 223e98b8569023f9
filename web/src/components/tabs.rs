//! On a narrow screen: which half of the page is shown.

use yew::prelude::*;

use crate::Language;
use crate::state::Pane;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) language: Language,
    pub(crate) pane: Pane,
    /// How many entries the findings have.
    pub(crate) entries: usize,
    pub(crate) on_pane: Callback<Pane>,
}

#[component]
pub(crate) fn Tabs(props: &Props) -> Html {
    let language = props.language;
    let tab = |pane: Pane, text: &'static str| {
        let onclick = props.on_pane.reform(move |_: MouseEvent| pane);
        let count = (pane == Pane::Findings && props.entries > 0).then_some(props.entries);
        html! {
            <button type="button" data-tab={pane.name()} aria-pressed={(pane == props.pane).to_string()} {onclick}>
                { text }
                if let Some(count) = count {
                    { " " }
                    <span class="count">{ count }</span>
                }
            </button>
        }
    };
    html! {
        <div class="tabs">
            { tab(Pane::Editor, language.manifests()) }
            { tab(Pane::Findings, language.findings()) }
        </div>
    }
}
