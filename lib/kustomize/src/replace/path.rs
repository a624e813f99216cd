//! Paths to the fields that replacements write: `spec.containers.[name=web].env.0.value`, `*` for every item.
//!
//! kyaml/utils/pathsplitter.go and the grammar of kyaml/yaml/match.go. In `[key=value]` the value is a
//! regular expression that is looked for anywhere in the text, which few expect.

use super::problem::Problem;
use crate::codes;
use crate::decode::Spanned;
use crate::edit::split_path_with_brackets;
use crate::lookup::bracketed;
use crate::pattern::Pattern;
use gitopsc_core::{Diagnostic, EcoString, Span};
use gitopsc_yaml::Node;

/// A path, in parts.
#[derive(Clone, Debug)]
pub(super) struct FieldPath {
    /// As it is written.
    pub(super) text: EcoString,
    pub(super) span: Span,
    pub(super) segments: Vec<Segment>,
    /// The parts as they are written, which name the way to a text by equality.
    pub(super) parts: Vec<String>,
}

/// One part of a path.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// A field of a map.
    Field(EcoString),
    /// An item of a list by its position.
    Index(usize),
    /// The items of a list that pass a test.
    Items(Box<ItemTest>),
    /// All items of a list.
    Every,
    /// Nothing that could be: an error for whoever comes here.
    Broken(Box<Problem>),
}

/// `[key=value]`, or `[=value]` for items that are texts themselves.
#[derive(Clone, Debug)]
pub(super) struct ItemTest {
    /// Empty if the item itself is meant.
    pub(super) key: EcoString,
    pub(super) value: EcoString,
    pub(super) pattern: Pattern,
}

impl FieldPath {
    /// Reads a path that has at most `limit` parts.
    pub(super) fn parse(
        path: &Spanned<EcoString>,
        limit: usize,
    ) -> Result<FieldPath, Box<Diagnostic>> {
        let parts = split_path_with_brackets(&path.value, '.');
        if parts.len() > limit {
            let message = format!("a path of {} parts is too long", parts.len());
            let diagnostic = Diagnostic::error(codes::INVALID_PATH, message);
            let diagnostic = diagnostic.at(path.span.0, "no object is so deep");
            return Err(Box::new(diagnostic.hint("correct the path")));
        }
        Ok(FieldPath {
            text: path.value.clone(),
            span: path.span.0,
            segments: parts.iter().map(|part| segment(part)).collect(),
            parts,
        })
    }
}

fn segment(part: &str) -> Segment {
    if let Some(index) = index(part) {
        return Segment::Index(index);
    }
    if part == "*" {
        return Segment::Every;
    }
    let Some(inner) = bracketed(part) else {
        return Segment::Field(part.into());
    };
    let Some((key, value)) = inner.split_once('=') else {
        return Segment::Broken(Box::new(Problem::no_test(part)));
    };
    match Pattern::new(value) {
        Ok(pattern) => Segment::Items(Box::new(ItemTest {
            key: key.into(),
            value: value.into(),
            pattern,
        })),
        Err(reason) => Segment::Broken(Box::new(Problem::no_pattern(value, &reason))),
    }
}

/// The position that `part` says, if it is a number from 0 on.
fn index(part: &str) -> Option<usize> {
    let number: i64 = part.parse().ok()?;
    usize::try_from(number).ok()
}

/// The kinds of node that a path can create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    Sequence,
    Mapping,
}

impl Kind {
    pub(super) fn of(node: &Node) -> Kind {
        match (node.as_sequence(), node.as_mapping()) {
            (Some(_), _) => Kind::Sequence,
            (_, Some(_)) => Kind::Mapping,
            _ => Kind::Scalar,
        }
    }

    /// A node of this kind, without a tag: its value decides what it is.
    pub(super) fn empty(self) -> Node {
        let node = match self {
            Kind::Scalar => Node::scalar(""),
            Kind::Sequence => Node::sequence(Vec::new()),
            Kind::Mapping => Node::mapping(),
        };
        Node {
            tag: gitopsc_yaml::Tag::None,
            ..node
        }
    }

    /// The kind of what is created before `rest`, if the last part becomes `leaf`.
    pub(super) fn before(rest: &[Segment], leaf: Kind) -> Kind {
        match rest.first() {
            None => leaf,
            Some(Segment::Field(name)) if name.is_empty() => leaf,
            Some(Segment::Index(_) | Segment::Items(_) | Segment::Broken(_)) => Kind::Sequence,
            Some(Segment::Field(_) | Segment::Every) => Kind::Mapping,
        }
    }
}

impl ItemTest {
    /// The item that is created where none passes.
    pub(super) fn item(&self) -> Node {
        let value = Node::scalar(self.value.clone());
        if self.key.is_empty() {
            return value;
        }
        let mut item = Kind::Mapping.empty();
        if let Some(mapping) = item.as_mapping_mut() {
            mapping.set(&self.key, value);
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use super::{FieldPath, Segment};
    use crate::decode::Spanned;

    fn parts(path: &str) -> Vec<String> {
        let path = Spanned {
            value: path.into(),
            ..Spanned::default()
        };
        let path = FieldPath::parse(&path, 10).expect("a short path");
        let words = path.segments.iter().map(|segment| match segment {
            Segment::Field(name) => format!("field {name}"),
            Segment::Index(at) => format!("index {at}"),
            Segment::Items(test) => format!("items {}={}", test.key, test.value),
            Segment::Every => "every".to_owned(),
            Segment::Broken(_) => "broken".to_owned(),
        });
        words.collect()
    }

    #[test]
    fn paths_are_read_in_parts() {
        for (path, expected) in [
            ("a.b", &["field a", "field b"][..]),
            (".a", &["field a"]),
            (r"a\.b/c.d", &["field a.b/c", "field d"]),
            ("a.[b.c].d", &["field a", "field b.c", "field d"]),
            ("a.[b=c.d].e", &["field a", "items b=c.d", "field e"]),
            ("[=-x]", &["items =-x"]),
            ("[a=b=c]", &["items a=b=c"]),
            ("a.0.*.-", &["field a", "index 0", "every", "field -"]),
            ("+1.007.-1", &["index 1", "index 7", "field -1"]),
            ("a..b", &["field a", "field ", "field b"]),
            ("[a]", &["broken"]),
            ("[a=(]", &["broken"]),
        ] {
            assert_eq!(parts(path), expected, "{path}");
        }
    }

    #[test]
    fn a_path_has_no_more_parts_than_an_object_may_be_deep() {
        let path = Spanned {
            value: "a.".repeat(20).into(),
            ..Spanned::default()
        };
        assert!(FieldPath::parse(&path, 10).is_err());
    }
}
