//! One Kubernetes object as desired.

use crate::digest::{Digest, DigestOf};
use crate::id::{Gvk, ObjectRef};
use gitopsc_yaml::{EcoString, Json, Span};
use std::sync::Arc;

/// Names one application of one transformer in a build's table of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransformId(pub u32);

/// The transformer applications that an object went through, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail(pub Vec<TransformId>);

/// One Kubernetes object as desired: name, final body, and where it came from.
///
/// Neither span nor trail nor provenance enters its digest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Group, version, kind.
    pub gvk: Gvk,
    /// The object's name.
    pub object: ObjectRef,
    /// The final value, shared and never changed.
    pub body: Arc<Json>,
    /// Where the object's document began.
    pub span: Span,
    /// What it went through.
    pub trail: Trail,
    /// Where each value came from, where that was asked for.
    pub provenance: Option<Arc<Provenance>>,
}

/// Where the values of one manifest came from, by JSON pointer, ascending. It does not enter the digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance(pub Vec<ValueOrigin>);

/// Where one scalar or empty collection came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ValueOrigin {
    /// Where it is in the body, as an RFC 6901 pointer.
    pub pointer: EcoString,
    /// Where its text stood.
    pub span: Span,
    /// The transformer that put it there; nothing if it was read so.
    pub transform: Option<TransformId>,
}

impl DigestOf for Manifest {
    const LABEL: &'static str = "gitopsc.dev/manifest/v1";
}

/// Digest of a manifest's canonical body.
pub type ManifestDigest = Digest<Manifest>;
