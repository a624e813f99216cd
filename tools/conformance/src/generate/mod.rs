//! Cases made at random, so that both programs are asked what nobody thought of.
//!
//! A case is a small tree of kustomizations with everything in it that a build can do offline: resources
//! of many kinds, generators, components, overlays, patches of both kinds, replacements, vars, and
//! scalars that readers and writers of YAML do not agree on. Most of it makes sense, so that both build
//! it; the rest has to be refused by both.

mod body;
mod case;
mod generators;
mod layer;
mod object;
mod patch;
mod pod;
mod replace;
mod scalars;
mod transformers;
mod yaml;

pub use case::{Case, case};

use gitopsc_test_support::chance;
