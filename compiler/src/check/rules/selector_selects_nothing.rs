//! Selectors that select no pods: of Services and budgets, where it is probably a mistake, and of network
//! policies, which may be there for pods to come.
//!
//! Nothing is said where a chart is released into the namespace, or a custom resource there is called as the
//! selector wants it: pods that are made at run time cannot be seen.

use crate::check::context::Context;
use crate::codes;
use crate::edges::backends;
use crate::objects::index::Member;
use crate::objects::path::{self, Pointer};
use crate::objects::selector::{self, Labels};
use gitopsc_core::{Diagnostic, Json};

/// A warning or note for a selector that selects nothing.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    let kind = (member.gvk().group.as_str(), member.gvk().kind.as_str());
    let (name, keys): (_, &[&str]) = match kind {
        ("", "Service") => ("Service", &["spec", "selector"]),
        ("policy", "PodDisruptionBudget") => ("budget", &["spec", "selector"]),
        ("networking.k8s.io", "NetworkPolicy") => ("policy", &["spec", "podSelector"]),
        _ => return Vec::new(),
    };
    let selector = path::at(member.body(), keys);
    let (Some(namespace), Some(selector)) = (member.namespace, selector) else {
        return Vec::new();
    };
    let is_external = path::text(member.body(), &["spec", "type"]) == Some("ExternalName");
    let values = values(selector);
    let unseen = context.others.release(namespace)
        || values
            .iter()
            .any(|value| context.others.operator(namespace, value));
    if is_external || is_empty(selector) || unseen || selects(member, selector, context) {
        return Vec::new();
    }
    let message = format!("the selector of {} selects no pods", member.object());
    let diagnostic = match name {
        "policy" => Diagnostic::note(codes::SELECTOR_SELECTS_NOTHING, message),
        _ => Diagnostic::warning(codes::SELECTOR_SELECTS_NOTHING, message),
    };
    let place = context.places.of(member, &Pointer::of(keys));
    vec![
        diagnostic
            .at(place, "")
            .hint(hint(namespace, selector, context)),
    ]
}

/// Whether a selector is for everything, or is not there.
fn is_empty(selector: &Json) -> bool {
    match selector {
        Json::Object(object) => object.iter().all(|(_, value)| match value {
            Json::Object(inner) => inner.is_empty(),
            Json::Array(items) => items.is_empty(),
            Json::Null => true,
            _ => false,
        }),
        _ => true,
    }
}

/// The values of labels that a selector wants.
fn values(selector: &Json) -> Vec<&str> {
    let Json::Object(pairs) = selector.get("matchLabels").unwrap_or(selector) else {
        return Vec::new();
    };
    let values = pairs.iter().map(|(_, value)| value);
    values.filter_map(Json::as_plain_str).collect()
}

fn selects(member: Member<'_>, selector: &Json, context: &Context<'_>) -> bool {
    let index = &context.known.index;
    if member.is("", "Service") {
        return !backends::behind(member, index).is_empty();
    }
    let mut workloads = member
        .namespace
        .into_iter()
        .flat_map(|own| index.workloads(own));
    workloads.any(|workload| {
        let labels = workload.template().map(Labels::of);
        labels.is_some_and(|labels| selector::matches(selector, &labels))
    })
}

/// What else the namespace runs.
fn hint(namespace: &str, selector: &Json, context: &Context<'_>) -> String {
    let wanted = selector.get("matchLabels").unwrap_or(selector);
    let shares_label = |workload: &Member<'_>| {
        let labels = workload.template().map(Labels::of);
        let (Some(labels), Json::Object(pairs)) = (labels, wanted) else {
            return false;
        };
        let same = |(key, value): (&gitopsc_core::EcoString, &Json)| {
            value.as_plain_str().is_some() && labels.get(key) == value.as_plain_str()
        };
        pairs.iter().any(same)
    };
    let mut workloads = context.known.index.workloads(namespace);
    match workloads.find(shares_label) {
        Some(near) => format!(
            "the pods of {} have some of these labels, but not all",
            near.object()
        ),
        None => format!("no workload in the namespace {namespace} has these labels"),
    }
}
