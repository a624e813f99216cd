//! What Git knows: the root of a work tree, the files of a revision, and what is ignored.
//!
//! Only local repositories are read, without the `git` program; nothing is ever written to one.

mod error;
mod handles;
mod history;
mod ignored;
mod root;
mod tree;

pub use error::GitError;
pub use history::{History, Relation};
pub use ignored::{Configuration, Ignored};
pub use root::git_root;
pub use tree::GitTree;

/// How a repository is opened: nothing but its own configuration is read, and no variable of the
/// environment moves it.
///
/// It is trusted whoever owns it, as in a container that a checkout is mounted into: nothing of it is run
/// and nothing is written.
fn options() -> gix::open::Options {
    gix::open::Options::isolated().with(gix::sec::Trust::Full)
}
