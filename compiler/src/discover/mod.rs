//! What is a unit in the layers of a cluster, and what is not.
//!
//! [`walk()`] lists the directories of the layers; [`kustomization`] reads of each kustomization what it
//! builds on; [`reach()`] follows that to wherever it leads; [`decide()`] applies the rules.
//! Nothing outside the layers is read unless it is reached, and of the manifests only those that lie
//! neither in nor below a kustomization or chart.

pub mod decide;
pub mod kustomization;
pub mod reach;
pub mod walk;

pub use decide::{Decision, decide};
pub use reach::{Reach, reach};
pub use walk::{Found, Walked, walk};
