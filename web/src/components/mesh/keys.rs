//! The keyboard in the drawing. It has hundreds of things that go to their lines, so that Tab stops at one of them only:
//! the one that had the focus last. Arrow keys lead to the others.

use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, Event, KeyboardEvent, SvgElement};
use yew::NodeRef;

/// What goes to its line.
const THINGS: &str = ".hit[role=button]";
/// Where Tab stops.
const STOP: &str = ".hit[tabindex='0']";

/// Up and down lead through all things in the order in which they are read out, left and right to the nearest one there,
/// Home and End to the first and the last.
pub(super) fn on_key(event: &KeyboardEvent) {
    if event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key() {
        return;
    }
    let Some(at) = target(event) else {
        return;
    };
    let things = things(&at);
    let index = things.iter().position(|thing| *thing == at);
    let next = match event.key().as_str() {
        "ArrowDown" => index.and_then(|index| things.get(index + 1)),
        "ArrowUp" => index.and_then(|index| things.get(index.checked_sub(1)?)),
        "ArrowRight" => nearest(&at, &things, 1.0),
        "ArrowLeft" => nearest(&at, &things, -1.0),
        "Home" => things.first(),
        "End" => things.last(),
        _ => return,
    };
    // At the end nothing moves, the page below neither.
    event.prevent_default();
    if let Some(next) = next.and_then(|next| next.dyn_ref::<SvgElement>()) {
        // It is in the document, the only thing that could fail.
        let _ = next.focus();
    }
}

/// What has the focus now is where Tab comes back to.
pub(super) fn on_focus(event: &Event) {
    if let Some(at) = target(event) {
        stop_at(&at, drawing(&at).as_ref());
    }
}

/// Tab stops at the first thing, where what it stopped at is no longer drawn.
pub(super) fn after_drawing(node: &NodeRef) {
    let drawing = node.cast::<Element>();
    let first = |selector| drawing.as_ref()?.query_selector(selector).ok().flatten();
    if first(STOP).is_none()
        && let Some(thing) = first(THINGS)
    {
        stop_at(&thing, drawing.as_ref());
    }
}

fn stop_at(thing: &Element, drawing: Option<&Element>) {
    let before = drawing.and_then(|drawing| drawing.query_selector(STOP).ok()?);
    // The name of the attribute is valid, the only thing that could fail.
    if let Some(before) = before {
        let _ = before.set_attribute("tabindex", "-1");
    }
    let _ = thing.set_attribute("tabindex", "0");
}

fn target(event: &Event) -> Option<Element> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.matches(THINGS).ok()?.then_some(target)
}

fn drawing(thing: &Element) -> Option<Element> {
    thing.closest("svg").ok()?
}

fn things(thing: &Element) -> Vec<Element> {
    let Some(all) = drawing(thing).and_then(|drawing| drawing.query_selector_all(THINGS).ok())
    else {
        return Vec::new();
    };
    (0..all.length())
        .filter_map(|index| all.item(index)?.dyn_into().ok())
        .collect()
}

/// The nearest thing to the right, or with -1 to the left; a step up or down counts twice.
fn nearest<'a>(at: &Element, things: &'a [Element], direction: f64) -> Option<&'a Element> {
    let middle = |rect: &DomRect| {
        (
            rect.left() + rect.width() / 2.0,
            rect.top() + rect.height() / 2.0,
        )
    };
    let from = at.get_bounding_client_rect();
    let (x, y) = middle(&from);
    let there = things.iter().filter_map(|thing| {
        let (its_x, its_y) = middle(&thing.get_bounding_client_rect());
        let along = (its_x - x) * direction;
        // Those in the same column are above or below.
        (along > from.width() / 2.0).then_some((thing, along + 2.0 * (its_y - y).abs()))
    });
    let nearest = there.min_by(|(_, one), (_, other)| one.total_cmp(other));
    nearest.map(|(thing, _)| thing)
}
