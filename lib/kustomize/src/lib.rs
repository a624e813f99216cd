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
pub mod merge;
pub mod nameref;
pub mod options;
pub mod order;
mod origin;
pub mod patch;
pub mod pattern;
mod plugins;
pub mod remote;
pub mod replace;
pub mod report;
pub mod resmap;
pub mod resource;
pub mod schema;
pub mod select;
pub mod sort;
mod steps;
#[cfg(test)]
mod testing;
pub mod transform;
pub mod vars;

pub use build::{build, manifest};
pub use files::{Content, Files, Parsed};
pub use id::ResId;
pub use options::{Built, LoadRestriction, Options, Reorder, TransformInfo};
pub use report::Report;
pub use resmap::ResMap;
pub use resource::Resource;
pub use schema::Schema;
