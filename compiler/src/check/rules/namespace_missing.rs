//! Objects of a cluster that live in a namespace and do not say in which.
//!
//! They would end up in `default`, or wherever whoever applies them happens to be. A lone kustomization is
//! often a base that gets its namespace later, so nothing is said there, nor of a unit that another engine
//! describes: that one may add it.

use crate::check::context::Context;
use crate::check::others::is_described;
use crate::codes;
use crate::compilation::Meaning;
use crate::edges::kinds::is_builtin_group;
use crate::objects::index::Member;
use crate::objects::path::{self, Pointer};
use gitopsc_core::Diagnostic;

/// A warning for an object without a namespace.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    let compilation = context.compilation;
    let written = path::at(member.body(), &["metadata", "namespace"]);
    let unit = &compilation.units[member.unit];
    if member.namespace.is_none()
        || written.is_some()
        || compilation.meaning != Meaning::Cluster
        || !is_certainly_namespaced(member, context)
        || is_described(unit)
    {
        return Vec::new();
    }
    let message = format!("{} says no namespace", member.object());
    let place = context
        .places
        .of(member, &Pointer::of(&["metadata", "name"]));
    let warning = Diagnostic::warning(codes::NAMESPACE_MISSING, message)
        .at(place, "it would land in `default`")
        .hint("set metadata.namespace, or `namespace` in the kustomization");
    vec![warning]
}

/// Whether the kind is built in, or declared by a CRD that is here: of others the scope is not known.
fn is_certainly_namespaced(member: Member<'_>, context: &Context<'_>) -> bool {
    let group = member.gvk().group.as_str();
    is_builtin_group(group) || context.known.scopes.is_declared(group, &member.gvk().kind)
}
