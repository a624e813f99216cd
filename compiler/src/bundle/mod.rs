//! Bundles: a layer of the graph, cut into texts that fit a size limit, for Talos to apply at bootstrap.
//!
//! [`cut()`] decides what goes into which bundle, [`text`] writes each; the forms that a
//! machine configuration takes are made from that. Nothing here writes a file.

pub mod cut;
pub mod form;
pub mod name;
pub mod text;

pub use cut::{Bundle, Cut, Previous, TooBig, cut};
