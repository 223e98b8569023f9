//! What the rules see, as a drawing: who is in the mesh, where Services lead, and what was found there.

mod drawing;
mod keys;
mod listing;
mod ruler;
mod scene;
mod shapes;

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

use self::drawing::DrawingView;
use self::listing::Listing;
use self::scene::Scene;
use super::trouble::Trouble;
use crate::Language;
use crate::mesh::{Class, Membership, Picture};
use crate::report::Report;
use crate::state::Input;
use crate::tools::{Answer, tools, use_answer};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) language: Language,
    pub(super) input: Option<Rc<Input>>,
    pub(super) report: Option<Rc<Report>>,
}

/// The drawing, and what is to be said of it as a whole.
#[component]
pub(super) fn Mesh(props: &Props) -> Html {
    let tools = tools();
    let language = props.language;
    let input = props.input.as_ref();
    let answer = use_answer::<Picture>("mesh", &[("positionEncoding", "utf-16")], input);
    match answer {
        Answer::Waiting if input.is_some() => Html::default(),
        Answer::Waiting => html! { <Nothing {language} /> },
        Answer::Ready(picture, _) if picture.is_empty() => html! { <Nothing {language} /> },
        Answer::Ready(picture, number) => {
            let is_stale = input.is_some_and(|input| input.number != number);
            let report = props.report.clone();
            html! { <Pane {language} {picture} {report} {is_stale} /> }
        }
        Answer::Failed(why) => {
            let checker = tools.checker.clone();
            let trouble = Trouble {
                language,
                title: language.check_failed(),
                meaning: language.check_failed_means(&why),
                why: Some(&why),
            };
            trouble.draw(move || checker.check(), Html::default())
        }
    }
}

#[derive(Properties, PartialEq)]
struct NothingProps {
    language: Language,
}

/// There is nothing to draw.
#[component]
fn Nothing(props: &NothingProps) -> Html {
    html! { <p class="mesh-nothing" id="mesh-nothing">{ props.language.nothing_to_draw() }</p> }
}

#[derive(Properties)]
struct PaneProps {
    language: Language,
    picture: Rc<Picture>,
    report: Option<Rc<Report>>,
    is_stale: bool,
}

/// Answers and reports are compared as a whole only where they are not the same one.
impl PartialEq for PaneProps {
    fn eq(&self, other: &Self) -> bool {
        let is_same_report = match (&self.report, &other.report) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        self.language == other.language
            && self.is_stale == other.is_stale
            && is_same_report
            && Rc::ptr_eq(&self.picture, &other.picture)
    }
}

/// The drawing of a picture that has something in it.
#[component]
fn Pane(props: &PaneProps) -> Html {
    let node = use_node_ref();
    let width = use_width(&node);
    let language = props.language;
    // An address stays the same one only as long as the thing lives, which it does here.
    let scene = use_memo(
        (
            ById(Rc::clone(&props.picture)),
            props.report.clone().map(ById),
            language,
            width,
        ),
        |(picture, report, language, width)| {
            let report = report.as_ref().map(|report| &*report.0);
            Scene::new(*language, &picture.0, report, *width)
        },
    );
    let picture = &props.picture;
    let omitted = &picture.omitted;
    let notes = [
        (!picture.joined).then(|| language.not_joined().to_owned()),
        language.omitted(omitted),
        (omitted.derived > 0).then(|| language.derived(omitted.derived)),
        (scene.marks.elsewhere > 0).then(|| language.about_the_undrawn(scene.marks.elsewhere)),
    ];
    html! {
        <div class={classes!("mesh", props.is_stale.then_some("stale"))} id="mesh">
            <div class="mesh-head">
                <p id="mesh-scope">
                    { language.drawn(picture.namespaces.len(), picture.services.len(), picture.workloads.len()) }
                </p>
                { legend(&scene) }
                <div class="mesh-notes" id="mesh-notes">
                    { for notes.into_iter().flatten().map(|note| html! { <p>{ note }</p> }) }
                </div>
                <Listing scene={Rc::clone(&scene)} />
            </div>
            <div class="mesh-drawing" ref={node}>
                if width > 0 {
                    <DrawingView scene={Rc::clone(&scene)} />
                    <p class="mesh-keys" id="mesh-keys">{ language.keys_of_drawing() }</p>
                }
            </div>
        </div>
    }
}

/// Equal only if it is the same one.
struct ById<T>(Rc<T>);

impl<T> PartialEq for ById<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The width that an element has, in px; 0 before it is known. While the element is hidden, the width before.
#[hook]
fn use_width(node: &NodeRef) -> i32 {
    let width = use_state_eq(|| 0);
    {
        let (node, width) = (node.clone(), width.clone());
        use_effect_with((), move |()| {
            let observed = node.cast::<Element>().and_then(|element| {
                let measured = element.clone();
                let measure = Closure::<dyn Fn()>::new(move || match measured.client_width() {
                    0 => {}
                    now => width.set(now),
                });
                let function = measure.as_ref().unchecked_ref::<Function>();
                let observer = ResizeObserver::new(function).ok()?;
                observer.observe(&element);
                Some((observer, measure))
            });
            move || {
                if let Some((observer, _measure)) = observed {
                    observer.disconnect();
                }
            }
        });
    }
    *width
}

/// The shapes that occur, and what they mean.
fn legend(scene: &Scene) -> Html {
    let (language, picture) = (scene.language, &scene.picture);
    let ports = picture.services.iter().flat_map(|service| &service.ports);
    let classes = Class::ALL
        .into_iter()
        .filter(|class| ports.clone().any(|port| port.class == *class));
    let memberships = Membership::ALL.into_iter().filter(|membership| {
        let mut workloads = picture.workloads.iter();
        workloads.any(|workload| workload.membership == *membership)
    });
    let is_undeclared = ports
        .clone()
        .any(|port| port.targets.iter().any(|target| !target.declared));
    let entry = |shape: Html, words: &'static str| {
        html! {
            <li>
                <svg viewBox="-8 -8 16 16" aria-hidden="true">{ shape }</svg>
                { words }
            </li>
        }
    };
    html! {
        <ul class="legend" aria-label={language.legend()}>
            { for classes.map(|class| entry(shapes::class(class), language.class(class))) }
            { for memberships.map(|it| entry(shapes::membership(it), language.membership(it))) }
            if is_undeclared {
                { entry(html! { <path class="link undeclared" d="M-8 0H8" /> }, language.undeclared_target()) }
            }
        </ul>
    }
}
