//! Plain units: directories whose manifests are applied as they lie there.
//!
//! They are read as kubectl reads them. [`document`] says what is a manifest and what is something else that
//! happens to be YAML; [`mod@unit`] puts the files of a directory together.

pub mod document;
pub mod file;
pub mod unit;

pub use file::PlainFile;
pub use unit::{Directory, directory};
