//! JSON text as Go's encoding/json reads it, with places, and with the source of what it would write otherwise.

mod scalar;

use super::value::{Kind, Member, Value};
use crate::codes;
use gitopsc_core::{Diagnostic, EcoString, FileId, Span};
use gitopsc_yaml::Origins;
use std::collections::BTreeMap;

/// Reads the one value that `bytes` hold; `depth` bounds how deep it may nest.
///
/// Bytes that are no UTF-8 become U+FFFD inside strings, as in Go, and are refused elsewhere.
pub(super) fn read(
    bytes: &[u8],
    file: FileId,
    secret: Option<&Origins>,
    depth: usize,
) -> Result<Value, Diagnostic> {
    let mut reader = Reader {
        bytes,
        at: 0,
        file,
        secret,
    };
    let mut open: Vec<Open> = Vec::new();
    loop {
        if let Some(value) = reader.value(&mut open, depth)?
            && let Some(root) = reader.attach(value, &mut open)?
        {
            return reader.end(root);
        }
    }
}

fn closed(open: &mut Vec<Open>) -> Value {
    open.pop()
        .map_or_else(|| Value::null(Span::NONE), Open::close)
}

/// A collection that is not closed yet.
enum Open {
    List {
        span: Span,
        items: Vec<Value>,
    },
    Map {
        span: Span,
        members: BTreeMap<EcoString, Member>,
        key: EcoString,
        key_span: Span,
    },
}

impl Open {
    fn accept(&mut self, value: Value) {
        match self {
            Open::List { items, .. } => items.push(value),
            Open::Map {
                members,
                key,
                key_span,
                ..
            } => {
                let key_span = *key_span;
                members.insert(std::mem::take(key), Member { key_span, value });
            }
        }
    }

    fn close(self) -> Value {
        match self {
            Open::List { span, items } => Value::at(span, Kind::List(items)),
            Open::Map { span, members, .. } => Value::at(span, Kind::Map(members)),
        }
    }
}

enum Begun {
    Scalar(Kind, Span),
    Open(Open),
}

enum After {
    Next,
    End,
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    file: FileId,
    secret: Option<&'t Origins>,
}

impl Reader<'_> {
    fn span(&self) -> Span {
        Span::new(self.file, u32::try_from(self.at).unwrap_or(u32::MAX))
    }

    fn error(&self, message: &str) -> Diagnostic {
        Diagnostic::error(codes::PATCH_OPERATION_INVALID, format!("this is no JSON: {message}"))
            .at(self.span(), "here")
            .hint("a text that begins with `[` is read as JSON; write it as YAML without that, or correct it")
    }

    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// The next value, if it is a scalar or empty; else the collection that begins here is opened.
    fn value(&mut self, open: &mut Vec<Open>, depth: usize) -> Result<Option<Value>, Diagnostic> {
        match self.begin()? {
            Begun::Scalar(kind, span) => Ok(Some(Value::at(span, kind))),
            Begun::Open(_) if open.len() >= depth => {
                Err(self.error("the nesting is deeper than the limit of --max-yaml-depth"))
            }
            Begun::Open(begun) => {
                open.push(begun);
                self.first(open)
            }
        }
    }

    /// Puts `value` where it belongs and closes what ends after it; the root, if that is all.
    fn attach(
        &mut self,
        mut value: Value,
        open: &mut Vec<Open>,
    ) -> Result<Option<Value>, Diagnostic> {
        while let Some(parent) = open.last_mut() {
            parent.accept(value);
            match self.after(parent)? {
                After::Next => return Ok(None),
                After::End => value = closed(open),
            }
        }
        Ok(Some(value))
    }

    /// Begins a value: all of a scalar, the first byte of a collection.
    fn begin(&mut self) -> Result<Begun, Diagnostic> {
        let next = self.peek();
        let span = self.span();
        match next {
            Some(b'[') => Ok(Begun::Open(Open::List {
                span,
                items: Vec::new(),
            })),
            Some(b'{') => Ok(Begun::Open(Open::Map {
                span,
                members: BTreeMap::new(),
                key: EcoString::new(),
                key_span: span,
            })),
            Some(b'"') => Ok(Begun::Scalar(Kind::String(self.string()?), span)),
            Some(b'-' | b'0'..=b'9') => Ok(Begun::Scalar(self.number()?, span)),
            Some(_) => Ok(Begun::Scalar(self.word()?, span)),
            None => Err(self.error("the text ends too early")),
        }
    }

    /// After the bracket of the innermost collection: that collection if it is empty.
    fn first(&mut self, open: &mut Vec<Open>) -> Result<Option<Value>, Diagnostic> {
        self.at += 1;
        let next = self.peek();
        match (open.last_mut(), next) {
            (Some(Open::List { .. }), Some(b']')) | (Some(Open::Map { .. }), Some(b'}')) => {
                self.at += 1;
                Ok(Some(closed(open)))
            }
            (Some(map @ Open::Map { .. }), _) => self.key(map).map(|()| None),
            _ => Ok(None),
        }
    }

    /// After a value of `parent`.
    fn after(&mut self, parent: &mut Open) -> Result<After, Diagnostic> {
        let next = self.peek();
        match (&parent, next) {
            (Open::List { .. }, Some(b']')) | (Open::Map { .. }, Some(b'}')) => {
                self.at += 1;
                Ok(After::End)
            }
            (_, Some(b',')) => {
                self.at += 1;
                self.key(parent)?;
                Ok(After::Next)
            }
            _ => Err(self.error("a comma or the end of the list or map is missing")),
        }
    }

    /// The key and colon before the next value, if `parent` is a map.
    fn key(&mut self, parent: &mut Open) -> Result<(), Diagnostic> {
        let Open::Map { key, key_span, .. } = parent else {
            return Ok(());
        };
        if self.peek() != Some(b'"') {
            return Err(self.error("a key in double quotes is missing"));
        }
        *key_span = self.span();
        *key = self.string()?.text.as_str().into();
        if self.peek() != Some(b':') {
            return Err(self.error("a colon is missing"));
        }
        self.at += 1;
        Ok(())
    }

    fn end(&mut self, value: Value) -> Result<Value, Diagnostic> {
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(self.error("something follows the list of operations")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::jsonpatch::value::{Kind, Value};
    use gitopsc_core::FileId;

    fn value(text: &[u8]) -> Result<Value, u32> {
        read(text, FileId(0), None, 4).map_err(|problem| problem.labels[0].span.offset)
    }

    #[test]
    fn what_is_no_json_is_refused_at_its_place() {
        let cases: [(&[u8], u32); 24] = [
            (b"", 0),
            (b"[", 1),
            (b"[1", 2),
            (b"[1,", 3),
            (b"[1,]", 3),
            (b"[1 2]", 3),
            (b"{\"a\"}", 4),
            (b"{a: 1}", 1),
            (b"{\"a\": 1,}", 8),
            (b"[1]]", 3),
            (b"[01]", 2),
            (b"[1.]", 3),
            (b"[-]", 2),
            (b"[1e]", 3),
            (b"[+1]", 1),
            (b"[nul]", 1),
            (b"[\"a", 3),
            (b"[\"a\nb\"]", 3),
            (b"[\"\\x\"]", 3),
            (b"[\"\\u12\"]", 3),
            (b"['a']", 1),
            (b"[\xFF]", 1),
            (b"[[[[[]]]]]", 4),
            (b"[1] // no", 4),
        ];
        for (text, at) in cases {
            let refused = value(text).map(|_| ());
            assert_eq!(refused, Err(at), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn strings_are_decoded_and_keep_what_go_would_write_otherwise() {
        let cases: [(&[u8], &str, bool); 8] = [
            (b"\"plain\"", "plain", false),
            (b"\"<\"", "<", true),
            (b"\"\\u003c\"", "<", false),
            (b"\"a\\/b\"", "a/b", true),
            (b"\"\\ud83d\\ude00\"", "\u{1F600}", true),
            (b"\"\\ud83d\\u0041\"", "\u{FFFD}A", true),
            (b"\"\\ude00\"", "\u{FFFD}", true),
            (b"\"\xE2\x82\"", "\u{FFFD}\u{FFFD}", true),
        ];
        for (text, wanted, has_raw) in cases {
            let Ok(Kind::String(string)) = value(text).map(|value| value.kind) else {
                unreachable!("the text is a string");
            };
            assert_eq!(
                (string.text.as_str(), string.raw.is_some()),
                (wanted, has_raw)
            );
        }
    }
}
