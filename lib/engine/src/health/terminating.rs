//! Objects that are being deleted: what they wait for.

use super::live::{Live, line};
use super::status::{Health, Status};
use ecow::{EcoString, eco_format};
use gitopsc_core::Json;
use gitopsc_core::words::some_of;

/// The most finalizers that are named.
const MOST_NAMED: usize = 4;

/// What is said of an object that is being deleted; nothing if it is not.
pub(super) fn health(live: &Live<'_>) -> Option<Health> {
    live.text("metadata.deletionTimestamp")?;
    let reason = contents(live).unwrap_or_else(|| match finalizers(live) {
        Some(finalizers) => eco_format!("it is being deleted and waits for {finalizers}"),
        None => "it is being deleted".into(),
    });
    Some(Health::new(Status::Terminating, reason))
}

/// Its finalizers; of a namespace those in its spec as well.
fn finalizers(live: &Live<'_>) -> Option<EcoString> {
    let named = |path| live.items(path).iter().filter_map(Json::as_plain_str);
    let all: Vec<&str> = named("metadata.finalizers")
        .chain(named("spec.finalizers"))
        .collect();
    let plural = if all.len() == 1 { "" } else { "s" };
    (!all.is_empty()).then(|| eco_format!("the finalizer{plural} {}", some_of(all, MOST_NAMED)))
}

/// What the namespace controller says is left, or fails.
fn contents(live: &Live<'_>) -> Option<EcoString> {
    // pkg/controller/namespace/deletion/status_condition_utils.go of Kubernetes: all of these are True when something is in the way.
    let left: Vec<EcoString> = live
        .conditions()
        .filter(|condition| {
            condition.is_true()
                && (condition.kind.starts_with("NamespaceDeletion")
                    || condition.kind == "NamespaceContentRemaining"
                    || condition.kind == "NamespaceFinalizersRemaining")
        })
        .map(|condition| line(condition.message))
        .collect();
    (!left.is_empty()).then(|| eco_format!("it is being deleted: {}", left.join("; ")))
}
