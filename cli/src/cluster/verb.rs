//! What is done to an object, as verbs.

use gitopsc_engine::plan::Step;

/// The verb of an action.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// While it is under way.
    pub doing: &'static str,
    /// Afterwards.
    pub done: &'static str,
}

/// The verb of what `step` does.
pub fn verb(step: &Step) -> Verb {
    let (doing, done) = match step.action.word() {
        "create" => ("creating", "created"),
        "patch" => ("patching", "patched"),
        "adopt" => ("adopting", "adopted"),
        "move" => ("moving", "moved"),
        "repair" => ("repairing", "repaired"),
        "recreate" => ("recreating", "recreated"),
        "prune" => ("deleting", "pruned"),
        _ => ("doing", "done"),
    };
    Verb { doing, done }
}
