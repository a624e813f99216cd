//! Digests of manifests, units and the whole: Merkle, over the digests of what they hold.
//!
//! Every digest is the SHA-256 of parts, each behind its length as eight bytes, little end first; the first part
//! is a label that says of what it is, with a version. In words:
//!
//! | of | label | parts |
//! | --- | --- | --- |
//! | a manifest | `gitopsc.dev/manifest/v1` | its body as canonical JSON, null in place of each decrypted value; then of each of those, in the order in which they stand, its JSON pointer and its HMAC |
//! | a unit | `gitopsc.dev/unit/v1` | the digests of its manifests, sorted |
//! | all units | `gitopsc.dev/units/v1` | of each, in order, its path and its digest |
//! | the graph | `gitopsc.dev/graph/v1` | see [`graph`] |
//!
//! Canonical JSON: keys sorted by their bytes, no space, only what JSON demands is escaped, integers exact,
//! floats as the shortest text that reads back the same. The HMAC of a decrypted value is that of its canonical
//! JSON under a key of the files it came from: everybody who can open the files gets the same digest, and nobody
//! can try values against it.
//!
//! Spans, trails and the order of output do not enter: equal content has equal digests. A change of any rule
//! changes the label's version.

pub mod graph;

pub use graph::{UnitFacts, of_facts, of_graph};

use crate::secrets::OpenedFiles;
use crate::secrets::mask::{hmac, holds_secrets};
use crate::secrets::split::{SecretValue, split};
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
pub struct Units;

impl DigestOf for Units {
    const LABEL: &'static str = "gitopsc.dev/units/v1";
}

/// Marks the digest of the graph.
#[derive(Clone, Copy, Debug)]
pub struct Graph;

impl DigestOf for Graph {
    const LABEL: &'static str = "gitopsc.dev/graph/v1";
}

/// Digest of what a unit asked for.
pub type InputDigest = Digest<UnitInput>;
/// Digest of a unit's manifests.
pub type UnitDigest = Digest<UnitOutput>;
/// Digest of all units with their names, without edges.
pub type UnitsDigest = Digest<Units>;
/// Digest of everything: units, settings, manifests, edges.
pub type GraphDigest = Digest<Graph>;
/// The HMAC that stands for a decrypted value in the digest of its manifest.
pub type SecretDigest = [u8; 32];

/// The digest of one manifest's body.
#[must_use]
pub fn of_manifest(manifest: &Manifest, opened: &OpenedFiles) -> ManifestDigest {
    if opened.is_empty() || !holds_secrets(&manifest.body) {
        return of_public(&manifest.body, []);
    }
    let (public, secrets) = split(&manifest.body);
    let digests: Vec<SecretDigest> = secrets
        .iter()
        .map(|secret| of_secret(secret, opened))
        .collect();
    let pointers = secrets.iter().map(|secret| secret.pointer.as_str());
    of_public(&public, pointers.zip(&digests))
}

/// The digest of a manifest whose body without decrypted values is `public`, and whose decrypted values are at
/// these pointers and have these HMACs.
#[must_use]
pub fn of_public<'s>(
    public: &Json,
    secrets: impl IntoIterator<Item = (&'s str, &'s SecretDigest)>,
) -> ManifestDigest {
    let mut canonical = String::new();
    write_json(public, Form::Canonical, Secrets::Mask, &mut canonical);
    let secrets = secrets.into_iter();
    let secrets = secrets.flat_map(|(pointer, hmac)| [pointer.as_bytes(), hmac.as_slice()]);
    Digest::of_parts(std::iter::once(canonical.as_bytes()).chain(secrets))
}

/// The HMAC of a decrypted value; zeros if the keys of its files are not known.
#[must_use]
pub fn of_secret(secret: &SecretValue<'_>, opened: &OpenedFiles) -> SecretDigest {
    hmac(secret.value, secret.origins, opened, Purpose::Digest).unwrap_or_default()
}

/// The digest of a unit, from the digests of its manifests, whatever their order.
#[must_use]
pub fn of_unit(manifests: &[ManifestDigest]) -> UnitDigest {
    let mut members = manifests.to_vec();
    members.sort();
    Digest::of_parts(members)
}

/// The digest of all units, without the edges between their objects.
#[must_use]
pub fn of_units<'a>(units: impl IntoIterator<Item = (&'a UnitPath, UnitDigest)>) -> UnitsDigest {
    let parts = units.into_iter().flat_map(|(path, digest)| {
        [
            path.0.as_str().as_bytes().to_vec(),
            digest.as_bytes().to_vec(),
        ]
    });
    Digest::of_parts(parts)
}
