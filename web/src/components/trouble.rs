//! The page itself failed: what happened, what it means, and a way out.

use yew::prelude::*;

use super::mark;
use crate::Language;
use crate::policy::PolicyError;
use crate::report::Severity;

/// The page itself failed.
pub(super) struct Trouble<'a> {
    pub(super) language: Language,
    pub(super) title: &'static str,
    pub(super) meaning: &'static str,
    pub(super) why: Option<&'a PolicyError>,
}

impl Trouble<'_> {
    /// With a button to try again, and other ways out.
    pub(super) fn draw(self, retry: impl Fn() + 'static, others: Html) -> Html {
        html! {
            <div class="trouble" role="alert" id="trouble">
                <h2>{ mark::severity(Severity::Error) }{ self.title }</h2>
                <p>{ self.meaning }</p>
                { for self.why.map(|why| html! { <pre>{ self.language.policy_error(why) }</pre> }) }
                <div class="row">
                    <button type="button" class="button" onclick={move |_: MouseEvent| retry()}>
                        { self.language.try_again() }
                    </button>
                    { others }
                </div>
            </div>
        }
    }
}
