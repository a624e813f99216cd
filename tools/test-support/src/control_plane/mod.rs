//! A real control plane for tests: which programs it has, where they are, and one that runs.
//!
//! The programs are built by `cargo xtask control-plane build`, never by a test: a test that does not find
//! them is ignored. Nothing here knows what is tested against it.

mod options;
mod plane;
mod programs;

pub use options::{Options, Part};
pub use plane::{ControlPlane, Summary, launcher};
pub use programs::{Program, missing, programs, stages};
