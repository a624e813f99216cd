//! What a run says while it works, as data: shown by the command line, recorded by the reconciler.

use crate::lease::Wait;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::health::Health;
use gitopsc_engine::plan::Step;

/// Something that a run tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// A record of our own is about to be written: a parent, the lease.
    Recording {
        /// What it is of.
        what: EcoString,
    },
    /// Somebody else is at work on the set, and is waited for.
    Held(Wait),
    /// A step is about to be done.
    Begins(Step),
    /// A step was done.
    Done(Step),
    /// A step was not done.
    Failed {
        /// The step.
        step: Step,
        /// Why.
        why: EcoString,
    },
    /// What was begun takes its time.
    Waits {
        /// The object.
        object: ObjectRef,
        /// Why it is not done yet.
        why: EcoString,
    },
    /// How an object is.
    Is {
        /// The object.
        object: ObjectRef,
        /// Its health.
        health: Health,
    },
    /// An object waits.
    Blocked {
        /// The object.
        object: ObjectRef,
        /// The unit.
        unit: EcoString,
        /// For what, in one sentence.
        by: EcoString,
    },
    /// An object that was pruned is gone.
    Gone(ObjectRef),
    /// An object that was pruned is still there.
    Remains {
        /// The object.
        object: ObjectRef,
        /// What it waits for.
        why: EcoString,
    },
}
