//! JSON without places (a request) to the same nodes that a file becomes.

use super::tree::{Kind, NodeId, Nodes, Span, Tree, Value};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON document: an admission request, or what a host asks.
///
/// ```
/// use mesh_ready_core::manifest::Json;
///
/// let json = Json::parse(br#"{"request": {"operation": "CREATE"}}"#).unwrap();
/// let operation = json.root().get("request").and_then(|request| request.get("operation"));
/// assert_eq!(operation.and_then(|operation| operation.text()), Some("CREATE"));
/// ```
#[derive(Debug)]
pub struct Json {
    tree: Tree,
    root: NodeId,
}

impl Json {
    /// Reads a JSON document.
    ///
    /// # Errors
    /// What is wrong with the JSON, and at which line and column.
    pub fn parse(json: &[u8]) -> Result<Self, String> {
        let mut nodes = Nodes::default();
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let root = Seed(&mut nodes)
            .deserialize(&mut deserializer)
            .and_then(|root| deserializer.end().map(|()| root))
            .map_err(|error| error.to_string())?;
        Ok(Self {
            tree: Tree::new(String::new(), nodes),
            root,
        })
    }

    /// Its value.
    pub fn root(&self) -> Value<'_> {
        self.tree.value(self.root)
    }
}

struct Seed<'n>(&'n mut Nodes);

impl Seed<'_> {
    fn plain(self, text: &str) -> NodeId {
        let range = self.0.buffer(text);
        self.0.push(Span::default(), Kind::PlainBuffered(range))
    }

    fn children(self, children: &[NodeId], kind: fn(Span) -> Kind) -> NodeId {
        let start = self.0.children.len();
        self.0.children.extend_from_slice(children);
        let range = Span::new(start, self.0.children.len());
        self.0.push(Span::default(), kind(range))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = NodeId;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<NodeId, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = NodeId;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<NodeId, E> {
        Ok(self.plain(if value { "true" } else { "false" }))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<NodeId, E> {
        Ok(self.plain(&value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<NodeId, E> {
        Ok(self.plain(&value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<NodeId, E> {
        // The API server takes 8080.0 for 8080.
        if value.fract() == 0.0 && value.abs() < 9e15 {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "checked to be whole and within range"
            )]
            return Ok(self.plain(&(value as i64).to_string()));
        }
        Ok(self.0.push(Span::default(), Kind::Fraction))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<NodeId, E> {
        let range = self.0.buffer(value);
        Ok(self.0.push(Span::default(), Kind::TextBuffered(range)))
    }

    fn visit_unit<E: de::Error>(self) -> Result<NodeId, E> {
        Ok(self.plain(""))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<NodeId, A::Error> {
        let mut children = Vec::new();
        while let Some(item) = items.next_element_seed(Seed(self.0))? {
            children.push(item);
        }
        Ok(self.children(&children, Kind::Sequence))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<NodeId, A::Error> {
        let mut children = Vec::new();
        while let Some(key) = entries.next_key_seed(Seed(self.0))? {
            let value = entries.next_value_seed(Seed(self.0))?;
            children.extend([key, value]);
        }
        Ok(self.children(&children, Kind::Mapping))
    }
}
