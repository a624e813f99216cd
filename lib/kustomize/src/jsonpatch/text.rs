//! JSON text as Go's encoding/json reads it, with places, and with the source of what it would write otherwise.

use super::value::{JsonString, Kind, Member, Value, go_string, set_member};
use crate::codes;
use gitopsc_core::{Diagnostic, EcoString, FileId, Span, Text};
use gitopsc_yaml::Origins;

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
        let mut value = match reader.begin()? {
            Begun::Scalar(kind, span) => Value::at(span, kind),
            Begun::Open(_) if open.len() >= depth => {
                return Err(
                    reader.error("the nesting is deeper than the limit of --max-yaml-depth")
                );
            }
            Begun::Open(begun) => {
                open.push(begun);
                match reader.first(&mut open)? {
                    Some(empty) => empty,
                    None => continue,
                }
            }
        };
        loop {
            let Some(parent) = open.last_mut() else {
                return reader.end(value);
            };
            parent.accept(value);
            match reader.after(parent)? {
                After::Next => break,
                After::End => value = closed(&mut open),
            }
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
        members: Vec<Member>,
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
                let member = Member {
                    key: std::mem::take(key),
                    key_span: *key_span,
                    value,
                };
                set_member(members, member);
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

    fn text(&self, text: String) -> Text {
        match self.secret {
            Some(origins) => Text::secret(text, origins.clone()),
            None => Text::from(text),
        }
    }

    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
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
                members: Vec::new(),
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

    fn word(&mut self) -> Result<Kind, Diagnostic> {
        let words = [
            ("null", Value::null(Span::NONE).kind),
            ("true", Kind::Bool(true)),
            ("false", Kind::Bool(false)),
        ];
        let rest = &self.bytes[self.at..];
        let found = words
            .into_iter()
            .find(|(word, _)| rest.starts_with(word.as_bytes()));
        let Some((word, kind)) = found else {
            return Err(self.error("a value cannot begin like this"));
        };
        self.at += word.len();
        Ok(kind)
    }

    fn number(&mut self) -> Result<Kind, Diagnostic> {
        let start = self.at;
        self.skip_one(b"-");
        if !self.skip_one(b"0") && self.skip_digits() == 0 {
            return Err(self.error("a digit is missing"));
        }
        if self.skip_one(b".") && self.skip_digits() == 0 {
            return Err(self.error("a digit is missing after the point"));
        }
        if self.skip_one(b"eE") {
            self.skip_one(b"+-");
            if self.skip_digits() == 0 {
                return Err(self.error("a digit is missing in the exponent"));
            }
        }
        let text = String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned();
        Ok(Kind::Number(self.text(text)))
    }

    fn skip_one(&mut self, of: &[u8]) -> bool {
        let found = self
            .bytes
            .get(self.at)
            .is_some_and(|byte| of.contains(byte));
        self.at += usize::from(found);
        found
    }

    fn skip_digits(&mut self) -> usize {
        let rest = &self.bytes[self.at..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += digits;
        digits
    }

    /// A string, from its opening quote.
    fn string(&mut self) -> Result<JsonString, Diagnostic> {
        let start = self.at;
        self.at += 1;
        let mut decoded = Vec::new();
        loop {
            match self.bytes.get(self.at).copied() {
                None | Some(0..=0x1F) => {
                    return Err(self.error("the string has no end on its line"));
                }
                Some(b'"') => break,
                Some(b'\\') => self.escape(&mut decoded)?,
                Some(byte) => {
                    decoded.push(byte);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        let text = lossy(&decoded);
        let raw = &self.bytes[start..self.at];
        let raw = (raw != go_string(&text).as_bytes()).then(|| self.text(lossy(raw)));
        Ok(JsonString {
            text: self.text(text),
            raw,
        })
    }

    fn escape(&mut self, decoded: &mut Vec<u8>) -> Result<(), Diagnostic> {
        self.at += 1;
        let byte = match self.bytes.get(self.at) {
            Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
            Some(b'b') => 0x8,
            Some(b'f') => 0xC,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => return self.unicode(decoded),
            _ => return Err(self.error("there is no such escape")),
        };
        decoded.push(byte);
        self.at += 1;
        Ok(())
    }

    /// `\uXXXX`, two of them for a surrogate pair; half a pair becomes U+FFFD.
    fn unicode(&mut self, decoded: &mut Vec<u8>) -> Result<(), Diagnostic> {
        let Some(unit) = self.code_unit(self.at) else {
            return Err(self.error("`\\u` needs four hexadecimal digits"));
        };
        self.at += 5;
        let second = match self.bytes.get(self.at..self.at + 2) {
            Some(b"\\u") => self.code_unit(self.at + 1),
            _ => None,
        };
        let units = [Some(unit), second];
        let mut characters = char::decode_utf16(units.into_iter().flatten());
        let character = characters
            .next()
            .and_then(Result::ok)
            .unwrap_or(char::REPLACEMENT_CHARACTER);
        if character.len_utf16() == 2 {
            self.at += 6;
        }
        decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    /// The four digits behind the `u` at `at`.
    fn code_unit(&self, at: usize) -> Option<u16> {
        let digits = std::str::from_utf8(self.bytes.get(at + 1..at + 5)?).ok()?;
        let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        all.then(|| u16::from_str_radix(digits, 16).ok())?
    }
}

/// The text with U+FFFD for each byte that is no UTF-8.
fn lossy(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n(
            char::REPLACEMENT_CHARACTER,
            chunk.invalid().len(),
        ));
    }
    text
}
