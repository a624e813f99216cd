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
    let template = path::at(body, way(gvk)?)?;
    template.get("spec").map(|_| template)
}

/// The keys under which the template of a kind that runs pods lies.
pub(crate) fn way(gvk: &Gvk) -> Option<&'static [&'static str]> {
    let of_kind = TEMPLATES
        .iter()
        .find(|(group, kind, _)| gvk.group == *group && gvk.kind == *kind);
    of_kind.map(|(_, _, way)| *way)
}

/// The lists of containers in a pod's spec.
pub(crate) const CONTAINER_LISTS: [&str; 2] = ["containers", "initContainers"];

/// The containers of a template.
pub(crate) fn containers(template: &Json) -> impl Iterator<Item = &Json> {
    let lists = CONTAINER_LISTS.iter();
    lists.flat_map(|list| path::items(template, &["spec", list]))
}

/// The service account that pods of `template` run as, if the object names one.
pub(crate) fn service_account(template: &Json) -> &str {
    path::text(template, &["spec", "serviceAccountName"]).unwrap_or("default")
}
