//! What gitopsc writes on a member besides what Git says: the digest of what was applied, and the set's labels.
//!
//! The digest is of the normalised body, so that it says the same before and after the record is on it. It lies
//! in the cluster in plain sight: decrypted values enter it as HMACs under keys that only who can open their
//! files has, so that nobody can try values against it.

use crate::fields::{FieldPath, FieldSet};
use crate::normalise::Normalised;
use gitopsc_core::split::{SecretValue, split};
use gitopsc_core::{Digest, DigestOf, EcoString, Json};
use gitopsc_yaml::Object;
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};

/// The annotation that holds the digest of what was applied.
pub const APPLIED: &str = "gitopsc.dev/applied";
/// The label that holds the id of the ApplySet.
pub const PART_OF: &str = "applyset.kubernetes.io/part-of";
/// The label that holds the name of the set.
pub const SYNC: &str = "gitopsc.dev/sync";
/// The field manager that gitopsc applies under.
pub const FIELD_MANAGER: &str = "gitopsc";

/// Marks the digest of what was applied.
#[derive(Clone, Copy, Debug)]
pub struct Applied;

impl DigestOf for Applied {
    const LABEL: &'static str = "gitopsc.dev/applied/v1";
}

/// Digest of a normalised body.
pub type AppliedDigest = Digest<Applied>;

/// The digest of `desired`, where `hmac` gives what stands for a decrypted value: its HMAC under a key of its
/// files.
#[must_use]
pub fn digest_of(
    desired: &Normalised,
    hmac: &dyn Fn(&SecretValue<'_>) -> [u8; 32],
) -> AppliedDigest {
    let (public, secrets) = split(desired.body());
    let mut canonical = String::new();
    write_json(&public, Form::Canonical, Secrets::Mask, &mut canonical);
    let hmacs: Vec<[u8; 32]> = secrets.iter().map(hmac).collect();
    let pointers = secrets.iter().map(|secret| secret.pointer.as_bytes());
    let secrets = pointers.zip(&hmacs);
    let secrets = secrets.flat_map(|(pointer, hmac)| [pointer, hmac.as_slice()]);
    Digest::of_parts(std::iter::once(canonical.as_bytes()).chain(secrets))
}

/// The digest that a live object carries.
#[must_use]
pub fn applied_to(live: &Json) -> Option<AppliedDigest> {
    let annotations = live.get("metadata")?.get("annotations")?;
    Digest::parse(annotations.get(APPLIED)?.as_plain_str()?)
}

/// Whether a label or annotation with this key is part of the record.
#[must_use]
pub fn is_ours(key: &str) -> bool {
    matches!(key, APPLIED | PART_OF | SYNC)
}

/// The fields of the record.
#[must_use]
pub fn fields() -> FieldSet {
    let keys = [
        ("annotations", APPLIED),
        ("labels", PART_OF),
        ("labels", SYNC),
    ];
    FieldSet::of(keys.map(|(map, key)| FieldPath::fields(["metadata", map, key])))
}

/// The body that is sent for `desired`: with the digest and these labels on it.
#[must_use]
pub fn recorded(desired: &Normalised, applied: &AppliedDigest, labels: &[(&str, &str)]) -> Json {
    let text = |value: &str| Json::String(value.into());
    let annotation = (EcoString::from(APPLIED), text(&applied.to_string()));
    let labels = labels.iter();
    let labels = labels.map(|(key, value)| (EcoString::from(*key), text(value)));
    let labels: Vec<(EcoString, Json)> = labels.collect();
    let metadata = desired.body().get("metadata");
    let metadata = metadata.unwrap_or(&Json::Null);
    let annotations = joined(metadata.get("annotations"), vec![annotation]);
    let mut added = vec![("annotations".into(), annotations)];
    if !labels.is_empty() {
        added.push(("labels".into(), joined(metadata.get("labels"), labels)));
    }
    let metadata = joined(Some(metadata), added);
    joined(Some(desired.body()), vec![("metadata".into(), metadata)])
}

/// The map with these entries in place of its own of the same keys.
fn joined(map: Option<&Json>, added: Vec<(EcoString, Json)>) -> Json {
    let mut entries = match map {
        Some(Json::Object(entries)) => entries.as_slice().to_vec(),
        _ => Vec::new(),
    };
    entries.extend(added);
    Json::Object(Object::new(entries))
}
