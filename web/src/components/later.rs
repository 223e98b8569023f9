//! Parts of the page that are fetched when they are first wanted, so that the page itself is there sooner.
//!
//! The build cuts the page at the functions below that are marked with [`wasm_split`]: what only such a function needs
//! goes into a file of its own. A part that has come shares memory and functions with the page, so that drawing it is
//! a call like any other.

#![allow(
    clippy::unnecessary_wraps,
    reason = "the macro fails with the error of the function it marks"
)]

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

use super::admission::Admission;
use super::embedded::Embedded;
use super::enforce::Enforce;
use super::export::Export;
use super::findings::draw_findings;
use super::fix::{FixAll, FixOne};
use super::gallery::Gallery;
use super::mesh::Mesh;
use super::rule_page::RulePage;
use super::settings::Settings;
use super::share::Share;
use super::trouble::Trouble;
use crate::state::{Dialog, Module, State, View};

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The list of findings.
    Findings,
    /// The drawing of the mesh.
    Mesh,
    /// The views of the policy and of the settings.
    Views,
    /// What stands above the page.
    Dialogs,
    /// What the page has only in a frame of another one.
    Embed,
}

/// How a part draws what the state says.
type Draw = fn(&Rc<State>) -> Html;

thread_local! {
    /// The parts that have come: they are drawn at once.
    static COME: RefCell<Vec<(Part, Draw)>> = const { RefCell::new(Vec::new()) };
}

impl Part {
    async fn fetch(self) -> Result<Draw, SplitLoaderError> {
        let draw = match self {
            Self::Findings => findings().await,
            Self::Mesh => mesh().await,
            Self::Views => views().await,
            Self::Dialogs => dialogs().await,
            Self::Embed => embed().await,
        }?;
        COME.with_borrow_mut(|come| come.push((self, draw)));
        Ok(draw)
    }

    fn come(self) -> Option<Draw> {
        let here = |come: &Vec<(Self, Draw)>| come.iter().find(|(part, _)| *part == self).copied();
        COME.with_borrow(here).map(|(_, draw)| draw)
    }
}

#[wasm_split(findings, fallible)]
fn findings() -> Result<Draw, SplitLoaderError> {
    Ok(|state| draw_findings(state))
}

#[wasm_split(mesh, fallible)]
fn mesh() -> Result<Draw, SplitLoaderError> {
    Ok(|state| {
        let report = state.report().cloned();
        html! { <Mesh language={state.language} input={state.input.clone()} {report} /> }
    })
}

#[wasm_split(views, fallible)]
fn views() -> Result<Draw, SplitLoaderError> {
    Ok(|state| {
        let language = state.language;
        let settings = state.settings.clone();
        match (state.view, &state.module) {
            (View::Admission, _) => html! { <Admission {language} input={state.input.clone()} /> },
            (View::Enforce, Module::Ready(digest)) => {
                let version = state.report().map(|report| report.version.clone());
                html! { <Enforce {language} digest={digest.clone()} {settings} {version} /> }
            }
            (View::Settings, module) => {
                html! { <Settings {language} {settings} is_ready={*module != Module::Loading} /> }
            }
            _ => Html::default(),
        }
    })
}

#[wasm_split(dialogs, fallible)]
fn dialogs() -> Result<Draw, SplitLoaderError> {
    Ok(|state| {
        let language = state.language;
        let input = state.input.clone();
        match &state.dialog {
            None => Html::default(),
            Some(Dialog::Gallery) => html! { <Gallery {language} /> },
            Some(Dialog::Share) => html! { <Share {language} shared={state.content()} /> },
            Some(Dialog::Export) => html! { <Export {language} {input} /> },
            Some(Dialog::Rule(id)) => html! { <RulePage {language} rule={id.clone()} /> },
            Some(Dialog::Fix(index)) => {
                let report = state.report().cloned();
                html! { <FixOne {language} {input} {report} index={*index} /> }
            }
            Some(Dialog::FixAll) => html! { <FixAll {language} {input} /> },
        }
    })
}

#[wasm_split(embed, fallible)]
fn embed() -> Result<Draw, SplitLoaderError> {
    Ok(|state| html! { <Embedded language={state.language} shared={state.content()} /> })
}

/// Fetches a part that will be wanted soon.
pub(crate) fn expect(part: Part) {
    if part.come().is_none() {
        // It is fetched again, and said if it does not come, when it is wanted.
        spawn_local(async move { drop(part.fetch().await) });
    }
}

/// What a part draws, once it has come.
pub(crate) fn later(part: Part, state: &Rc<State>) -> Html {
    html! { <Later key={part as usize} {part} state={Rc::clone(state)} /> }
}

#[derive(Properties, PartialEq)]
struct Props {
    part: Part,
    state: Rc<State>,
}

#[component]
fn Later(props: &Props) -> Html {
    let language = props.state.language;
    let part = props.part;
    let draw = use_state(|| part.come().map(Ok));
    let fetch = {
        let draw = draw.setter();
        move || {
            let draw = draw.clone();
            spawn_local(async move { draw.set(Some(part.fetch().await)) });
        }
    };
    {
        let (fetch, is_there) = (fetch.clone(), draw.is_some());
        use_effect_with((), move |()| {
            if !is_there {
                fetch();
            }
        });
    }
    match &*draw {
        None => html! { <p class="coming">{ language.part_coming() }</p> },
        Some(Ok(draw)) => draw(&props.state),
        Some(Err(_)) => {
            let trouble = Trouble {
                language,
                title: language.part_failed(),
                meaning: language.part_failed_means(),
                why: None,
            };
            trouble.draw(fetch, Html::default())
        }
    }
}
