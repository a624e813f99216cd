//! From text to tokens.

use super::ParseError;
use super::value::Value;
use std::iter::Peekable;
use std::str::CharIndices;
use std::sync::Arc;

/// A piece of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Literal(Value),
    Name(String),
    Symbol(&'static str),
    End,
}

/// Symbols, the longer ones first.
const SYMBOLS: [&str; 28] = [
    "&&", "||", "==", "!=", "<=", ">=", ".?", "[?", "{?", ",?", "(", ")", "[", "]", "{", "}", ".", ",", "?",
    ":", "+", "-", "*", "/", "%", "!", "<", ">",
];

/// Cuts `text` into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ParseError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_space();
        let Some(next) = lexer.rest().chars().next() else {
            tokens.push(Token::End);
            return Ok(tokens);
        };
        tokens.push(lexer.token(next)?);
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let space = rest.len() - rest.trim_start().len();
            self.at += space;
            if !self.rest().starts_with("//") {
                return;
            }
            let rest = self.rest();
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
    }

    fn token(&mut self, next: char) -> Result<Token, ParseError> {
        let fraction = |text: &str| text.starts_with('.') && text[1..].starts_with(|c: char| c.is_ascii_digit());
        if next.is_ascii_digit() || fraction(self.rest()) {
            return self.number();
        }
        if let Some((prefix, quote)) = string_start(self.rest()) {
            return self.string(prefix, quote);
        }
        if next == '`' {
            let name = self.rest()[1..].split('`').next().unwrap_or_default();
            self.at += (name.len() + 2).min(self.rest().len());
            return Ok(Token::Name(name.to_owned()));
        }
        if next == '_' || next.is_ascii_alphabetic() {
            let is_part = |c: char| c == '_' || c.is_ascii_alphanumeric();
            let rest = self.rest();
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            self.at += end;
            return Ok(word(&rest[..end]));
        }
        let symbol = SYMBOLS.into_iter().find(|symbol| self.rest().starts_with(symbol));
        let symbol = symbol.ok_or_else(|| ParseError(format!("`{next}` has no meaning here")))?;
        self.at += symbol.len();
        Ok(Token::Symbol(symbol))
    }

    fn number(&mut self) -> Result<Token, ParseError> {
        let rest = self.rest();
        let hex = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X"));
        let (length, value) = match hex {
            Some(digits) => {
                let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
                (end + 2, whole(u64::from_str_radix(&digits[..end], 16), &digits[end..]))
            }
            None => {
                let end = decimal_end(rest);
                let text = &rest[..end];
                if text.contains(['.', 'e', 'E']) {
                    (end, text.parse().ok().map(Value::Double))
                } else {
                    (end, whole(text.parse(), &rest[end..]))
                }
            }
        };
        let value = value.ok_or_else(|| ParseError(format!("{} is no number", &rest[..length])))?;
        self.at += length + usize::from(matches!(value, Value::UInt(_)));
        Ok(Token::Literal(value))
    }

    fn string(&mut self, prefix: usize, quote: &'static str) -> Result<Token, ParseError> {
        let flags = self.rest()[..prefix].to_ascii_lowercase();
        let (raw, bytes) = (flags.contains('r'), flags.contains('b'));
        self.at += prefix + quote.len();
        let mut out = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with(quote) {
                self.at += quote.len();
                break;
            }
            let mut chars = rest.char_indices().peekable();
            match chars.next() {
                None | Some((_, '\n')) if quote.len() == 1 || rest.is_empty() => {
                    return Err(ParseError("a string does not end".to_owned()));
                }
                Some((_, '\\')) if !raw => self.at += escape(&mut chars, bytes, &mut out, rest.len())?,
                Some((_, c)) => {
                    out.extend(c.to_string().bytes());
                    self.at += c.len_utf8();
                }
                None => return Err(ParseError("a string does not end".to_owned())),
            }
        }
        if bytes {
            return Ok(Token::Literal(Value::Bytes(Arc::from(out))));
        }
        let text = String::from_utf8(out).map_err(|_| ParseError("a string is no text".to_owned()))?;
        Ok(Token::Literal(Value::String(text.into())))
    }
}

fn word(text: &str) -> Token {
    match text {
        "true" => Token::Literal(Value::Bool(true)),
        "false" => Token::Literal(Value::Bool(false)),
        "null" => Token::Literal(Value::Null),
        "in" => Token::Symbol("in"),
        name => Token::Name(name.to_owned()),
    }
}

/// An integer, without a sign if `u` follows.
fn whole(read: Result<u64, std::num::ParseIntError>, rest: &str) -> Option<Value> {
    let number = read.ok()?;
    if rest.starts_with(['u', 'U']) {
        return Some(Value::UInt(number));
    }
    // The smallest integer is written as the negative of a number that is none; it does not occur in rules.
    i64::try_from(number).ok().map(Value::Int)
}

/// Where a decimal number ends.
fn decimal_end(text: &str) -> usize {
    let digits = |from: usize| {
        let rest = &text[from..];
        from + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let mut end = digits(0);
    let fraction = text[end..].strip_prefix('.');
    if fraction.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        end = digits(end + 1);
    }
    if let Some(rest) = text[end..].strip_prefix(['e', 'E']) {
        let sign = usize::from(rest.starts_with(['+', '-']));
        if rest[sign..].starts_with(|c: char| c.is_ascii_digit()) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

/// The length of a string's prefix and its quote, if one begins here.
fn string_start(text: &str) -> Option<(usize, &'static str)> {
    let prefix = text.find(['"', '\'']).filter(|at| *at <= 2)?;
    let flags = text[..prefix].to_ascii_lowercase();
    let quotes = ["\"\"\"", "'''", "\"", "'"];
    let quote = quotes.into_iter().find(|quote| text[prefix..].starts_with(quote))?;
    ["", "r", "b", "br", "rb"].contains(&flags.as_str()).then_some((prefix, quote))
}

/// Appends what an escape stands for; gives its length.
fn escape(
    chars: &mut Peekable<CharIndices<'_>>,
    bytes: bool,
    out: &mut Vec<u8>,
    length: usize,
) -> Result<usize, ParseError> {
    let bad = || ParseError("a string has an escape that is not known".to_owned());
    let (_, kind) = chars.next().ok_or_else(bad)?;
    let simple = match kind {
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        '\\' | '\'' | '"' | '`' | '?' => Some(kind),
        _ => None,
    };
    if let Some(simple) = simple {
        out.extend(simple.to_string().bytes());
    } else {
        let (count, radix, first) = match kind {
            'x' | 'X' => (2, 16, None),
            'u' => (4, 16, None),
            'U' => (8, 16, None),
            '0'..='3' => (2, 8, kind.to_digit(8)),
            _ => return Err(bad()),
        };
        let mut number = first.unwrap_or(0);
        for _ in 0..count {
            let (_, digit) = chars.next().ok_or_else(bad)?;
            let digit = digit.to_digit(radix).ok_or_else(bad)?;
            number = number.wrapping_mul(radix).wrapping_add(digit);
        }
        match u8::try_from(number) {
            Ok(byte) if bytes && !matches!(kind, 'u' | 'U') => out.push(byte),
            _ => {
                let character = char::from_u32(number).ok_or_else(bad)?;
                out.extend(character.to_string().bytes());
            }
        }
    }
    Ok(chars.peek().map_or(length, |(at, _)| *at))
}
