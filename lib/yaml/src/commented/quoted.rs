//! Scalars between quotes.

use super::cursor::Mark;
use super::scalar::Gap;
use super::scan::{Refused, Scanner};
use super::token::Kind;
use crate::node::Style;

impl Scanner<'_> {
    /// A scalar between quotes, from the first to the last.
    pub(super) fn scan_quoted(&mut self, single: bool) -> Result<Kind, Refused> {
        let start = self.cursor.mark();
        let quote = if single { b'\'' } else { b'"' };
        let mut text = String::new();
        self.cursor.skip();
        loop {
            if self.cursor.is_document_mark() {
                return Err(Refused::Syntax(
                    start,
                    "the document ends before the quotes do",
                ));
            }
            if self.cursor.is_end(0) {
                return Err(Refused::Syntax(start, "these quotes are not closed"));
            }
            let escaped = self.quoted_words(single, start, &mut text)?;
            let mut gap = Gap::after_break(escaped);
            if self.cursor.peek(0) == quote {
                break;
            }
            gap.read(self, None);
            gap.fold_into(&mut text);
        }
        self.cursor.skip();
        let style = if single {
            Style::SingleQuoted
        } else {
            Style::DoubleQuoted
        };
        Ok(Kind::Scalar { text, style })
    }

    /// Reads up to a blank, a break or the closing quote. True if an escaped line break ended it.
    fn quoted_words(
        &mut self,
        single: bool,
        start: Mark,
        text: &mut String,
    ) -> Result<bool, Refused> {
        while !self.cursor.is_blank_or_end(0) {
            match (self.cursor.peek(0), single) {
                (b'\'', true) if self.cursor.peek(1) == b'\'' => {
                    text.push('\'');
                    self.cursor.skip();
                    self.cursor.skip();
                }
                (b'\'', true) | (b'"', false) => break,
                (b'\\', false) if self.cursor.is_break(1) => {
                    self.cursor.skip();
                    self.cursor.skip_break();
                    return Ok(true);
                }
                (b'\\', false) => {
                    let character = self.escape(start)?;
                    text.push(character);
                }
                _ => self.cursor.read(text),
            }
        }
        Ok(false)
    }

    /// The character that an escape stands for.
    fn escape(&mut self, start: Mark) -> Result<char, Refused> {
        let length = match self.cursor.peek(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            other => {
                let character = short_escape(other).ok_or(Refused::Syntax(
                    start,
                    "an escape in these quotes is unknown",
                ))?;
                self.cursor.skip();
                self.cursor.skip();
                return Ok(character);
            }
        };
        self.cursor.skip();
        self.cursor.skip();
        let mut code: u32 = 0;
        for _ in 0..length {
            let digit = char::from(self.cursor.peek(0)).to_digit(16);
            let digit =
                digit.ok_or(Refused::Syntax(start, "an escape needs hexadecimal digits"))?;
            code = code.wrapping_mul(16).wrapping_add(digit);
            self.cursor.skip();
        }
        char::from_u32(code).ok_or(Refused::Syntax(start, "an escape names no character"))
    }
}

/// The character of a backslash and one letter.
fn short_escape(letter: u8) -> Option<char> {
    Some(match letter {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{B}',
        b'f' => '\u{C}',
        b'r' => '\r',
        b'e' => '\u{1B}',
        b' ' => ' ',
        b'"' => '"',
        b'\'' => '\'',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{A0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
