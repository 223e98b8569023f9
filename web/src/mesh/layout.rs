//! Where everything of the drawing stands.
//!
//! Each namespace is an area of the full width, one below the other. In it, what belongs together is a block: Services in
//! the left column, the workloads that they select in the right one, so that no link leaves its block. What is linked to
//! nothing comes last. The same picture and width give the same drawing.

use std::collections::{HashMap, HashSet};

use super::{Class, Picture, TargetPort};

/// What stands above the ports of a card: two lines of a Service, three of a workload, or four on a narrow card.
const HEAD_OF_SERVICE: i32 = 46;
const HEAD_OF_WORKLOAD: i32 = 64;
const HIGH_HEAD_OF_WORKLOAD: i32 = 82;
/// On cards that are not as wide, membership and mTLS of a workload stand in two lines.
const NARROW: i32 = 200;
/// A port.
pub const ROW: i32 = 22;
/// Above and below the ports.
const HEADROOM: i32 = 3;
const FOOT: i32 = 4;
/// The name of a namespace, and what is said of it.
pub const HEAD_OF_AREA: i32 = 54;
/// Between cards, between blocks, and between areas.
const GAP: i32 = 12;
const BLOCK_GAP: i32 = 20;
const AREA_GAP: i32 = 16;
/// No area is wider: its links would be longer than helps.
const MAX_WIDTH: i32 = 860;
/// Nor narrower.
const MIN_WIDTH: i32 = 300;
/// A column that is shorter than the other stands where its links are level, but not further down than this.
const MAX_DROP: i32 = 120;
/// Sweeps over a block to put linked cards side by side; more change little.
const SWEEPS: usize = 6;

/// A box, in px.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// The left edge.
    pub x: i32,
    /// The upper edge.
    pub y: i32,
    /// How wide.
    pub width: i32,
    /// How high.
    pub height: i32,
}

/// The whole drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    /// How wide, in px.
    pub width: i32,
    /// How high, in px.
    pub height: i32,
    /// The namespaces, from top to bottom.
    pub areas: Vec<Area>,
}

/// A namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Its name.
    pub name: String,
    /// Its position in the picture; none when it was left out there.
    pub namespace: Option<usize>,
    /// Its place.
    pub rect: Rect,
    /// What is in it, from top to bottom.
    pub blocks: Vec<Block>,
}

/// Cards that are linked with each other and with no other card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// In the order in which to read them: Services first.
    pub cards: Vec<Card>,
    /// From Services to workloads.
    pub links: Vec<Link>,
}

/// A Service or a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Which one.
    pub of: Of,
    /// Its place.
    pub rect: Rect,
    /// Its ports, from top to bottom.
    pub rows: Vec<Row>,
    /// How much of the card stands above the ports.
    pub head: i32,
}

impl Card {
    /// Whether membership and mTLS of a workload stand in two lines.
    pub fn is_narrow(&self) -> bool {
        self.rect.width < NARROW
    }

    /// The middle of a row, or of the head.
    pub fn middle(&self, row: Option<usize>) -> i32 {
        match row.and_then(|row| i32::try_from(row).ok()) {
            Some(row) => self.rect.y + self.head + HEADROOM + row * ROW + ROW / 2,
            None => self.rect.y + self.head / 2,
        }
    }
}

/// What a card shows, by position in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Of {
    /// A Service.
    Service(usize),
    /// A workload.
    Workload(usize),
}

/// A port on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// The port of this position.
    Port(usize),
    /// A Service leads here, but no container declares it.
    Undeclared(TargetPort),
}

/// From a Service to a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The card of the Service, by position in the block, and the row; the card itself when the Service has no ports.
    pub from: End,
    /// The same of the workload.
    pub to: End,
    /// How Istio treats what goes this way; none when no port tells.
    pub class: Option<Class>,
    /// Whether a container declares the target port.
    pub declared: bool,
}

/// An end of a link: a card of the block, and a row of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct End {
    /// The card's position in the block.
    pub card: usize,
    /// The row's position on the card; none for the card itself.
    pub row: Option<usize>,
}

/// The edges of the columns.
#[derive(Clone, Copy)]
struct Columns {
    width: i32,
    left: i32,
    left_width: i32,
    right: i32,
    right_width: i32,
}

impl Columns {
    fn new(width: i32) -> Self {
        let width = width.clamp(MIN_WIDTH, MAX_WIDTH);
        let margin = if width < 420 { 9 } else { 14 };
        let gutter = (width / 7).clamp(38, 110);
        let room = width - 2 * margin - gutter;
        // Workloads have more to say, unless they say it in more lines.
        let left_width = room * if width < 420 { 50 } else { 46 } / 100;
        let right = margin + left_width + gutter;
        Self {
            width,
            left: margin,
            left_width,
            right,
            right_width: width - margin - right,
        }
    }
}

/// Draws a picture into so many px.
pub fn layout(picture: &Picture, width: i32) -> Drawing {
    let columns = Columns::new(width);
    let mut areas = areas(picture);
    let mut y = 0;
    for area in &mut areas {
        area.rect = Rect {
            x: 0,
            y,
            width: columns.width,
            height: 0,
        };
        let mut bottom = y + HEAD_OF_AREA;
        for block in &mut area.blocks {
            bottom = place(block, columns, bottom) + BLOCK_GAP;
        }
        if !area.blocks.is_empty() {
            bottom += GAP - BLOCK_GAP;
        }
        area.rect.height = bottom - y;
        y = bottom + AREA_GAP;
    }
    Drawing {
        width: columns.width,
        height: (y - AREA_GAP).max(0),
        areas,
    }
}

/// The namespaces in order, with their blocks, nothing of which has a place yet.
fn areas(picture: &Picture) -> Vec<Area> {
    let mut positions = HashMap::new();
    let mut areas: Vec<Area> = Vec::new();
    let mut members: Vec<Vec<Of>> = Vec::new();
    let named = picture.namespaces.iter().enumerate();
    let named = named.map(|(index, namespace)| (namespace.name.as_str(), Some(index), None));
    let services = picture.services.iter().enumerate();
    let services = services.map(|(index, service)| {
        let of = Of::Service(index);
        (service.resource.namespace.as_str(), None, Some(of))
    });
    let workloads = picture.workloads.iter().enumerate();
    let workloads = workloads.map(|(index, workload)| {
        let of = Of::Workload(index);
        (workload.resource.namespace.as_str(), None, Some(of))
    });
    for (name, namespace, of) in named.chain(services).chain(workloads) {
        let at = *positions.entry(name).or_insert_with(|| {
            areas.push(Area {
                name: name.to_owned(),
                namespace,
                rect: Rect::default(),
                blocks: Vec::new(),
            });
            members.push(Vec::new());
            areas.len() - 1
        });
        members[at].extend(of);
    }
    for (area, members) in areas.iter_mut().zip(&members) {
        area.blocks = blocks(picture, members);
    }
    areas
}

/// What hangs together, in order of the first Service of each; then, in one block, what hangs together with nothing.
fn blocks(picture: &Picture, members: &[Of]) -> Vec<Block> {
    let positions = by_position(members);
    // Each member points to one before it that it hangs together with, or to itself.
    let mut roots: Vec<usize> = (0..members.len()).collect();
    let mut is_linked = vec![false; members.len()];
    for (at, of) in members.iter().enumerate() {
        let Of::Service(service) = of else { continue };
        for workload in &picture.services[*service].workloads {
            if let Some(&other) = positions.get(&Of::Workload(*workload)) {
                is_linked[at] = true;
                is_linked[other] = true;
                let (one, other) = (root(&mut roots, at), root(&mut roots, other));
                roots[one.max(other)] = one.min(other);
            }
        }
    }
    let mut groups: Vec<Vec<Of>> = Vec::new();
    let mut loose = Vec::new();
    let mut by_root = HashMap::new();
    for (at, of) in members.iter().enumerate() {
        if !is_linked[at] {
            loose.push(*of);
            continue;
        }
        let group = *by_root.entry(root(&mut roots, at)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(*of);
    }
    groups.push(loose);
    let groups = groups.iter().filter(|members| !members.is_empty());
    groups.map(|members| block(picture, members)).collect()
}

fn by_position(members: &[Of]) -> HashMap<Of, usize> {
    let positions = members.iter().enumerate();
    positions.map(|(at, of)| (*of, at)).collect()
}

fn root(roots: &mut [usize], mut at: usize) -> usize {
    while roots[at] != at {
        roots[at] = roots[roots[at]];
        at = roots[at];
    }
    at
}

fn block(picture: &Picture, members: &[Of]) -> Block {
    let members = ordered(picture, members);
    let mut cards: Vec<Card> = members.iter().map(|of| card(picture, *of)).collect();
    let positions = by_position(&members);
    let mut links = Vec::new();
    for (at, of) in members.iter().enumerate() {
        let Of::Service(service) = of else { continue };
        let service = &picture.services[*service];
        for (row, port) in service.ports.iter().enumerate() {
            for target in &port.targets {
                let Some(&to) = positions.get(&Of::Workload(target.workload)) else {
                    continue;
                };
                let workload = &picture.workloads[target.workload];
                let row_of_target = if target.declared {
                    workload.port_of(target, &port.transport)
                } else {
                    let number = target.port.map(TargetPort::Number);
                    let wanted = number.or_else(|| port.target_port.clone());
                    wanted.map(|wanted| undeclared(&mut cards[to], wanted))
                };
                links.push(Link {
                    from: End {
                        card: at,
                        row: Some(row),
                    },
                    to: End {
                        card: to,
                        row: row_of_target,
                    },
                    class: Some(port.class),
                    declared: target.declared,
                });
            }
        }
        if service.ports.is_empty() {
            let selected = service.workloads.iter();
            let selected = selected.filter_map(|index| positions.get(&Of::Workload(*index)));
            links.extend(selected.map(|to| Link {
                from: End {
                    card: at,
                    row: None,
                },
                to: End {
                    card: *to,
                    row: None,
                },
                class: None,
                declared: true,
            }));
        }
    }
    Block { cards, links }
}

/// The row of a card for a port that nothing declares.
fn undeclared(card: &mut Card, port: TargetPort) -> usize {
    let row = Row::Undeclared(port);
    let known = card.rows.iter().position(|other| *other == row);
    known.unwrap_or_else(|| {
        card.rows.push(row);
        card.rows.len() - 1
    })
}

/// Services, then workloads; each where the middle of what it is linked with is, so that few links cross.
fn ordered(picture: &Picture, members: &[Of]) -> Vec<Of> {
    let mut partners: HashMap<Of, Vec<Of>> = members.iter().map(|of| (*of, Vec::new())).collect();
    for of in members {
        let Of::Service(service) = of else { continue };
        for workload in &picture.services[*service].workloads {
            let workload = Of::Workload(*workload);
            if partners.contains_key(&workload) {
                partners.entry(*of).or_default().push(workload);
                partners.entry(workload).or_default().push(*of);
            }
        }
    }
    let (mut services, mut workloads): (Vec<Of>, Vec<Of>) = along(members, &partners)
        .into_iter()
        .partition(|of| matches!(of, Of::Service(_)));
    for _ in 0..SWEEPS {
        sweep(&mut workloads, &services, &partners);
        sweep(&mut services, &workloads, &partners);
    }
    services.extend(workloads);
    services
}

/// From what is linked the least, which is an end of a chain, to its partners, to theirs, and so on: without it the sweeps
/// could stop at an order that no single move improves.
fn along(members: &[Of], partners: &HashMap<Of, Vec<Of>>) -> Vec<Of> {
    let end = members.iter().min_by_key(|of| partners[*of].len());
    let mut order: Vec<Of> = Vec::new();
    let mut seen = HashSet::new();
    for start in end.into_iter().chain(members) {
        let mut next = order.len();
        if seen.insert(*start) {
            order.push(*start);
        }
        while next < order.len() {
            let found = partners[&order[next]].iter().copied();
            order.extend(found.filter(|of| seen.insert(*of)));
            next += 1;
        }
    }
    order
}

/// Sorts one column by the mean position of each card's partners in the other one.
fn sweep(column: &mut [Of], other: &[Of], partners: &HashMap<Of, Vec<Of>>) {
    let positions = by_position(other);
    column.sort_by_cached_key(|of| {
        let partners = partners.get(of).map_or(&[][..], Vec::as_slice);
        let found: Vec<usize> = partners
            .iter()
            .filter_map(|partner| positions.get(partner).copied())
            .collect();
        // In thousandths, so that the order is exact on every machine.
        found.iter().sum::<usize>() * 1_000 / found.len().max(1)
    });
}

fn card(picture: &Picture, of: Of) -> Card {
    let ports = match of {
        Of::Service(index) => picture.services[index].ports.len(),
        Of::Workload(index) => picture.workloads[index].ports.len(),
    };
    Card {
        of,
        rect: Rect::default(),
        rows: (0..ports).map(Row::Port).collect(),
        head: 0,
    }
}

/// Gives the cards of a block their places from `top` on; gives its bottom.
fn place(block: &mut Block, columns: Columns, top: i32) -> i32 {
    let is_loose = block.links.is_empty();
    let has_services = block
        .cards
        .iter()
        .any(|card| matches!(card.of, Of::Service(_)));
    let (mut left, mut right) = (top, top);
    for card in &mut block.cards {
        // Workloads without a Service fill both columns where no Service needs one.
        let is_left = match card.of {
            Of::Service(_) => true,
            Of::Workload(_) => is_loose && !has_services && left <= right,
        };
        let (x, width, y) = if is_left {
            (columns.left, columns.left_width, &mut left)
        } else {
            (columns.right, columns.right_width, &mut right)
        };
        card.head = match card.of {
            Of::Service(_) => HEAD_OF_SERVICE,
            Of::Workload(_) if width < NARROW => HIGH_HEAD_OF_WORKLOAD,
            Of::Workload(_) => HEAD_OF_WORKLOAD,
        };
        let rows = i32::try_from(card.rows.len()).unwrap_or_default();
        let height = card.head
            + if rows > 0 {
                HEADROOM + rows * ROW + FOOT
            } else {
                0
            };
        card.rect = Rect {
            x,
            y: *y,
            width,
            height,
        };
        *y += height + GAP;
    }
    if !is_loose {
        let is_left_shorter = left < right;
        let drop = drop_of(block, is_left_shorter).clamp(0, (left - right).abs().min(MAX_DROP));
        for card in &mut block.cards {
            if (card.rect.x == columns.left) == is_left_shorter {
                card.rect.y += drop;
            }
        }
    }
    left.max(right) - GAP
}

/// How much further down the shorter column has to stand for its links to be level in the mean.
fn drop_of(block: &Block, is_left_shorter: bool) -> i32 {
    let middle = |end: End| block.cards[end.card].middle(end.row);
    let rises = block
        .links
        .iter()
        .map(|link| middle(link.to) - middle(link.from));
    let number = i32::try_from(block.links.len()).unwrap_or(i32::MAX).max(1);
    let rise = rises.sum::<i32>() / number;
    if is_left_shorter { rise } else { -rise }
}
