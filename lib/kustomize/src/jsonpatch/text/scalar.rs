//! The scalars of JSON text: words, numbers, strings with their escapes.

use super::Reader;
use crate::jsonpatch::value::{JsonString, Kind, Value, go_string};
use gitopsc_core::{Diagnostic, Span, Text};

impl Reader<'_> {
    fn text(&self, text: String) -> Text {
        match self.secret {
            Some(origins) => Text::secret(text, origins.clone()),
            None => Text::from(text),
        }
    }

    pub(super) fn word(&mut self) -> Result<Kind, Diagnostic> {
        let words = [
            ("null", Value::null(Span::NONE).kind),
            ("true", Kind::Bool(self.text("true".to_owned()))),
            ("false", Kind::Bool(self.text("false".to_owned()))),
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

    pub(super) fn number(&mut self) -> Result<Kind, Diagnostic> {
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
    pub(super) fn string(&mut self) -> Result<JsonString, Diagnostic> {
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
