//! The vocabulary of gitopsc: words that every crate above uses, and nothing that does anything.
//!
//! A [`SourceTree`] is read through [`TreePath`]s; what is read has [`Span`]s; what is wrong becomes a
//! [`Diagnostic`] with a [`Code`]; what is right becomes a [`Manifest`], named by an [`ObjectRef`] and
//! digested to a [`Digest`].
//!
//! ```
//! use gitopsc_core::tree::MemoryTree;
//! use gitopsc_core::{Code, Diagnostic, FileId, SourceTree, Span, TreePath};
//!
//! const KIND_MISSING: Code = Code("kind-missing");
//! let tree = MemoryTree::new([("apps/web/service.yaml", "apiVersion: v1\n")]);
//! let path = TreePath::new("apps/web").join("service.yaml");
//! let bytes = tree.read(&path)?.unwrap_or_default();
//! if !bytes.starts_with(b"kind:") {
//!     let found = Diagnostic::error(KIND_MISSING, format!("{path} has no kind"))
//!         .at(Span::new(FileId(0), 0), "this document")
//!         .hint("add one");
//!     assert!(found.is_error());
//! }
//! # Ok::<(), gitopsc_core::Fault>(())
//! ```
//!
//! This crate knows no Kustomize, no cluster, no file system.

pub mod diagnostic;
pub mod digest;
pub mod id;
pub mod links;
pub mod manifest;
pub mod path;
pub mod split;
pub mod tree;
pub mod unit;
pub mod words;

pub use diagnostic::{Class, Code, Diagnostic, Label, Severity};
pub use digest::{Digest, DigestOf};
pub use gitopsc_yaml::{EcoString, FileId, Json, Span, Text};
pub use id::{Gvk, ObjectRef};
pub use manifest::{Manifest, Provenance, Trail, TransformId, ValueOrigin};
pub use path::TreePath;
pub use tree::{DirEntry, Entry, Fault, SourceTree};
pub use unit::{Layer, UnitPath};
