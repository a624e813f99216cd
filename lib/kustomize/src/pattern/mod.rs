//! Regular expressions as Go reads them, which is how users of Kustomize write them.
//!
//! Rust's engine has the same roots (RE2) and another grammar: `\w` knows all of Unicode there, `a**` is
//! fine, `a{` is not. So a pattern is read by Go's rules and written anew for the engine.

mod class;
mod translate;

use regex::bytes::Regex;
use translate::translate;

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub struct Pattern(Matcher);

#[derive(Clone, Debug)]
enum Matcher {
    /// The whole text is this: most patterns are plain names.
    Whole(Box<str>),
    /// The text holds this.
    Part(Box<str>),
    Expression(Box<Regex>),
}

impl Pattern {
    /// A pattern that is looked for anywhere in a text.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn new(pattern: &str) -> Result<Pattern, String> {
        if is_literal(pattern) {
            return Ok(Pattern(Matcher::Part(pattern.into())));
        }
        let regex = Regex::new(&translate(pattern)?).map_err(|error| reason(&error))?;
        Ok(Pattern(Matcher::Expression(Box::new(regex))))
    }

    /// A pattern that must fit the whole text.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn whole(pattern: &str) -> Result<Pattern, String> {
        if is_literal(pattern) {
            return Ok(Pattern(Matcher::Whole(pattern.into())));
        }
        Pattern::new(&format!("^(?:{pattern})$"))
    }

    /// Whether `text` matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        match &self.0 {
            Matcher::Whole(whole) => **whole == *text,
            Matcher::Part(part) => text.contains(&**part),
            Matcher::Expression(regex) => regex.is_match(text.as_bytes()),
        }
    }
}

/// Whether every character of `pattern` stands for itself.
fn is_literal(pattern: &str) -> bool {
    pattern
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | ':' | ' ' | '=' | ','))
}

/// The last line of the engine's message, which says what is wrong; those before it draw the pattern.
fn reason(error: &regex::Error) -> String {
    let message = error.to_string();
    let last = message.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn patterns_match_as_in_go() {
        for (pattern, text, expected) in [
            ("web", "my-web-1", true),
            ("^web$", "my-web", false),
            (r"a\d", "a٣", false),
            (r"\w+é", "é", false),
            (r"^\s$", "\u{b}", false),
            ("a{", "a{", true),
            ("a{,2}", "a{,2}", true),
            ("a{01}", "a{01}", true),
            ("^a{2}$", "aa", true),
            (r"\Qa.b\E+", "a.bb", true),
            (r"\Qa.b", "axb", false),
            ("[[a]]", "a]", true),
            ("[a&&b]", "&", true),
            ("[]a]", "]", true),
            ("[^]a]", "b", true),
            ("[a-]", "-", true),
            (r"[\d-z]", "-", true),
            (r"[^\D]", "5", true),
            ("[[:^alpha:]]", "5", true),
            (r"\<a\>", "<a>", true),
            (r"\_", "_", true),
            (r"\101", "A", true),
            (r"\x41\x{42}", "AB", true),
            (r"\p{Greek}", "λ", true),
            (r"\p{^Greek}", "λ", false),
            (r"\PN", "1", false),
            ("(?i)WEB", "web", true),
            ("(?i:W)eb", "wEB", false),
            (r"a\b", "ab", false),
            (r"a\B", "ab", true),
            ("(?P<n>a)(?<m>b)", "ab", true),
            ("^*a", "a", true),
            ("a*?b", "b", true),
            ("", "anything", true),
            ("(?s)a.b", "a\nb", true),
            ("a.b", "a\nb", false),
        ] {
            let compiled = Pattern::new(pattern).expect(pattern);
            assert_eq!(compiled.matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_whole_pattern_is_anchored_with_its_alternatives() {
        for (pattern, text, expected) in [
            ("web", "web", true),
            ("web", "web-1", false),
            ("a|b", "b", true),
            ("a|b", "ab", false),
            ("web.*", "web-1", true),
        ] {
            let compiled = Pattern::whole(pattern).expect(pattern);
            assert_eq!(compiled.matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for pattern in [
            "(",
            ")",
            "a**",
            "a*+",
            "a{2}{3}",
            "*",
            "(*)",
            "[a",
            "[b-a]",
            "[[:foo:]]",
            r"\8",
            r"\1",
            r"\C",
            r"\Z",
            r"\y",
            r"a\",
            "(?x)a",
            "(?=a)",
            "(?-)",
            "(?P<a",
            "(?P<a>b)(?P<a>c)",
            "a{1001}",
            "a{3,2}",
            r"\p{Klingon}",
            r"\xg",
            r"\x{110000}",
            r"[\b]",
            r"[a-\d]",
        ] {
            assert!(Pattern::new(pattern).is_err(), "{pattern}");
        }
    }
}
