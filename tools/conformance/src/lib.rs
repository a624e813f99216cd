//! Compares our builds with Kustomize's, over folders and over input made at random.
//!
//! Both programs are asked the same question, `kustomize build DIR`: ours in this process through
//! [`build`], as the command line would, the real one as a recorded answer or as a process ([`real`]).
//! What is compared is the text on standard output, byte for byte; where both refuse they agree.
//!
//! This crate knows the compiler's one entry point and no module below it, so that what is compared is
//! what users get.

pub mod build;
pub mod case;
pub mod fuzz;
pub mod generate;
pub mod real;
pub mod refused;
pub mod shrink;
pub mod tree;
pub mod verdict;

pub use build::{Answer, Finding};
pub use real::Real;
pub use tree::Tree;
pub use verdict::{Disagreement, Verdict, verdict};
