//! SHA-256 digests, one type per thing digested.

use sha2::{Digest as _, Sha256};
use std::fmt;
use std::marker::PhantomData;

/// Says of what a [`Digest`] is: a marker type names the thing and the label that goes before its bytes.
pub trait DigestOf {
    /// A label hashed first, so that equal bytes of different things differ.
    const LABEL: &'static str;
}

/// A SHA-256 digest of a `T`.
///
/// ```
/// use gitopsc_core::{Digest, DigestOf};
/// struct File;
/// impl DigestOf for File { const LABEL: &'static str = "file"; }
/// let one = Digest::<File>::of_parts(["a", "b"]);
/// assert_ne!(one, Digest::of_parts(["ab"]));
/// assert_eq!(Digest::parse(&one.to_string()), Some(one));
/// ```
pub struct Digest<T> {
    bytes: [u8; 32],
    of: PhantomData<fn() -> T>,
}

impl<T: DigestOf> Digest<T> {
    /// Digests `parts`: the label, then each part behind its length as eight bytes, little end first.
    pub fn of_parts<P: AsRef<[u8]>>(parts: impl IntoIterator<Item = P>) -> Digest<T> {
        let mut hasher = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        part(T::LABEL.as_bytes());
        for bytes in parts {
            part(bytes.as_ref());
        }
        Digest {
            bytes: hasher.finalize().into(),
            of: PhantomData,
        }
    }
}

impl<T> Digest<T> {
    /// Reads what Display writes: `sha256:` and 64 hexadecimal digits in lower case. It says so, and nothing
    /// has been digested.
    #[must_use]
    pub fn parse(text: &str) -> Option<Digest<T>> {
        let hex = text.strip_prefix("sha256:")?.as_bytes();
        let mut bytes = [0; 32];
        if hex.len() != 64 {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(hex.chunks(2)) {
            *byte = digit(digits[0])? << 4 | digit(digits[1])?;
        }
        Some(Digest {
            bytes,
            of: PhantomData,
        })
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

impl<T> AsRef<[u8]> for Digest<T> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl<T> Clone for Digest<T> {
    fn clone(&self) -> Digest<T> {
        *self
    }
}

impl<T> Copy for Digest<T> {}

impl<T> PartialEq for Digest<T> {
    fn eq(&self, other: &Digest<T>) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Digest<T> {}

impl<T> PartialOrd for Digest<T> {
    fn partial_cmp(&self, other: &Digest<T>) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Digest<T> {
    fn cmp(&self, other: &Digest<T>) -> std::cmp::Ordering {
        self.bytes.cmp(&other.bytes)
    }
}

impl<T> std::hash::Hash for Digest<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl<T> fmt::Display for Digest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sha256:")?;
        self.bytes
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<T> fmt::Debug for Digest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
