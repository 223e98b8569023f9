//! The drawing itself.

use std::rc::Rc;

use yew::prelude::*;

use super::keys;
use super::scene::Scene;
use super::shapes;
use crate::mesh::layout::{Area, Block, Card, End, HEAD_OF_AREA, Link, Of, ROW, Rect, Row};
use crate::mesh::marks::{Mark, Thing};
use crate::mesh::text::{Style, fit, line};
use crate::mesh::{Class, Mtls, TargetPort};
use crate::state::Action;
use crate::tools::{Tools, tools};

/// Between an edge and the text inside.
const PAD: i32 = 12;
/// A shape of a membership or of mTLS, with the space after it.
const SHAPE: i32 = 19;
/// A severity's shape, with the space before it.
const MARK: i32 = 20;
/// From the middle of a line down to where its letters stand.
const BASELINE: i32 = 4;
/// From a card's upper edge to the middles of its lines.
const LINES: [i32; 4] = [16, 34, 52, 70];

#[derive(Properties)]
pub(super) struct Props {
    pub(super) scene: Rc<Scene>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.scene, &other.scene)
    }
}

/// The drawing itself.
#[component]
pub(super) fn DrawingView(props: &Props) -> Html {
    let tools = tools();
    let scene = &props.scene;
    let drawing = &scene.drawing;
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect(move || keys::after_drawing(&node));
    }
    html! {
        <svg
            ref={node}
            width={drawing.width.to_string()}
            height={drawing.height.to_string()}
            viewBox={format!("0 0 {} {}", drawing.width, drawing.height)}
            role="group"
            aria-label={scene.language.drawing()}
            aria-describedby="mesh-keys"
            onkeydown={|event: KeyboardEvent| keys::on_key(&event)}
            onfocusin={|event: FocusEvent| keys::on_focus(&event)}
        >
            { for drawing.areas.iter().enumerate().map(|(at, area)| html! {
                <g role="group" aria-label={scene.language.namespace(&area.name)}>
                    { rect("area", area.rect, 10) }
                    { draw_namespace(scene, area, &tools) }
                    if !area.blocks.is_empty() {
                        <g role="list">
                            { for (0..area.blocks.len()).map(|block| html! {
                                <BlockView scene={Rc::clone(scene)} area={at} {block} />
                            }) }
                        </g>
                    }
                </g>
            }) }
        </svg>
    }
}

/// The head of an area.
fn draw_namespace(scene: &Scene, area: &Area, tools: &Tools) -> Html {
    let Rect { x, y, width, .. } = area.rect;
    let (left, right) = (x + PAD + 2, x + width - PAD - 2);
    let ruler = &scene.ruler;
    let Some(index) = area.namespace else {
        let name = fit(&area.name, right - left, |text| {
            ruler.width(Style::Name, text)
        });
        return words("name", left, y + 20, name);
    };
    let language = scene.language;
    let namespace = &scene.picture.namespaces[index];
    let thing = Thing::Namespace(index);
    let mark = scene.marks.of(thing);
    let name = fit(&area.name, right - left - room_for(scene, mark), |text| {
        ruler.width(Style::Name, text)
    });
    let assumed = scene.is_assumed(&area.name).then(|| language.assumed());
    let said = language.parts(&[
        language.mode(namespace.mode).to_owned(),
        assumed.unwrap_or_default().to_owned(),
    ]);
    let mtls = namespace.mtls.to_string();
    let lock = right - SHAPE - ruler.width(Style::Plain, &mtls);
    let said = fit(&said, lock - PAD - left, |text| {
        ruler.width(Style::Plain, text)
    });
    let content = html! {
        <>
            { words("name", left, y + 20, name) }
            { words("soft", left, y + 39, said) }
            { draw_lock(namespace.mtls, lock, y + 39, mtls) }
            { draw_mark(scene, mark, right, y + 20) }
        </>
    };
    let hit = Rect {
        x: x + 3,
        y: y + 3,
        width: width - 6,
        height: HEAD_OF_AREA - 6,
    };
    let node = Node {
        thing,
        hit,
        content,
        classes: classes!("node"),
        on_light: None,
    };
    node.draw(scene, tools)
}

#[derive(Properties)]
struct BlockProps {
    scene: Rc<Scene>,
    area: usize,
    block: usize,
}

impl PartialEq for BlockProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.scene, &other.scene)
            && (self.area, self.block) == (other.area, other.block)
    }
}

/// A block. The thing that the pointer or the keyboard is at is lit with all that is linked with it; no link leaves the
/// block, so that nothing else has to be drawn anew.
#[component]
fn BlockView(props: &BlockProps) -> Html {
    let tools = tools();
    let at = use_state_eq(|| None::<End>);
    let scene = &props.scene;
    let block = &scene.drawing.areas[props.area].blocks[props.block];
    let lit = Lit::new(block, *at);
    let light = {
        let at = at.clone();
        Callback::from(move |end| at.set(end))
    };
    html! {
        <g
            class={classes!("block", lit.at.is_some().then_some("lit"))}
            onmouseout={light.reform(|_: MouseEvent| None)}
            onfocusout={light.reform(|_: FocusEvent| None)}
        >
            <g aria-hidden="true">
                { for block.links.iter().map(|link| draw_link(block, link, lit.has_link(link))) }
            </g>
            { for block.cards.iter().enumerate().map(|(index, card)| {
                let draw = CardDrawing { scene, card, index, lit: &lit, light: &light, tools: &tools };
                draw.draw()
            }) }
        </g>
    }
}

/// What is lit in a block.
struct Lit {
    at: Option<End>,
    partners: Vec<End>,
}

impl Lit {
    fn new(block: &Block, at: Option<End>) -> Self {
        let mut lit = Self {
            at,
            partners: Vec::new(),
        };
        for link in &block.links {
            if lit.has_link(link) {
                lit.partners.extend([link.from, link.to]);
            }
        }
        lit
    }

    /// Links of a port, or all of a card.
    fn has_link(&self, link: &Link) -> bool {
        self.at.is_some_and(|at| {
            let ends = [link.from, link.to];
            let mut ends = ends.iter();
            ends.any(|end| end.card == at.card && (at.row.is_none() || end.row == at.row))
        })
    }

    fn class_of(&self, end: End) -> Option<&'static str> {
        (self.at == Some(end) || self.partners.contains(&end)).then_some("lit")
    }
}

fn draw_link(block: &Block, link: &Link, is_lit: bool) -> Html {
    let (from, to) = (&block.cards[link.from.card], &block.cards[link.to.card]);
    let (x1, y1) = (from.rect.x + from.rect.width, from.middle(link.from.row));
    let (x2, y2) = (to.rect.x, to.middle(link.to.row));
    let bend = x1.midpoint(x2);
    let curve = format!("M{x1} {y1}C{bend} {y1} {bend} {y2} {} {y2}", x2 - 7);
    let tip = format!("M{} {}l7 4-7 4z", x2 - 7, y2 - 4);
    let class = classes!(
        "link",
        link.class.map(Class::name),
        (!link.declared).then_some("undeclared"),
        is_lit.then_some("lit")
    );
    html! {
        <g {class}>
            <path class="line" d={curve} />
            <path class="tip" d={tip} />
        </g>
    }
}

/// A card on its way into the document.
struct CardDrawing<'a> {
    scene: &'a Rc<Scene>,
    card: &'a Card,
    index: usize,
    lit: &'a Lit,
    light: &'a Callback<Option<End>>,
    tools: &'a Tools,
}

impl CardDrawing<'_> {
    fn draw(&self) -> Html {
        let card = self.card;
        let kind = match card.of {
            Of::Service(_) => classes!("card", "service"),
            Of::Workload(index) => {
                let workload = &self.scene.picture.workloads[index];
                classes!("card", "workload", workload.membership.name())
            }
        };
        let Rect { x, y, width, .. } = card.rect;
        let rule = format!("M{x} {}h{width}", y + card.head);
        html! {
            <g class={kind} role="listitem">
                { rect("box", card.rect, 7) }
                { self.head() }
                if !card.rows.is_empty() {
                    <path class="rule" d={rule} />
                }
                { for (0..card.rows.len()).map(|row| self.row(row)) }
            </g>
        }
    }

    fn end(&self, row: Option<usize>) -> End {
        End {
            card: self.index,
            row,
        }
    }

    /// A part of the card that goes to its line.
    fn node(&self, thing: Thing, row: Option<usize>, hit: Rect, content: Html) -> Html {
        let end = self.end(row);
        let heaviest = self.scene.marks.of(thing).heaviest();
        let node = Node {
            thing,
            hit,
            content,
            classes: classes!(
                "node",
                row.map(|_| "port"),
                self.lit.class_of(end),
                heaviest.map(|severity| format!("found-{}", severity.name()))
            ),
            on_light: Some(self.light.reform(move |()| Some(end))),
        };
        node.draw(self.scene, self.tools)
    }

    fn head(&self) -> Html {
        let Rect { x, y, width, .. } = self.card.rect;
        let scene = self.scene;
        let (language, ruler) = (scene.language, &scene.ruler);
        let (left, right) = (x + PAD, x + width - PAD);
        let (thing, resource, kind, membership) = match self.card.of {
            Of::Service(index) => {
                let service = &scene.picture.services[index];
                let is_plain = service.kind == "ClusterIP";
                let kind = if is_plain { "" } else { &service.kind };
                let headless = if service.headless {
                    language.headless()
                } else {
                    ""
                };
                let parts = ["Service", kind, headless].map(str::to_owned);
                let kind = language.parts(&parts);
                (Thing::Service(index), &service.resource, kind, None)
            }
            Of::Workload(index) => {
                let workload = &scene.picture.workloads[index];
                let istio = if workload.istio { language.istio() } else { "" };
                let parts = [workload.resource.kind.clone(), istio.to_owned()];
                let kind = language.parts(&parts);
                (
                    Thing::Workload(index),
                    &workload.resource,
                    kind,
                    Some(workload),
                )
            }
        };
        let mark = scene.marks.of(thing);
        let name = fit(
            &resource.name,
            right - left - room_for(scene, mark),
            |text| ruler.width(Style::Name, text),
        );
        let kind = fit(&kind, right - left, |text| ruler.width(Style::Plain, text));
        let content = html! {
            <>
                { words("name", left, y + LINES[0], name) }
                { words("soft", left, y + LINES[1], kind) }
                { for membership.map(|workload| {
                    let word = language.membership(workload.membership);
                    let at = left + SHAPE;
                    let word = fit(word, right - at, |text| ruler.width(Style::Plain, text));
                    let (after, line) = if self.card.is_narrow() {
                        (left, LINES[3])
                    } else {
                        (at + ruler.width(Style::Plain, &word) + PAD, LINES[2])
                    };
                    html! {
                        <>
                            { shape(shapes::membership(workload.membership), left + 6, y + LINES[2]) }
                            { words("soft", at, y + LINES[2], word) }
                            { for workload.mtls.map(|mtls| {
                                let said = fit(mtls.word(), right - after - SHAPE, |text| ruler.width(Style::Plain, text));
                                draw_lock(mtls, after, y + line, said)
                            }) }
                        </>
                    }
                }) }
                { draw_mark(scene, mark, right, y + LINES[0]) }
            </>
        };
        let hit = Rect {
            x: x + 3,
            y: y + 3,
            width: width - 6,
            height: self.card.head - 6,
        };
        self.node(thing, None, hit, content)
    }

    fn row(&self, row: usize) -> Html {
        let Rect { x, width, .. } = self.card.rect;
        let middle = self.card.middle(Some(row));
        let hit = Rect {
            x: x + 4,
            y: middle - ROW / 2 + 1,
            width: width - 8,
            height: ROW - 2,
        };
        match (self.card.of, &self.card.rows[row]) {
            (Of::Service(index), Row::Port(port)) => {
                let thing = Thing::ServicePort(index, *port);
                let port = &self.scene.picture.services[index].ports[*port];
                let mark = self.scene.marks.of(thing);
                let number = port.port.to_string();
                let texts = [
                    (Style::Strong, "number", number.as_str()),
                    (
                        Style::Strong,
                        port.class.name(),
                        self.scene.language.protocol(&port.protocol),
                    ),
                    (
                        Style::Plain,
                        "soft",
                        port.name.as_deref().unwrap_or_default(),
                    ),
                ];
                let content = html! {
                    <>
                        { self.texts(&texts, middle, room_for(self.scene, mark)) }
                        { shape(shapes::class(port.class), x + width, middle) }
                        { draw_mark(self.scene, mark, x + width - PAD, middle) }
                    </>
                };
                self.node(thing, Some(row), hit, content)
            }
            (Of::Workload(index), Row::Port(port)) => {
                let thing = Thing::WorkloadPort(index, *port);
                let port = &self.scene.picture.workloads[index].ports[*port];
                let mark = self.scene.marks.of(thing);
                let number = port.port.to_string();
                let transport = match port.transport.as_str() {
                    "TCP" => "",
                    other => other,
                };
                let texts = [
                    (Style::Strong, "number", number.as_str()),
                    (Style::Strong, "udp", transport),
                    (
                        Style::Plain,
                        "soft",
                        port.name.as_deref().unwrap_or_default(),
                    ),
                ];
                let right = x + width - PAD - room_for(self.scene, mark);
                let own = port.mtls.map(|mtls| {
                    let words = mtls.word().to_owned();
                    let room = SHAPE + self.scene.ruler.width(Style::Plain, &words);
                    (room, draw_lock(mtls, right - room, middle, words))
                });
                let room = own.as_ref().map_or(0, |(room, _)| *room + PAD / 2);
                let content = html! {
                    <>
                        { self.texts(&texts, middle, room_for(self.scene, mark) + room) }
                        { for own.map(|(_, lock)| lock) }
                        { draw_mark(self.scene, mark, x + width - PAD, middle) }
                    </>
                };
                self.node(thing, Some(row), hit, content)
            }
            (_, Row::Undeclared(port)) => {
                let language = self.scene.language;
                let (text, said) = match port {
                    TargetPort::Number(_) => (port.to_string(), language.undeclared()),
                    TargetPort::Name(_) => (port.to_string(), language.missing()),
                };
                let texts = [
                    (Style::Strong, "number", text.as_str()),
                    (Style::Plain, "soft", said),
                ];
                // What leads here says it in its own sentence.
                html! {
                    <g
                        class={classes!("undeclared", self.lit.class_of(self.end(Some(row))))}
                        aria-hidden="true"
                    >
                        { rect("hit", hit, 5) }
                        { self.texts(&texts, middle, 0) }
                    </g>
                }
            }
        }
    }

    /// The texts of a row, of which the first ones matter most; so much of the row is taken.
    fn texts(&self, texts: &[(Style, &'static str, &str)], middle: i32, taken: i32) -> Html {
        let Rect { x, width, .. } = self.card.rect;
        let styled: Vec<_> = texts
            .iter()
            .map(|(style, _, text)| (*style, *text))
            .collect();
        let pieces = line(&styled, width - 2 * PAD - taken, |style, text| {
            self.scene.ruler.width(style, text)
        });
        texts
            .iter()
            .zip(pieces)
            .map(|((style, class, _), piece)| {
                let class = match style {
                    Style::Strong => classes!("strong", *class),
                    Style::Name | Style::Plain => classes!(*class),
                };
                words(class, x + PAD + piece.x, middle, piece.text)
            })
            .collect()
    }
}

/// Something that goes to its line.
struct Node {
    thing: Thing,
    hit: Rect,
    content: Html,
    classes: Classes,
    on_light: Option<Callback<()>>,
}

impl Node {
    /// The box says all in one sentence; the words on it are for the eyes.
    fn draw(self, scene: &Scene, tools: &Tools) -> Html {
        let sentence = AttrValue::from(scene.sentence(self.thing).replace('`', ""));
        let Rect {
            x,
            y,
            width,
            height,
        } = self.hit;
        let light = self.on_light.unwrap_or_else(Callback::noop);
        let location = scene.location(self.thing).cloned();
        let is_place = location.is_some();
        let jump = tools.on(Action::Jump);
        let jump = Callback::from(move |()| {
            if let Some(location) = &location {
                jump.emit(location.clone());
            }
        });
        let onclick = jump.reform(|_: MouseEvent| ());
        let onkeydown = move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                jump.emit(());
            }
        };
        html! {
            <g class={self.classes}>
                <rect
                    class="hit"
                    x={x.to_string()}
                    y={y.to_string()}
                    width={width.to_string()}
                    height={height.to_string()}
                    rx="5"
                    role={if is_place { "button" } else { "img" }}
                    tabindex={is_place.then_some("-1")}
                    aria-label={sentence.clone()}
                    {onclick}
                    {onkeydown}
                    onmouseover={light.reform(|_: MouseEvent| ())}
                    onfocusin={light.reform(|_: FocusEvent| ())}
                >
                    <title>{ sentence }</title>
                </rect>
                <g class="words" aria-hidden="true">{ self.content }</g>
            </g>
        }
    }
}

fn rect(class: &'static str, rect: Rect, radius: i32) -> Html {
    let Rect {
        x,
        y,
        width,
        height,
    } = rect;
    html! {
        <rect
            {class}
            x={x.to_string()}
            y={y.to_string()}
            width={width.to_string()}
            height={height.to_string()}
            rx={radius.to_string()}
        />
    }
}

/// Text of a line whose middle is at `y`; nothing where there is no text.
fn words(class: impl Into<Classes>, x: i32, y: i32, text: String) -> Html {
    let (class, y) = (class.into(), y + BASELINE);
    if text.is_empty() {
        return Html::default();
    }
    html! { <text {class} x={x.to_string()} y={y.to_string()}>{ text }</text> }
}

fn shape(shape: Html, x: i32, y: i32) -> Html {
    html! { <g transform={format!("translate({x} {y})")}>{ shape }</g> }
}

/// A mode of mTLS in words, after its lock.
fn draw_lock(mtls: Mtls, x: i32, y: i32, text: String) -> Html {
    html! {
        <>
            { shape(shapes::lock(mtls), x + 6, y - 1) }
            { words("soft", x + SHAPE - 2, y, text) }
        </>
    }
}

/// How much room a mark takes.
fn room_for(scene: &Scene, mark: Mark) -> i32 {
    match mark.total() {
        0 => 0,
        1 => MARK,
        total => MARK + 4 + scene.ruler.width(Style::Strong, &total.to_string()),
    }
}

/// The heaviest severity's shape, and how many findings there are, up to `right`.
fn draw_mark(scene: &Scene, mark: Mark, right: i32, y: i32) -> Html {
    let Some(severity) = mark.heaviest() else {
        return Html::default();
    };
    let left = right - room_for(scene, mark);
    let number = match mark.total() {
        1 => String::new(),
        total => total.to_string(),
    };
    html! {
        <g class={classes!("marked", severity.name())}>
            { shape(shapes::severity(severity), left + MARK - 7, y) }
            { words("strong", left + MARK + 4, y, number) }
        </g>
    }
}
