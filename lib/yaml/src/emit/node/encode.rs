//! The nodes that go-yaml v3 makes of values (`Node.Encode`), and how they look once they were written.
//!
//! go-yaml encodes a value by writing it as a document of its own and reading that back, with the surprises
//! that this brings.

use super::presentation::{is_simple_key, presentation};
use super::{Layout, Nothing};
use crate::emit::scalar::ScalarStyle;
use crate::emit::{allows_block, is_base_60};
use crate::node::{Node, NodeValue, Style, Tag};
use crate::resolve::{Dialect, resolve};
use crate::text::Text;
use base64::Engine as _;

/// The column at which go-yaml breaks lines of base64.
const BASE64_COLUMNS: usize = 70;

/// The node of the string `text`: null if go-yaml cannot read back what it writes, a merge key if it is `<<`.
///
/// ```
/// use gitopsc_yaml::emit::node::encode_string;
/// use gitopsc_yaml::{Style, Tag};
/// assert_eq!(encode_string("yes").style, Style::DoubleQuoted);
/// assert_eq!(encode_string("\tmakefile:\n").tag, Tag::Null);
/// ```
#[must_use]
pub fn encode_string(text: impl Into<Text>) -> Node {
    let text: Text = text.into();
    let plain = text.as_str();
    if plain.starts_with('\t') && plain.contains('\n') && allows_block(plain) {
        return Node {
            tag: Tag::Null,
            ..Node::scalar("null")
        };
    }
    if plain == "<<" {
        return Node {
            tag: Tag::Merge,
            ..Node::scalar(text)
        };
    }
    let quoted = is_old_bool(plain) || is_base_60(plain);
    Node {
        style: if quoted {
            Style::DoubleQuoted
        } else {
            Style::Plain
        },
        ..Node::string(text)
    }
}

/// The text of the `!!binary` node that go-yaml makes of bytes that are no UTF-8.
#[must_use]
pub fn encode_binary(bytes: &[u8]) -> String {
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    if encoded.len() < BASE64_COLUMNS {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / BASE64_COLUMNS + 1);
    for (at, character) in encoded.chars().enumerate() {
        if at > 0 && at % BASE64_COLUMNS == 0 {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines.push('\n');
    lines
}

/// The style that the scalar `node` is written in, in block context.
#[must_use]
pub fn written_style(node: &Node, is_key: bool) -> Style {
    let simple = is_key && is_simple_key(node, &Nothing);
    match presentation(node, &Nothing, false, simple).style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::Single => Style::SingleQuoted,
        ScalarStyle::Double => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

/// Whether the scalar `node`, written in block context inside a collection at column `outer` and continued at
/// column `inner`, is read back as it is: the indentation that go-yaml announces may not be the one it uses.
#[must_use]
pub fn is_read_back(node: &Node, layout: Layout, outer: usize, inner: usize) -> bool {
    let NodeValue::Scalar(text) = &node.value else {
        return true;
    };
    let text = text.as_str();
    let is_break = |character| matches!(character, '\n' | '\u{2028}' | '\u{2029}');
    let announced = text.starts_with(' ') || text.starts_with(is_break);
    let block = matches!(written_style(node, false), Style::Literal | Style::Folded);
    !(block && announced && inner != outer + layout.indent) || text.chars().all(is_break)
}

/// What YAML 1.1 takes for a boolean and 1.2 does not.
fn is_old_bool(text: &str) -> bool {
    resolve(text, Dialect::Kubectl).tag() == Tag::Bool
        && resolve(text, Dialect::Kustomize).tag() != Tag::Bool
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_that_look_like_something_else_are_quoted() {
        for text in ["y", "Yes", "OFF", "1:30", "-1_0:5:59.5_"] {
            assert_eq!(encode_string(text).style, Style::DoubleQuoted, "{text}");
        }
        for text in ["yES", "oN", "1:60", "1:", ":1", "a", "true", "1"] {
            assert_eq!(encode_string(text).style, Style::Plain, "{text}");
        }
    }

    #[test]
    fn bytes_are_broken_into_lines() {
        assert_eq!(encode_binary(&[0xFF]), "/w==");
        assert_eq!(
            encode_binary(&[0; 60])
                .lines()
                .map(str::len)
                .collect::<Vec<_>>(),
            [70, 10]
        );
    }

    #[test]
    fn announced_indentation_counts_only_with_content() {
        let back = |text: &str, inner| is_read_back(&encode_string(text), Layout::SOPS, 4, inner);
        assert!(back(" a\nb", 8));
        assert!(!back(" a\nb", 6));
        assert!(back("\n\n", 6));
        assert!(back("a\nb", 6));
    }
}
