//! What Git knows: the root of a work tree, the files of a revision, and what is ignored.
//!
//! Only local repositories are read, without the `git` program; nothing is ever written to one.

mod error;
mod handles;
mod ignored;
mod root;
mod tree;

pub use error::GitError;
pub use ignored::{Configuration, Ignored};
pub use root::git_root;
pub use tree::GitTree;
