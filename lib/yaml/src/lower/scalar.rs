//! What a scalar node is worth once go-yaml v3 has written it as text and read it back.

use super::second_reading::read_again;
use super::{Way, folding};
use crate::emit::{allows_block, folded_lines, is_simple_key};
use crate::json::{Json, SecretLiteral, number};
use crate::node::{Node, Style, Tag};
use crate::resolve::{Dialect, Plain, resolve};
use crate::text::Text;
use base64::Engine as _;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use ecow::EcoString;
use std::borrow::Cow;

/// What a key is worth.
pub(super) enum Key {
    /// This string.
    Text(EcoString),
    /// Nothing: go-yaml passes over the entry without a word.
    Dropped,
}

/// A scalar as it is read back.
enum ReadBack<'t> {
    /// A string.
    Str(Cow<'t, str>),
    /// The string of a value with a tag of its own.
    Tagged(Cow<'t, str>),
    /// Anything else.
    Value(Plain),
}

/// Where a scalar stands, as far as it decides how it is written.
#[derive(Clone, Copy)]
struct Place {
    /// Below `[` or `{`.
    flow: bool,
    /// A key that is written without `?`.
    simple_key: bool,
}

/// Where a key stands.
#[derive(Clone, Copy)]
pub(super) struct KeyPlace {
    /// Below `[` or `{`.
    pub(super) flow: bool,
    /// In the root map, where keys of other types are taken as their text.
    pub(super) in_root: bool,
}

/// The value of the scalar `node`, whose text is `text`; `flow` below `[` or `{`.
pub(super) fn value(node: &Node, text: &Text, flow: bool, way: Way) -> Result<Json, String> {
    let place = Place {
        flow,
        simple_key: false,
    };
    match read_back(node, text, place)? {
        ReadBack::Str(string) | ReadBack::Tagged(string) => {
            Ok(Json::from(match twice(string, false, way)? {
                Cow::Borrowed(_) => text.clone(),
                Cow::Owned(other) => Text::derive(other, [text]),
            }))
        }
        ReadBack::Value(Plain::Float(zero)) if way == Way::Interface && zero == 0.0 => {
            Ok(SecretLiteral::keep(Json::Float(zero), text))
        }
        ReadBack::Value(value) => {
            let value = json(value, text)?;
            let value = match way {
                Way::GoValue => through_float(value),
                Way::Json | Way::Interface | Way::Printed => value,
            };
            Ok(SecretLiteral::keep(value, text))
        }
    }
}

/// The number after it was a float; other values as they are.
#[allow(clippy::cast_precision_loss, reason = "that is what is wanted")]
fn through_float(value: Json) -> Json {
    match value {
        Json::Int(value) => number::from_float(value as f64),
        Json::UInt(value) => number::from_float(value as f64),
        other => other,
    }
}

/// The key that the scalar `node` is.
pub(super) fn key(node: &Node, text: &Text, at: KeyPlace, way: Way) -> Result<Key, String> {
    let KeyPlace { flow, in_root } = at;
    let Text::Plain(plain) = text else {
        return Err("a key cannot be secret".to_owned());
    };
    if plain == "<<" && node.tag != Tag::Custom && !is_quoted(node.style) {
        return Err("a merge key `<<` is left here: quote it to mean the text".to_owned());
    }
    let place = Place {
        flow,
        simple_key: is_simple_key(plain),
    };
    let string = match read_back(node, text, place)? {
        ReadBack::Str(string) => string,
        ReadBack::Value(Plain::Null) if in_root => return Ok(Key::Dropped),
        ReadBack::Value(_) if in_root => Cow::Borrowed(plain.as_str()),
        ReadBack::Tagged(string) if in_root => string,
        ReadBack::Value(value) => {
            let kind = name(value);
            return Err(format!(
                "the key `{text}` is {kind}; keys must be strings: quote it"
            ));
        }
        ReadBack::Tagged(_) => {
            return Err(format!(
                "the key `{text}` has a tag; keys must be plain strings"
            ));
        }
    };
    Ok(Key::Text(match twice(string, true, way)? {
        Cow::Borrowed(_) => plain.clone(),
        Cow::Owned(other) => other.into(),
    }))
}

/// The string after the second reading, if `way` goes so far; borrowed if it is the one it was.
fn twice(string: Cow<'_, str>, is_key: bool, way: Way) -> Result<Cow<'_, str>, String> {
    if way != Way::Printed {
        return Ok(string);
    }
    match string {
        Cow::Borrowed(string) => read_again(string, is_key),
        Cow::Owned(string) => Ok(Cow::Owned(read_again(&string, is_key)?.into_owned())),
    }
}

/// Follows the scalar through writing and reading.
fn read_back<'t>(node: &Node, text: &'t Text, place: Place) -> Result<ReadBack<'t>, String> {
    let plain = text.as_str();
    let string = || written(node.style, plain, place);
    match node.tag {
        Tag::Str => return string().map(ReadBack::Str),
        Tag::Binary => return binary(plain).map(|decoded| ReadBack::Tagged(Cow::Owned(decoded))),
        Tag::Custom | Tag::Map | Tag::Seq | Tag::Merge => return string().map(ReadBack::Tagged),
        Tag::None | Tag::Int | Tag::Float | Tag::Bool | Tag::Null | Tag::Timestamp => {}
    }
    let value = resolve(plain, Dialect::Kustomize);
    if node.tag != Tag::None && node.tag != value.tag() {
        return tagged(node.tag, value, text).map(ReadBack::Value);
    }
    let needs_quotes =
        plain.is_empty() && (place.flow || place.simple_key) || place.flow && plain.contains(':');
    if value == Plain::Str || is_quoted(node.style) || needs_quotes {
        return string().map(ReadBack::Str);
    }
    Ok(ReadBack::Value(value))
}

/// The value of a text that is not what its tag says: an integer may be a float, nothing else.
fn tagged(tag: Tag, value: Plain, text: &Text) -> Result<Plain, String> {
    match (tag, value) {
        #[allow(
            clippy::cast_precision_loss,
            reason = "go-yaml converts in the same way"
        )]
        (Tag::Float, Plain::Int(int)) => Ok(Plain::Float(int as f64)),
        _ => Err(format!(
            "`{text}` is {}, but must be {}",
            name(value),
            tag_name(tag)
        )),
    }
}

/// The string `text` after it was written in `style` and read back.
fn written(style: Style, text: &str, place: Place) -> Result<Cow<'_, str>, String> {
    let block_style = match style {
        Style::Folded | Style::Literal => true,
        Style::Plain | Style::Flow => text.starts_with('\t') && text.contains('\n'),
        Style::SingleQuoted | Style::DoubleQuoted => false,
    };
    if !block_style || place.flow || place.simple_key {
        return Ok(Cow::Borrowed(text));
    }
    if text.starts_with('\t') && allows_block(text) {
        return Err(
            "a text of several lines cannot begin with a tab: go-yaml fails to read what it wrote"
                .to_owned(),
        );
    }
    if style == Style::Folded && allows_block(text) {
        let keep = text
            .strip_suffix(folding::is_break)
            .is_some_and(|text| text.is_empty() || text.ends_with(folding::is_break));
        return Ok(Cow::Owned(folding::read(&folded_lines(text), keep)));
    }
    Ok(Cow::Borrowed(text))
}

fn is_quoted(style: Style) -> bool {
    !matches!(style, Style::Plain | Style::Flow)
}

fn json(value: Plain, text: &Text) -> Result<Json, String> {
    Ok(match value {
        Plain::Str => Json::from(text.clone()),
        Plain::Null => Json::Null,
        Plain::Bool(value) => Json::Bool(value),
        Plain::Int(value) => Json::Int(value),
        Plain::UInt(value) => Json::UInt(value),
        Plain::Float(value) if value.is_finite() => number::from_float(value),
        Plain::Float(_) => return Err(format!("`{text}` has no form in JSON")),
        Plain::Timestamp(time) => {
            let written = time.to_rfc3339();
            let written =
                written.ok_or_else(|| format!("the zone of `{text}` is a day or more from UTC"))?;
            Json::from(Text::derive(written, [text]))
        }
    })
}

/// Decodes base64 as Go does: line breaks anywhere, padding required. Bytes that are no UTF-8 become U+FFFD, each.
fn binary(text: &str) -> Result<String, String> {
    let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    let joined: String = text
        .chars()
        .filter(|character| !matches!(character, '\r' | '\n'))
        .collect();
    let bytes = engine
        .decode(joined)
        .map_err(|_| "the `!!binary` value is not base64".to_owned())?;
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(std::iter::repeat_n('\u{FFFD}', chunk.invalid().len()));
    }
    Ok(decoded)
}

fn name(value: Plain) -> &'static str {
    tag_name(value.tag())
}

fn tag_name(tag: Tag) -> &'static str {
    match tag {
        Tag::Null => "null",
        Tag::Bool => "a boolean",
        Tag::Int => "an integer",
        Tag::Float => "a float",
        Tag::Timestamp => "a timestamp",
        _ => "a string",
    }
}
