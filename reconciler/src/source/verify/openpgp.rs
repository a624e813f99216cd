//! Signatures by OpenPGP keys, as `gpg --detach-sign --armor` makes them.
//!
//! A key counts as far as its own valid signatures say: not revoked, not expired, for signing. Signatures of others
//! on it do not count. Those with a broken hash are none.

use super::Signed;
use crate::source::access::setting;
use crate::source::error::SourceError;
use gitopsc_core::EcoString;
use pgp::composed::{Deserializable as _, DetachedSignature, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{KeyFlags, Signature, SignatureType};
use pgp::types::{KeyDetails, Tag, Timestamp};
use std::time::{Duration, SystemTime};

const BEGIN: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

/// Whether `text` holds an OpenPGP public key block.
pub(super) fn is_armored(text: &str) -> bool {
    text.contains(BEGIN)
}

/// The keys in the blocks of `text`.
pub(super) fn keys(text: &str) -> Result<Vec<SignedPublicKey>, SourceError> {
    let broken = |_| setting("verify", "an OpenPGP public key block cannot be read");
    let starts: Vec<usize> = text.match_indices(BEGIN).map(|(at, _)| at).collect();
    let mut keys = Vec::new();
    for (at, start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(text.len());
        let (found, _) = SignedPublicKey::from_string_many(&text[*start..end]).map_err(broken)?;
        for key in found {
            keys.push(key.map_err(broken)?);
        }
    }
    Ok(keys)
}

/// The fingerprint of the key that signed.
pub(super) fn signer(
    keys: &[SignedPublicKey],
    signed: &Signed,
    now: SystemTime,
) -> Result<EcoString, EcoString> {
    let text = std::str::from_utf8(&signed.signature).map_err(|_| "its signature is no text")?;
    let parsed = DetachedSignature::from_string(text);
    let (signature, _) = parsed.map_err(|_| "its signature cannot be read")?;
    let signature = signature.signature;
    if !matches!(
        signature.typ(),
        Some(SignatureType::Binary | SignatureType::Text)
    ) {
        return Err("its signature is not one of data".into());
    }
    if is_weak(&signature) {
        return Err("its signature is by a hash that is broken; sign again with another".into());
    }
    let mut why = None;
    for key in keys {
        match signs(key, &signature, &signed.content, now) {
            Ok(true) => return Ok(format!("{:X}", key.primary_key.fingerprint()).into()),
            Ok(false) => {}
            Err(reason) => why = Some(format!("{reason} ({:X})", key.primary_key.fingerprint())),
        }
    }
    let issuer = signature.issuer_fingerprint();
    let issuer = issuer
        .first()
        .map_or_else(String::new, |issuer| format!(" {issuer:X}"));
    let other = || {
        format!(
            "it is signed by another key{issuer} than those that may sign, or does not fit its signature"
        )
    };
    Err(why.unwrap_or_else(other).into())
}

/// Whether `key`, or a part of it, made the signature.
///
/// # Errors
/// It did, and may not.
fn signs(
    key: &SignedPublicKey,
    signature: &Signature,
    content: &[u8],
    now: SystemTime,
) -> Result<bool, &'static str> {
    let by_primary = signature.verify(&key.primary_key, content).is_ok();
    let mut subkeys = key.public_subkeys.iter();
    let subkey = subkeys.find(|subkey| signature.verify(&subkey.key, content).is_ok());
    if !by_primary && subkey.is_none() {
        return Ok(false);
    }
    let made = signature.created().ok_or("its signature has no date")?;
    let ends = after(made, signature.signature_expiration_time());
    if ends.is_some_and(|ends| ends <= now) {
        return Err("its signature has expired");
    }
    let own =
        own_signature(key).ok_or("the key that signed it has no valid signature of its own")?;
    let revocations = key.details.revocation_signatures.iter();
    if revocations
        .into_iter()
        .any(|revocation| revocation.verify_key(&key.primary_key).is_ok())
    {
        return Err("the key that signed it is revoked");
    }
    let created = key.primary_key.created_at();
    if is_over(created, own.key_expiration_time(), now) {
        return Err("the key that signed it has expired");
    }
    match subkey {
        _ if by_primary => may_sign(own),
        None => Ok(false),
        Some(subkey) => subkey_may_sign(key, subkey, now),
    }
}

fn subkey_may_sign(
    key: &SignedPublicKey,
    subkey: &SignedPublicSubKey,
    now: SystemTime,
) -> Result<bool, &'static str> {
    let valid = subkey.signatures.iter().filter(|binding| {
        !is_weak(binding)
            && binding
                .verify_subkey_binding(&key.primary_key, &subkey.key)
                .is_ok()
    });
    let (revocations, bindings): (Vec<&Signature>, Vec<&Signature>) =
        valid.partition(|binding| binding.typ() == Some(SignatureType::SubkeyRevocation));
    if !revocations.is_empty() {
        return Err("the subkey that signed it is revoked");
    }
    let latest = bindings
        .into_iter()
        .max_by_key(|binding| seconds(binding.created()));
    let binding = latest.ok_or("the subkey that signed it is not bound to its key")?;
    if is_over(subkey.key.created_at(), binding.key_expiration_time(), now) {
        return Err("the subkey that signed it has expired");
    }
    // Without the subkey's consent, anybody could take it for theirs.
    let back = binding.embedded_signature();
    let consents = back.is_some_and(|back| {
        back.verify_primary_key_binding(&subkey.key, &key.primary_key)
            .is_ok()
    });
    match binding.key_flags().sign() && consents {
        true => Ok(true),
        false => Err("the subkey that signed it is not for signing"),
    }
}

fn may_sign(own: &Signature) -> Result<bool, &'static str> {
    let flags = own.key_flags();
    // A key that does not say what it is for is for everything.
    match flags.sign() || flags == KeyFlags::default() {
        true => Ok(true),
        false => Err("the key that signed it is not for signing"),
    }
}

/// The latest valid signature of a key on itself or on a name of its owner, which says what it is for and how long.
fn own_signature(key: &SignedPublicKey) -> Option<&Signature> {
    let primary = &key.primary_key;
    let of_users = key.details.users.iter().flat_map(|user| {
        let signatures = user.signatures.iter();
        signatures.filter(|own| {
            own.is_certification()
                && own
                    .verify_certification(primary, Tag::UserId, &user.id)
                    .is_ok()
        })
    });
    let direct = key.details.direct_signatures.iter();
    let direct = direct.filter(|own| own.verify_key(primary).is_ok());
    let valid = of_users.chain(direct).filter(|own| !is_weak(own));
    valid.max_by_key(|own| seconds(own.created()))
}

fn is_weak(signature: &Signature) -> bool {
    matches!(
        signature.hash_alg(),
        None | Some(HashAlgorithm::Md5 | HashAlgorithm::Sha1 | HashAlgorithm::Ripemd160)
    )
}

fn is_over(created: Timestamp, lasts: Option<pgp::types::Duration>, now: SystemTime) -> bool {
    after(created, lasts).is_some_and(|ends| ends <= now)
}

/// When something ends; nothing if it never does.
fn after(start: Timestamp, lasts: Option<pgp::types::Duration>) -> Option<SystemTime> {
    let lasts = lasts.map(Duration::from).filter(|lasts| !lasts.is_zero())?;
    Some(SystemTime::from(start) + lasts)
}

fn seconds(time: Option<Timestamp>) -> Option<SystemTime> {
    time.map(SystemTime::from)
}
