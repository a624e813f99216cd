//! Objects of APIs that are deprecated, while the Kubernetes version still has them.

use crate::check::context::Context;
use crate::codes;
use crate::objects::index::Member;
use crate::objects::path::Pointer;
use gitopsc_core::Diagnostic;

/// A warning for an object whose API will go.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    warning(member, context).into_iter().collect()
}

fn warning(member: Member<'_>, context: &Context<'_>) -> Option<Diagnostic> {
    let (message, hint) = by_kubernetes(member, context).or_else(|| by_crd(member, context))?;
    let place = context.places.of(member, &Pointer::of(&["apiVersion"]));
    let warning = Diagnostic::warning(codes::API_DEPRECATED, message);
    Some(warning.at(place, "").hint(hint))
}

/// Message and hint for what Kubernetes deprecated.
fn by_kubernetes(member: Member<'_>, context: &Context<'_>) -> Option<(String, String)> {
    let (api, gvk) = (&context.api, member.gvk());
    let life = api.life(gvk)?;
    let deprecated = life.deprecated.filter(|since| *since <= api.asked.minor)?;
    let goes = match life.removed {
        Some(removed) if removed <= api.asked.minor => return None,
        Some(removed) => format!(" and goes with 1.{removed}"),
        None => String::new(),
    };
    let (version, kind) = (gvk.api_version(), &gvk.kind);
    let message =
        format!("{kind} of {version} is deprecated since Kubernetes 1.{deprecated}{goes}");
    let hint = match life.replacement {
        Some(replacement) => format!("use {replacement}"),
        None => match api.best_version(gvk) {
            Some(version) => format!("use {version}"),
            None => "nothing replaces it; see the deprecation guide of Kubernetes".to_owned(),
        },
    };
    Some((message, hint))
}

/// Message and hint for a version that a CRD deprecates.
fn by_crd(member: Member<'_>, context: &Context<'_>) -> Option<(String, String)> {
    let gvk = member.gvk();
    let crd = context.crds.of(gvk)?;
    let warning = crd.deprecation(&gvk.version)?;
    let (kind, version) = (&gvk.kind, gvk.api_version());
    let message = format!("{kind} of {version} is deprecated by its CRD");
    let hint = warning.map_or_else(
        || format!("it serves: {}", crd.served().join(", ")),
        str::to_owned,
    );
    Some((message, hint))
}
