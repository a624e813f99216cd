//! The armor of age files, read as strictly as age itself does it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const END: &[u8] = b"-----END AGE ENCRYPTED FILE-----";

/// How many bytes of white space may stand around the armor.
const WHITE_SPACE: usize = 1024;
/// How many characters a line has, but for the last.
const COLUMNS: usize = 64;

/// Whether `text` begins with armor. White space before it is allowed for data keys in SOPS files only.
pub(crate) fn is_armored(text: &[u8]) -> bool {
    text.starts_with(BEGIN)
}

/// The bytes in the armor; none if it is broken.
pub(crate) fn unarmored(text: &[u8]) -> Option<Vec<u8>> {
    let mut rest = text;
    let mut skipped = 0;
    loop {
        let line = next_line(&mut rest)?;
        if line == BEGIN {
            break;
        }
        skipped += line.len() + 1;
        if !line.trim_ascii().is_empty() || skipped > WHITE_SPACE {
            return None;
        }
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    loop {
        let line = next_line(&mut rest)?;
        if line == END {
            break;
        }
        if line.is_empty() || line.len() > COLUMNS {
            return None;
        }
        bytes.extend(STANDARD.decode(line).ok()?);
        let is_short = line.len() < COLUMNS || line.ends_with(b"=");
        if is_short {
            if next_line(&mut rest)? != END {
                return None;
            }
            break;
        }
    }
    let ends_well = rest.len() < WHITE_SPACE && rest.trim_ascii().is_empty();
    ends_well.then_some(bytes)
}

/// Takes a line without its end; none if there is none.
fn next_line<'t>(rest: &mut &'t [u8]) -> Option<&'t [u8]> {
    if rest.is_empty() {
        return None;
    }
    let end = rest.iter().position(|byte| *byte == b'\n');
    let (line, after) = match end {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (*rest, &rest[rest.len()..]),
    };
    *rest = after;
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn armor_is_read_strictly() {
        let armored = |body: &str| {
            let text = format!(
                "-----BEGIN AGE ENCRYPTED FILE-----\n{body}-----END AGE ENCRYPTED FILE-----\n"
            );
            unarmored(text.as_bytes())
        };
        assert_eq!(armored("YQ==\n").as_deref(), Some(b"a".as_slice()));
        assert_eq!(armored("YQ==\r\n").as_deref(), Some(b"a".as_slice()));
        assert_eq!(
            armored(&format!("{}\n", "a".repeat(64))).map(|bytes| bytes.len()),
            Some(48)
        );
        for broken in [
            "YR==\n",
            "YQ\n",
            "\nYQ==\n",
            "YQ==\nYQ==\n",
            "Y Q=\n",
            &format!("{}\n", "a".repeat(68)),
        ] {
            assert_eq!(armored(broken), None, "{broken:?}");
        }
        let text =
            "\n \n-----BEGIN AGE ENCRYPTED FILE-----\nYQ==\n-----END AGE ENCRYPTED FILE-----";
        assert!(!is_armored(text.as_bytes()));
        assert!(is_armored(text.trim_start().as_bytes()));
        assert_eq!(unarmored(text.as_bytes()).as_deref(), Some(b"a".as_slice()));
        assert_eq!(unarmored(format!("{text}\nx").as_bytes()), None);
        assert_eq!(unarmored(&text.as_bytes()[..60]), None);
    }
}
