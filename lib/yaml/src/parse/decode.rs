//! From bytes to text, as go-yaml's reader decides it: a byte-order mark says UTF-16, all else is UTF-8.

use super::ParseError;
use crate::span::{FileId, Span};
use std::borrow::Cow;

/// The text of `bytes`.
pub(crate) fn text(bytes: &[u8], file: FileId) -> Result<Cow<'_, str>, ParseError> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, file, u16::from_le_bytes).map(Cow::Owned),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, file, u16::from_be_bytes).map(Cow::Owned),
        _ => utf8(bytes, file).map(Cow::Borrowed),
    }
}

fn utf8(bytes: &[u8], file: FileId) -> Result<&str, ParseError> {
    str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        failure(file, at, format!("the byte 0x{byte:02X} is not UTF-8"))
    })
}

fn utf16(bytes: &[u8], file: FileId, unit: fn([u8; 2]) -> u16) -> Result<String, ParseError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        let message = "UTF-16 text ends in the middle of a character".to_owned();
        return Err(failure(file, bytes.len() + 1, message));
    }
    let mut text = String::with_capacity(bytes.len());
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok(character) => text.push(character),
            Err(_) => {
                let message = "half of a surrogate pair is no text".to_owned();
                return Err(failure(file, text.len(), message));
            }
        }
    }
    Ok(text)
}

fn failure(file: FileId, at: usize, message: String) -> ParseError {
    ParseError::syntax(
        Span::new(file, u32::try_from(at).unwrap_or(u32::MAX)),
        message,
    )
}
