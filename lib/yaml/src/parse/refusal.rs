//! What is refused before anything is parsed: texts too long for an offset, characters that YAML forbids.
//!
//! The forbidden characters are those of go-yaml's reader; the parser below is laxer.

use super::ParseError;
use crate::span::{FileId, Span};

/// How many characters are reported of one file: a binary file would have one on every line.
const REPORTED: usize = 10;

/// The refusal of a text whose offsets do not fit.
pub(crate) fn too_long(file: FileId) -> ParseError {
    ParseError::syntax(
        Span::new(file, 0),
        "the file is larger than 4 GiB".to_owned(),
    )
}

/// The forbidden characters of `text`.
pub(crate) fn characters(text: &str, file: FileId) -> Vec<ParseError> {
    let mut errors = Vec::new();
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = bytes[from..].iter().position(|byte| is_suspect(*byte)) {
        let at = from + found;
        let character = text[at..].chars().next().unwrap_or_default();
        if is_forbidden(character) {
            errors.push(ParseError::syntax(
                Span::new(file, u32::try_from(at).unwrap_or(u32::MAX)),
                format!(
                    "the character U+{:04X} is not allowed in YAML",
                    u32::from(character)
                ),
            ));
            if errors.len() == REPORTED {
                break;
            }
        }
        from = at + character.len_utf8();
    }
    errors
}

/// The refusal of a block scalar with this `text`, if there is one: go-yaml ends a line at U+0085, U+2028 and
/// U+2029 too, and what follows there is not indented, so that the block ends in the middle.
pub(super) fn block(text: &str) -> Option<String> {
    let mut lines = text.match_indices(['\u{85}', '\u{2028}', '\u{2029}']);
    let (_, found) = lines.find(|(at, found)| {
        let rest = &text[at + found.len()..];
        !rest.is_empty() && !rest.starts_with([' ', '\n', '\u{85}', '\u{2028}', '\u{2029}'])
    })?;
    let code = u32::from(found.chars().next().unwrap_or_default());
    Some(format!(
        "the character U+{code:04X} ends a line, and the rest of it is not indented: write it escaped in double quotes"
    ))
}

/// Whether a forbidden character may begin with this byte.
fn is_suspect(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r') || matches!(byte, 0x7F | 0xC2 | 0xEF)
}

/// Whether go-yaml refuses a text with this character in it, in quotes too.
///
/// ```
/// assert!(gitopsc_yaml::is_forbidden('\u{7F}'));
/// assert!(!gitopsc_yaml::is_forbidden('\n'));
/// ```
#[must_use]
pub fn is_forbidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{84}'
        | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
}
