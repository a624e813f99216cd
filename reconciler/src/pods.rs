//! Why a workload does not get ready: its pods are read, and tell.

use crate::api::{Api, ApiError, Collection, Kind, List, Resource};
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::health::{explain_workload, pod_selector};

/// What the pods of `object`, a workload of `kind`, say of why it is not ready; nothing if they do not, or it is gone.
///
/// # Errors
/// It or its pods cannot be read.
pub async fn explain(
    api: &Api,
    kind: &Kind,
    pods: &Kind,
    object: &ObjectRef,
) -> Result<Option<EcoString>, ApiError> {
    let at = Resource::of(kind, &object.namespace, &object.name);
    let Some(workload) = api.get(&at).await? else {
        return Ok(None);
    };
    let Some(selector) = pod_selector(&workload) else {
        return Ok(None);
    };
    let list = List::all(Collection::of(pods, &object.namespace)).labelled(selector);
    let mut found = Vec::new();
    api.list(&list, |pod| found.push(pod.clone())).await?;
    Ok(explain_workload(&workload, &found))
}
