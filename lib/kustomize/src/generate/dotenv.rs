//! Env files as ksops reads them (joho/godotenv): with quotes, `export` and comments behind values.
//!
//! Variables in values are not expanded: SOPS writes values as they are, and a `$` in a password is one.

use gitopsc_core::EcoString;

/// The entries of `text`; a line that is none is passed over.
pub(super) fn pairs(text: &str) -> Vec<(EcoString, String)> {
    text.lines().filter_map(pair).collect()
}

fn pair(line: &str) -> Option<(EcoString, String)> {
    let line = line.trim_start();
    if line.starts_with('#') {
        return None;
    }
    let line = line
        .strip_prefix("export")
        .filter(|rest| rest.starts_with(char::is_whitespace))
        .unwrap_or(line);
    let (key, value) = line.split_once(['=', ':'])?;
    let key = key.trim();
    (!key.is_empty()).then(|| (key.into(), value_of(value.trim())))
}

fn value_of(text: &str) -> String {
    let quoted = |quote: char| {
        let rest = text.strip_prefix(quote)?;
        Some(&rest[..rest.rfind(quote)?])
    };
    if let Some(inner) = quoted('\'') {
        return inner.to_owned();
    }
    if let Some(inner) = quoted('"') {
        return unescaped(inner);
    }
    let comment = text
        .match_indices('#')
        .map(|(at, _)| at)
        .find(|at| text[..*at].ends_with(char::is_whitespace));
    text[..comment.unwrap_or(text.len())].trim_end().to_owned()
}

/// The text between double quotes.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match (character, character == '\\') {
            (_, true) => match rest.next() {
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some(other) => plain.push(other),
                None => {}
            },
            (character, false) => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn quotes_comments_and_export_are_understood() {
        let text = "# a comment\nexport A=1\nB = \"two\\nlines\" \nC='as $is'\nD=a#b # c\n\nE=\nno entry\nexported: x\n";
        let expected = [
            ("A", "1"),
            ("B", "two\nlines"),
            ("C", "as $is"),
            ("D", "a#b"),
            ("E", ""),
            ("exported", "x"),
        ];
        let found = pairs(text);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!(found, expected);
    }
}
