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

/// The `text` of a scalar that was written from `at` to `end` in `source`, with go-yaml's reading of U+0085, U+2028
/// and U+2029: breaks of lines, whose next line is indented like any other. One that ends the scalar in the middle
/// is refused.
pub(super) fn line_ends<'t>(
    text: Cow<'t, str>,
    source: &str,
    (at, end): (usize, usize),
    style: Style,
) -> Result<Cow<'t, str>, String> {
    let written = source.get(at..end).unwrap_or_default();
    let Some(found) = written.find(LINE_ENDS) else {
        return Ok(text);
    };
    let read = if matches!(style, Style::Literal | Style::Folded) {
        let line = source[..at].rfind('\n').map_or(0, |before| before + 1);
        dedented(&text, at - line)
    } else {
        flow_scalar(written, style)
    };
    read.map(Cow::Owned)
        .ok_or_else(|| ends_a_line(&written[found..]))
}

/// The text of a block that is indented by `indent`; nothing if a line of it is not.
fn dedented(text: &str, indent: usize) -> Option<String> {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find(LINE_ENDS) {
        let (line, after) = rest.split_at(found);
        let mut characters = after.chars();
        let end = characters.next()?;
        read.push_str(line);
        read.push(if end == '\u{85}' { '\n' } else { end });
        let after = characters.as_str();
        let blanks = after.bytes().take(indent).take_while(|byte| *byte == b' ');
        let blanks = blanks.count();
        rest = &after[blanks..];
        let ends = rest.is_empty() || rest.starts_with('\n') || rest.starts_with(LINE_ENDS);
        if blanks < indent && !ends {
            return None;
        }
    }
    read.push_str(rest);
    Some(read)
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
