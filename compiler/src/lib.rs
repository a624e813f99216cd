//! From a source tree to manifests: what is asked for, its layers and units, built and digested.
//!
//! [`compile()`] is the one way in and knows no folders, clock or network: it reads through a
//! [`SourceTree`], and reads each path once. Its [`Compilation`] is the same for the same tree and the same
//! [`Options`], whatever the number of threads and the order of directory entries. See [`memo`] for how
//! file ids are kept out of the way of that.
//!
//! ```
//! use gitopsc_compiler::{Meaning, Options, compile};
//! use gitopsc_core::tree::MemoryTree;
//! let tree = MemoryTree::new([("kustomization.yaml", "namePrefix: a-\n")]);
//! let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
//! let compilation = compile(&tree, &Options::default(), &pool);
//! assert_eq!(compilation.meaning, Meaning::Kustomization);
//! # Ok::<(), rayon::ThreadPoolBuildError>(())
//! ```

mod build;
pub mod bundle;
pub mod candidates;
pub mod check;
pub mod cluster;
pub mod codes;
pub mod compilation;
mod compile;
pub mod config;
pub mod digest;
mod discover;
mod duplicates;
pub mod edges;
pub mod engines;
pub mod explain;
mod fields;
pub mod files;
pub mod health;
pub mod memo;
mod objects;
pub mod options;
pub mod pattern;
mod plain;
pub mod scope;
pub mod secrets;
pub mod store;
pub mod talos;
pub mod target;

pub use compilation::{Compilation, LeftOut, Meaning, Reason, Unit, UnitKind};
pub use files::FileTable;
pub use options::{Ignored, Options};

use gitopsc_core::SourceTree;
use rayon::ThreadPool;

/// Compiles what `options` name in `tree`, in parallel on `pool`.
///
/// Everything wrong with the input is in the result; the parts that are right are there beside it.
#[must_use]
pub fn compile(tree: &dyn SourceTree, options: &Options<'_>, pool: &ThreadPool) -> Compilation {
    pool.install(|| compile::compile(tree, options))
}
