//! The way along a path to one field, by equality: to the source of a value, and to a text that holds YAML.
//!
//! kyaml/yaml/fns.go (`PathGetter`), in which items are numbers, `-` for the last or `[key=value]`.

use crate::decode::describe;
use gitopsc_core::Span;
use gitopsc_yaml::{Entry, Node, NodeValue, Tag};

/// Where a field stands: at each step the position of an entry or item.
pub type Place = Vec<usize>;

/// Why a way cannot be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Astray {
    /// What is wrong, in words.
    pub reason: Reason,
    /// The value where the way ends.
    pub span: Span,
}

/// What is wrong with a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It goes on in a value of another kind: what it wants, and what that is.
    OtherKind(&'static str, &'static str),
    /// A part that may not be taken here.
    UnfitPart(String),
}

impl Astray {
    fn not_a(node: &Node, wanted: &'static str) -> Astray {
        Astray {
            reason: Reason::OtherKind(wanted, describe(node)),
            span: node.span,
        }
    }

    fn unfit(node: &Node, part: &str) -> Astray {
        Astray {
            reason: Reason::UnfitPart(part.to_owned()),
            span: node.span,
        }
    }
}

/// The place of the field that `parts` name; nothing if there is none.
///
/// # Errors
/// The way runs into something else than it wants, or cannot be gone at all.
pub fn find(node: &Node, parts: &[String]) -> Result<Option<Place>, Astray> {
    let mut place = Place::new();
    let mut node = node;
    for part in parts {
        match step(node, part)? {
            Step::Here => {}
            Step::To(at) => {
                place.push(at);
                node = child(node, at).unwrap_or(node);
            }
            Step::Nowhere => return Ok(None),
        }
    }
    Ok(Some(place))
}

/// The place of the field that `parts` name, created as a scalar without tag if it is missing; nothing if it cannot
/// be created: below a null, or where an item is named by its number.
///
/// # Errors
/// As [`find`].
pub fn find_or_create(node: &mut Node, parts: &[String]) -> Result<Option<Place>, Astray> {
    let parts = parts.iter().map(|part| part.trim());
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let mut place = Place::new();
    let mut node = node;
    for (number, part) in parts.iter().enumerate() {
        let at = match step(node, part)? {
            Step::To(at) => at,
            Step::Here | Step::Nowhere => {
                match create(node, part, parts.get(number + 1).copied()) {
                    Some(at) => at,
                    None => return Ok(None),
                }
            }
        };
        place.push(at);
        node = match at_mut(node, &[at]) {
            Some(child) => child,
            None => return Ok(None),
        };
    }
    Ok(Some(place))
}

/// Creates the field or item `part`, fit for the part behind it; says at which position.
fn create(node: &mut Node, part: &str, next: Option<&str>) -> Option<usize> {
    match (&mut node.value, bracketed(part)) {
        (NodeValue::Sequence(items), Some(test)) => {
            let (key, value) = test.split_once('=')?;
            let value = Node::scalar(value);
            items.push(match key {
                "" => value,
                key => {
                    let mut item = untagged(Node::mapping());
                    item.as_mapping_mut()?.set(key, value);
                    item
                }
            });
            Some(items.len() - 1)
        }
        (NodeValue::Mapping(mapping), None) if part.parse::<i64>().is_err() && part != "-" => {
            let value = match next {
                None => Node::scalar(""),
                Some(next) if bracketed(next).is_some() || next.parse::<usize>().is_ok() => {
                    untagged(Node::sequence(Vec::new()))
                }
                Some(_) => untagged(Node::mapping()),
            };
            mapping.entries.push(Entry {
                key: Node::scalar(part),
                value,
            });
            Some(mapping.len() - 1)
        }
        _ => None,
    }
}

fn untagged(node: Node) -> Node {
    Node {
        tag: Tag::None,
        ..node
    }
}

/// The node at `place`, if it is still there.
#[must_use]
pub fn at<'n>(node: &'n Node, place: &[usize]) -> Option<&'n Node> {
    place.iter().try_fold(node, |node, at| child(node, *at))
}

/// The node at `place`, to change.
pub fn at_mut<'n>(node: &'n mut Node, place: &[usize]) -> Option<&'n mut Node> {
    place
        .iter()
        .try_fold(node, |node, at| match &mut node.value {
            NodeValue::Sequence(items) => items.get_mut(*at),
            NodeValue::Mapping(mapping) => {
                mapping.entries.get_mut(*at).map(|entry| &mut entry.value)
            }
            NodeValue::Scalar(_) => None,
        })
}

/// The child at a position.
#[must_use]
pub fn child(node: &Node, at: usize) -> Option<&Node> {
    match &node.value {
        NodeValue::Sequence(items) => items.get(at),
        NodeValue::Mapping(mapping) => mapping.entries.get(at).map(|entry| &entry.value),
        NodeValue::Scalar(_) => None,
    }
}

/// Where one part of a path leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nowhere else: the part is empty.
    Here,
    /// To the child at this position.
    To(usize),
    /// To a field or item that is not there.
    Nowhere,
}

/// Where `part` leads from `node`.
///
/// # Errors
/// As [`find`].
pub fn step(node: &Node, part: &str) -> Result<Step, Astray> {
    let part = part.trim();
    if part.is_empty() {
        return Ok(Step::Here);
    }
    let position = if let Ok(number) = part.parse::<i64>() {
        let number = usize::try_from(number).map_err(|_| Astray::unfit(node, part))?;
        (number < items(node)?.len()).then_some(number)
    } else if part == "-" {
        items(node)?.len().checked_sub(1)
    } else if part == "*" {
        return Err(Astray::unfit(node, part));
    } else if let Some(test) = bracketed(part) {
        let (key, value) = test
            .split_once('=')
            .ok_or_else(|| Astray::unfit(node, part))?;
        items(node)?
            .iter()
            .position(|item| passes(item, key, value))
    } else {
        match node.as_mapping() {
            _ if node.is_null() => None,
            Some(mapping) => mapping.position(part),
            None => return Err(Astray::not_a(node, "a map")),
        }
    };
    Ok(position.map_or(Step::Nowhere, Step::To))
}

fn passes(item: &Node, key: &str, value: &str) -> bool {
    let text = |node: &Node| node.as_str().unwrap_or_default() == value;
    match key {
        "" => text(item),
        key => item.get(key).is_some_and(text),
    }
}

/// What is between the brackets of `part`.
#[must_use]
pub fn bracketed(part: &str) -> Option<&str> {
    part.strip_prefix('[')?.strip_suffix(']')
}

/// The items of a list; a null has none.
fn items(node: &Node) -> Result<&[Node], Astray> {
    match node.as_sequence() {
        Some(items) => Ok(items),
        None if node.is_null() => Ok(&[]),
        None => Err(Astray::not_a(node, "a list")),
    }
}

#[cfg(test)]
mod tests {
    use super::{at, at_mut, find, find_or_create};
    use crate::edit::split_path_with_brackets;
    use gitopsc_yaml::emit::node::{Nothing, emit_node};
    use gitopsc_yaml::{Dialect, FileId, Limits, Node, parse};

    fn found(text: &str, path: &str) -> Result<Option<String>, ()> {
        let documents = parse(text, FileId(0), Dialect::Kustomize, &Limits::default());
        let root = documents.expect("good YAML").remove(0).root;
        let place = find(&root, &split_path_with_brackets(path, '.')).map_err(drop)?;
        let node = place.and_then(|place| at(&root, &place).cloned());
        Ok(node.map(|node: Node| node.as_str().unwrap_or("(collection)").to_owned()))
    }

    #[test]
    fn sources_are_found_by_equality() {
        let text = "a: [{n: x, v: 1}, {n: xy, v: 2}, z]\nb: ~\nc: {d.e: f}\n";
        for (path, expected) in [
            ("a.[n=x].v", Some("1")),
            ("a.[n=xy].v", Some("2")),
            ("a.[n=y].v", None),
            ("a.[=z]", Some("z")),
            ("a.-", Some("z")),
            ("a.1.v", Some("2")),
            ("a.3", None),
            ("a.0", Some("(collection)")),
            ("b", Some("~")),
            ("b.c", None),
            ("c.[d.e]", Some("f")),
            ("c. d.e", None),
            ("c..[d.e]", Some("f")),
        ] {
            assert_eq!(found(text, path), Ok(expected.map(str::to_owned)), "{path}");
        }
    }

    #[test]
    fn what_is_missing_is_created() {
        for (text, path, expected) in [
            ("a: {}", "b.c", Some("a: {}\nb:\n  c: X")),
            ("a: {b: c}", "a.b", Some("a: {b: X}")),
            ("a: ~", "a", Some("a: X")),
            ("a: ~", "a.b", None),
            ("a: []", "a.0", None),
            (
                "a: [{n: x}]",
                "a.[n=y].v",
                Some("a: [{n: x}, {n: y, v: X}]"),
            ),
            ("a: [{n: x}]", "a.-.v", Some("a: [{n: x, v: X}]")),
            ("a: [x]", "a.[=y]", Some("a: [x, X]")),
            ("a: {}", "b.[n=y].v", Some("a: {}\nb:\n- n: y\n  v: X")),
        ] {
            let documents = parse(text, FileId(0), Dialect::Kustomize, &Limits::default());
            let mut root = documents.expect("good YAML").remove(0).root;
            let parts = split_path_with_brackets(path, '.');
            let place = find_or_create(&mut root, &parts).expect(path);
            let written = place.map(|place| {
                let field = at_mut(&mut root, &place).expect("it is there");
                *field = Node::scalar("X");
                let mut text = String::new();
                emit_node(&root, &Nothing, &mut text);
                text.trim().to_owned()
            });
            assert_eq!(written.as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn ways_that_cannot_be_gone_are_refused() {
        let text = "a: [x]\nb: y\n";
        for path in ["a.*", "a.-1", "a.[x]", "a.x", "b.c", "b.0", "b.[n=v]"] {
            assert!(found(text, path).is_err(), "{path}");
        }
    }
}
