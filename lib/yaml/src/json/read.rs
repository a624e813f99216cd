//! Values from JSON text, such as [`super::write_json`] writes: strict, exact in integers, nothing recursive.

use super::{Json, Object};
use ecow::EcoString;

/// How deep a text may nest.
const DEPTH: usize = 2_000;

/// The value that `text` is.
///
/// ```
/// use gitopsc_yaml::Json;
/// use gitopsc_yaml::json::read_json;
/// let value = read_json(r#"{"a":[18446744073709551615,1.5,"\u00e9"]}"#).unwrap();
/// assert_eq!(value.get("a"), Some(&Json::Array([Json::UInt(u64::MAX), Json::Float(1.5), Json::String("é".into())].into())));
/// assert_eq!(read_json("[1,]"), Err(3));
/// ```
///
/// # Errors
/// At which byte it is no JSON, or nests deeper than 2,000.
pub fn read_json(text: &str) -> Result<Json, usize> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
    };
    reader.document().ok_or(reader.at)
}

/// A collection that is not closed yet; of a map, the key whose value comes next.
enum Open {
    List(Vec<Json>),
    Map(Vec<(EcoString, Json)>, EcoString),
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Option<Json> {
        let mut open = Vec::new();
        loop {
            let Some(mut value) = self.begin(&mut open)? else {
                continue;
            };
            // Closes what ends with this value.
            loop {
                let Some(innermost) = open.pop() else {
                    return self.skip_space().is_none().then_some(value);
                };
                match self.add(innermost, value)? {
                    Added::Closed(whole) => value = whole,
                    Added::Open(innermost) => {
                        open.push(innermost);
                        break;
                    }
                }
            }
        }
    }

    /// Reads a scalar, an empty collection, or the beginning of one that is not empty, which it opens.
    #[expect(
        clippy::option_option,
        reason = "an error, and a value that has only begun"
    )]
    fn begin(&mut self, open: &mut Vec<Open>) -> Option<Option<Json>> {
        let started = match self.skip_space()? {
            b'[' => {
                self.at += 1;
                if self.skip_space()? == b']' {
                    self.at += 1;
                    return Some(Some(Json::Array(Box::default())));
                }
                Open::List(Vec::new())
            }
            b'{' => {
                self.at += 1;
                if self.skip_space()? == b'}' {
                    self.at += 1;
                    return Some(Some(Json::Object(Object::default())));
                }
                Open::Map(Vec::new(), self.key()?)
            }
            _ => return self.scalar().map(Some),
        };
        if open.len() == DEPTH {
            return None;
        }
        open.push(started);
        Some(None)
    }

    fn add(&mut self, innermost: Open, value: Json) -> Option<Added> {
        let next = self.skip_space()?;
        Some(match innermost {
            Open::List(mut items) => {
                items.push(value);
                if self.more(next, b']')? {
                    Added::Open(Open::List(items))
                } else {
                    Added::Closed(Json::Array(items.into()))
                }
            }
            Open::Map(mut entries, key) => {
                entries.push((key, value));
                if self.more(next, b'}')? {
                    Added::Open(Open::Map(entries, self.key()?))
                } else {
                    Added::Closed(Json::Object(Object::new(entries)))
                }
            }
        })
    }

    /// Whether `next` is a comma, and not what closes.
    fn more(&mut self, next: u8, closing: u8) -> Option<bool> {
        let more = next == b',';
        if !more && next != closing {
            return None;
        }
        self.at += 1;
        Some(more)
    }

    fn key(&mut self) -> Option<EcoString> {
        self.skip_space()?;
        let key = self.string()?;
        if self.skip_space()? != b':' {
            return None;
        }
        self.at += 1;
        Some(key)
    }

    fn scalar(&mut self) -> Option<Json> {
        let words = [
            ("null", Json::Null),
            ("true", Json::Bool(true)),
            ("false", Json::Bool(false)),
        ];
        if self.bytes[self.at] == b'"' {
            return self.string().map(Json::String);
        }
        let rest = &self.text[self.at..];
        for (word, value) in words {
            if rest.starts_with(word) {
                self.at += word.len();
                return Some(value);
            }
        }
        let is_of_number =
            |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        let length = rest.bytes().take_while(|byte| is_of_number(byte)).count();
        let value = number(&rest[..length])?;
        self.at += length;
        Some(value)
    }

    fn string(&mut self) -> Option<EcoString> {
        if self.bytes.get(self.at) != Some(&b'"') {
            return None;
        }
        self.at += 1;
        let mut string = EcoString::new();
        loop {
            let rest = &self.text[self.at..];
            let is_end = |byte: u8| byte == b'"' || byte == b'\\' || byte < 0x20;
            let length = rest.bytes().position(is_end)?;
            string.push_str(&rest[..length]);
            self.at += length;
            match self.bytes[self.at] {
                b'"' => {
                    self.at += 1;
                    return Some(string);
                }
                b'\\' => {
                    self.at += 1;
                    string.push(self.escape()?);
                }
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let character = match self.bytes.get(self.at)? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.unicode();
            }
            _ => return None,
        };
        self.at += 1;
        Some(character)
    }

    /// The character of four hexadecimal digits, or of two surrogates of four each.
    fn unicode(&mut self) -> Option<char> {
        let high = self.four()?;
        if !(0xD800..0xDC00).contains(&high) {
            return char::from_u32(high);
        }
        if !self.text[self.at..].starts_with("\\u") {
            return None;
        }
        self.at += 2;
        let low = self.four()?.checked_sub(0xDC00)?;
        if low >= 0x400 {
            return None;
        }
        char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + low)
    }

    fn four(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// Goes over white space; the byte behind it.
    fn skip_space(&mut self) -> Option<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }
}

/// A collection with one more value in it.
enum Added {
    /// It goes on.
    Open(Open),
    /// It is whole.
    Closed(Json),
}

/// The number `text`: exact if it is an integer of 64 bits, else the nearest float.
fn number(text: &str) -> Option<Json> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !digits.starts_with(|digit: char| digit.is_ascii_digit())
        || digits.ends_with('.')
        || digits.contains(".e")
        || digits.contains(".E")
        || leading_zero && digits.as_bytes()[1].is_ascii_digit()
    {
        return None;
    }
    if whole && text != "-0" {
        if let Ok(int) = text.parse::<i64>() {
            return Some(Json::Int(int));
        }
        if let Ok(int) = text.parse::<u64>() {
            return Some(Json::UInt(int));
        }
    }
    let float = text.parse::<f64>().ok()?;
    float.is_finite().then_some(Json::Float(float))
}

#[cfg(test)]
mod tests {
    use super::read_json;
    use crate::emit::Secrets;
    use crate::json::{Form, write_json};

    #[test]
    fn what_is_written_is_read_as_the_same() {
        for text in [
            "null",
            "[]",
            "{}",
            r#"{"a":{"b":[true,false,null]},"c":[[],{}]}"#,
            "[0,-1,9223372036854775807,-9223372036854775808,18446744073709551615]",
            "[1.5,-2.25,1e+21,1e-7,100000000000000000000,0.1]",
            "\"\u{7f}\u{85}\u{2028}\u{fffe}\\u0001\\b\\f\\n\\r\\t\\\"\\\\é😀\"",
        ] {
            for form in [Form::Canonical, Form::Go, Form::GoIndented] {
                let mut written = String::new();
                let value = read_json(text).expect(text);
                write_json(&value, form, Secrets::Mask, &mut written);
                assert_eq!(read_json(&written), Ok(value), "{written}");
                assert!(form != Form::Canonical || written == text, "{written}");
            }
        }
    }

    #[test]
    fn what_is_no_json_is_refused_where_it_is_wrong() {
        for (text, at) in [
            ("", 0),
            ("  ", 2),
            ("{\"a\":1", 6),
            ("[1 2]", 3),
            ("{a:1}", 1),
            ("[1]]", 3),
            ("\"a", 1),
            ("\"\n\"", 1),
            ("\"\\x\"", 2),
            ("\"\\ud800\"", 7),
            ("\"\\u+123\"", 3),
            ("01", 0),
            ("-", 0),
            ("1.", 0),
            (".5", 0),
            ("1.e5", 0),
            ("+1", 0),
            ("1e999", 0),
            ("nul", 0),
        ] {
            assert_eq!(read_json(text), Err(at), "{text}");
        }
        assert_eq!(read_json(&"[".repeat(3_000)), Err(2_001));
    }
}
