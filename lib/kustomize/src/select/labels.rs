//! Label selectors, as k8s.io/apimachinery reads them: `a=b, c!=d, e in (x,y), !f, g>3`.
//!
//! Annotations are selected by the same grammar, in which few annotation values can be written.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::slice::Iter;

/// What labels must be like: all of its requirements hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    /// The value is one of these.
    In(BTreeSet<String>),
    /// There is no value, or another one.
    NotIn(BTreeSet<String>),
    Exists,
    Missing,
    Above(i64),
    Below(i64),
}

impl LabelSelector {
    /// Reads a selector; an empty one selects everything.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(selector: &str) -> Result<LabelSelector, String> {
        let tokens = tokens(selector);
        let mut parser = Parser {
            tokens: tokens.iter().peekable(),
        };
        Ok(LabelSelector {
            requirements: parser.requirements()?,
        })
    }

    /// Whether labels match, of which `value` gives one by its key.
    pub fn matches<'l>(&self, value: impl Fn(&str) -> Option<&'l str>) -> bool {
        self.requirements
            .iter()
            .all(|requirement| requirement.test.holds(value(&requirement.key)))
    }
}

impl Test {
    fn holds(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Test::In(values) => value.is_some_and(|value| values.contains(value)),
            Test::NotIn(values) => value.is_none_or(|value| !values.contains(value)),
            Test::Exists => value.is_some(),
            Test::Missing => value.is_none(),
            Test::Above(bound) => number().is_some_and(|number| number > *bound),
            Test::Below(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token<'s> {
    Word(&'s str),
    /// One of `= == != ! ( ) , > <`.
    Symbol(&'s str),
}

/// Splits at blanks and symbols; a longer symbol goes before a shorter one.
fn tokens(selector: &str) -> Vec<Token<'_>> {
    let is_symbol = |c: char| "=!(),><".contains(c);
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let mut tokens = Vec::new();
    let mut rest = selector.split('\0').next().unwrap_or_default();
    loop {
        rest = rest.trim_start_matches(is_blank);
        if rest.is_empty() {
            return tokens;
        }
        let length = match rest.as_bytes() {
            [b'=' | b'!', b'=', ..] => 2,
            [first, ..] if is_symbol(char::from(*first)) => 1,
            _ => rest
                .find(|c| is_symbol(c) || is_blank(c))
                .unwrap_or(rest.len()),
        };
        let (token, behind) = rest.split_at(length);
        tokens.push(if token.starts_with(is_symbol) {
            Token::Symbol(token)
        } else {
            Token::Word(token)
        });
        rest = behind;
    }
}

struct Parser<'t> {
    tokens: Peekable<Iter<'t, Token<'t>>>,
}

impl<'t> Parser<'t> {
    fn requirements(&mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        if self.tokens.peek().is_none() {
            return Ok(requirements);
        }
        loop {
            requirements.push(self.requirement()?);
            match self.tokens.next() {
                None => return Ok(requirements),
                Some(Token::Symbol(",")) => {}
                found => return Err(unexpected(found, "a comma, or the end")),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let negated = self.takes("!");
        let key = match self.tokens.next() {
            Some(Token::Word(key)) => *key,
            found => return Err(unexpected(found, "the key of a label")),
        };
        check_key(key)?;
        let test = if negated {
            Test::Missing
        } else if self.at_end() {
            Test::Exists
        } else {
            self.test()?
        };
        Ok(Requirement {
            key: key.to_owned(),
            test,
        })
    }

    fn test(&mut self) -> Result<Test, String> {
        Ok(match self.tokens.next() {
            Some(Token::Word("in")) => Test::In(self.values()?),
            Some(Token::Word("notin")) => Test::NotIn(self.values()?),
            Some(Token::Symbol("=" | "==")) => Test::In(self.value()?.into_iter().collect()),
            Some(Token::Symbol("!=")) => Test::NotIn(self.value()?.into_iter().collect()),
            Some(Token::Symbol(">")) => Test::Above(self.number()?),
            Some(Token::Symbol("<")) => Test::Below(self.number()?),
            found => return Err(unexpected(found, "one of =, ==, !=, in, notin, >, <")),
        })
    }

    /// The one value behind `=`, which may be missing and is then empty.
    fn value(&mut self) -> Result<Option<String>, String> {
        if self.at_end() {
            return Ok(Some(String::new()));
        }
        match self.tokens.next() {
            Some(Token::Word(value)) => checked(value).map(Some),
            found => Err(unexpected(found, "a value")),
        }
    }

    fn number(&mut self) -> Result<i64, String> {
        let value = self.value()?.unwrap_or_default();
        value
            .parse()
            .map_err(|_| format!("`{value}` is no whole number, and > and < need one"))
    }

    /// Values in parentheses; between commas may be nothing, which is the empty value.
    fn values(&mut self) -> Result<BTreeSet<String>, String> {
        if !self.takes("(") {
            return Err(unexpected(self.tokens.next(), "`(`"));
        }
        let mut values = BTreeSet::new();
        if self.takes(")") {
            values.insert(String::new());
            return Ok(values);
        }
        loop {
            let found = self.tokens.next();
            let next = self.tokens.peek();
            match (found, next) {
                (Some(Token::Word(value)), Some(Token::Symbol("," | ")"))) => {
                    values.insert(checked(value)?);
                }
                (Some(Token::Word(_)), _) => {
                    return Err(unexpected(self.tokens.next(), "a comma or `)`"));
                }
                (Some(Token::Symbol(",")), next) => {
                    let nothing = matches!(next, Some(Token::Symbol("," | ")")));
                    if values.is_empty() || nothing {
                        values.insert(String::new());
                    }
                    if self.takes(",") {
                        continue;
                    }
                }
                _ => return Err(unexpected(found, "a value or a comma")),
            }
            if self.takes(")") {
                return Ok(values);
            }
        }
    }

    fn at_end(&mut self) -> bool {
        matches!(self.tokens.peek(), None | Some(Token::Symbol(",")))
    }

    fn takes(&mut self, symbol: &str) -> bool {
        self.tokens
            .next_if(|token| **token == Token::Symbol(symbol))
            .is_some()
    }
}

fn unexpected(found: Option<&Token<'_>>, wanted: &str) -> String {
    match found {
        None => format!("it ends where {wanted} is expected"),
        Some(Token::Word(text) | Token::Symbol(text)) => {
            format!("`{text}` stands where {wanted} is expected")
        }
    }
}

/// A label's key: a name, and before it a DNS domain and `/` if one is wanted.
fn check_key(key: &str) -> Result<(), String> {
    let (domain, name) = match key.split_once('/') {
        Some((domain, name)) => (Some(domain), name),
        None => (None, key),
    };
    if domain.is_none_or(is_domain) && !name.is_empty() && is_name(name) {
        return Ok(());
    }
    Err(format!("`{key}` is no key of a label"))
}

fn checked(value: &str) -> Result<String, String> {
    if is_name(value) {
        return Ok(value.to_owned());
    }
    Err(format!("`{value}` is no value of a label"))
}

/// Letters, digits and `-_.`, the latter not first or last, 63 at most; or nothing.
fn is_name(text: &str) -> bool {
    text.len() <= 63
        && is_enclosed(text, |byte| byte.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn is_domain(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_part = |part: &str| {
        !part.is_empty()
            && is_enclosed(part, is_plain)
            && part.bytes().all(|byte| is_plain(byte) || byte == b'-')
    };
    text.len() <= 253 && text.split('.').all(is_part)
}

fn is_enclosed(text: &str, is_plain: impl Fn(u8) -> bool) -> bool {
    let ends = [text.bytes().next(), text.bytes().last()];
    ends.into_iter().flatten().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::LabelSelector;

    fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
        let selector = LabelSelector::parse(selector).expect(selector);
        selector.matches(|key| {
            labels
                .iter()
                .find(|(own, _)| *own == key)
                .map(|(_, value)| *value)
        })
    }

    #[test]
    fn requirements_hold_as_in_kubernetes() {
        let labels = [
            ("app", "web"),
            ("tier", ""),
            ("n", "5"),
            ("in", "x"),
            ("a.io/b", "c"),
        ];
        for (selector, expected) in [
            ("", true),
            (" app = web ", true),
            ("app==web,tier=", true),
            ("app=db", false),
            ("app!=db", true),
            ("none!=db", true),
            ("app", true),
            ("!app", false),
            ("!none", true),
            ("app in (web,db)", true),
            ("app in (db)", false),
            ("tier in ()", true),
            ("tier in (,a)", true),
            ("tier in (a,)", true),
            ("tier in (a,,b)", true),
            ("app notin (web)", false),
            ("none notin (web)", true),
            ("n>4,n<6", true),
            ("n>5", false),
            ("app>1", false),
            ("none<1", false),
            ("in in (x)", true),
            ("in", true),
            ("in=in", false),
            ("a.io/b=c", true),
            ("app=web,tier!=x", true),
        ] {
            assert_eq!(matches(selector, &labels), expected, "{selector}");
        }
    }

    #[test]
    fn what_kubernetes_refuses_is_refused() {
        for selector in [
            ",",
            "a,",
            "a,,b",
            "a=b c",
            "=b",
            "!",
            "!a=b",
            "!a b",
            "a in",
            "a in x",
            "a in (",
            "a in (x",
            "a in (x y)",
            "a in (x))",
            "a=(",
            "a>b",
            "a>",
            "a>-1",
            "-a",
            "a/b/c",
            "/a",
            "a/",
            "A.b/c",
            "a=b/c",
            "a=-",
            "a=b=c",
            "a<=1",
            "a in (=)",
            "ä",
            "a in (x;y)",
            "a in (,,)",
            "a in (x,,)",
        ] {
            assert!(LabelSelector::parse(selector).is_err(), "{selector}");
        }
        let long = "x".repeat(64);
        assert!(LabelSelector::parse(&long).is_err());
        assert!(LabelSelector::parse(&long[1..]).is_ok());
    }
}
