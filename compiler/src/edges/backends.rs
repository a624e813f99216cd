//! What stands behind a Service: what webhooks and API services call.

use crate::objects::index::{Index, Member};
use crate::objects::path;
use gitopsc_core::Json;
use gitopsc_engine::graph::{Edge, Force, Reason, Wait};

/// The Service that `reference` (name and namespace) means.
pub(crate) fn service<'c>(reference: &Json, index: &Index<'c>) -> Option<Member<'c>> {
    let name = path::text(reference, &["name"])?;
    let namespace = path::text(reference, &["namespace"])?;
    index.find(("", "Service"), Some(namespace), name)
}

/// The workloads behind the Service that `reference` means.
pub(crate) fn workloads<'c>(reference: &Json, index: &Index<'c>) -> Vec<Member<'c>> {
    let Some(service) = service(reference, index) else {
        return Vec::new();
    };
    behind(service, index)
}

/// The workloads whose pods `service` selects.
pub(crate) fn behind<'c>(service: Member<'c>, index: &Index<'c>) -> Vec<Member<'c>> {
    match (
        service.namespace,
        path::at(service.body(), &["spec", "selector"]),
    ) {
        (Some(namespace), Some(selector)) => index.behind(namespace, selector),
        _ => Vec::new(),
    }
}

/// Edges from what calls a Service to the Service, once applied, and to the workloads behind it, once ready.
pub(crate) fn edges(
    from: Member<'_>,
    reference: &Json,
    force: Force,
    index: &Index<'_>,
) -> Vec<Edge> {
    let Some(service) = service(reference, index) else {
        return Vec::new();
    };
    let edge = |to: Member<'_>, wait| Edge::new(from.id, to.id, Reason::Backend, wait, force);
    let workloads = behind(service, index).into_iter();
    std::iter::once(edge(service, Wait::Applied))
        .chain(workloads.map(|workload| edge(workload, Wait::Ready)))
        .collect()
}

/// Edges from an APIService to what serves its group.
pub(crate) fn of_api_service(service: Member<'_>, index: &Index<'_>) -> Vec<Edge> {
    let reference = path::at(service.body(), &["spec", "service"]);
    reference.map_or_else(Vec::new, |reference| {
        edges(service, reference, Force::Hard, index)
    })
}
