//! Writing what was built: whole or not at all.
//!
//! [`write_file`] and [`write_files`] put files in the place of those of the same name and leave all else
//! alone, as Kustomize does; [`write_folder`] owns a folder and puts a new one in its place.

mod error;
mod file;
mod files;
mod folder;
mod marker;
mod swap;

pub use error::OutputError;
pub use file::write_file;
pub(crate) use file::{TEMPORARY, write_beside};
pub use files::write_files;
pub use folder::{Written, write_folder};
pub use marker::MARKER;
