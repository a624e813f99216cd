//! Talos: what is bundled for it, and what has to hold before a cluster is bootstrapped.
//!
//! [`machine`] reads machine configurations and patches as Talos does, [`cilium`] what a network plug-in has
//! to agree with, [`check()`] goes through the list of what has to hold; each point of it is a file of `rules`.
//! Nothing here reads a file or fetches a URL: both are handed in.

pub mod check;
pub mod cilium;
pub mod machine;
mod rules;
pub mod settings;
mod url;

pub use check::{Facts, Fetched, Point, State, check, requests};
pub use settings::Settings;
