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

impl Manifest {
    /// Where what is at `pointer` came from, as far as the provenance says; where nothing is there, what would hold it.
    #[must_use]
    pub fn place(&self, pointer: &str) -> Span {
        let origins = self.provenance.as_deref();
        let origins = origins.map_or(&[][..], |provenance| &provenance.0);
        let mut pointer = pointer;
        while !pointer.is_empty() {
            if let Some(span) = at_or_below(origins, pointer) {
                return span;
            }
            pointer = pointer.rsplit_once('/').map_or("", |(above, _)| above);
        }
        self.span
    }
}

/// The first place, in the order of text, of what is at `pointer` or below.
fn at_or_below(origins: &[ValueOrigin], pointer: &str) -> Option<Span> {
    let exact = origins.binary_search_by(|origin| origin.pointer.as_str().cmp(pointer));
    if let Some(origin) = exact.ok().and_then(|at| origins.get(at)) {
        return Some(origin.span).filter(|span| !span.is_none());
    }
    let below = format!("{pointer}/");
    let start = origins.partition_point(|origin| origin.pointer.as_str() < below.as_str());
    let below = origins[start..]
        .iter()
        .take_while(|origin| origin.pointer.starts_with(&below));
    let spans = below
        .map(|origin| origin.span)
        .filter(|span| !span.is_none());
    spans.min()
}

impl DigestOf for Manifest {
    const LABEL: &'static str = "gitopsc.dev/manifest/v1";
}

/// Digest of a manifest's canonical body.
pub type ManifestDigest = Digest<Manifest>;
