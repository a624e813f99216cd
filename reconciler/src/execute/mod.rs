//! Carrying a plan out: the only module that writes to members.
//!
//! One task owns the `Schedule`; applies run beside it, a bounded number at once, and report back. Watches say how
//! objects are. Everything that waits has a deadline.

mod apply;
mod blocked;
mod deleting;
mod gone;
mod live;
mod prune;
mod recreate;
mod rewrite;
mod run;
mod sequence;
mod timers;

pub(crate) use live::now;
pub use prune::{Pruned, Prunes, prune};
pub use run::{Lacking, Outcome, Run, Settled, run};
