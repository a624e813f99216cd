//! From a resource's node to the document that is patched, and back (kyaml's `MarshalJSON` and `UnmarshalJSON`).
//!
//! Both ways are walked with a list of what is left to do, so that depth costs no native stack.

use super::value::{JsonString, Kind, Member, Null, Value};
use crate::codes;
use gitopsc_core::{Diagnostic, EcoString, Span, Text};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};
use gitopsc_yaml::lower::{json_key, scalar_json};
use gitopsc_yaml::{Entry, Json, Mapping, Node, NodeValue, Style, reread};
use std::collections::BTreeMap;

/// The document that `node` is.
///
/// # Errors
/// Whatever in it has no JSON form.
pub(super) fn from_node(node: &Node) -> Result<Value, Vec<Diagnostic>> {
    let mut root = Value::null(node.span);
    let mut reading = Reading {
        pending: Vec::new(),
        mistakes: Vec::new(),
    };
    reading.pending.push(Unread {
        node,
        slot: &mut root,
        flow: false,
        in_root: true,
    });
    while let Some(unread) = reading.pending.pop() {
        reading.read(unread);
    }
    let mut mistakes = reading.mistakes;
    if mistakes.is_empty() {
        return Ok(root);
    }
    mistakes.sort();
    Err(mistakes.into_iter().map(unprintable).collect())
}

fn unprintable((span, message): (Span, String)) -> Diagnostic {
    Diagnostic::error(codes::UNPRINTABLE, message)
        .at(span, "this value")
        .hint("correct the value where it is written")
}

struct Reading<'n, 'v> {
    pending: Vec<Unread<'n, 'v>>,
    mistakes: Vec<(Span, String)>,
}

/// A node and the place of its value.
struct Unread<'n, 'v> {
    node: &'n Node,
    slot: &'v mut Value,
    /// Below `[` or `{`.
    flow: bool,
    in_root: bool,
}

impl<'n, 'v> Reading<'n, 'v> {
    fn read(&mut self, unread: Unread<'n, 'v>) {
        let Unread {
            node,
            slot,
            flow,
            in_root,
        } = unread;
        slot.span = node.span;
        let inner = flow || node.style == Style::Flow;
        match &node.value {
            NodeValue::Scalar(text) => match scalar_json(node, flow) {
                Ok(json) => slot.kind = scalar(json, text),
                Err(message) => self.mistakes.push((node.span, message)),
            },
            NodeValue::Sequence(items) => {
                slot.kind = Kind::List(items.iter().map(|item| Value::null(item.span)).collect());
                if let Kind::List(slots) = &mut slot.kind {
                    self.queue(items.iter().zip(slots), inner);
                }
            }
            NodeValue::Mapping(mapping) => {
                let entries = self.entries(mapping, inner, in_root);
                let empty = |(key, (key_span, node)): (&EcoString, &(Span, &Node))| {
                    let value = Value::null(node.span);
                    let key_span = *key_span;
                    (key.clone(), Member { key_span, value })
                };
                slot.kind = Kind::Map(entries.iter().map(empty).collect());
                if let Kind::Map(members) = &mut slot.kind {
                    let slots = members.values_mut().map(|member| &mut member.value);
                    let nodes = entries.into_values().map(|(_, node)| node);
                    self.queue(nodes.zip(slots), inner);
                }
            }
        }
    }

    fn queue(&mut self, inner: impl Iterator<Item = (&'n Node, &'v mut Value)>, flow: bool) {
        self.pending.extend(inner.map(|(node, slot)| Unread {
            node,
            slot,
            flow,
            in_root: false,
        }));
    }

    /// The entries of `mapping` by the keys that JSON has for them.
    fn entries(
        &mut self,
        mapping: &'n Mapping,
        flow: bool,
        in_root: bool,
    ) -> BTreeMap<EcoString, (Span, &'n Node)> {
        let mut entries = BTreeMap::new();
        for Entry { key, value } in &mapping.entries {
            match json_key(key, flow, in_root) {
                Ok(None) => {}
                Ok(Some(name)) => {
                    if entries.insert(name, (key.span, value)).is_some() {
                        let text = key.as_text().cloned().unwrap_or_default();
                        let message = format!("the key `{text}` is already there");
                        self.mistakes.push((key.span, message));
                    }
                }
                Err(message) => self.mistakes.push((key.span, message)),
            }
        }
        entries
    }
}

fn scalar(json: Json, source: &Text) -> Kind {
    match json {
        Json::Null => Kind::Null(Null::Read),
        Json::SecretLiteral(literal) => scalar(literal.reveal().clone(), source),
        Json::Bool(value) => Kind::Bool(Text::derive(value.to_string(), [source])),
        Json::String(text) => Kind::String(JsonString {
            text: Text::Plain(text),
            raw: None,
        }),
        Json::Secret(secret) => Kind::String(JsonString {
            text: Text::Secret(secret),
            raw: None,
        }),
        number => {
            let mut text = String::new();
            write_json(&number, Form::Go, Secrets::Reveal, &mut text);
            Kind::Number(Text::derive(text, [source]))
        }
    }
}

/// A patched document as the node of a resource again.
pub(super) struct Written {
    /// The node.
    pub(super) node: Node,
    /// Where integers stood that a float does not hold exactly, and what became of them.
    pub(super) rounded: Vec<(Span, Text)>,
}

/// The node that `document` is now: every number went through a float, styles are those of go-yaml's writer.
///
/// # Errors
/// A number is too large for a float, or the document is a list now.
pub(super) fn into_node(document: Value) -> Result<Written, Vec<Diagnostic>> {
    if let Kind::List(_) = document.kind {
        let diagnostic = Diagnostic::error(
            codes::PATCH_OPERATION_INVALID,
            "the patch makes a list of the resource",
        );
        return Err(vec![
            diagnostic
                .at(document.span, "this list")
                .hint("a resource is a map"),
        ]);
    }
    let mut node = reread::null();
    let mut writing = Writing {
        pending: vec![(document, &mut node)],
        rounded: Vec::new(),
        too_large: Vec::new(),
    };
    while let Some((value, slot)) = writing.pending.pop() {
        writing.write(value, slot);
    }
    let Writing {
        mut rounded,
        mut too_large,
        ..
    } = writing;
    if !too_large.is_empty() {
        too_large.sort();
        return Err(too_large
            .into_iter()
            .map(|span| unprintable((span, "the number is too large".to_owned())))
            .collect());
    }
    rounded.sort();
    Ok(Written { node, rounded })
}

struct Writing<'v> {
    pending: Vec<(Value, &'v mut Node)>,
    rounded: Vec<(Span, Text)>,
    too_large: Vec<Span>,
}

impl<'v> Writing<'v> {
    fn write(&mut self, value: Value, slot: &'v mut Node) {
        *slot = match value.kind {
            Kind::Null(_) => reread::null(),
            Kind::Bool(text) => boolean(text),
            Kind::Number(text) => self.number(&text, value.span),
            Kind::String(string) => reread::string(string.text),
            Kind::List(items) => return self.list(items, value.span, slot),
            Kind::Map(members) => return self.map(members, value.span, slot),
        };
        slot.span = value.span;
    }

    fn number(&mut self, text: &Text, span: Span) -> Node {
        let value = text.as_str().parse::<f64>().unwrap_or(f64::INFINITY);
        if !value.is_finite() {
            self.too_large.push(span);
            return reread::null();
        }
        let mut node = reread::number(value);
        let written = Text::derive(node.as_str().unwrap_or_default(), [text]);
        if is_rounded(text.as_str(), value) {
            self.rounded.push((span, written.clone()));
        }
        node.value = NodeValue::Scalar(written);
        node
    }

    fn list(&mut self, items: Vec<Value>, span: Span, slot: &'v mut Node) {
        *slot = reread::sequence(vec![reread::null(); items.len()]).at(span);
        if let NodeValue::Sequence(slots) = &mut slot.value {
            self.pending.extend(items.into_iter().zip(slots));
        }
    }

    fn map(&mut self, members: BTreeMap<EcoString, Member>, span: Span, slot: &'v mut Node) {
        let mut values = Vec::with_capacity(members.len());
        let entries = members.into_iter().map(|(key, member)| {
            values.push(member.value);
            Entry {
                key: reread::key(key).at(member.key_span),
                value: reread::null(),
            }
        });
        *slot = reread::mapping(entries.collect()).at(span);
        if let NodeValue::Mapping(mapping) = &mut slot.value {
            let slots = mapping.entries.iter_mut().map(|entry| &mut entry.value);
            self.pending.extend(values.into_iter().zip(slots));
        }
    }
}

fn boolean(text: Text) -> Node {
    let node = reread::boolean(text == "true");
    let value = NodeValue::Scalar(text);
    Node { value, ..node }
}

/// Whether the integer `text` is another one as a float.
#[allow(
    clippy::cast_possible_truncation,
    reason = "integers of JSON are below the limits of i128 where they parse as one"
)]
fn is_rounded(text: &str, value: f64) -> bool {
    text.parse::<i128>()
        .is_ok_and(|exact| value as i128 != exact)
}
