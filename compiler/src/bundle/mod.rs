//! Bundles: a layer of the graph, cut into texts that fit a size limit, for Talos to apply at bootstrap.
//!
//! [`layer`] says which objects and in which order, [`cut()`] what goes into which bundle, [`text`] writes
//! each, [`form`] makes what a machine configuration takes of them, [`index`] remembers the cut for the next
//! one, and [`make()`] does all of that. Nothing here writes a file.

mod cut;
pub mod form;
pub mod index;
pub mod layer;
pub mod make;
pub mod name;
pub mod text;

pub use cut::{Bundle, Cut, Previous, TooBig, cut};
pub use index::Index;
pub use make::{Bundled, Request, make};
