//! Which style and tag a node is written with.

use super::Beside;
use crate::emit::analysis::{Allowed, Library, analyze};
use crate::emit::scalar::ScalarStyle;
use crate::emit::{SIMPLE_KEY_BYTES, is_base_60, is_simple_key as is_simple_text};
use crate::node::{Node, NodeValue, Style, Tag};
use crate::resolve::{Dialect, resolve};
use std::borrow::Cow;

/// How a node is written.
pub(super) struct Presentation {
    /// The tag, if it has to be said.
    pub(super) tag: Option<Cow<'static, str>>,
    /// For scalars.
    pub(super) style: ScalarStyle,
}

/// Whether `node` is a collection written in flow style.
pub(super) fn is_flow(node: &Node) -> bool {
    match &node.value {
        NodeValue::Scalar(_) => false,
        NodeValue::Sequence(items) => node.style == Style::Flow || items.is_empty(),
        NodeValue::Mapping(mapping) => node.style == Style::Flow || mapping.is_empty(),
    }
}

/// Whether `key` is written without a `?`.
pub(super) fn is_simple_key(key: &Node, beside: &dyn Beside) -> bool {
    let tag = tag_of(key, beside).map_or(0, |tag| tag.len());
    let anchor = beside.anchor(key).map_or(0, str::len);
    let length = match &key.value {
        NodeValue::Scalar(text) if analyze(text.as_str(), Library::V3).multiline => return false,
        NodeValue::Scalar(text) => text.as_str().len(),
        NodeValue::Sequence(items) if items.is_empty() => 0,
        NodeValue::Mapping(mapping) if mapping.is_empty() => 0,
        NodeValue::Sequence(_) | NodeValue::Mapping(_) => return false,
    };
    length + tag + anchor <= SIMPLE_KEY_BYTES
}

/// How `node` is written below `[` or `{` (`flow`), or as a key without `?`.
pub(super) fn presentation(
    node: &Node,
    beside: &dyn Beside,
    flow: bool,
    simple_key: bool,
) -> Presentation {
    let style = match node.as_str() {
        Some(text) => {
            let tag_is_written = beside.tag(node).is_some();
            let asked = asked_style(node, text, tag_is_written);
            allowed_style(asked, text, flow, simple_key)
        }
        None => ScalarStyle::Plain,
    };
    Presentation {
        tag: tag_of(node, beside),
        style,
    }
}

/// The style that the encoder asks for. A written tag says by itself that a text is a string.
fn asked_style(node: &Node, text: &str, tag_is_written: bool) -> ScalarStyle {
    match node.style {
        Style::DoubleQuoted => ScalarStyle::Double,
        Style::SingleQuoted => ScalarStyle::Single,
        Style::Literal => ScalarStyle::Literal,
        Style::Folded => ScalarStyle::Folded,
        Style::Plain | Style::Flow if text.contains('\n') => ScalarStyle::Literal,
        Style::Plain | Style::Flow => {
            let is_text = node.tag == Tag::Str && !tag_is_written;
            if is_text && !reads_as_string(text) {
                ScalarStyle::Double
            } else {
                ScalarStyle::Plain
            }
        }
    }
}

/// The style that the writer uses, asked for `style`.
fn allowed_style(style: ScalarStyle, text: &str, flow: bool, simple_key: bool) -> ScalarStyle {
    let allowed: Allowed = analyze(text, Library::V3);
    let plain = if flow {
        allowed.flow_plain
    } else {
        allowed.block_plain
    };
    match style {
        _ if simple_key && allowed.multiline => ScalarStyle::Double,
        ScalarStyle::Literal | ScalarStyle::Folded if !allowed.block || flow || simple_key => {
            ScalarStyle::Double
        }
        ScalarStyle::Plain if plain && !(text.is_empty() && (flow || simple_key)) => {
            ScalarStyle::Plain
        }
        ScalarStyle::Plain | ScalarStyle::Single if allowed.single => ScalarStyle::Single,
        ScalarStyle::Plain | ScalarStyle::Single => ScalarStyle::Double,
        other => other,
    }
}

/// The style in which go-yaml v3 writes the string `text` of a Go map, as a value or as a key.
pub(crate) fn string_style(text: &str, is_key: bool) -> Style {
    let reads_plain = text != "<<"
        && reads_as_string(text)
        && resolve(text, Dialect::Kubectl).tag() == Tag::Str
        && !is_base_60(text);
    let asked = match (text.contains('\n'), reads_plain) {
        (true, _) => ScalarStyle::Literal,
        (false, true) => ScalarStyle::Plain,
        (false, false) => ScalarStyle::Double,
    };
    match allowed_style(asked, text, false, is_key && is_simple_text(text)) {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::Single => Style::SingleQuoted,
        ScalarStyle::Double => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn reads_as_string(text: &str) -> bool {
    resolve(text, Dialect::Kustomize).tag() == Tag::Str
}

/// The tag that `node` is written with, if the text alone would be read as something else.
fn tag_of(node: &Node, beside: &dyn Beside) -> Option<Cow<'static, str>> {
    if let Some(written) = beside.tag(node) {
        return Some(own_tag(written));
    }
    let implied = match &node.value {
        NodeValue::Mapping(_) => Tag::Map,
        NodeValue::Sequence(_) => Tag::Seq,
        NodeValue::Scalar(_) if node.tag == Tag::Str => Tag::Str,
        NodeValue::Scalar(text) => resolve(text.as_str(), Dialect::Kustomize).tag(),
    };
    let name = match node.tag {
        Tag::None | Tag::Custom => return None,
        tag if tag == implied => return None,
        Tag::Str => "!!str",
        Tag::Int => "!!int",
        Tag::Float => "!!float",
        Tag::Bool => "!!bool",
        Tag::Null => "!!null",
        Tag::Timestamp => "!!timestamp",
        Tag::Binary => "!!binary",
        Tag::Merge => "!!merge",
        Tag::Map => "!!map",
        Tag::Seq => "!!seq",
    };
    Some(Cow::Borrowed(name))
}

/// A tag of the document's own as it is written: shorthand where it begins with `!`, other bytes escaped.
fn own_tag(name: &str) -> Cow<'static, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_;/?:@&=+$,.~*'()[]".contains(&byte);
    let (start, rest, end) = match name.strip_prefix('!') {
        Some(rest) => ("!", rest, ""),
        None => ("!<", name, ">"),
    };
    let mut text = start.to_owned();
    let rest = match rest.strip_prefix('!') {
        Some(rest) => {
            text.push('!');
            rest
        }
        None => rest,
    };
    for byte in rest.bytes() {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text.push_str(end);
    Cow::Owned(text)
}
