//! Walks the node with a stack of its own, so that depth costs no native stack.

use super::scalar::{self, Key};
use super::{LowerError, Way};
use crate::json::{Json, Object};
use crate::node::{Entry, Node, NodeValue, Style};
use ecow::EcoString;
use std::fmt::Write as _;

/// Lowers `root` as far as `way` goes.
pub(super) fn lower(root: &Node, way: Way) -> Result<Json, Vec<LowerError>> {
    let mut walk = Walk {
        way,
        open: Vec::new(),
        errors: Vec::new(),
    };
    let mut ready = walk.enter(root);
    loop {
        if let Some(value) = ready {
            match walk.open.last_mut() {
                Some(parent) => parent.accept(value),
                None if walk.errors.is_empty() => return Ok(value),
                None => return Err(walk.errors),
            }
        }
        ready = walk.advance();
    }
}

/// A collection whose children are being lowered.
struct Open<'n> {
    children: Children<'n>,
    /// Below `[` or `{`, or one of them.
    flow: bool,
    /// How many children were begun.
    begun: usize,
}

enum Children<'n> {
    Map {
        entries: &'n [Entry],
        key: EcoString,
        done: Vec<(EcoString, Json)>,
    },
    List {
        items: &'n [Node],
        done: Vec<Json>,
    },
}

impl Open<'_> {
    fn accept(&mut self, value: Json) {
        match &mut self.children {
            Children::Map { key, done, .. } => done.push((std::mem::take(key), value)),
            Children::List { done, .. } => done.push(value),
        }
    }
}

struct Walk<'n> {
    way: Way,
    open: Vec<Open<'n>>,
    errors: Vec<LowerError>,
}

impl<'n> Walk<'n> {
    /// Begins `node`: a scalar is done at once, a collection is opened.
    fn enter(&mut self, node: &'n Node) -> Option<Json> {
        let flow = self.open.last().is_some_and(|parent| parent.flow);
        let children = match &node.value {
            NodeValue::Scalar(text) => {
                return Some(
                    scalar::value(node, text, flow, self.way)
                        .unwrap_or_else(|message| self.fail(node, message)),
                );
            }
            NodeValue::Sequence(items) => Children::List {
                items,
                done: Vec::with_capacity(items.len()),
            },
            NodeValue::Mapping(mapping) => Children::Map {
                entries: &mapping.entries,
                key: EcoString::new(),
                done: Vec::with_capacity(mapping.entries.len()),
            },
        };
        self.open.push(Open {
            children,
            flow: flow || node.style == Style::Flow,
            begun: 0,
        });
        None
    }

    /// Begins the next child of the innermost collection, or ends that collection.
    fn advance(&mut self) -> Option<Json> {
        let in_root = self.open.len() == 1 && self.way != Way::Interface;
        let parent = self.open.last_mut()?;
        let at = parent.begun;
        parent.begun += 1;
        match &mut parent.children {
            Children::List { items, .. } => match items.get(at) {
                Some(item) => self.enter(item),
                None => self.close(),
            },
            Children::Map { entries, key, .. } => {
                let Some(entry) = entries.get(at) else {
                    return self.close();
                };
                match key_of(&entry.key, parent.flow, in_root, self.way) {
                    Ok(Key::Text(text)) => *key = text,
                    Ok(Key::Dropped) => return None,
                    Err(message) => {
                        self.fail(&entry.key, message);
                    }
                }
                self.enter(&entry.value)
            }
        }
    }

    /// Ends the innermost collection.
    fn close(&mut self) -> Option<Json> {
        let closed = self.open.pop()?;
        Some(match closed.children {
            Children::List { done, .. } => Json::Array(done.into_boxed_slice()),
            Children::Map {
                entries, mut done, ..
            } => {
                if !done.is_sorted_by(|a, b| a.0 < b.0) {
                    done.sort_by(|a, b| a.0.cmp(&b.0));
                    if done.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                        self.refuse_duplicates(entries);
                    }
                }
                Json::Object(Object::new(done))
            }
        })
    }

    fn refuse_duplicates(&mut self, entries: &[Entry]) {
        let mut keys: Vec<&Node> = entries.iter().map(|entry| &entry.key).collect();
        keys.sort_by_key(|key| key.as_str());
        for same in keys.chunk_by(|a, b| a.as_str() == b.as_str()) {
            let [first, again @ ..] = same else { continue };
            let Some(text) = first.as_text() else {
                continue;
            };
            for key in again {
                let path = self.path(Some(&text.to_string()));
                self.errors.push(LowerError {
                    span: key.span,
                    first: Some(first.span),
                    path,
                    message: format!("the key `{text}` is already there"),
                });
            }
        }
    }

    /// Notes an error at the child that was begun last; its value no longer matters.
    fn fail(&mut self, node: &Node, message: String) -> Json {
        self.errors.push(LowerError {
            span: node.span,
            first: None,
            path: self.path(None),
            message,
        });
        Json::Null
    }

    /// The path of the child that was begun last, and of `key` in it.
    fn path(&self, key: Option<&str>) -> String {
        let mut path = String::new();
        for open in &self.open {
            let at = open.begun.saturating_sub(1);
            match &open.children {
                Children::Map { entries, .. } => {
                    let text = entries.get(at).and_then(|entry| entry.key.as_text());
                    push_key(
                        &mut path,
                        &text.map_or_else(|| "?".to_owned(), ToString::to_string),
                    );
                }
                Children::List { .. } => {
                    let done = write!(path, "[{at}]");
                    debug_assert!(done.is_ok());
                }
            }
        }
        if let Some(key) = key {
            push_key(&mut path, key);
        }
        path
    }
}

fn push_key(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

pub(super) fn key_of(key: &Node, flow: bool, in_root: bool, way: Way) -> Result<Key, String> {
    match &key.value {
        NodeValue::Scalar(text) => {
            let place = scalar::KeyPlace { flow, in_root };
            scalar::key(key, text, place, way)
        }
        NodeValue::Sequence(_) => Err("a list cannot be a key".to_owned()),
        NodeValue::Mapping(_) => Err("a map cannot be a key".to_owned()),
    }
}
