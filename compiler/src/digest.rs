//! Digests of units and of the whole: Merkle, over the digests of what they hold.
//!
//! Spans, trails and the order of output do not enter: equal content has equal digests.

use crate::secrets::OpenedFiles;
use crate::secrets::mask::{hmac, holds_secrets, replaced};
use gitopsc_core::manifest::ManifestDigest;
use gitopsc_core::{Digest, DigestOf, Json, Manifest, UnitPath};
use gitopsc_sops::Purpose;
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};

/// Marks the digest of all that a unit asked for.
#[derive(Clone, Copy, Debug)]
pub struct UnitInput;

impl DigestOf for UnitInput {
    const LABEL: &'static str = "gitopsc.dev/unit-input/v1";
}

/// Marks the digest of a unit's manifests.
#[derive(Clone, Copy, Debug)]
pub struct UnitOutput;

impl DigestOf for UnitOutput {
    const LABEL: &'static str = "gitopsc.dev/unit/v1";
}

/// Marks the digest of all units.
#[derive(Clone, Copy, Debug)]
pub struct Graph;

impl DigestOf for Graph {
    const LABEL: &'static str = "gitopsc.dev/graph/v1";
}

/// Digest of what a unit asked for.
pub type InputDigest = Digest<UnitInput>;
/// Digest of a unit's manifests.
pub type UnitDigest = Digest<UnitOutput>;
/// Digest of all units with their names.
pub type GraphDigest = Digest<Graph>;

/// The digest of one manifest's body.
///
/// In place of each decrypted value stands null, and its HMAC under a key of its files is a part of its own:
/// everybody who can open the files gets the same digest, and nobody can try values against it.
#[must_use]
pub fn of_manifest(manifest: &Manifest, opened: &OpenedFiles) -> ManifestDigest {
    if opened.is_empty() || !holds_secrets(&manifest.body) {
        return Digest::of_parts([canonical(&manifest.body)]);
    }
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    let body = replaced(&manifest.body, &mut |value, origins| {
        let hmac = hmac(value, origins, opened, Purpose::Digest);
        secrets.push(hmac.unwrap_or_default().to_vec());
        Json::Null
    });
    let body = canonical(&body).into_bytes();
    Digest::of_parts(std::iter::once(body).chain(secrets))
}

fn canonical(body: &Json) -> String {
    let mut text = String::new();
    write_json(body, Form::Canonical, Secrets::Mask, &mut text);
    text
}

/// The digest of a unit, from the digests of its manifests, whatever their order.
#[must_use]
pub fn of_unit(manifests: &[ManifestDigest]) -> UnitDigest {
    let mut members = manifests.to_vec();
    members.sort();
    Digest::of_parts(members)
}

/// The digest of all units.
#[must_use]
pub fn of_graph<'a>(units: impl IntoIterator<Item = (&'a UnitPath, UnitDigest)>) -> GraphDigest {
    let parts = units.into_iter().flat_map(|(path, digest)| {
        [
            path.0.as_str().as_bytes().to_vec(),
            digest.as_bytes().to_vec(),
        ]
    });
    Digest::of_parts(parts)
}
