//! The Kustomize build: what `kustomize build` 5.8.1 prints, byte for byte, as a pure function of files.
//!
//! The way of a build, each step in a module of its own:
//! [`kustomization`] is the typed file; [`load`] finds what it names; `accumulate` reads resources, runs
//! generators ([`generate`]), components and transformers ([`transform`]) in Kustomize's one order;
//! `finish` adds hash suffixes, repairs name references, resolves vars and sorts.
//!
//! State that Kustomize keeps as annotations in the user's objects is kept beside them, in [`resource`].
//! Where Kustomize has a known trap the output stays the same and a warning says so.
//!
//! This crate knows no folders, no cluster and no layers: it reads through [`Files`].
//!
//! ```
//! use gitopsc_core::tree::MemoryTree;
//! use gitopsc_core::{Entry, Fault, FileId, SourceTree, Span, TreePath};
//! use gitopsc_kustomize::{Content, Files, Options, Parsed, ReadError, Report, build, manifest};
//! use gitopsc_yaml::{Dialect, Limits, parse_bytes};
//! use std::sync::Arc;
//!
//! struct Memory(MemoryTree);
//!
//! impl Files for Memory {
//!     fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
//!         self.0.kind(path)
//!     }
//!     fn read(&self, path: &TreePath) -> Result<Option<Content>, ReadError> {
//!         // Without a number for each file the places in messages have no file.
//!         let file = FileId::NONE;
//!         Ok(self.0.read(path)?.map(|bytes| Content { file, bytes: bytes.into(), secret: None }))
//!     }
//!     fn documents(&self, path: &TreePath) -> Result<Option<Arc<Parsed>>, ReadError> {
//!         let parsed = |Content { file, bytes, .. }| {
//!             let documents = parse_bytes(&bytes, file, Dialect::Kustomize, &Limits::default());
//!             Arc::new(Parsed { file, documents })
//!         };
//!         Ok(self.read(path)?.map(parsed))
//!     }
//!     fn inline(&self, _within: Span) -> FileId {
//!         FileId::NONE
//!     }
//! }
//!
//! let files = Memory(MemoryTree::new([
//!     ("kustomization.yaml", "namePrefix: a-\nresources: [map.yaml]\n"),
//!     ("map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"),
//! ]));
//! let mut report = Report::default();
//! let mut built = build(&files, &TreePath::root(), &Options::default(), &mut report).unwrap();
//! let first = manifest(built.resources.remove(0), false).unwrap();
//! assert_eq!(first.object.to_string(), "ConfigMap a-b");
//! ```

mod accumulate;
pub mod build;
pub mod codes;
pub mod config;
mod context;
pub mod decode;
mod documents;
pub mod edit;
pub mod fieldspec;
pub mod files;
mod finish;
pub mod generate;
mod generators;
pub mod id;
pub mod jsonpatch;
pub mod kustomization;
pub mod load;
mod lookup;
mod margin;
pub mod merge;
pub mod nameref;
pub mod options;
pub mod order;
mod origin;
pub mod patch;
pub mod pattern;
mod plugins;
pub mod provenance;
pub mod remote;
pub mod replace;
pub mod report;
pub mod resmap;
pub mod resource;
pub mod schema;
pub mod select;
pub mod shared;
pub mod sort;
mod steps;
#[cfg(test)]
mod testing;
pub mod transform;
pub mod vars;

pub use build::{build, manifest};
pub use files::{Bytes, Content, Files, Parsed, ReadError};
pub use id::ResId;
pub use options::{Built, LoadRestriction, Options, Reorder, TransformInfo};
pub use report::Report;
pub use resmap::ResMap;
pub use resource::Resource;
pub use schema::Schema;
