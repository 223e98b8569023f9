//! The nodes of a file's documents in three flat vectors, and [`Value`], the way to read them.

#![expect(
    clippy::inline_always,
    reason = "policy.wasm is optimised for size, where a call for each byte or node takes most of a request's time"
)]

use super::scalar::{self, Scalar};

/// A byte range of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self {
            start: place(start),
            end: place(end),
        }
    }
}

/// A place in 32 bits, which the limit on a file's size lets every text offset and node index fit.
pub(crate) fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Names a node of one [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NodeId(pub(super) u32);

/// Where a scalar's text is: most scalars are a slice of the file, the others (escapes, folded lines) are kept apart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A plain scalar whose text is a slice of the file.
    Plain(Span),
    /// A plain scalar whose text is in [`Nodes::buffer`].
    PlainBuffered(Span),
    /// A scalar that is a string whatever it says (quoted, block, or tagged so), a slice of the file.
    Text(Span),
    /// The same with its text in [`Nodes::buffer`].
    TextBuffered(Span),
    /// A number in a request that is not whole. No rule reads one, so its value is not kept.
    Fraction,
    /// Keys and values alternate in [`Nodes::children`].
    Mapping(Span),
    /// Items in [`Nodes::children`].
    Sequence(Span),
    /// Another node, at the place of the alias.
    Alias(NodeId),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

/// What is seldom true of a node.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mark {
    /// An alias names it.
    Shared = 0,
    /// It is a mapping with a merge key.
    Merges = 1,
}

/// The storage of a tree, without the text of the file.
#[expect(clippy::struct_field_names, reason = "the nodes are the nodes")]
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    pub(super) nodes: Vec<Node>,
    pub(super) children: Vec<NodeId>,
    pub(super) buffer: String,
    /// One bit for each node that an alias names, or that merges others; as long as the last of them needs.
    marked: [Vec<u64>; 2],
}

impl Nodes {
    /// Room for the nodes of JSON of so many bytes, as much as the objects of a cluster take.
    pub(super) fn for_json(bytes: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(bytes / 6),
            children: Vec::with_capacity(bytes / 6),
            ..Self::default()
        }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, span: Span, kind: Kind) -> NodeId {
        self.nodes.push(Node { span, kind });
        NodeId(place(self.nodes.len() - 1))
    }

    /// Notes something of a node.
    pub(super) fn mark(&mut self, mark: Mark, id: NodeId) {
        let marked = &mut self.marked[mark as usize];
        let (word, bit) = (id.0 as usize / 64, id.0 % 64);
        if marked.len() <= word {
            marked.resize(word + 1, 0);
        }
        marked[word] |= 1 << bit;
    }

    fn is_marked(&self, mark: Mark, id: NodeId) -> bool {
        let word = self.marked[mark as usize].get(id.0 as usize / 64);
        word.is_some_and(|word| word >> (id.0 % 64) & 1 == 1)
    }

    pub(super) fn buffer(&mut self, text: &str) -> Span {
        let start = self.buffer.len();
        self.buffer.push_str(text);
        Span::new(start, self.buffer.len())
    }

    /// The node with aliases followed. Aliases always point at a node completed earlier, so this ends.
    #[inline(always)]
    pub(super) fn target(&self, id: NodeId) -> (NodeId, Node) {
        let nodes = self.nodes.as_slice();
        let mut id = id;
        loop {
            match nodes[id.0 as usize] {
                Node {
                    kind: Kind::Alias(next),
                    ..
                } => id = next,
                node => return (id, node),
            }
        }
    }

    #[inline(always)]
    pub(super) fn children(&self, range: Span) -> &[NodeId] {
        &self.children[range.start as usize..range.end as usize]
    }

    /// A scalar's text, given the text of the file.
    pub(super) fn text<'t>(&'t self, file: &'t str, id: NodeId) -> Option<&'t str> {
        let (source, range) = match self.target(id).1.kind {
            Kind::Plain(range) | Kind::Text(range) => (file, range),
            Kind::PlainBuffered(range) | Kind::TextBuffered(range) => (self.buffer.as_str(), range),
            Kind::Fraction | Kind::Mapping(_) | Kind::Sequence(_) | Kind::Alias(_) => return None,
        };
        source.get(range.start as usize..range.end as usize)
    }
}

/// A file's documents.
#[derive(Debug)]
pub(crate) struct Tree {
    text: String,
    nodes: Nodes,
}

impl Tree {
    pub(super) fn new(text: String, nodes: Nodes) -> Self {
        Self { text, nodes }
    }

    /// The text of the file; empty for an object that has none.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The places of values that aliases name.
    pub(crate) fn shared(&self) -> impl Iterator<Item = Span> {
        let named = (0..self.nodes.marked[Mark::Shared as usize].len() * 64)
            .map(|index| NodeId(place(index)))
            .filter(|id| self.nodes.is_marked(Mark::Shared, *id));
        named.map(|id| self.nodes.nodes[id.0 as usize].span)
    }

    pub(crate) fn value(&self, id: NodeId) -> Value<'_> {
        Value { tree: self, id }
    }
}

/// A node of a document: a key's value, an item, or the root.
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> Value<'t> {
    fn node(self) -> Node {
        self.tree.nodes.target(self.id).1
    }

    fn at(self, id: NodeId) -> Self {
        Self { id, ..self }
    }

    /// The place as written: of an alias, the alias itself.
    pub(crate) fn span(self) -> Span {
        self.tree.nodes.nodes[self.id.0 as usize].span
    }

    /// Whether the value is reached through an alias here.
    pub(crate) fn is_alias(self) -> bool {
        matches!(
            self.tree.nodes.nodes[self.id.0 as usize].kind,
            Kind::Alias(_)
        )
    }

    /// Whether an alias elsewhere names it.
    pub(crate) fn is_shared(self) -> bool {
        self.tree.nodes.is_marked(Mark::Shared, self.id)
    }

    /// Whether it is a mapping with a merge key.
    pub(crate) fn merges(self) -> bool {
        self.tree.nodes.is_marked(Mark::Merges, self.id)
    }

    /// Keys and values of a mapping, in order; nothing for anything else.
    pub fn entries(self) -> impl Iterator<Item = (Value<'t>, Value<'t>)> + Clone {
        let children = match self.node().kind {
            Kind::Mapping(range) => self.tree.nodes.children(range),
            _ => &[],
        };
        children
            .chunks_exact(2)
            .map(move |pair| (self.at(pair[0]), self.at(pair[1])))
    }

    /// Items of a sequence, in order; nothing for anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = Value<'t>> + Clone {
        let children = match self.node().kind {
            Kind::Sequence(range) => self.tree.nodes.children(range),
            _ => &[],
        };
        children.iter().map(move |id| self.at(*id))
    }

    /// An item of a sequence.
    pub(crate) fn item(self, index: usize) -> Option<Value<'t>> {
        let Kind::Sequence(range) = self.node().kind else {
            return None;
        };
        self.tree
            .nodes
            .children(range)
            .get(index)
            .map(|id| self.at(*id))
    }

    /// A mapping's value for a key.
    pub fn get(self, key: &str) -> Option<Value<'t>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A mapping's key and value for a key.
    pub(crate) fn entry(self, key: &str) -> Option<(Value<'t>, Value<'t>)> {
        let Kind::Mapping(range) = self.node().kind else {
            return None;
        };
        let mut rest = self.tree.nodes.children(range);
        while let [name, value, after @ ..] = rest {
            if self.at(*name).is(key) {
                return Some((self.at(*name), self.at(*value)));
            }
            rest = after;
        }
        None
    }

    /// Whether it is a scalar of this text. Most keys differ in length or in their last byte, and then the text is not
    /// compared.
    #[inline(always)]
    fn is(self, text: &str) -> bool {
        let (source, range) = match self.tree.nodes.target(self.id).1.kind {
            Kind::Plain(range) | Kind::Text(range) => (&self.tree.text, range),
            Kind::PlainBuffered(range) | Kind::TextBuffered(range) => {
                (&self.tree.nodes.buffer, range)
            }
            Kind::Fraction | Kind::Mapping(_) | Kind::Sequence(_) | Kind::Alias(_) => return false,
        };
        if (range.end - range.start) as usize != text.len() {
            return false;
        }
        let range = range.start as usize..range.end as usize;
        let Some(found) = source.as_bytes().get(range) else {
            return false;
        };
        found.last() == text.as_bytes().last() && found == text.as_bytes()
    }

    /// A scalar's text, whatever type it resolves to.
    pub fn text(self) -> Option<&'t str> {
        self.tree.nodes.text(&self.tree.text, self.id)
    }

    /// A scalar, resolved as Kubernetes resolves it.
    pub fn scalar(self) -> Option<Scalar<'t>> {
        Some(match self.node().kind {
            Kind::Plain(_) | Kind::PlainBuffered(_) => scalar::resolve(self.text()?),
            Kind::Fraction => Scalar::Float,
            _ => Scalar::String(self.text()?),
        })
    }

    /// Whether it is absent to Kubernetes: an explicit or empty null.
    pub fn is_null(self) -> bool {
        self.scalar() == Some(Scalar::Null)
    }

    /// Whether it is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.node().kind, Kind::Mapping(_))
    }

    /// Whether it is a sequence.
    pub fn is_sequence(self) -> bool {
        matches!(self.node().kind, Kind::Sequence(_))
    }
}
