//! Digests of units and of the whole: Merkle, over the digests of what they hold.
//!
//! Spans, trails and the order of output do not enter: equal content has equal digests.

use gitopsc_core::manifest::ManifestDigest;
use gitopsc_core::{Digest, DigestOf, Manifest, UnitPath};
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

/// The digest of one manifest's body, secrets included.
#[must_use]
pub fn of_manifest(manifest: &Manifest) -> ManifestDigest {
    let mut canonical = String::new();
    write_json(
        &manifest.body,
        Form::Canonical,
        Secrets::Reveal,
        &mut canonical,
    );
    Digest::of_parts([canonical])
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
