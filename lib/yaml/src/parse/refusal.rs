//! Where go-yaml's reader is stricter than the parser below: texts too long for an offset, forbidden characters,
//! characters that end a line.

use super::ParseError;
use crate::commented::flow_scalar;
use crate::node::Style;
use crate::span::{FileId, Span};
use std::borrow::Cow;

/// Characters that end a line for go-yaml, and no line for the parser below.
const LINE_ENDS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

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
    let mut lines = text.match_indices(LINE_ENDS);
    let (_, found) = lines.find(|(at, found)| {
        let rest = &text[at + found.len()..];
        !rest.is_empty() && !rest.starts_with([' ', '\n', '\u{85}', '\u{2028}', '\u{2029}'])
    })?;
    Some(ends_a_line(found))
}

/// The `text` of a scalar that was `written` in this style, with go-yaml's reading of U+0085, U+2028 and U+2029:
/// breaks of lines, with no blanks around them. In the middle of a plain scalar one may end it, which is refused.
pub(super) fn flow<'t>(
    text: Cow<'t, str>,
    written: &str,
    style: Style,
) -> Result<Cow<'t, str>, String> {
    let is_block = matches!(style, Style::Literal | Style::Folded);
    let Some(found) = written.find(LINE_ENDS).filter(|_| !is_block) else {
        return Ok(text);
    };
    match flow_scalar(written, style) {
        Some(text) => Ok(Cow::Owned(text)),
        None => Err(ends_a_line(&written[found..])),
    }
}

fn ends_a_line(found: &str) -> String {
    let code = u32::from(found.chars().next().unwrap_or_default());
    format!(
        "the character U+{code:04X} ends a line, and the rest of it is not indented: write it escaped in double quotes"
    )
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
