//! The drawing as text: the same sentences, in a list.

use std::rc::Rc;

use yew::prelude::*;

use super::super::text::{place, prose};
use super::scene::Scene;
use crate::mesh::layout::{Area, Of};
use crate::mesh::marks::Thing;
use crate::tools::{Tools, tools};

#[derive(Properties)]
pub(super) struct Props {
    pub(super) scene: Rc<Scene>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.scene, &other.scene)
    }
}

/// The drawing as text.
#[component]
pub(super) fn Listing(props: &Props) -> Html {
    let tools = tools();
    let is_open = use_state_eq(|| false);
    let ontoggle = {
        let is_open = is_open.clone();
        move |_: Event| is_open.set(!*is_open)
    };
    let scene = &*props.scene;
    html! {
        <details class="as-text" id="mesh-text" {ontoggle}>
            <summary>{ scene.language.as_text() }</summary>
            if *is_open {
                <ul>
                    { for scene.drawing.areas.iter().map(|area| draw_area(scene, area, &tools)) }
                </ul>
            }
        </details>
    }
}

fn draw_area(scene: &Scene, area: &Area, tools: &Tools) -> Html {
    let cards = area.blocks.iter().flat_map(|block| &block.cards);
    html! {
        <li>
            { match area.namespace {
                Some(index) => sentence(scene, Thing::Namespace(index), tools),
                None => html! { <p>{ scene.language.namespace(&area.name) }</p> },
            } }
            <ul>
                { for cards.map(|card| {
                    let (thing, ports): (_, Vec<_>) = match card.of {
                        Of::Service(index) => {
                            let ports = 0..scene.picture.services[index].ports.len();
                            let ports = ports.map(|port| Thing::ServicePort(index, port));
                            (Thing::Service(index), ports.collect())
                        }
                        Of::Workload(index) => {
                            let ports = 0..scene.picture.workloads[index].ports.len();
                            let ports = ports.map(|port| Thing::WorkloadPort(index, port));
                            (Thing::Workload(index), ports.collect())
                        }
                    };
                    html! {
                        <li>
                            { sentence(scene, thing, tools) }
                            if !ports.is_empty() {
                                <ul>
                                    { for ports.into_iter().map(|port| html! {
                                        <li>{ sentence(scene, port, tools) }</li>
                                    }) }
                                </ul>
                            }
                        </li>
                    }
                }) }
            </ul>
        </li>
    }
}

/// A sentence that can be copied, and a way to the line.
fn sentence(scene: &Scene, thing: Thing, tools: &Tools) -> Html {
    let language = scene.language;
    let at = scene.location(thing).map(|location| {
        let line = language.line(location.line);
        let line = html! { { line } };
        place(line, Some(location), "link", tools)
    });
    html! {
        <p>
            { prose(&scene.sentence(thing)) }
            { " " }
            { for at }
        </p>
    }
}
