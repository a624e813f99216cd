//! SOPS' INI files, as the Go library ini.v1 reads and writes them.

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

/// The section of keys that stand above all sections.
const DEFAULT_SECTION: &[u8] = b"DEFAULT";

/// What may stand between a key and its value.
const DELIMITERS: &[u8] = b"=:";

/// Where one of `bytes` stands first in `text`.
fn find_any(text: &[u8], bytes: &[u8]) -> Option<usize> {
    text.iter().position(|byte| bytes.contains(byte))
}
