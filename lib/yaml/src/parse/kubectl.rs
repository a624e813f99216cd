//! What kubectl's reader makes of scalars and maps: go-yaml v2, then the conversion to JSON of sigs.k8s.io/yaml.
//!
//! The tree that comes out means the same to lowering as one of Kustomize's: booleans are `true` or `false`,
//! nothing is `null`, dates are strings, keys are strings.

use super::{Duplicate, ParseError};
use crate::json::number;
use crate::node::{Entry, Mapping, Node, NodeValue, Tag};
use crate::resolve::{Dialect, Plain, resolve};
use crate::span::Span;
use crate::text::Text;
use ecow::EcoString;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Tag and text of a scalar.
///
/// `is_open` if the text may mean something else than itself: it is plain, or has a tag, be it `!`.
pub(super) fn scalar(
    text: Cow<'_, str>,
    is_open: bool,
    explicit: Option<Tag>,
) -> Result<(Tag, EcoString), String> {
    match explicit {
        None if !is_open => return Ok((Tag::Str, EcoString::from(text))),
        None if text == "<<" => return Ok((Tag::Merge, EcoString::from(text))),
        Some(Tag::Merge) if text == "<<" => return Ok((Tag::Merge, EcoString::from(text))),
        Some(Tag::Binary) => return Ok((Tag::Binary, EcoString::from(text))),
        Some(Tag::Str | Tag::Map | Tag::Seq | Tag::Custom | Tag::Merge) => {
            return Ok((Tag::Str, EcoString::from(text)));
        }
        _ => {}
    }
    let value = resolve(&text, Dialect::Kubectl);
    let tag = match (explicit, value) {
        (Some(Tag::Float), Plain::Int(_)) => Tag::Float,
        (Some(tag), value) if tag != value.tag() => {
            return Err(format!("`{text}` is not what its tag says"));
        }
        (_, Plain::Timestamp(_)) => Tag::Str,
        (_, value) => value.tag(),
    };
    Ok(match value {
        Plain::Bool(true) => (tag, "true".into()),
        Plain::Bool(false) => (tag, "false".into()),
        Plain::Null => (tag, "null".into()),
        _ => (tag, EcoString::from(text)),
    })
}

/// The map of `entries`: keys made strings, merge keys applied where they stand, of equal keys the last one.
pub(super) fn mapping(
    entries: Vec<Entry>,
    duplicates: &mut Vec<Duplicate>,
) -> Result<Mapping, ParseError> {
    let mut map = Map::with_capacity(entries.len());
    for mut entry in entries {
        if entry.key.tag == Tag::Merge {
            merge(entry.value, &mut map)?;
            continue;
        }
        entry.key = key(entry.key)?;
        let again = entry.key.span;
        if let Some(first) = map.set(entry) {
            duplicates.push(Duplicate { first, again });
        }
    }
    Ok(Mapping {
        entries: map.entries,
    })
}

fn merge(value: Node, map: &mut Map) -> Result<(), ParseError> {
    let refused = ParseError::syntax(
        value.span,
        "a merge key `<<` needs a map, or a list of maps".to_owned(),
    );
    let sources = match value.value {
        NodeValue::Sequence(items) => items,
        NodeValue::Mapping(_) => vec![value],
        NodeValue::Scalar(_) => return Err(refused),
    };
    for source in sources.into_iter().rev() {
        let NodeValue::Mapping(source) = source.value else {
            return Err(refused);
        };
        for entry in source.entries {
            map.set(entry);
        }
    }
    Ok(())
}

/// The key as the string that JSON has for it.
fn key(key: Node) -> Result<Node, ParseError> {
    let refused = |what: &str| ParseError::syntax(key.span, format!("a key cannot be {what}"));
    let text = match &key.value {
        NodeValue::Sequence(_) => return Err(refused("a list")),
        NodeValue::Mapping(_) => return Err(refused("a map")),
        NodeValue::Scalar(text) => text.as_str(),
    };
    let text: EcoString = match (key.tag, resolve(text, Dialect::Kubectl)) {
        (Tag::Null, _) => return Err(refused("null")),
        (Tag::Int, Plain::Int(value)) => value.to_string().into(),
        (Tag::Int, _) => return Err(refused("an integer above 9223372036854775807")),
        #[allow(
            clippy::cast_precision_loss,
            reason = "go-yaml converts in the same way"
        )]
        (Tag::Float, Plain::Int(value)) => float_key(value as f64),
        (Tag::Float, Plain::Float(value)) => float_key(value),
        _ => {
            return Ok(Node {
                tag: Tag::Str,
                ..key
            });
        }
    };
    Ok(Node {
        tag: Tag::Str,
        value: NodeValue::Scalar(Text::Plain(text)),
        ..key
    })
}

/// The float as a key, with YAML's words for what is not finite.
fn float_key(value: f64) -> EcoString {
    if value.is_nan() {
        return ".nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    number::go_float32(value)
}

/// From this many entries on keys are looked up in an index.
const INDEXED: usize = 16;

/// Entries with unique keys, all of them scalars.
struct Map {
    entries: Vec<Entry>,
    /// Where each key stands; filled once there are many.
    index: BTreeMap<EcoString, usize>,
}

impl Map {
    fn with_capacity(capacity: usize) -> Map {
        Map {
            entries: Vec::with_capacity(capacity),
            index: BTreeMap::new(),
        }
    }

    /// Puts the entry in; the span of the key that was there before, if any.
    fn set(&mut self, entry: Entry) -> Option<Span> {
        let text = text_of(&entry.key);
        if let Some(at) = self.position(&text) {
            let before = std::mem::replace(&mut self.entries[at], entry);
            return Some(before.key.span);
        }
        if self.entries.len() >= INDEXED {
            self.index.insert(text, self.entries.len());
        }
        self.entries.push(entry);
        if self.entries.len() == INDEXED {
            let texts = self.entries.iter().map(|entry| text_of(&entry.key));
            self.index = texts.zip(0..).collect();
        }
        None
    }

    fn position(&self, key: &str) -> Option<usize> {
        if self.entries.len() >= INDEXED {
            return self.index.get(key).copied();
        }
        self.entries
            .iter()
            .position(|entry| entry.key.as_str() == Some(key))
    }
}

fn text_of(key: &Node) -> EcoString {
    match key.as_text() {
        Some(Text::Plain(text)) => text.clone(),
        _ => EcoString::new(),
    }
}
