//! PGP secret keys, and messages opened with them.

use super::KeyError;
use super::pgp_armor::unarmored;
use super::pgp_packets::without_trailer;
use crate::bytes::Plaintext;
use pgp::composed::{Deserializable as _, Message, SignedSecretKey};
use pgp::types::{Password, SecretParams};
use std::io::Read as _;
use zeroize::Zeroizing;

/// How many bytes of a message are read: a data key or a part of one is far shorter.
const LONGEST: u64 = 4096;

const BEGIN: &str = "-----BEGIN PGP PRIVATE KEY BLOCK-----";

/// The secret keys in the armored blocks of `text`.
pub(super) fn parse(text: &str) -> Result<Vec<SignedSecretKey>, KeyError> {
    let starts: Vec<usize> = text.match_indices(BEGIN).map(|(at, _)| at).collect();
    let mut keys = Vec::new();
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(text.len());
        let (found, _) = SignedSecretKey::from_string_many(&text[*start..end])
            .map_err(|_| KeyError::Pgp("its armor is broken"))?;
        for key in found {
            keys.push(key.map_err(|_| KeyError::Pgp("a part of it cannot be read"))?);
        }
    }
    if keys.is_empty() {
        return Err(KeyError::Pgp("there is no armored secret key in it"));
    }
    if keys.iter().any(is_protected) {
        return Err(KeyError::Passphrase);
    }
    Ok(keys)
}

/// Whether a part of the key that could decrypt needs a passphrase.
fn is_protected(key: &SignedSecretKey) -> bool {
    let needs_passphrase = |params: &SecretParams| params.is_encrypted();
    let mut subkeys = key.secret_subkeys.iter();
    needs_passphrase(key.primary_key.secret_params())
        || subkeys.any(|subkey| needs_passphrase(subkey.key.secret_params()))
}

/// What the armored message `sealed` opens to.
pub(super) fn open(sealed: &[u8], keys: &[SignedSecretKey]) -> Option<Plaintext> {
    if keys.is_empty() {
        return None;
    }
    let packets = unarmored(sealed)?;
    let message = Message::from_bytes(without_trailer(&packets)).ok()?;
    let password = Password::empty();
    let opened = message.decrypt_with_keys(vec![&password], keys.iter().collect());
    let mut content = opened.ok()?;
    while content.is_compressed() {
        content = content.decompress().ok()?;
    }
    let mut plaintext = Zeroizing::new(Vec::with_capacity(64));
    let mut limited = (&mut content).take(LONGEST);
    limited.read_to_end(&mut plaintext).ok()?;
    (plaintext.len() < usize::try_from(LONGEST).ok()?).then_some(plaintext)
}
