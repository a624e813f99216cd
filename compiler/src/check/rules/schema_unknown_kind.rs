//! Objects of kinds that nobody has: not this version of Kubernetes, not the CRD that is here.

use crate::check::context::Context;
use crate::check::kubernetes::{Known, KubeVersion};
use crate::codes;
use crate::edges::kinds::is_builtin_group;
use crate::objects::index::Member;
use crate::objects::path::Pointer;
use gitopsc_core::{Diagnostic, Gvk};
use gitopsc_kustomize::decode::nearest;

/// An error for an object that the API server would not know.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    let gvk = member.gvk();
    let found = match context.crds.of(gvk) {
        Some(crd) if crd.serves(&gvk.version) => None,
        Some(crd) => Some(unserved(gvk, &crd.served())),
        None => unknown(gvk, context),
    };
    let place = context.places.of(member, &Pointer::of(&["apiVersion"]));
    found
        .map(|diagnostic| diagnostic.at(place, ""))
        .into_iter()
        .collect()
}

/// That a CRD does not serve the version.
fn unserved(gvk: &Gvk, served: &[&str]) -> Diagnostic {
    let (kind, version) = (&gvk.kind, &gvk.version);
    let message = format!("the CRD of {kind} serves no version {version}");
    let error = Diagnostic::error(codes::SCHEMA_UNKNOWN_KIND, message);
    error.hint(format!("it serves: {}", served.join(", ")))
}

/// That no known version of Kubernetes has the kind, or only another one.
fn unknown(gvk: &Gvk, context: &Context<'_>) -> Option<Diagnostic> {
    let api = &context.api;
    if !is_builtin_group(&gvk.group) || gvk.kind.ends_with("List") {
        return None;
    }
    let (version, kind) = (gvk.api_version(), &gvk.kind);
    match api.kind(gvk) {
        Known::Here(_) => None,
        // What was removed in between is told by its life.
        Known::Nowhere if api.life(gvk).is_some() => None,
        Known::Elsewhere(from, to) => {
            let (of, here) = (if from == to { "has" } else { "have" }, api.version);
            let span = if from == to {
                format!("1.{from}")
            } else {
                format!("1.{from} to 1.{to}")
            };
            let message = format!("Kubernetes {here} has no {kind} of {version}; {span} {of} it");
            Some(Diagnostic::error(codes::SCHEMA_UNKNOWN_KIND, message).hint(hint(context, gvk)))
        }
        Known::Nowhere => {
            let known = KubeVersion::known();
            let message = format!("no Kubernetes of {known} has {kind} of {version}");
            Some(Diagnostic::error(codes::SCHEMA_UNKNOWN_KIND, message).hint(hint(context, gvk)))
        }
    }
}

fn hint(context: &Context<'_>, gvk: &Gvk) -> String {
    let versions = context.api.versions_of(&gvk.group, &gvk.kind);
    if !versions.is_empty() {
        let group = &gvk.group;
        let full = versions.iter().map(|version| match group.as_str() {
            "" => (*version).to_owned(),
            group => format!("{group}/{version}"),
        });
        return format!("use {}", full.collect::<Vec<_>>().join(" or "));
    }
    let kinds = context.api.kinds_of(&gvk.group, &gvk.version);
    match nearest(&gvk.kind, &kinds) {
        Some(near) => format!("did you mean {near}?"),
        None => "correct apiVersion and kind".to_owned(),
    }
}
