//! YAML documents with positions, read in two dialects and written exactly as Kustomize writes them.
//!
//! Two values live here, because the build needs two. A [`Node`] is what was read: tag, source text,
//! style and [`Span`] of every value, mutable, from parse to the last transformer. A [`Json`] is what a
//! manifest finally is: immutable and without positions; the emitter, digests and later the API calls
//! work from it. [`lower`] turns the one into the other, once.
//!
//! Text in both is a [`Text`]: plain, or secret with the files that it came from.
//!
//! ```
//! use gitopsc_yaml::emit::{Secrets, emit};
//! use gitopsc_yaml::lower::lower;
//! use gitopsc_yaml::{Dialect, FileId, Limits, parse};
//!
//! let text = "kind: ConfigMap\ndata: {mode: 0644, 'on': \"yes\"}  # comments are lost\n";
//! let documents = parse(text, FileId(0), Dialect::Kustomize, &Limits::default()).unwrap();
//! let value = lower(&documents[0].root).unwrap();
//! let mut printed = String::new();
//! emit(&value, Secrets::Mask, &mut printed);
//! assert_eq!(printed, "data:\n  mode: 420\n  \"on\": \"yes\"\nkind: ConfigMap\n");
//! ```
//!
//! This crate knows no Kubernetes, no file and no folder.

pub mod commented;
pub mod emit;
pub mod json;
pub mod limits;
pub mod lower;
pub mod node;
pub mod parse;
pub mod pointer;
pub mod reread;
pub mod resolve;
pub mod rewrite;
pub mod span;
pub mod text;

pub use json::{Json, Object, SecretLiteral};
pub use limits::Limits;
pub use node::{Entry, Mapping, Node, NodeValue, Style, Tag};
pub use parse::{Document, Duplicate, ParseError, expand_merges, is_forbidden, parse, parse_bytes};
pub use resolve::Dialect;
pub use span::{FileId, LineIndex, Span};
pub use text::{Origins, Secret, Text};

/// The string type of every value: cheap to clone, short texts without an allocation.
pub use ecow::EcoString;
