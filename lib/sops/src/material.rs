//! What the key of an encrypted file is good for besides opening it: keys for masks, digests and seals.
//!
//! Everybody who can open the file derives the same keys, so nothing has to be kept or agreed on. A secret of
//! several files takes the keys of all of them.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// The label of a file's own material. A new version changes every digest.
const OF_FILE: &[u8] = b"gitopsc.dev/secret/file/v1";
/// The label of material of several files.
const OF_FILES: &[u8] = b"gitopsc.dev/secret/files/v1";

/// What keys are derived from: the data key of a SOPS file, the file key of an age file, or several.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyMaterial(Zeroizing<[u8; 32]>);

/// What a derived key is for. Keys for different purposes have nothing in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// What is shown in place of a secret.
    Mask,
    /// The digest of a secret.
    Digest,
    /// The key that a stored secret is sealed with.
    Seal,
    /// The nonce that a stored secret is sealed with.
    SealNonce,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Purpose::Mask => b"mask",
            Purpose::Digest => b"digest",
            Purpose::Seal => b"seal",
            Purpose::SealNonce => b"seal nonce",
        }
    }
}

/// A key for one purpose.
#[derive(Clone)]
pub struct DerivedKey(Zeroizing<[u8; 32]>);

impl KeyMaterial {
    /// The material of a file's key.
    pub(crate) fn new(key: &[u8]) -> KeyMaterial {
        KeyMaterial::extract(OF_FILE, key)
    }

    /// The material of a secret that came from several files, in an order that all agree on (that of the
    /// files' digests); of one file, its own.
    #[must_use]
    pub fn of_all<'k>(materials: impl IntoIterator<Item = &'k KeyMaterial>) -> Option<KeyMaterial> {
        let mut all = materials.into_iter();
        let first = all.next()?;
        let mut joined = Zeroizing::new(first.0.to_vec());
        for material in all {
            joined.extend_from_slice(&*material.0);
        }
        if joined.len() == first.0.len() {
            return Some(first.clone());
        }
        Some(KeyMaterial::extract(OF_FILES, &joined))
    }

    /// The key for `purpose`.
    #[must_use]
    pub fn derive(&self, purpose: Purpose) -> DerivedKey {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::from_prk(&*self.0)
            .and_then(|expander| {
                let expanded = expander.expand(purpose.label(), &mut *key);
                expanded.map_err(|_| hkdf::InvalidPrkLength)
            })
            .expect("32 bytes are one block of SHA-256");
        DerivedKey(key)
    }

    fn extract(label: &[u8], key: &[u8]) -> KeyMaterial {
        let (extracted, _) = Hkdf::<Sha256>::extract(Some(label), key);
        KeyMaterial(Zeroizing::new(extracted.into()))
    }
}

impl DerivedKey {
    /// The HMAC-SHA-256 of `parts`, each behind its length as eight bytes, little end first.
    #[must_use]
    pub fn hmac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.0).expect("any length is a key");
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The key itself, to seal with.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<key material>")
    }
}

impl fmt::Debug for DerivedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<derived key>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_by_file_purpose_and_order() {
        let (one, two) = (KeyMaterial::new(&[1; 32]), KeyMaterial::new(&[2; 32]));
        let both = KeyMaterial::of_all([&one, &two]).expect("some");
        let reversed = KeyMaterial::of_all([&two, &one]).expect("some");
        assert_eq!(KeyMaterial::of_all([&one]), Some(one.clone()));
        assert_eq!(KeyMaterial::of_all([]), None);
        let keys = [&one, &two, &both, &reversed]
            .map(|material| *material.derive(Purpose::Mask).as_bytes());
        let purposes = [Purpose::Digest, Purpose::Seal, Purpose::SealNonce];
        let more = purposes.map(|purpose| *one.derive(purpose).as_bytes());
        let all: std::collections::BTreeSet<[u8; 32]> = keys.into_iter().chain(more).collect();
        assert_eq!(all.len(), 7);
    }

    #[test]
    fn the_parts_of_a_message_do_not_run_together() {
        let key = KeyMaterial::new(&[1; 16]).derive(Purpose::Digest);
        assert_ne!(key.hmac(&[b"ab", b"c"]), key.hmac(&[b"a", b"bc"]));
        assert_eq!(format!("{key:?}"), "<derived key>");
    }
}
