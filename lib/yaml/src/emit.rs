//! Text of a JSON value, byte for byte as Kustomize prints it.
//!
//! Kustomize prints a resource with sigs.k8s.io/yaml, which is go-yaml v2 on a map: keys in
//! its natural order, lists not indented, folding at 80 columns. No comment or source style is known here.

mod analysis;
mod letters;
pub mod node;
mod order;
mod places;
mod scalar;
mod sink;

pub use places::{Placed, emit_with_places};

use crate::json::{Json, number};
use crate::resolve::{Dialect, Plain, resolve};
use crate::text::{MASK, Secret};
use analysis::{Library, analyze};
use order::{Entries, in_order};
use scalar::{Place, ScalarStyle, write_scalar};
use sink::Sink;

/// What is printed where a value is secret. There is no default: printing secrets is a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// The secret text itself.
    Reveal,
    /// [`MASK`] in its place.
    Mask,
}

impl Secrets {
    /// The one place that decides what a reader sees of a secret.
    pub(crate) fn shown(self, secret: &Secret) -> &str {
        match self {
            Secrets::Reveal => secret.reveal(),
            Secrets::Mask => MASK,
        }
    }
}

/// The width that go-yaml v2 folds at.
const BEST_WIDTH: usize = 80;

/// The longest key, in bytes, that is written without a `?`.
const SIMPLE_KEY_BYTES: usize = 128;

/// Appends `value` to `out` as one YAML document, with a final newline, without separators.
///
/// ```
/// use gitopsc_yaml::emit::{Secrets, emit};
/// use gitopsc_yaml::{Json, Object};
/// let value = Json::Object(Object::new(vec![("on".into(), Json::String("0x10".into()))]));
/// let mut text = String::new();
/// emit(&value, Secrets::Mask, &mut text);
/// assert_eq!(text, "\"on\": \"0x10\"\n");
/// ```
pub fn emit(value: &Json, secrets: Secrets, out: &mut String) {
    emit_noting(value, secrets, out, &mut |_| ());
}

/// [`emit`], which tells `leaf` where in `out` it is before each scalar and empty collection.
fn emit_noting(value: &Json, secrets: Secrets, out: &mut String, leaf: &mut impl FnMut(usize)) {
    let mut sink = Sink::new(out, BEST_WIDTH);
    let mut open = Vec::new();
    if places::is_leaf(value) {
        leaf(sink.length());
    }
    write_value(&mut sink, value, secrets, Spot::Root, &mut open);
    while let Some(last) = open.last_mut() {
        if let Some((value, spot)) = last.write_next(&mut sink) {
            if places::is_leaf(value) {
                leaf(sink.length());
            }
            write_value(&mut sink, value, secrets, spot, &mut open);
        } else {
            open.pop();
        }
    }
    sink.indent_to(0);
}

/// Whether the key `text` is written without a `?`.
pub(crate) fn is_simple_key(text: &str) -> bool {
    text.len() <= SIMPLE_KEY_BYTES && !sink::has_break(text)
}

/// Whether go-yaml v3 writes `text` in a block style where it is asked to.
pub(crate) fn allows_block(text: &str) -> bool {
    analyze(text, Library::V3).block
}

/// The lines that go-yaml v3 writes of a folded text, without indentation.
pub(crate) fn folded_lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() + 8);
    scalar::folded_body(&mut Sink::new(&mut lines, usize::MAX), text, 0);
    lines
}

/// A collection that is being written: an explicit stack of them, so that depth costs no native stack.
enum Open<'a> {
    Map {
        entries: Entries<'a>,
        indent: usize,
    },
    List {
        items: std::slice::Iter<'a, Json>,
        indent: usize,
    },
}

/// Where a value stands, which decides how far its content is indented.
#[derive(Clone, Copy)]
enum Spot {
    Root,
    /// After `key:` of a map at this column.
    Value(usize),
    /// After the `-`, or the `:` that follows a long key, at this column.
    Inline(usize),
}

impl Spot {
    /// The column of a map's keys, and that of continued text.
    fn inner(self) -> usize {
        match self {
            Spot::Root => 0,
            Spot::Value(indent) | Spot::Inline(indent) => indent + 2,
        }
    }

    /// The column of a list's dashes.
    fn dashes(self) -> usize {
        match self {
            Spot::Value(indent) => indent,
            Spot::Root | Spot::Inline(_) => self.inner(),
        }
    }

    fn text(self) -> Place {
        let indent = match self {
            Spot::Root => 2,
            _ => self.inner(),
        };
        Place {
            indent,
            may_fold: true,
        }
    }
}

impl<'a> Open<'a> {
    /// Writes what stands before the next value, and gives that value.
    fn write_next(&mut self, sink: &mut Sink) -> Option<(&'a Json, Spot)> {
        match self {
            Open::Map { entries, indent } => {
                let (key, value) = entries.next()?;
                Some((value, write_key(sink, key, *indent)))
            }
            Open::List { items, indent } => {
                let item = items.next()?;
                sink.indent_to(*indent);
                sink.indicator("-", true);
                Some((item, Spot::Inline(*indent)))
            }
        }
    }
}

fn write_key(sink: &mut Sink, key: &str, indent: usize) -> Spot {
    sink.indent_to(indent);
    let (style, multiline) = choose_style(key);
    if !multiline && key.len() <= SIMPLE_KEY_BYTES {
        let place = Place {
            indent: indent + 2,
            may_fold: false,
        };
        write_scalar(sink, key, style, place);
        sink.attach(":");
        return Spot::Value(indent);
    }
    sink.indicator("?", true);
    write_scalar(sink, key, style, Spot::Inline(indent).text());
    sink.indent_to(indent);
    sink.indicator(":", true);
    Spot::Inline(indent)
}

fn write_value<'a>(
    sink: &mut Sink,
    value: &'a Json,
    secrets: Secrets,
    spot: Spot,
    open: &mut Vec<Open<'a>>,
) {
    match value {
        Json::Null => word(sink, "null"),
        Json::Bool(true) => word(sink, "true"),
        Json::Bool(false) => word(sink, "false"),
        Json::Int(_) | Json::UInt(_) | Json::Float(_) => word(sink, &number::yaml(value)),
        Json::String(text) => write_text(sink, text, spot),
        Json::Secret(secret) => write_text(sink, secrets.shown(secret), spot),
        Json::SecretLiteral(literal) => match secrets {
            Secrets::Reveal => write_value(sink, literal.reveal(), secrets, spot, open),
            Secrets::Mask => write_text(sink, MASK, spot),
        },
        Json::Array(items) if items.is_empty() => word(sink, "[]"),
        Json::Array(items) => open.push(Open::List {
            items: items.iter(),
            indent: spot.dashes(),
        }),
        Json::Object(object) if object.is_empty() => word(sink, "{}"),
        Json::Object(object) => open.push(Open::Map {
            entries: in_order(object),
            indent: spot.inner(),
        }),
    }
}

fn word(sink: &mut Sink, text: &str) {
    sink.separate();
    sink.put(text);
    sink.text_written();
}

fn write_text(sink: &mut Sink, text: &str, spot: Spot) {
    let (style, _) = choose_style(text);
    write_scalar(sink, text, style, spot.text());
}

/// The style of a text, and whether it has line breaks.
fn choose_style(text: &str) -> (ScalarStyle, bool) {
    let allowed = analyze(text, Library::V2);
    let style = if allowed.multiline && text.contains('\n') {
        if allowed.block {
            ScalarStyle::Literal
        } else {
            ScalarStyle::Double
        }
    } else if !reads_as_text(text) {
        ScalarStyle::Double
    } else if allowed.block_plain {
        ScalarStyle::Plain
    } else if allowed.single {
        ScalarStyle::Single
    } else {
        ScalarStyle::Double
    };
    (style, allowed.multiline)
}

/// Whether a plain `text` would be read back as the same string.
fn reads_as_text(text: &str) -> bool {
    let Some(first) = text.bytes().next() else {
        return false;
    };
    match first {
        b'+' | b'-' | b'0'..=b'9' => {
            resolve(text, Dialect::Kubectl) == Plain::Str && !is_base_60(text)
        }
        b'.' | b'~' => resolve(text, Dialect::Kubectl) == Plain::Str,
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => {
            text.len() > 5 || resolve(text, Dialect::Kubectl) == Plain::Str
        }
        _ => true,
    }
}

/// Whether this is a number in base 60 of YAML 1.1, such as `1:30` or `-1:30.5`.
pub(crate) fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let begins_well = parts.next().is_some_and(|first| {
        first.starts_with(|c: char| c.is_ascii_digit())
            && first.bytes().all(|b| b.is_ascii_digit() || b == b'_')
    });
    let mut parts = parts.peekable();
    if !begins_well || parts.peek().is_none() {
        return false;
    }
    while let Some(part) = parts.next() {
        let (digits, fraction) = match part.split_once('.') {
            Some((digits, fraction)) if parts.peek().is_none() => (digits, fraction),
            Some(_) => return false,
            None => (part, ""),
        };
        let sexagesimal = matches!(
            digits.as_bytes(),
            [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']
        );
        if !sexagesimal || !fraction.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
            return false;
        }
    }
    true
}
