//! The pods that an object runs.

use super::path;
use gitopsc_core::{Gvk, Json};

/// Where the pod template of a kind lies; the pod itself is its own.
const TEMPLATES: &[(&str, &str, &[&str])] = &[
    ("", "Pod", &[]),
    ("", "ReplicationController", &["spec", "template"]),
    ("apps", "DaemonSet", &["spec", "template"]),
    ("apps", "Deployment", &["spec", "template"]),
    ("apps", "ReplicaSet", &["spec", "template"]),
    ("apps", "StatefulSet", &["spec", "template"]),
    ("argoproj.io", "Rollout", &["spec", "template"]),
    (
        "batch",
        "CronJob",
        &["spec", "jobTemplate", "spec", "template"],
    ),
    ("batch", "Job", &["spec", "template"]),
    ("serving.knative.dev", "Service", &["spec", "template"]),
];

/// The template of the pods that an object of `gvk` runs, a map with `metadata` and `spec`.
pub(crate) fn template<'j>(gvk: &Gvk, body: &'j Json) -> Option<&'j Json> {
    let (_, _, way) = TEMPLATES
        .iter()
        .find(|(group, kind, _)| gvk.group == *group && gvk.kind == *kind)?;
    let template = path::at(body, way)?;
    template.get("spec").map(|_| template)
}

/// The service account that pods of `template` run as, if the object names one.
pub(crate) fn service_account(template: &Json) -> &str {
    path::text(template, &["spec", "serviceAccountName"]).unwrap_or("default")
}
