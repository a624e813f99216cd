//! SOPS' YAML.

mod build;
mod check;
mod read;
mod reread;
mod write;

pub(crate) use build::Builder;
pub(crate) use read::read;
pub(crate) use reread::reread;
pub(crate) use write::write;
