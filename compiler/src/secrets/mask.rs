//! What is shown in place of decrypted values.
//!
//! A mask is an HMAC under a key of the encrypted file: everybody who can open the file sees the same mask,
//! nobody else can try values against it, and it changes when the value does. No mask is base64, and an
//! object with a mask carries an annotation whose key no API server accepts: it cannot be applied by mistake.

use super::names::PUBLIC;
use super::table::OpenedFiles;
pub use gitopsc_core::split::holds_secrets;
use gitopsc_core::{EcoString, Json};
use gitopsc_sops::{DerivedKey, Purpose};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};
use gitopsc_yaml::text::MASK;
use gitopsc_yaml::{Object, Origins};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// The annotation of an object with masks. A key with a space and a comma is refused by every API server.
pub const ANNOTATION: &str = "gitopsc.dev/masked, not to be applied";

/// What the annotation says.
const ADVICE: &str = "--reveal-secrets prints the values";

/// How many bytes of the HMAC a mask shows.
const SHOWN: usize = 8;

/// `body` with its decrypted values masked; nothing if there are none.
#[must_use]
pub fn masked(body: &Json, opened: &OpenedFiles) -> Option<Json> {
    if opened.is_empty() || !holds_secrets(body) {
        return None;
    }
    let revealed = revealed_names(body);
    let mut hidden = 0;
    let masked = replaced(&revealed, &mut |value, origins| {
        hidden += 1;
        Json::String(mask(value, origins, opened))
    });
    Some(if hidden == 0 { masked } else { marked(masked) })
}

/// The HMAC of the decrypted `value` for `purpose`; nothing if the key of one of its files is not known.
#[must_use]
pub fn hmac(
    value: &Json,
    origins: &Origins,
    opened: &OpenedFiles,
    purpose: Purpose,
) -> Option<[u8; 32]> {
    let key = opened.material(origins)?.derive(purpose);
    Some(hmac_with(value, &key))
}

/// The HMAC of the decrypted `value` under `key`.
#[must_use]
pub fn hmac_with(value: &Json, key: &DerivedKey) -> [u8; 32] {
    let mut text = Zeroizing::new(String::new());
    // JSON text tells a number from a string that looks like one.
    write_json(value, Form::Canonical, Secrets::Reveal, &mut text);
    key.hmac(&[text.as_bytes()])
}

/// `body` with what `replace` makes of each decrypted value in its place.
pub(crate) fn replaced(body: &Json, replace: &mut dyn FnMut(&Json, &Origins) -> Json) -> Json {
    match body {
        Json::Array(items) => {
            Json::Array(items.iter().map(|item| replaced(item, replace)).collect())
        }
        Json::Object(object) => {
            let entries = object.iter();
            let entries = entries.map(|(key, value)| (key.clone(), replaced(value, replace)));
            Json::Object(Object::new(entries.collect()))
        }
        value => match value.origins() {
            Some(origins) => replace(value, origins),
            None => value.clone(),
        },
    }
}

fn mask(value: &Json, origins: &Origins, opened: &OpenedFiles) -> EcoString {
    let Some(hmac) = hmac(value, origins, opened, Purpose::Mask) else {
        return MASK.into();
    };
    let mut mask = EcoString::from("<secret ");
    for byte in &hmac[..SHOWN] {
        // Writing to a text does not fail.
        let _ = write!(mask, "{byte:02x}");
    }
    mask.push('>');
    mask
}

/// `body` with plain text for what is public of an object.
fn revealed_names(body: &Json) -> Json {
    let is_secret = body.get("kind").and_then(Json::as_text);
    let is_secret = is_secret.is_some_and(|kind| kind == "Secret");
    let mut body = body.clone();
    for path in PUBLIC {
        if path != ["type"] || is_secret {
            reveal(&mut body, path);
        }
    }
    body
}

fn reveal(value: &mut Json, path: &[&str]) {
    match (path.split_first(), &*value) {
        (None, Json::Secret(secret)) => *value = Json::String(secret.reveal().into()),
        (Some((key, rest)), Json::Object(object)) if object.get(key).is_some() => {
            let mut entries = object.as_slice().to_vec();
            for (name, value) in &mut entries {
                if name == key {
                    reveal(value, rest);
                }
            }
            *value = Json::Object(Object::new(entries));
        }
        _ => {}
    }
}

/// `body` with the annotation.
pub(crate) fn marked(body: Json) -> Json {
    let annotation = (ANNOTATION.into(), Json::String(ADVICE.into()));
    with(body, "metadata", |metadata| {
        with(metadata, "annotations", |annotations| {
            let mut entries = entries_of(&annotations);
            entries.push(annotation);
            Json::Object(Object::new(entries))
        })
    })
}

/// `object` with what `change` makes of the value under `key`.
fn with(object: Json, key: &str, change: impl FnOnce(Json) -> Json) -> Json {
    let mut entries = entries_of(&object);
    let old = entries.iter().position(|(name, _)| name == key);
    let old = old.map_or(Json::Null, |at| entries.remove(at).1);
    entries.push((key.into(), change(old)));
    Json::Object(Object::new(entries))
}

fn entries_of(value: &Json) -> Vec<(EcoString, Json)> {
    match value {
        Json::Object(object) => object.as_slice().to_vec(),
        _ => Vec::new(),
    }
}
