//! From JSON to a branch, with the leniency of Go's token reader and of how SOPS uses it: what follows the
//! object does not count, and a file may end where a value or an item should begin.

use crate::error::Error;
use crate::tree::{Branch, Content, DEPTH, Entry, Item, Key, Value};
use gitopsc_yaml::{FileId, Span};
use zeroize::{Zeroize as _, Zeroizing};

/// The object that `bytes` begins with.
pub(crate) fn read(bytes: &[u8], file: FileId) -> Result<Branch, Error> {
    let mut reader = Reader {
        bytes,
        at: 0,
        depth: 0,
        file,
    };
    reader.skip_space();
    if reader.peek() != Some(b'{') {
        let what = "its JSON is no object";
        return Err(Error::malformed(what, reader.span(reader.at)));
    }
    reader.object().map_err(|stop| match stop {
        Stop::Deep(at) => Error::unsupported(
            format!("its JSON nests deeper than {DEPTH}"),
            reader.span(at),
        ),
        Stop::Wrong(at) => Error::malformed("its JSON is broken", reader.span(at)),
        Stop::End => Error::malformed("its JSON ends too early", reader.span(reader.at)),
    })
}

/// Why reading stops.
#[derive(Clone, Copy, Debug)]
enum Stop {
    /// The text ends where something could begin.
    End,
    /// Something is wrong here.
    Wrong(usize),
    /// It nests too deep.
    Deep(usize),
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    depth: usize,
    file: FileId,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn span(&self, at: usize) -> Span {
        Span::new(self.file, u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// Goes over white space; what follows it.
    fn skip_space(&mut self) -> Option<u8> {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.peek()
    }

    fn wrong<T>(&self) -> Result<T, Stop> {
        Err(Stop::Wrong(self.at))
    }

    /// Goes one level deeper, over the opening bracket.
    fn descend(&mut self) -> Result<(), Stop> {
        if self.depth == DEPTH {
            return Err(Stop::Deep(self.at));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// Goes one level up, over the closing bracket.
    fn ascend(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    /// An object. Where the text ends after a key, the object is complete without it.
    fn object(&mut self) -> Result<Branch, Stop> {
        self.descend()?;
        let mut branch = Vec::new();
        if self.skip_space() == Some(b'}') {
            self.ascend();
            return Ok(branch);
        }
        loop {
            if self.skip_space() != Some(b'"') {
                return self.wrong();
            }
            let key = self.at;
            let text = self.string()?.to_vec();
            match self.member() {
                Ok(value) => branch.push(Item::Entry(Entry {
                    key: Key {
                        span: self.span(key),
                        text: Some(text),
                    },
                    value,
                })),
                Err(Stop::End) => {
                    self.depth -= 1;
                    return Ok(branch);
                }
                Err(stop) => return Err(stop),
            }
            match self.skip_space() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.ascend();
                    return Ok(branch);
                }
                _ => return self.wrong(),
            }
        }
    }

    /// The colon and the value behind a key.
    fn member(&mut self) -> Result<Value, Stop> {
        match self.skip_space() {
            Some(b':') => self.at += 1,
            None => return Err(Stop::End),
            Some(_) => return self.wrong(),
        }
        self.value()
    }

    fn array(&mut self) -> Result<Vec<Value>, Stop> {
        self.descend()?;
        let mut items = Vec::new();
        if self.skip_space() == Some(b']') {
            self.ascend();
            return Ok(items);
        }
        loop {
            items.push(self.value()?);
            match self.skip_space() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.ascend();
                    return Ok(items);
                }
                None => return Err(Stop::End),
                Some(_) => return self.wrong(),
            }
        }
    }

    fn value(&mut self) -> Result<Value, Stop> {
        let first = self.skip_space().ok_or(Stop::End)?;
        let span = self.span(self.at);
        let content = match first {
            b'{' => Content::Map(self.object()?),
            b'[' => Content::List(self.array()?),
            b'"' => Content::Text(self.string()?),
            b't' => self.word(b"true", Content::Bool(true))?,
            b'f' => self.word(b"false", Content::Bool(false))?,
            b'n' => self.word(b"null", Content::Null)?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => return self.wrong(),
        };
        Ok(Value::new(content, span))
    }

    fn word(&mut self, word: &[u8], content: Content) -> Result<Content, Stop> {
        if !self.bytes[self.at..].starts_with(word) {
            return self.wrong();
        }
        self.at += word.len();
        Ok(content)
    }

    fn number(&mut self) -> Result<Content, Stop> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = String::from_utf8_lossy(&self.bytes[start..self.at]);
        if let Ok(int) = text.parse() {
            return Ok(Content::Int(int));
        }
        match text.parse::<f64>() {
            Ok(float) if float.is_finite() => Ok(Content::Float(float)),
            _ => Err(Stop::Wrong(start)),
        }
    }

    fn digits(&mut self) -> Result<(), Stop> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            return self.wrong();
        }
        Ok(())
    }

    /// A string, from its first quote on. What is no UTF-8, and half of a surrogate pair, becomes U+FFFD.
    fn string(&mut self) -> Result<Zeroizing<Vec<u8>>, Stop> {
        self.at += 1;
        let mut text = Zeroizing::new(Vec::new());
        loop {
            let run = self.at;
            while self
                .peek()
                .is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
            {
                self.at += 1;
            }
            for chunk in self.bytes[run..self.at].utf8_chunks() {
                text.extend_from_slice(chunk.valid().as_bytes());
                // Go replaces each byte on its own.
                chunk
                    .invalid()
                    .iter()
                    .for_each(|_| push('\u{FFFD}', &mut text));
            }
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => self.escape(&mut text)?,
                _ => return self.wrong(),
            }
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) -> Result<(), Stop> {
        self.at += 1;
        let letter = self.peek();
        self.at += 1;
        let character = match letter {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(other @ (b'"' | b'\\' | b'/')) => char::from(other),
            Some(b'u') => self.code()?,
            _ => return self.wrong(),
        };
        push(character, text);
        Ok(())
    }

    /// The character of four hexadecimal digits, or of two times four.
    fn code(&mut self) -> Result<char, Stop> {
        let first = self.four_digits(self.at).ok_or(Stop::Wrong(self.at))?;
        self.at += 4;
        if !(0xD800..0xDC00).contains(&first) || !self.bytes[self.at..].starts_with(b"\\u") {
            return Ok(char::from_u32(first).unwrap_or('\u{FFFD}'));
        }
        let second = self.four_digits(self.at + 2).ok_or(Stop::Wrong(self.at))?;
        if !(0xDC00..0xE000).contains(&second) {
            return Ok('\u{FFFD}');
        }
        self.at += 6;
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        Ok(char::from_u32(code).unwrap_or('\u{FFFD}'))
    }

    fn four_digits(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        digits.iter().try_fold(0, |code, digit| {
            Some(code * 16 + char::from(*digit).to_digit(16)?)
        })
    }
}

fn push(character: char, text: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    text.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
    buffer.zeroize();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Option<usize> {
        read(text.as_bytes(), FileId(0))
            .ok()
            .map(|branch| branch.len())
    }

    #[test]
    fn a_file_may_end_where_a_value_should_begin() {
        assert_eq!(keys(r#"{"a": 1, "b""#), Some(1));
        assert_eq!(keys(r#"{"a": 1, "b":"#), Some(1));
        assert_eq!(keys(r#"{"a": 1, "b": [1"#), Some(1));
        assert_eq!(keys(r#"{"a": [{"b": 1, "c":"#), Some(0));
        assert_eq!(keys(r#"{"a": 1} x"#), Some(1));
        for broken in [
            r#"{"a": 1"#,
            r#"{"a": 1, "#,
            r#"{"a": {"b": "#,
            r#"{"a": {}"#,
            r#"{"a": 01}"#,
            r#"{"a": 1,}"#,
            r#"{"a": [1,]}"#,
            r#"{"a": "x"#,
            "{\"a\": \"\n\"}",
            r#"{"a": 1e999}"#,
            r#"{'a': 1}"#,
            "[1]",
            "",
        ] {
            assert_eq!(keys(broken), None, "{broken}");
        }
    }

    #[test]
    fn strings_are_read_as_go_reads_them() {
        let text = |text: &[u8]| {
            let branch = read(
                &[b"{\"a\": \"".as_slice(), text, b"\"}"].concat(),
                FileId(0),
            )
            .ok()?;
            match &branch[0].entry()?.value.content {
                Content::Text(text) => String::from_utf8(text.to_vec()).ok(),
                _ => None,
            }
        };
        assert_eq!(text(br"\u00e9\ud83d\ude00\/").as_deref(), Some("é😀/"));
        assert_eq!(
            text(br"\ud83dx\ude00").as_deref(),
            Some("\u{FFFD}x\u{FFFD}")
        );
        assert_eq!(text(b"\xe9\xff").as_deref(), Some("\u{FFFD}\u{FFFD}"));
        assert_eq!(text(br"\x"), None);
    }
}
