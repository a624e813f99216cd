//! A compilation as blobs, and back: what is stored, sent and compared as a whole.
//!
//! One blob a unit ([`mod@unit`]: its manifests in canonical form, each with its digest) and one for the graph
//! ([`graph`]: units, edges, root digest). Equal compilations give equal bytes, whoever made them. Decrypted
//! values are sealed for those who can open their files ([`sealed`]); no blob holds one in plain text.
//! docs/reference/store.md describes the format.
//!
//! Where blobs lie is not known here, and reading trusts nothing: every digest is made anew and compared.

mod field;
pub mod graph;
mod manifest;
mod read;
pub mod sealed;
pub mod unit;

pub use read::{ReadError, StoredGraph, StoredUnit, read};
pub use sealed::Unsealable;

use crate::compilation::Compilation;
use crate::digest::{self, GraphDigest};
use gitopsc_core::UnitPath;
use gitopsc_engine::graph::ManifestGraph;
use rayon::prelude::*;

/// What kind of artifact a stored graph is. A change of the format that older readers cannot read changes it.
pub const KIND: &str = "application/vnd.gitopsc.graph.v1";
/// The media type of the graph's blob.
pub const GRAPH: &str = "application/vnd.gitopsc.graph.v1+json";
/// The media type of a unit's blob.
pub const UNIT: &str = "application/vnd.gitopsc.unit.v1+json";

/// A compilation as blobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blobs {
    /// The graph.
    pub graph: Vec<u8>,
    /// The units in their order, each with its path.
    pub units: Vec<(UnitPath, Vec<u8>)>,
}

/// The blobs of `compilation`, which did not fail, and of its `graph`, and the digest of all that they say.
///
/// Runs on the current thread pool.
///
/// # Errors
/// A secret came from a file whose keys are not known.
pub fn write(
    compilation: &Compilation,
    graph: &ManifestGraph,
) -> Result<(Blobs, GraphDigest), Unsealable> {
    let root = digest::of_graph(&compilation.layers, &compilation.units, graph);
    let blob = |unit| Ok((unit_path(unit), unit::write(unit, &compilation.secrets)?));
    let units = compilation.units.par_iter().map(blob);
    let blobs = Blobs {
        units: units.collect::<Result<_, Unsealable>>()?,
        graph: graph::write(compilation, graph, root),
    };
    Ok((blobs, root))
}

fn unit_path(unit: &crate::Unit) -> UnitPath {
    unit.path.clone()
}
