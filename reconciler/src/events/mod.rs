//! Kubernetes Events on a Sync: what happened to it, for who looks with `kubectl describe`.
//!
//! Events are told once and may be lost: what is so stands in the status. The same thing is not told again soon, and of one
//! Sync only so much in a time, whatever happens to it. Nothing here knows when something is worth telling.

mod body;
mod gate;
mod write;

pub use body::{Notice, Tone};
pub use write::{Events, write};
