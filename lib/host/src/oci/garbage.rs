//! Deleting what no index names.

use super::blob::{self, BlobDigest};
use super::document::{self, Descriptor};
use super::error::StoreError;
use super::layout::failed;
use crate::output::TEMPORARY;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What was deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// How many files.
    pub files: usize,
    /// How many bytes they had.
    pub bytes: u64,
}

/// Deletes all blobs that neither `entries` nor what they name names.
pub(super) fn collect(directory: &Path, entries: Vec<Descriptor>) -> Result<Collected, StoreError> {
    let named = named(directory, entries)?;
    let blobs = directory.join("blobs").join("sha256");
    let mut collected = Collected::default();
    // Blobs of other digests than SHA-256 lie elsewhere and are not ours.
    sweep(&blobs, &mut collected, |name| {
        let digest = BlobDigest::parse(&format!("sha256:{name}"));
        digest.is_some_and(|digest| !named.contains(&digest))
    })?;
    sweep(directory, &mut collected, |_| false)?;
    Ok(collected)
}

/// Deletes the files in `folder` that are garbage by their names or were never finished.
fn sweep(
    folder: &Path,
    collected: &mut Collected,
    is_garbage: impl Fn(&str) -> bool,
) -> Result<(), StoreError> {
    for entry in fs::read_dir(folder).map_err(failed("look through", folder))? {
        let entry = entry.map_err(failed("look through", folder))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !is_garbage(&name) && !name.starts_with(TEMPORARY) {
            continue;
        }
        let size = entry.metadata().map_or(0, |found| found.len());
        fs::remove_file(entry.path()).map_err(failed("delete", &entry.path()))?;
        collected.files += 1;
        collected.bytes += size;
    }
    Ok(())
}

/// All blobs that can be reached from `entries`.
fn named(directory: &Path, entries: Vec<Descriptor>) -> Result<BTreeSet<BlobDigest>, StoreError> {
    let mut named = BTreeSet::new();
    let mut pending = entries;
    while let Some(descriptor) = pending.pop() {
        let digest = descriptor.digest;
        let is_new = named.insert(digest);
        if !is_new || !document::names_others(&descriptor.media_type) {
            continue;
        }
        let bytes = blob::get(directory, digest)?;
        let others = document::named_by(&descriptor.media_type, &bytes);
        pending.extend(others.ok_or_else(|| StoreError::Damaged {
            path: digest.path(directory),
            what: "it is no manifest".to_owned(),
        })?);
    }
    Ok(named)
}
