//! SOPS' JSON.

mod read;
mod reread;
mod write;

pub(crate) use read::read;
pub(crate) use reread::reread;
pub(crate) use write::write;
