//! Secrets as they are stored: sealed, so that whoever can open their file can open them, and nobody else.
//!
//! AES-256-GCM under the key for [`Purpose::Seal`]. The nonce is the beginning of an HMAC of the value under the
//! key for [`Purpose::SealNonce`]: equal values of one file are sealed to equal bytes, and no nonce is used for
//! two values. What is seen of a sealed value is its length, and whether it is another one's equal.

use crate::bytes::Plaintext;
use crate::material::{KeyMaterial, Purpose};
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use zeroize::Zeroizing;

/// Goes into every seal. A new version changes every sealed value.
const LABEL: &[u8] = b"gitopsc.dev/sealed/v1";
/// How many bytes a nonce has.
const NONCE: usize = 12;

impl KeyMaterial {
    /// `value`, sealed: the nonce, then the encrypted bytes, then the tag.
    ///
    /// # Panics
    /// `value` has 64 GiB or more.
    #[must_use]
    pub fn seal(&self, value: &[u8]) -> Vec<u8> {
        let nonce = self.nonce(value);
        let payload = Payload {
            msg: value,
            aad: LABEL,
        };
        let encrypted = self.cipher().encrypt(&Nonce::<U12>::from(nonce), payload);
        let encrypted = encrypted.expect("AES-GCM seals up to 64 GiB");
        [&nonce[..], &encrypted].concat()
    }

    /// What [`KeyMaterial::seal`] made `sealed` of; nothing if that was other material, or it was changed.
    #[must_use]
    pub fn unseal(&self, sealed: &[u8]) -> Option<Plaintext> {
        let (nonce, encrypted) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: encrypted,
            aad: LABEL,
        };
        let opened = self
            .cipher()
            .decrypt(&Nonce::<U12>::from(*nonce), payload)
            .ok();
        let opened = Zeroizing::new(opened?);
        (self.nonce(&opened) == *nonce).then_some(opened)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(self.derive(Purpose::Seal).as_bytes().into())
    }

    fn nonce(&self, value: &[u8]) -> [u8; NONCE] {
        let hmac = self.derive(Purpose::SealNonce).hmac(&[LABEL, value]);
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&hmac[..NONCE]);
        nonce
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_material_alone() {
        let (one, two) = (KeyMaterial::new(&[1; 32]), KeyMaterial::new(&[2; 32]));
        for value in [b"".as_slice(), b"hunter2", &[7; 5_000]] {
            let sealed = one.seal(value);
            assert_eq!(sealed, one.seal(value));
            assert_ne!(sealed, two.seal(value));
            assert_eq!(
                one.unseal(&sealed).map(|opened| opened.to_vec()),
                Some(value.to_vec())
            );
            assert!(two.unseal(&sealed).is_none());
        }
    }

    #[test]
    fn a_changed_seal_does_not_open() {
        let material = KeyMaterial::new(&[1; 32]);
        let sealed = material.seal(b"hunter2");
        for at in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[at / 8] ^= 1 << (at % 8);
            assert!(material.unseal(&changed).is_none(), "bit {at}");
        }
        for length in 0..sealed.len() {
            assert!(
                material.unseal(&sealed[..length]).is_none(),
                "length {length}"
            );
        }
    }
}
