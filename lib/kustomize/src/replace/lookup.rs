//! The way along a path to one field, by equality: to a source, and to a text that holds YAML.
//!
//! kyaml/yaml/fns.go (`PathGetter`), in which items are numbers, `-` for the last or `[key=value]`.

use super::path::bracketed;
use super::problem::Problem;
use gitopsc_yaml::Node;

/// Where a field stands: at each step the position of an entry or item.
pub(super) type Place = Vec<usize>;

/// The place of the field that `parts` name; nothing if there is none.
pub(super) fn find(node: &Node, parts: &[String]) -> Result<Option<Place>, Problem> {
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

/// The node at `place`, if it is still there.
pub(super) fn at<'n>(node: &'n Node, place: &[usize]) -> Option<&'n Node> {
    place.iter().try_fold(node, |node, at| child(node, *at))
}

/// The node at `place`, to change.
pub(super) fn at_mut<'n>(node: &'n mut Node, place: &[usize]) -> Option<&'n mut Node> {
    place
        .iter()
        .try_fold(node, |node, at| match &mut node.value {
            gitopsc_yaml::NodeValue::Sequence(items) => items.get_mut(*at),
            gitopsc_yaml::NodeValue::Mapping(mapping) => {
                mapping.entries.get_mut(*at).map(|entry| &mut entry.value)
            }
            gitopsc_yaml::NodeValue::Scalar(_) => None,
        })
}

/// The child at a position.
pub(super) fn child(node: &Node, at: usize) -> Option<&Node> {
    match &node.value {
        gitopsc_yaml::NodeValue::Sequence(items) => items.get(at),
        gitopsc_yaml::NodeValue::Mapping(mapping) => {
            mapping.entries.get(at).map(|entry| &entry.value)
        }
        gitopsc_yaml::NodeValue::Scalar(_) => None,
    }
}

/// Where one part of a path leads.
pub(super) enum Step {
    /// Nowhere else: the part is empty.
    Here,
    /// To the child at this position.
    To(usize),
    Nowhere,
}

/// Where `part` leads from `node`.
pub(super) fn step(node: &Node, part: &str) -> Result<Step, Problem> {
    let part = part.trim();
    if part.is_empty() {
        return Ok(Step::Here);
    }
    let position = if let Ok(number) = part.parse::<i64>() {
        let number = usize::try_from(number).map_err(|_| Problem::unfit_part(node.span, part))?;
        (number < items(node)?.len()).then_some(number)
    } else if part == "-" {
        items(node)?.len().checked_sub(1)
    } else if part == "*" {
        return Err(Problem::unfit_part(node.span, part));
    } else if let Some(test) = bracketed(part) {
        let (key, value) = test
            .split_once('=')
            .ok_or_else(|| Problem::unfit_part(node.span, part))?;
        items(node)?
            .iter()
            .position(|item| passes(item, key, value))
    } else {
        match node.as_mapping() {
            _ if node.is_null() => None,
            Some(mapping) => mapping.position(part),
            None => return Err(Problem::not_a(node, "a map")),
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

/// The items of a list; a null has none.
fn items(node: &Node) -> Result<&[Node], Problem> {
    match node.as_sequence() {
        Some(items) => Ok(items),
        None if node.is_null() => Ok(&[]),
        None => Err(Problem::not_a(node, "a list")),
    }
}

#[cfg(test)]
mod tests {
    use super::{at, find};
    use crate::edit::split_path_with_brackets;
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
    fn ways_that_cannot_be_gone_are_refused() {
        let text = "a: [x]\nb: y\n";
        for path in ["a.*", "a.-1", "a.[x]", "a.x", "b.c", "b.0", "b.[n=v]"] {
            assert!(found(text, path).is_err(), "{path}");
        }
    }
}
