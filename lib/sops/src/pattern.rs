//! Regular expressions that Go wrote, for the engine at hand.
//!
//! Both follow RE2 and differ in details: what `\d`, `\w`, `\s` and `\b` hold, what brackets and escapes mean
//! inside of brackets, which flags and repetitions there are. A pattern that Go refuses matches nothing, as
//! in SOPS.

use regex::bytes::Regex;

/// A pattern of `encrypted_regex` and its kin.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Option<Regex>);

/// How often a part may be repeated, in Go.
const REPETITIONS: u32 = 1000;

impl Pattern {
    pub(crate) fn new(pattern: &[u8]) -> Pattern {
        let compile = || {
            let translated = Translator::new(str::from_utf8(pattern).ok()?).translate()?;
            Regex::new(&translated).ok()
        };
        Pattern(compile())
    }

    /// Whether any part of `text` matches.
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        self.0.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

struct Translator<'p> {
    rest: std::iter::Peekable<std::str::Chars<'p>>,
    out: String,
    /// Whether the last thing was a repetition, and whether one that asks for few.
    repeated: Option<bool>,
}

impl<'p> Translator<'p> {
    fn new(pattern: &'p str) -> Translator<'p> {
        Translator {
            rest: pattern.chars().peekable(),
            out: String::with_capacity(pattern.len() + 16),
            repeated: None,
        }
    }

    /// The pattern in the other engine's terms; none if Go refuses it.
    fn translate(mut self) -> Option<String> {
        while let Some(character) = self.rest.next() {
            let repeated = self.repeated.take();
            match character {
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '(' => self.group()?,
                '*' | '+' | '?' => self.repetition(character, repeated)?,
                '{' => self.counted(repeated)?,
                _ => self.literal(character),
            }
        }
        Some(self.out)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.rest.next();
        }
    }

    fn literal(&mut self, character: char) {
        if matches!(character, '}' | ']' | '#' | '&' | '~' | '-') {
            self.out.push('\\');
        }
        self.out.push(character);
    }

    fn repetition(&mut self, character: char, repeated: Option<bool>) -> Option<()> {
        let few = match (character, repeated) {
            ('?', Some(false)) => true,
            (_, Some(_)) => return None,
            _ => false,
        };
        self.repeated = Some(few);
        self.out.push(character);
        Some(())
    }

    /// `{2,3}`, or a brace that stands for itself.
    fn counted(&mut self, repeated: Option<bool>) -> Option<()> {
        let ahead: String = self
            .rest
            .clone()
            .take_while(|character| *character != '}')
            .collect();
        let closed = self.rest.clone().nth(ahead.chars().count()) == Some('}');
        let (least, most) = ahead.split_once(',').unwrap_or((&ahead, &ahead));
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            (digits && (text.len() == 1 || !text.starts_with('0'))).then(|| text.parse::<u32>())
        };
        let counts = match (closed, number(least), number(most)) {
            (true, Some(Ok(least)), Some(Ok(most))) => (least, most),
            (true, Some(Ok(least)), Some(Err(_))) if most.is_empty() => (least, least),
            (true, Some(Err(_)), Some(_)) | (true, Some(_), Some(Err(_))) if !least.is_empty() => {
                return None;
            }
            _ => {
                self.out.push_str("\\{");
                return Some(());
            }
        };
        if repeated.is_some() || counts.0 > counts.1 || counts.1 > REPETITIONS {
            return None;
        }
        self.out.push('{');
        self.out.push_str(&ahead);
        self.out.push('}');
        self.skip(ahead.chars().count() + 1);
        self.repeated = Some(false);
        Some(())
    }

    /// A group with the flags and names that Go knows.
    fn group(&mut self) -> Option<()> {
        self.out.push('(');
        if self.rest.peek() != Some(&'?') {
            return Some(());
        }
        self.out.push('?');
        self.rest.next();
        while let Some(character) = self.rest.next() {
            self.out.push(character);
            match character {
                ':' | ')' => return Some(()),
                'i' | 'm' | 's' | 'U' | '-' => {}
                'P' | '<' => return self.name(character),
                _ => return None,
            }
        }
        None
    }

    fn name(&mut self, first: char) -> Option<()> {
        if first == 'P' {
            self.out
                .push(self.rest.next().filter(|character| *character == '<')?);
        }
        loop {
            let character = self.rest.next()?;
            self.out.push(character);
            match character {
                '>' => return Some(()),
                '_' | '0'..='9' | 'a'..='z' | 'A'..='Z' => {}
                _ => return None,
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self, in_class: bool) -> Option<()> {
        let character = self.rest.next()?;
        let known = match character {
            'd' => Some("0-9"),
            'w' => Some("0-9A-Za-z_"),
            's' => Some(r"\t\n\x0C\r\x20"),
            _ => None,
        };
        if let Some(class) = known {
            self.in_brackets(class, in_class);
            return Some(());
        }
        match character {
            'D' => self.out.push_str("[^0-9]"),
            'W' => self.out.push_str("[^0-9A-Za-z_]"),
            'S' => self.out.push_str(r"[^\t\n\x0C\r\x20]"),
            'b' | 'B' if !in_class => {
                self.out.push_str("(?-u:\\");
                self.out.push(character);
                self.out.push(')');
            }
            'A' | 'z' if !in_class => self.push_escaped(character),
            'a' | 'f' | 't' | 'n' | 'r' | 'v' => self.push_escaped(character),
            'p' | 'P' => {
                self.push_escaped(character);
                self.until_class_name_ends()?;
            }
            'x' => self.hexadecimal()?,
            '0' => self.octal(0),
            '1'..='7'
                if self
                    .rest
                    .peek()
                    .is_some_and(|next| ('0'..='7').contains(next)) =>
            {
                self.octal(character.to_digit(8)?);
            }
            'Q' if !in_class => self.quoted(),
            _ if character.is_ascii_punctuation() => self.push_escaped_punctuation(character),
            _ => return None,
        }
        Some(())
    }

    fn in_brackets(&mut self, class: &str, in_class: bool) {
        if in_class {
            self.out.push_str(class);
        } else {
            self.out.push('[');
            self.out.push_str(class);
            self.out.push(']');
        }
    }

    fn push_escaped(&mut self, character: char) {
        self.out.push('\\');
        self.out.push(character);
    }

    /// Punctuation that stands for itself; the other engine gives `\<` and `\>` a meaning.
    fn push_escaped_punctuation(&mut self, character: char) {
        if !matches!(character, '<' | '>') {
            self.out.push('\\');
        }
        self.out.push(character);
    }

    fn until_class_name_ends(&mut self) -> Option<()> {
        let first = self.rest.next()?;
        self.out.push(first);
        if first == '{' {
            loop {
                let character = self.rest.next()?;
                self.out.push(character);
                if character == '}' {
                    break;
                }
            }
        }
        Some(())
    }

    fn hexadecimal(&mut self) -> Option<()> {
        self.out.push_str("\\x");
        if self.rest.peek() == Some(&'{') {
            return self.until_class_name_ends();
        }
        for _ in 0..2 {
            self.out
                .push(self.rest.next().filter(char::is_ascii_hexdigit)?);
        }
        Some(())
    }

    /// Up to three octal digits.
    fn octal(&mut self, first: u32) {
        let mut code = first;
        for _ in 0..2 {
            let Some(digit) = self.rest.peek().and_then(|digit| digit.to_digit(8)) else {
                break;
            };
            code = code * 8 + digit;
            self.rest.next();
        }
        self.out.push_str(&format!("\\x{{{code:x}}}"));
    }

    /// Everything up to `\E` as it is.
    fn quoted(&mut self) {
        while let Some(character) = self.rest.next() {
            if character == '\\' && self.rest.peek() == Some(&'E') {
                self.rest.next();
                return;
            }
            self.out.push_str(&regex::escape(&character.to_string()));
        }
    }

    /// A class in brackets, in which an opening bracket stands for itself.
    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.rest.peek() == Some(&'^') {
            self.out.push('^');
            self.rest.next();
        }
        let mut first = true;
        loop {
            match self.rest.next()? {
                ']' if !first => {
                    self.out.push(']');
                    return Some(());
                }
                '[' if self.rest.peek() == Some(&':') => self.named_class()?,
                '\\' => self.escape(true)?,
                '-' if first || self.rest.peek() == Some(&']') => self.out.push_str("\\-"),
                '-' => self.out.push('-'),
                character => {
                    if matches!(character, '[' | ']' | '&' | '~' | '#' | '^') {
                        self.out.push('\\');
                    }
                    self.out.push(character);
                }
            }
            first = false;
        }
    }

    /// `[:alpha:]`, or a bracket.
    fn named_class(&mut self) -> Option<()> {
        let ahead: String = self
            .rest
            .clone()
            .take_while(|character| *character != ']')
            .collect();
        match ahead
            .strip_prefix(':')
            .and_then(|name| name.strip_suffix(':'))
        {
            None => self.out.push_str("\\["),
            Some(_) => {
                self.out.push('[');
                self.out.push_str(&ahead);
                self.out.push(']');
                self.skip(ahead.chars().count() + 1);
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_match_what_go_would_match() {
        for (pattern, text, matches) in [
            ("^(data|stringData)$", "data", true),
            ("^(data|stringData)$", "metadata", false),
            (r"^\d+$", "12", true),
            (r"^\d+$", "\u{661}", false),
            (r"^[\w-]+$", "a-b", true),
            (r"^[[:alpha:]]+$", "ab", true),
            (r"^[[]$", "[", true),
            (r"^[a&&b]+$", "a&b", true),
            (r"\Qa.b\E", "a.b", true),
            (r"\Qa.b\E", "axb", false),
            (r"\<a\>", "<a>", true),
            (r"(?i)PASSWORD", "myPassword", true),
            (r"^(?P<x>a){2,3}$", "aaa", true),
            (r"a{,2}", "a{,2}", true),
            (r"x{2", "x{2", true),
            (r"a b", "a b", true),
            (r"^\x41\x{42}\103$", "ABC", true),
            (r"\pL", "é", true),
            ("", "anything", true),
        ] {
            let found = Pattern::new(pattern.as_bytes()).matches(text.as_bytes());
            assert_eq!(found, matches, "{pattern} on {text}");
        }
    }

    #[test]
    fn a_pattern_that_go_refuses_matches_nothing() {
        for pattern in [
            "(", "a**", "a{1001}", "(?x)a", "(?=a)", r"\y", "[b-a]", "a{3,2}", "*", r"a\",
        ] {
            assert!(
                !Pattern::new(pattern.as_bytes()).matches(b"a(aa"),
                "{pattern}"
            );
        }
    }
}
