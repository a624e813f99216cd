//! What is stored under one name: a configuration and layers.

use super::blob::{self, BlobDigest};
use super::document::{self, Descriptor};
use super::error::StoreError;
use std::path::Path;

/// Some bytes, and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Their media type.
    pub media_type: String,
    /// What they are called, for people and tools that unpack them.
    pub title: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What is stored under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// What kind of artifact it is, as a media type; an image, whose configuration says it, has none.
    pub kind: Option<String>,
    /// Its configuration.
    pub config: Part,
    /// Its layers.
    pub layers: Vec<Part>,
}

/// What storing an artifact did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The digest of the artifact's manifest: what others can ask a registry for.
    pub digest: BlobDigest,
    /// How many blobs were written; the others were there.
    pub written: usize,
    /// Whether the index was replaced.
    pub changed: bool,
}

/// Writes the blobs of `artifact`; gives the descriptor of its manifest and how many were written.
pub(super) fn put(
    directory: &Path,
    artifact: &Artifact,
) -> Result<(Descriptor, usize), StoreError> {
    let mut written = 0;
    let mut part = |part: &Part| {
        let (digest, new) = blob::put(directory, &part.bytes)?;
        written += usize::from(new);
        let descriptor = Descriptor::new(&part.media_type, digest, part.bytes.len());
        Ok::<_, StoreError>(match &part.title {
            Some(title) => descriptor.titled(title),
            None => descriptor,
        })
    };
    let layers = artifact.layers.iter().map(&mut part);
    let layers: Vec<Descriptor> = layers.collect::<Result<_, _>>()?;
    let config = part(&artifact.config)?;
    let manifest = document::manifest(artifact, &config, &layers);
    let (digest, new) = blob::put(directory, &manifest)?;
    written += usize::from(new);
    let descriptor = Descriptor::new(document::MANIFEST, digest, manifest.len());
    Ok((descriptor, written))
}

/// The artifact whose manifest has this digest.
pub(super) fn get(directory: &Path, digest: BlobDigest) -> Result<Artifact, StoreError> {
    let damaged = |what: &str| StoreError::Damaged {
        path: digest.path(directory),
        what: what.to_owned(),
    };
    let manifest = blob::get(directory, digest)?;
    let (kind, config, layers) =
        document::read_manifest(&manifest).ok_or_else(|| damaged("it is no manifest"))?;
    let part = |descriptor: Descriptor| {
        let bytes = blob::get(directory, descriptor.digest)?;
        if bytes.len() as u64 != descriptor.size {
            return Err(damaged("it gives a wrong size"));
        }
        Ok(Part {
            title: descriptor.title().map(str::to_owned),
            media_type: descriptor.media_type,
            bytes,
        })
    };
    Ok(Artifact {
        kind,
        config: part(config)?,
        layers: layers.into_iter().map(part).collect::<Result<_, _>>()?,
    })
}
