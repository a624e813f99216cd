//! JSON text: the canonical form for digests, and what Go's encoding/json writes.
//!
//! Both sort keys by bytes and write no space. The canonical form escapes only what JSON demands (`"`, `\`
//! and characters below U+0020, by the short escapes where there are some); integers are exact, other
//! numbers as [`super::number`] has them for Go's JSON. Go also escapes `<`, `>`, `&`, U+2028 and U+2029.

use super::{Json, number};
use crate::emit::Secrets;
use crate::text::MASK;
use std::fmt::Write as _;

/// Whose escapes, and whether lines are broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Our own, for digests.
    Canonical,
    /// Go's `json.Marshal`.
    Go,
    /// Go's `json.MarshalIndent` with two spaces.
    GoIndented,
}

/// Appends `value` to `out` as JSON text.
///
/// ```
/// use gitopsc_yaml::emit::Secrets;
/// use gitopsc_yaml::json::{Form, write_json};
/// use gitopsc_yaml::{Json, Object};
/// let value = Json::Object(Object::new(vec![("b".into(), Json::Null), ("a".into(), Json::String("<".into()))]));
/// let mut text = String::new();
/// write_json(&value, Form::Canonical, Secrets::Mask, &mut text);
/// assert_eq!(text, r#"{"a":"<","b":null}"#);
/// ```
pub fn write_json(value: &Json, form: Form, secrets: Secrets, out: &mut String) {
    let writer = Writer { form, secrets };
    let mut open = Vec::new();
    writer.value(value, out, &mut open);
    while let Some(depth) = open.len().checked_sub(1) {
        let (first, next) = open[depth].next();
        match next {
            Some((key, value)) => {
                writer.before(first, key, depth + 1, out);
                writer.value(value, out, &mut open);
            }
            None => {
                writer.line(depth, out);
                out.push(open[depth].closing());
                open.pop();
            }
        }
    }
}

/// A collection that is not closed yet, and whether nothing of it was written so far.
enum Open<'a> {
    Map(bool, std::slice::Iter<'a, (ecow::EcoString, Json)>),
    List(bool, std::slice::Iter<'a, Json>),
}

impl<'a> Open<'a> {
    fn next(&mut self) -> (bool, Option<(Option<&'a str>, &'a Json)>) {
        match self {
            Open::Map(first, entries) => {
                let next = entries
                    .next()
                    .map(|(key, value)| (Some(key.as_str()), value));
                (std::mem::take(first), next)
            }
            Open::List(first, items) => {
                (std::mem::take(first), items.next().map(|item| (None, item)))
            }
        }
    }

    fn closing(&self) -> char {
        match self {
            Open::Map(..) => '}',
            Open::List(..) => ']',
        }
    }
}

#[derive(Clone, Copy)]
struct Writer {
    form: Form,
    secrets: Secrets,
}

impl Writer {
    fn before(self, first: bool, key: Option<&str>, depth: usize, out: &mut String) {
        if !first {
            out.push(',');
        }
        self.line(depth, out);
        if let Some(key) = key {
            self.string(key, out);
            out.push_str(if self.form == Form::GoIndented {
                ": "
            } else {
                ":"
            });
        }
    }

    fn line(self, depth: usize, out: &mut String) {
        if self.form == Form::GoIndented {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
        }
    }

    fn value<'a>(self, value: &'a Json, out: &mut String, open: &mut Vec<Open<'a>>) {
        match value {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Int(_) | Json::UInt(_) | Json::Float(_) => out.push_str(&number::go_json(value)),
            Json::String(text) => self.string(text, out),
            Json::Secret(secret) => self.string(self.secrets.shown(secret), out),
            Json::SecretLiteral(literal) => match self.secrets {
                Secrets::Reveal => self.value(literal.reveal(), out, open),
                Secrets::Mask => self.string(MASK, out),
            },
            Json::Array(items) if items.is_empty() => out.push_str("[]"),
            Json::Array(items) => {
                out.push('[');
                open.push(Open::List(true, items.iter()));
            }
            Json::Object(object) if object.is_empty() => out.push_str("{}"),
            Json::Object(object) => {
                out.push('{');
                open.push(Open::Map(true, object.as_slice().iter()));
            }
        }
    }

    fn string(self, text: &str, out: &mut String) {
        out.push('"');
        write_characters(text, self.form, out);
        out.push('"');
    }
}

/// Appends what stands between the quotes of the string `text` to `out`.
pub fn write_characters(text: &str, form: Form, out: &mut String) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && !matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&' | 0xE2) {
            continue;
        }
        let Some(character) = text[at..].chars().next().filter(|c| escapes(*c, form)) else {
            continue;
        };
        out.push_str(&text[from..at]);
        escape(character, out);
        from = at + character.len_utf8();
    }
    out.push_str(&text[from..]);
}

fn escapes(character: char, form: Form) -> bool {
    match character {
        '"' | '\\' | '\0'..='\u{1F}' => true,
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => form != Form::Canonical,
        _ => false,
    }
}

fn escape(character: char, out: &mut String) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => {
            let done = write!(out, "\\u{:04x}", u32::from(character));
            debug_assert!(done.is_ok());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, write_json};
    use crate::emit::Secrets;
    use crate::json::{Json, Object};
    use crate::span::FileId;
    use crate::text::{Origins, Text};

    fn text(value: &Json, form: Form) -> String {
        let mut out = String::new();
        write_json(value, form, Secrets::Mask, &mut out);
        out
    }

    #[test]
    fn go_escapes_what_html_would_read() {
        let value = Json::String("<a&b>\u{2028}\u{2029}\u{7f}\u{1}\u{8}\u{c}\n\r\t\"\\é".into());
        assert_eq!(
            text(&value, Form::Go),
            "\"\\u003ca\\u0026b\\u003e\\u2028\\u2029\u{7f}\\u0001\\b\\f\\n\\r\\t\\\"\\\\é\""
        );
        assert_eq!(
            text(&value, Form::Canonical),
            "\"<a&b>\u{2028}\u{2029}\u{7f}\\u0001\\b\\f\\n\\r\\t\\\"\\\\é\""
        );
    }

    #[test]
    fn indented_json_breaks_lines_except_in_what_is_empty() {
        let inner = Json::Array(vec![Json::Int(1), Json::Array(Box::default())].into());
        let value = Json::Object(Object::new(vec![
            ("b".into(), inner),
            ("a".into(), Json::Null),
        ]));
        assert_eq!(
            text(&value, Form::GoIndented),
            "{\n  \"a\": null,\n  \"b\": [\n    1,\n    []\n  ]\n}"
        );
        assert_eq!(text(&value, Form::Go), r#"{"a":null,"b":[1,[]]}"#);
    }

    #[test]
    fn a_secret_is_shown_only_on_request() {
        let value = Json::from(Text::secret("hunter2".to_owned(), Origins::one(FileId(1))));
        assert_eq!(text(&value, Form::Canonical), "\"<secret>\"");
        let mut out = String::new();
        write_json(&value, Form::Canonical, Secrets::Reveal, &mut out);
        assert_eq!(out, "\"hunter2\"");
    }
}
