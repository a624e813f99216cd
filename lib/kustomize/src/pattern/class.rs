//! Classes of characters and escapes, as Go reads them.

use super::translate::{Rest, push_literal};
use std::fmt::Write;

/// What follows a backslash.
pub(super) enum Escaped {
    /// One character.
    One(char),
    /// A class, as it stands inside brackets.
    Class(String),
}

/// Translates what follows `[`, with the closing bracket.
pub(super) fn bracketed(rest: &mut Rest<'_>, out: &mut String) -> Result<(), String> {
    out.push('[');
    if rest.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut first = true;
    loop {
        let c = rest.next().ok_or("a bracket `[` is not closed")?;
        if c == ']' && !first {
            out.push(']');
            return Ok(());
        }
        first = false;
        if c == '['
            && let Some(class) = named(rest)?
        {
            out.push_str(&class);
            continue;
        }
        let low = match c {
            '\\' => match escaped(rest)? {
                Escaped::Class(class) => {
                    out.push_str(&class);
                    continue;
                }
                Escaped::One(c) => c,
            },
            c => c,
        };
        range(low, rest, out)?;
    }
}

/// Translates the range that begins with `low`, often that character alone.
fn range(low: char, rest: &mut Rest<'_>, out: &mut String) -> Result<(), String> {
    push_literal(out, low);
    let mut ahead = rest.clone();
    if ahead.next() != Some('-') || ahead.peek().is_none_or(|c| *c == ']') {
        return Ok(());
    }
    *rest = ahead;
    let high = match rest.next() {
        Some('\\') => match escaped(rest)? {
            Escaped::One(c) => c,
            Escaped::Class(_) => return Err("a range ends in a class".to_owned()),
        },
        Some(c) => c,
        None => return Err("a bracket `[` is not closed".to_owned()),
    };
    if high < low {
        return Err("the bounds of a range are swapped".to_owned());
    }
    out.push('-');
    push_literal(out, high);
    Ok(())
}

/// `[:name:]` after its first bracket; nothing if it is no such thing.
fn named(rest: &mut Rest<'_>) -> Result<Option<String>, String> {
    const NAMES: [&str; 14] = [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
        "space", "upper", "word", "xdigit",
    ];
    // Longer than any of the names, and short, so that many brackets stay cheap.
    let text: String = rest.clone().take(12).collect();
    let Some((name, _)) = text
        .strip_prefix(':')
        .and_then(|text| text.split_once(":]"))
    else {
        return Ok(None);
    };
    if !NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return Err(format!("there is no class of characters [:{name}:]"));
    }
    rest.nth(name.chars().count() + 2);
    Ok(Some(format!("[:{name}:]")))
}

/// What follows a backslash, in brackets or not.
pub(super) fn escaped(rest: &mut Rest<'_>) -> Result<Escaped, String> {
    let c = rest.next().ok_or("a backslash ends the expression")?;
    let one = match c {
        'd' => return Ok(Escaped::Class("0-9".to_owned())),
        'D' => return Ok(Escaped::Class("[^0-9]".to_owned())),
        's' => return Ok(Escaped::Class("\\t\\n\\f\\r\\x20".to_owned())),
        'S' => return Ok(Escaped::Class("[^\\t\\n\\f\\r\\x20]".to_owned())),
        'w' => return Ok(Escaped::Class("0-9A-Za-z_".to_owned())),
        'W' => return Ok(Escaped::Class("[^0-9A-Za-z_]".to_owned())),
        'p' | 'P' => return unicode(c, rest).map(Escaped::Class),
        'a' => '\u{7}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        'x' => hexadecimal(rest).ok_or("`\\x` is followed by no number of a character")?,
        '0' => octal(0, rest),
        '1'..='7' if matches!(rest.peek(), Some('0'..='7')) => {
            octal(c.to_digit(8).unwrap_or(0), rest)
        }
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
        c => return Err(format!("there is no escape `\\{c}`")),
    };
    Ok(Escaped::One(one))
}

/// Up to two more octal digits.
fn octal(first: u32, rest: &mut Rest<'_>) -> char {
    let mut code = first;
    for _ in 0..2 {
        let Some(digit) = rest.next_if(|c| c.is_digit(8)) else {
            break;
        };
        code = code * 8 + digit.to_digit(8).unwrap_or(0);
    }
    char::from_u32(code).unwrap_or('\0')
}

/// Two hexadecimal digits, or any number of them in braces.
fn hexadecimal(rest: &mut Rest<'_>) -> Option<char> {
    let mut digits = String::new();
    if rest.next_if_eq(&'{').is_some() {
        while let Some(digit) = rest.next_if(char::is_ascii_hexdigit) {
            digits.push(digit);
        }
        rest.next_if_eq(&'}')?;
    } else {
        digits.push(rest.next_if(char::is_ascii_hexdigit)?);
        digits.push(rest.next_if(char::is_ascii_hexdigit)?);
    }
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

/// A class of Unicode after `\p` or `\P`.
fn unicode(sign: char, rest: &mut Rest<'_>) -> Result<String, String> {
    let wrong = || format!("`\\{sign}` is followed by no name of a class");
    let mut negated = sign == 'P';
    let mut name = String::new();
    match rest.next().ok_or_else(wrong)? {
        '{' => {
            negated ^= rest.next_if_eq(&'^').is_some();
            while let Some(c) = rest.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                name.push(c);
            }
            rest.next_if_eq(&'}').ok_or_else(wrong)?;
        }
        c => name.push(c),
    }
    let sign = if negated { 'P' } else { 'p' };
    let mut class = String::new();
    let _ = write!(class, "\\{sign}{{{name}}}");
    Ok(class)
}
