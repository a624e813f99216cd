//! Nodes as they are after go-yaml v3 has written a JSON value and read it back: kyaml's `FromMap`.
//!
//! Kustomize sends a whole resource that way when a JSON patch changes it. Tags and styles are then those
//! that the writer chose; later steps go by them.

use crate::emit::node::string_style;
use crate::json::number::yaml_float;
use crate::node::{Entry, Mapping, Node, Style, Tag};
use crate::resolve::{Dialect, resolve};
use crate::text::Text;
use ecow::EcoString;

/// The string `text`.
///
/// ```
/// use gitopsc_yaml::{Style, reread};
/// assert_eq!(reread::string("yes").style, Style::DoubleQuoted);
/// assert_eq!(reread::string("- a").style, Style::SingleQuoted);
/// ```
pub fn string(text: impl Into<Text>) -> Node {
    let node = Node::string(text);
    let text = node.as_str().unwrap_or_default();
    let style = string_style(text, false);
    // go-yaml writes this one text without quotes, and reads it as the key that merges.
    let tag = if text == "<<" { Tag::Merge } else { node.tag };
    Node { tag, style, ..node }
}

/// The key `text`.
#[must_use]
pub fn key(text: EcoString) -> Node {
    let style = string_style(&text, true);
    let node = Node::string(text);
    Node { style, ..node }
}

/// The number `value`, which is finite: `1e+06` is a float from now on.
///
/// ```
/// use gitopsc_yaml::{Tag, reread};
/// assert_eq!(reread::number(5.0).tag, Tag::Int);
/// assert_eq!(reread::number(1_000_000.0).as_str(), Some("1e+06"));
/// ```
#[must_use]
pub fn number(value: f64) -> Node {
    plain(yaml_float(value))
}

/// True or false.
#[must_use]
pub fn boolean(value: bool) -> Node {
    plain(if value { "true" } else { "false" }.into())
}

/// Null.
#[must_use]
pub fn null() -> Node {
    plain("null".into())
}

/// A list, in flow style if it is empty.
#[must_use]
pub fn sequence(items: Vec<Node>) -> Node {
    let style = flow_if(items.is_empty());
    let node = Node::sequence(items);
    Node { style, ..node }
}

/// A map, in flow style if it is empty.
#[must_use]
pub fn mapping(entries: Vec<Entry>) -> Node {
    let style = flow_if(entries.is_empty());
    let node = Node::from(Mapping { entries });
    Node { style, ..node }
}

fn flow_if(empty: bool) -> Style {
    if empty { Style::Flow } else { Style::Plain }
}

fn plain(text: EcoString) -> Node {
    let tag = resolve(&text, Dialect::Kustomize).tag();
    Node {
        tag,
        ..Node::scalar(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{mapping, null, number, string};
    use crate::node::{Style, Tag};

    #[test]
    fn strings_are_quoted_where_the_writer_quotes_them() {
        let cases = [
            ("abc", Style::Plain),
            ("", Style::DoubleQuoted),
            ("null", Style::DoubleQuoted),
            ("on", Style::DoubleQuoted),
            ("1:30", Style::DoubleQuoted),
            ("2001-12-14", Style::DoubleQuoted),
            ("<<", Style::DoubleQuoted),
            ("a: b", Style::SingleQuoted),
            (" a", Style::SingleQuoted),
            ("a\tb", Style::DoubleQuoted),
            ("a\nb", Style::Literal),
            ("a \nb", Style::DoubleQuoted),
        ];
        for (text, style) in cases {
            assert_eq!(string(text).style, style, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_floats_as_go_writes_them() {
        assert_eq!(number(0.5).tag, Tag::Float);
        assert_eq!(
            number(9_007_199_254_740_993.0).as_str(),
            Some("9.007199254740992e+15")
        );
        assert_eq!(number(-0.0).as_str(), Some("-0"));
        assert_eq!(null().tag, Tag::Null);
        assert_eq!(mapping(Vec::new()).style, Style::Flow);
    }
}
