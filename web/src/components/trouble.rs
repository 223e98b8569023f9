//! The page itself failed: what happened, what it means, and a way out.

use yew::prelude::*;

use super::mark;
use crate::Language;
use crate::policy::PolicyError;
use crate::report::Severity;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) title: &'static str,
    pub(super) meaning: &'static str,
    pub(super) why: PolicyError,
    pub(super) on_retry: Callback<()>,
    /// Other ways out.
    #[prop_or_default]
    pub(super) children: Html,
}

/// The page itself failed.
#[component]
pub(super) fn Trouble(props: &Props) -> Html {
    html! {
        <div class="trouble" role="alert" id="trouble">
            <h2>{ mark::severity(Severity::Error) }{ props.title }</h2>
            <p>{ props.meaning }</p>
            <pre>{ props.language.policy_error(&props.why) }</pre>
            <div class="row">
                <button type="button" class="button" onclick={props.on_retry.reform(|_: MouseEvent| ())}>
                    { props.language.try_again() }
                </button>
                { props.children.clone() }
            </div>
        </div>
    }
}
