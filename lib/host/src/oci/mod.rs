//! OCI image layouts on disk: blobs under their digests, and an index that gives names to artifacts.
//!
//! The format that registries and their tools read (OCI image specification 1.1, `image-layout.md`):
//! `oci-layout`, `blobs/sha256/...`, `index.json`. An artifact is a manifest that lists a configuration and
//! layers; what is in them is not known here.
//!
//! A blob that is there is not written again. Blobs come first; the index, which alone is forced to the disk,
//! is replaced last and in one step: whoever is killed leaves the old one or the new one. Blobs that were not
//! whole after a loss of power are found when they are read, since every digest is checked.

mod artifact;
mod blob;
mod document;
mod error;
mod garbage;
mod layout;

pub use artifact::{Artifact, Part, Stored};
pub use blob::BlobDigest;
pub use error::StoreError;
pub use garbage::Collected;
pub use layout::Layout;
