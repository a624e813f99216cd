//! Bytes that may be secret, and the few things that Go does with bytes.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// Plaintext: wiped on drop.
pub type Plaintext = Zeroizing<Vec<u8>>;

/// Go's `base64.StdEncoding` reads like this: padding is needed, bits behind the last byte are not looked at.
pub(crate) const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// Decodes base64 as Go's `base64.StdEncoding` does, which goes over line breaks.
#[must_use]
pub fn base64_lenient(text: &[u8]) -> Option<Vec<u8>> {
    if text.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        let joined: Plaintext = Zeroizing::new(
            text.iter()
                .copied()
                .filter(|byte| !matches!(byte, b'\r' | b'\n'))
                .collect(),
        );
        return LENIENT.decode(&*joined).ok();
    }
    LENIENT.decode(text).ok()
}

/// Where `needle` begins in `text` first.
pub(crate) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    text.windows(needle.len()).position(|part| part == needle)
}

/// Where `needle` begins in `text` last.
pub(crate) fn find_last(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len().max(1))
        .rposition(|part| part == needle)
}

/// `text` with every `from` replaced by `to`.
pub(crate) fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Plaintext {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some(at) = find(rest, from).filter(|_| !from.is_empty()) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// `text` without white space at its start, which Go takes from Unicode.
pub(crate) fn trim_start(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let Some((space, length)) = first_char(rest)
        && space.is_whitespace()
    {
        rest = &rest[length..];
    }
    rest
}

/// `text` without white space at both ends.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let mut rest = trim_start(text);
    while let Some((space, length)) = last_char(rest)
        && space.is_whitespace()
    {
        rest = &rest[..rest.len() - length];
    }
    rest
}

/// The first character and its length; none where the text is no UTF-8.
fn first_char(text: &[u8]) -> Option<(char, usize)> {
    let (1..) = text.len() else { return None };
    (1..=text.len().min(4)).find_map(|length| {
        let character = str::from_utf8(&text[..length]).ok()?.chars().next()?;
        Some((character, length))
    })
}

fn last_char(text: &[u8]) -> Option<(char, usize)> {
    (1..=text.len().min(4)).find_map(|length| {
        let character = str::from_utf8(&text[text.len() - length..])
            .ok()?
            .chars()
            .next()?;
        Some((character, length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_lenient_as_go() {
        assert_eq!(base64_lenient(b"YQ==").as_deref(), Some(b"a".as_slice()));
        assert_eq!(base64_lenient(b"YR==").as_deref(), Some(b"a".as_slice()));
        assert_eq!(
            base64_lenient(b"Y\rQ=\n=").as_deref(),
            Some(b"a".as_slice())
        );
        assert_eq!(base64_lenient(b"YQ"), None);
        assert_eq!(base64_lenient(b"YQ="), None);
        assert_eq!(base64_lenient(b"YQ==YQ=="), None);
    }

    #[test]
    fn white_space_is_trimmed_by_characters() {
        assert_eq!(trim("\u{a0} a\u{85}\n".as_bytes()), b"a");
        assert_eq!(trim(b"\xa0 a\xff"), b"\xa0 a\xff");
        assert_eq!(trim(b" \t"), b"");
        assert_eq!(*replaced(b"a\\nb\\n", b"\\n", b"\n"), b"a\nb\n");
    }
}
