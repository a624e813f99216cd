//! Decrypted values as they are stored.
//!
//! In its manifest, null stands in the place of such a value. Beside the manifest stand the place, the files
//! that the value came from, its HMAC, from which the manifest's digest is made, and the value sealed under a
//! key derived from those files' data keys. The wrapped data keys travel with the unit: whoever could open the
//! files can read the value back.

use crate::digest::SecretDigest;
use crate::secrets::OpenedFiles;
use crate::secrets::split::SecretValue;
use gitopsc_core::{EcoString, Json, Text};
use gitopsc_sops::{KeyMaterial, Purpose};
use gitopsc_yaml::Origins;
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, SecretLiteral, read_json, write_json};
use gitopsc_yaml::text::MASK;
use std::fmt;
use zeroize::Zeroizing;

/// Before a text.
const TEXT: u8 = b's';
/// Before the JSON text of a number or boolean.
const LITERAL: u8 = b'j';

/// A secret that cannot be stored, since the keys of a file that it came from are not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsealable {
    /// Where it is, as a JSON pointer.
    pub pointer: EcoString,
}

impl fmt::Display for Unsealable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the keys of the secret at {} are not known",
            self.pointer
        )
    }
}

impl std::error::Error for Unsealable {}

/// `secret` sealed with the keys of its files.
pub(super) fn seal(secret: &SecretValue<'_>, opened: &OpenedFiles) -> Result<Vec<u8>, Unsealable> {
    let material = opened.material(secret.origins);
    let material = material.ok_or_else(|| Unsealable {
        pointer: secret.pointer.clone(),
    })?;
    let mut plain = Zeroizing::new(Vec::new());
    match secret.value {
        Json::Secret(text) => {
            plain.push(TEXT);
            plain.extend_from_slice(text.reveal().as_bytes());
        }
        literal => {
            let mut text = Zeroizing::new(String::new());
            write_json(literal, Form::Canonical, Secrets::Reveal, &mut text);
            plain.push(LITERAL);
            plain.extend_from_slice(text.as_bytes());
        }
    }
    Ok(material.seal(&plain))
}

/// The value that `sealed` holds, as a secret of `origins`; nothing unless its HMAC is `digest`.
pub(super) fn unseal(
    sealed: &[u8],
    material: &KeyMaterial,
    origins: &Origins,
    digest: &SecretDigest,
) -> Option<Json> {
    let plain = material.unseal(sealed)?;
    let (kind, text) = plain.split_first()?;
    let text = std::str::from_utf8(text).ok()?;
    let value = match *kind {
        TEXT => Json::from(Text::secret(text.to_owned(), origins.clone())),
        LITERAL => {
            let source = Text::secret(String::new(), origins.clone());
            SecretLiteral::keep(read_json(text).ok()?, &source)
        }
        _ => return None,
    };
    value.origins()?;
    let key = material.derive(Purpose::Digest);
    (crate::secrets::mask::hmac_with(&value, &key) == *digest).then_some(value)
}

/// What stands in the place of a secret that no key opened.
pub(super) fn unopened() -> Json {
    Json::String(MASK.into())
}
