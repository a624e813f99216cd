//! Metadata in formats that know no maps in maps: `age__list_0__map_enc` is `enc` of the first of `age`.

use crate::tree::{Branch, Content, DEPTH, Item, Value};
use gitopsc_yaml::Span;
use std::collections::BTreeMap;

const MAP: &[u8] = b"__map_";
const LIST: &[u8] = b"__list_";

/// A step on the way to a value.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(Vec<u8>),
    Position(i64),
}

/// A value, or what leads to more.
#[derive(Default)]
struct Node {
    value: Option<Content>,
    keys: BTreeMap<Vec<u8>, Node>,
    positions: BTreeMap<i64, Node>,
}

/// The tree that the flat entries of `branch` stand for.
pub(crate) fn unflatten(branch: Branch, span: Span) -> Result<Branch, String> {
    let mut root = Node::default();
    for item in branch {
        let Item::Entry(entry) = item else { continue };
        let Some(key) = entry.key.text else {
            return Err("a key of the metadata is not a string".to_owned());
        };
        let mut node = &mut root;
        for step in steps(&key)? {
            node = match step {
                Step::Key(key) => node.keys.entry(key).or_default(),
                Step::Position(at) => node.positions.entry(at).or_default(),
            };
        }
        if node.value.replace(entry.value.content).is_some() {
            let key = String::from_utf8_lossy(&key);
            return Err(format!("`{key}` is there twice in the metadata"));
        }
    }
    match root.content(span)? {
        Content::Map(branch) => Ok(branch),
        _ => Err("the metadata are no map".to_owned()),
    }
}

impl Node {
    fn content(self, span: Span) -> Result<Content, String> {
        let several = usize::from(self.value.is_some())
            + usize::from(!self.keys.is_empty())
            + usize::from(!self.positions.is_empty());
        if several > 1 {
            return Err("a part of the metadata is a map and something else as well".to_owned());
        }
        if let Some(value) = self.value {
            return Ok(value);
        }
        if self.positions.is_empty() {
            let entry = |(key, node): (Vec<u8>, Node)| {
                Ok(Item::new(&key, Value::new(node.content(span)?, span)))
            };
            return Ok(Content::Map(
                self.keys
                    .into_iter()
                    .map(entry)
                    .collect::<Result<_, String>>()?,
            ));
        }
        if !(0..)
            .zip(self.positions.keys())
            .all(|(at, position)| at == *position)
        {
            return Err("a list in the metadata has gaps".to_owned());
        }
        let item = |node: Node| Ok(Value::new(node.content(span)?, span));
        Ok(Content::List(
            self.positions
                .into_values()
                .map(item)
                .collect::<Result<_, String>>()?,
        ))
    }
}

/// The steps that a flat key stands for.
fn steps(key: &[u8]) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let (mut begin, mut is_position, mut at) = (0, false, 0);
    while at < key.len() {
        let separator = [MAP, LIST]
            .into_iter()
            .find(|mark| key[at..].starts_with(mark));
        let Some(separator) = separator else {
            at += 1;
            continue;
        };
        steps.push(step(&key[begin..at], is_position));
        is_position = separator == LIST;
        at += separator.len();
        begin = at;
    }
    steps.push(step(&key[begin..], is_position));
    if steps.len() > DEPTH {
        return Err("the metadata nest too deep".to_owned());
    }
    Ok(steps)
}

fn step(text: &[u8], is_position: bool) -> Step {
    if is_position {
        let position = str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        // SOPS takes what is no number for 0.
        Step::Position(position.unwrap_or(0))
    } else {
        Step::Key(text.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(keys: &[&str]) -> Branch {
        let entry =
            |key: &&str| Item::new(key.as_bytes(), Value::new(Content::text(b"v"), Span::NONE));
        keys.iter().map(entry).collect()
    }

    #[test]
    fn a_flat_key_leads_through_maps_and_lists() {
        let tree = unflatten(
            branch(&["age__list_0__map_enc", "age__list_1__map_enc", "mac"]),
            Span::NONE,
        );
        let tree = tree.expect("a tree");
        let Some(Content::List(items)) = tree[0].entry().map(|entry| &entry.value.content) else {
            panic!("a list");
        };
        assert_eq!(items.len(), 2);
        assert_eq!(tree.len(), 2);
    }

    #[test]
    fn gaps_and_doubles_are_refused() {
        for keys in [
            vec!["a__list_1"],
            vec!["a", "a"],
            vec!["a", "a__map_b"],
            vec!["a__list_x", "a__list_0"],
        ] {
            assert!(unflatten(branch(&keys), Span::NONE).is_err(), "{keys:?}");
        }
    }
}
