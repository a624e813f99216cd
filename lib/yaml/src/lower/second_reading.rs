//! What becomes of a string when go-yaml v2 reads it inside JSON text.
//!
//! Go's JSON escapes the characters below U+0020, U+2028 and U+2029 and leaves all others; YAML's reader
//! refuses some of those, and takes U+0085 for a line break, which it folds.

use std::borrow::Cow;

/// The most characters that go-yaml reads of a key before its colon, quotes and escapes included.
const KEY_CHARACTERS: usize = 1024;

/// The string `text` as it is after the second reading; `is_key` if it is a map's key.
pub(super) fn read_again(text: &str, is_key: bool) -> Result<Cow<'_, str>, String> {
    if is_key && text.len() > KEY_CHARACTERS / 6 && json_characters(text) > KEY_CHARACTERS {
        return Err("a key of more than 1024 characters cannot be printed".to_owned());
    }
    if text.bytes().all(|byte| byte < 0x7F) {
        return Ok(Cow::Borrowed(text));
    }
    if let Some(refused) = text.chars().find(|character| refused(*character)) {
        let code = u32::from(refused);
        return Err(format!("the character U+{code:04X} cannot be printed"));
    }
    if !text.contains(NEXT_LINE) {
        return Ok(Cow::Borrowed(text));
    }
    if is_key {
        return Err("the character U+0085 cannot be printed in a key".to_owned());
    }
    fold(text).map(Cow::Owned)
}

const NEXT_LINE: char = '\u{85}';

/// Whether YAML's reader refuses this character where JSON does not escape it.
fn refused(character: char) -> bool {
    matches!(character, '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// How many characters Go's JSON has for `text`, with its quotes.
fn json_characters(text: &str) -> usize {
    let escaped = |character| match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1F}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => 6,
        _ => 1,
    };
    2 + text.chars().map(escaped).sum::<usize>()
}

/// Folds the lines that U+0085 makes: one break is a space, of several the first is dropped, and the spaces
/// around them go.
fn fold(text: &str) -> Result<String, String> {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(NEXT_LINE) {
        folded.push_str(rest[..at].trim_end_matches(' '));
        let after = rest[at..].trim_start_matches([' ', NEXT_LINE]);
        let gap = &rest[at..rest.len() - after.len()];
        let breaks = gap
            .chars()
            .filter(|character| *character == NEXT_LINE)
            .count();
        match breaks {
            1 => folded.push(' '),
            _ => folded.extend(std::iter::repeat_n('\n', breaks - 1)),
        }
        if gap.ends_with(NEXT_LINE) && is_document_mark(after) {
            return Err("`---` or `...` after the character U+0085 cannot be printed".to_owned());
        }
        rest = after;
    }
    folded.push_str(rest);
    Ok(folded)
}

fn is_document_mark(line: &str) -> bool {
    (line.starts_with("---") || line.starts_with("...")) && line[3..].starts_with([' ', NEXT_LINE])
}
