//! Folder cases as tests, for this repository only.
//!
//! A test target with `harness = false` makes a list of [`Test`]s and hands it to [`run`], which takes the
//! arguments that cargo gives any test: words that filter by name, `--exact`, `--skip`, `--list`. A missing
//! prerequisite shows as ignored with its reason. Expected output lies beside the input and is
//! rewritten by `UPDATE=1 cargo test`; the change is then reviewed as a diff.
//!
//! ```no_run
//! use gitopsc_test_support::{Outcome, Test, folders, run};
//! let tests = folders("testdata/compile".as_ref()).into_iter().map(|folder| {
//!     Test::new(folder.name.clone(), move || Outcome::from(folder.expect("output.yaml", "a: 1\n")))
//! });
//! run(tests.collect());
//! ```
//!
//! This crate knows nothing of what it tests, so that every crate can use it.

mod arguments;
mod cache;
pub mod chance;
pub mod control_plane;
mod expected;
mod folder;
pub mod oracle;
mod place;
mod runner;

pub use cache::cache;
pub use expected::{difference, expect};
pub use folder::{Folder, files, folders};
pub use place::{Missing, shared, target, workspace};
pub use runner::{Outcome, Test, run};
