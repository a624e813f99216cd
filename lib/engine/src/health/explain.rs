//! Workloads that do not get ready, explained by their pods.

use super::condition::Condition;
use super::containers;
use super::live::{at, items, line, text};
use ecow::{EcoString, eco_format};
use gitopsc_core::Json;
use gitopsc_core::words::counted;
use std::cmp::Reverse;

/// The label selector by which the pods of a workload are listed; nothing if it has none.
///
/// ```
/// use gitopsc_engine::health::pod_selector;
/// use gitopsc_yaml::json::read_json;
/// let deployment = read_json(r#"{"kind":"Deployment","spec":{"selector":{"matchLabels":{"app":"web"}}}}"#).unwrap();
/// assert_eq!(pod_selector(&deployment).as_deref(), Some("app=web"));
/// ```
#[must_use]
pub fn pod_selector(workload: &Json) -> Option<EcoString> {
    let selector = at(workload, "spec.selector")?;
    let is_plain = text(workload, "kind") == Some("ReplicationController");
    let labels = if is_plain {
        Some(selector)
    } else {
        selector.get("matchLabels")
    };
    let mut parts: Vec<EcoString> = match labels {
        Some(Json::Object(labels)) => labels
            .iter()
            .filter_map(|(key, value)| Some(eco_format!("{key}={}", value.as_plain_str()?)))
            .collect(),
        _ => Vec::new(),
    };
    for expression in items(selector, "matchExpressions") {
        parts.push(requirement(expression)?);
    }
    (!parts.is_empty()).then(|| parts.join(",").into())
}

/// One entry of `matchExpressions` as the API takes it.
fn requirement(expression: &Json) -> Option<EcoString> {
    let key = text(expression, "key")?;
    let values: Vec<&str> = items(expression, "values")
        .iter()
        .filter_map(Json::as_plain_str)
        .collect();
    let values = values.join(",");
    Some(match text(expression, "operator")? {
        "In" => eco_format!("{key} in ({values})"),
        "NotIn" => eco_format!("{key} notin ({values})"),
        "Exists" => key.into(),
        "DoesNotExist" => eco_format!("!{key}"),
        _ => return None,
    })
}

/// Why a workload does not get ready, as its pods tell; nothing if all of them are well.
///
/// `pods` are what [`pod_selector`] lists; those of others among them are left out. The newest tell first, because
/// in a rollout they are the ones that are waited for.
#[must_use]
pub fn explain_workload(workload: &Json, pods: &[Json]) -> Option<EcoString> {
    let mut own: Vec<&Json> = pods
        .iter()
        .filter(|pod| belongs(pod, workload) && is_wanted(pod))
        .collect();
    own.sort_by_key(|pod| {
        let made = text(pod, "metadata.creationTimestamp").unwrap_or_default();
        (
            Reverse(made),
            text(pod, "metadata.name").unwrap_or_default(),
        )
    });
    let mut unwell = own.into_iter().filter_map(complaint);
    let first = unwell.next()?;
    // Of what the newest pods say, a container's own reason tells most.
    let mut told = first;
    let mut others = 0;
    for complaint in unwell {
        others += 1;
        if complaint.weight > told.weight {
            told = complaint;
        }
    }
    let more = match others {
        0 => EcoString::new(),
        others => eco_format!("; {} not ready", counted(others, "more pod")),
    };
    Some(eco_format!("pod {}: {}{more}", told.pod, told.reason))
}

/// What one pod says.
struct Complaint<'j> {
    pod: &'j str,
    reason: EcoString,
    weight: u8,
}

/// What keeps `pod` from being ready; nothing if it is.
fn complaint(pod: &Json) -> Option<Complaint<'_>> {
    let conditions = || Condition::all(items(pod, "status.conditions"));
    if conditions().any(|told| told.kind == "Ready" && told.is_true()) {
        return None;
    }
    let unscheduled = conditions().find(|told| told.kind == "PodScheduled" && told.is_false());
    let (reason, weight) = match (containers::trouble(pod), unscheduled) {
        (Some(trouble), _) if trouble.lasts => (trouble.reason, 3),
        (Some(trouble), _) => (trouble.reason, 2),
        (None, Some(told)) => (eco_format!("no node takes it: {}", line(told.message)), 2),
        (None, None) => {
            let unready = conditions().find(|told| told.kind == "Ready");
            let said = unready.map(|told| told.says());
            (said.unwrap_or_else(|| "it has not started yet".into()), 1)
        }
    };
    Some(Complaint {
        pod: text(pod, "metadata.name").unwrap_or("?"),
        reason,
        weight,
    })
}

/// Whether somebody waits for `pod`: it is not on its way out, and has not ended as it should.
fn is_wanted(pod: &Json) -> bool {
    text(pod, "metadata.deletionTimestamp").is_none()
        && text(pod, "status.phase") != Some("Succeeded")
}

/// Whether `workload` controls `pod`: itself, or through a ReplicaSet, which has its name with a hash behind it.
fn belongs(pod: &Json, workload: &Json) -> bool {
    let owner = items(pod, "metadata.ownerReferences")
        .iter()
        .find(|owner| owner.get("controller") == Some(&Json::Bool(true)));
    let Some(owner) = owner else {
        return false;
    };
    if text(workload, "kind") == Some("Deployment") {
        let name = text(workload, "metadata.name").unwrap_or_default();
        let set = text(owner, "name").unwrap_or_default();
        let hash = set
            .strip_prefix(name)
            .and_then(|rest| rest.strip_prefix('-'));
        return text(owner, "kind") == Some("ReplicaSet")
            && hash.is_some_and(|hash| !hash.is_empty() && !hash.contains('-'));
    }
    let uid = text(workload, "metadata.uid");
    uid.is_some() && text(owner, "uid") == uid
}
