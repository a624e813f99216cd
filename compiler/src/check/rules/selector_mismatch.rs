//! Workloads whose selector does not select the pods of their own template: the API server refuses them.

use crate::check::context::Context;
use crate::codes;
use crate::objects::index::Member;
use crate::objects::path::{self, Pointer};
use crate::objects::selector::{self, Labels};
use gitopsc_core::Diagnostic;

const KINDS: [&str; 4] = ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"];

/// An error for a selector that misses its template.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    if !KINDS.iter().any(|kind| member.is("apps", kind)) {
        return Vec::new();
    }
    let selector = path::at(member.body(), &["spec", "selector"]);
    let (Some(selector), Some(template)) = (selector, member.template()) else {
        return Vec::new();
    };
    if selector::matches(selector, &Labels::of(template)) {
        return Vec::new();
    }
    let object = member.object();
    let message = format!("the selector of {object} does not match the labels of its pods");
    let place = |keys: &[&str]| context.places.of(member, &Pointer::of(keys));
    let labels = place(&["spec", "template", "metadata", "labels"]);
    let error = Diagnostic::error(codes::SELECTOR_MISMATCH, message)
        .at(place(&["spec", "selector"]), "this selector")
        .at(labels, "the labels of its pods")
        .hint("give the template all labels of the selector; a selector cannot be changed later");
    vec![error]
}
