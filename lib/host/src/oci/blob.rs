//! Blobs: files that are named by the SHA-256 of their bytes.

use super::error::StoreError;
use crate::output::write_beside;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The SHA-256 of a blob's bytes and nothing else, as OCI has it.
///
/// ```
/// use gitopsc_host::oci::BlobDigest;
/// let digest = BlobDigest::of(b"{}");
/// assert_eq!(BlobDigest::parse(&digest.to_string()), Some(digest));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobDigest([u8; 32]);

impl BlobDigest {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> BlobDigest {
        BlobDigest(Sha256::digest(bytes).into())
    }

    /// Reads `sha256:` and 64 hexadecimal digits in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<BlobDigest> {
        let hex = text.strip_prefix("sha256:")?.as_bytes();
        let mut bytes = [0; 32];
        if hex.len() != 64 {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(hex.chunks(2)) {
            *byte = digit(digits[0])? << 4 | digit(digits[1])?;
        }
        Some(BlobDigest(bytes))
    }

    /// Where the blob is in the layout at `directory`.
    pub(super) fn path(self, directory: &Path) -> PathBuf {
        let text = self.to_string();
        let hex = text.trim_start_matches("sha256:");
        directory.join("blobs").join("sha256").join(hex)
    }
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for BlobDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Puts `bytes` into the layout at `directory` unless they are there; gives their digest, and whether they
/// were written.
///
/// Of what is there, only the size is compared: reading it would cost more than writing.
pub(super) fn put(directory: &Path, bytes: &[u8]) -> Result<(BlobDigest, bool), StoreError> {
    let digest = BlobDigest::of(bytes);
    let path = digest.path(directory);
    let is_there =
        fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() == bytes.len() as u64);
    if is_there {
        return Ok((digest, false));
    }
    let written = write_beside(&path, bytes).and_then(|(file, target)| {
        let persisted = file.into_temp_path().persist(target);
        persisted.map_err(|error| error.error)
    });
    match written {
        Ok(()) => Ok((digest, true)),
        Err(source) => Err(StoreError::Io {
            doing: "write",
            path,
            source,
        }),
    }
}

/// The bytes of the blob `digest` in the layout at `directory`, which are what their digest says.
pub(super) fn get(directory: &Path, digest: BlobDigest) -> Result<Vec<u8>, StoreError> {
    let path = digest.path(directory);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(StoreError::Missing { digest });
        }
        Err(source) => {
            return Err(StoreError::Io {
                doing: "read",
                path,
                source,
            });
        }
    };
    if BlobDigest::of(&bytes) != digest {
        return Err(StoreError::Damaged {
            path,
            what: "its digest is another".to_owned(),
        });
    }
    Ok(bytes)
}
