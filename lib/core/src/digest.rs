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
/// assert!(one.to_string().starts_with("sha256:"));
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
    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
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
