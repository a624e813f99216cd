//! The armor of PGP messages, read as leniently as SOPS does it: neither the kind of the block nor its
//! checksum counts, and what follows the first broken part is left out.

use crate::bytes::LENIENT;
use base64::Engine as _;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const END_OF_LINE: &str = "-----";

/// How many characters a line of the body may have.
const COLUMNS: usize = 96;

/// How many bytes of a line are read at once; longer lines are no part of armor.
const READ_AT_ONCE: usize = 100;

/// The bytes in the first block of armor; none if there is no block.
pub(super) fn unarmored(armored: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(armored);
    let mut lines = text.split('\n');
    while lines.by_ref().any(is_begin) {
        if skip_headers(&mut lines)? {
            return Some(body(lines));
        }
    }
    None
}

fn is_begin(line: &str) -> bool {
    let trimmed = line.trim();
    line.len() < READ_AT_ONCE
        && trimmed.starts_with(BEGIN)
        && trimmed.len() > BEGIN.len() + END_OF_LINE.len()
}

/// Skips headers and the empty line behind them; whether they were well-formed. None if the text ends.
fn skip_headers<'t>(lines: &mut impl Iterator<Item = &'t str>) -> Option<bool> {
    loop {
        let line = lines.next()?.trim();
        if line.is_empty() {
            return Some(true);
        }
        if !line.contains(':') {
            return Some(false);
        }
    }
}

/// The bytes of the body up to its end or to what is no Base64.
fn body<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<u8> {
    let is_sound = |line: &&str| {
        let trimmed = line.trim();
        let is_checksum = trimmed.len() == 5 && trimmed.starts_with('=');
        let is_end = trimmed.starts_with(END) || is_checksum;
        !is_end && trimmed.len() <= COLUMNS && line.len() < READ_AT_ONCE
    };
    let characters: Vec<u8> = lines
        .take_while(is_sound)
        .flat_map(|line| line.trim().bytes())
        .filter(|byte| *byte != b'\r')
        .collect();
    let mut bytes = Vec::with_capacity(characters.len() / 4 * 3);
    for group in characters.chunks(4) {
        let Ok(decoded) = LENIENT.decode(group) else {
            break;
        };
        bytes.extend(decoded);
        if group.ends_with(b"=") {
            break;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armor_is_read_leniently() {
        let of = |text: &str| unarmored(text.as_bytes());
        let abc = Some(b"abc".to_vec());
        assert_eq!(
            of("-----BEGIN PGP MESSAGE-----\n\nYWJj\n=abcd\n-----END PGP MESSAGE-----"),
            abc
        );
        assert_eq!(
            of("x\r\n -----BEGIN ANYTHING?????\r\nVersion: 1\r\n\r\nYWJj"),
            abc
        );
        assert_eq!(
            of("-----BEGIN A-----\nno header\n-----BEGIN B-----\n\nYWJj"),
            abc
        );
        assert_eq!(of("-----BEGIN A-----\n\nYWJj\nY*Jj\nYWJj"), abc);
        assert_eq!(of("-----BEGIN A-----\n\nYR=="), Some(b"a".to_vec()));
        assert_eq!(of("-----BEGIN A-----\nA: b"), None);
        assert_eq!(of("-----BEGIN -----\n\nYWJj"), None);
        assert_eq!(of(""), None);
    }
}
