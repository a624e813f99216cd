//! Objects of APIs that Kubernetes had once, and has no more in the version at hand.

use crate::check::context::Context;
use crate::codes;
use crate::objects::index::Member;
use crate::objects::path::Pointer;
use gitopsc_core::Diagnostic;

/// An error for an object whose API was removed.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    removed(member, context).into_iter().collect()
}

fn removed(member: Member<'_>, context: &Context<'_>) -> Option<Diagnostic> {
    let (api, gvk) = (&context.api, member.gvk());
    let life = api.life(gvk)?;
    let removed = life.removed.filter(|removed| *removed <= api.asked.minor)?;
    let (version, kind) = (gvk.api_version(), &gvk.kind);
    let message = format!("Kubernetes 1.{removed} removed {kind} of {version}");
    let place = context.places.of(member, &Pointer::of(&["apiVersion"]));
    let error = Diagnostic::error(codes::API_REMOVED, message).at(place, "");
    Some(match life.replacement {
        Some(replacement) => error.hint(format!(
            "use {replacement}; some fields may be others there"
        )),
        None => error.hint("nothing replaces it; see the deprecation guide of Kubernetes"),
    })
}
