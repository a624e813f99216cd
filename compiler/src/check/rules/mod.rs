//! The rules about objects: a file for each, named for its code.
//!
//! A rule looks at one object, and at others through the [`Context`]; it changes nothing and knows no other rule.

mod backend_port_unmatched;
pub(crate) mod dangling_reference;
mod namespace_missing;
mod object_too_large;
mod probe_port_unmatched;
mod reference_key_missing;
mod selector_mismatch;
mod selector_selects_nothing;
mod service_port_unmatched;

use super::context::Context;
use super::finding::Finding;
use crate::objects::index::Member;
use gitopsc_core::Diagnostic;
use rayon::prelude::*;

/// A rule: what is wrong with one object.
type Rule = fn(Member<'_>, &Context<'_>) -> Vec<Diagnostic>;

/// The rules, in the order in which they speak about an object.
const RULES: [Rule; 9] = [
    object_too_large::check,
    namespace_missing::check,
    selector_mismatch::check,
    dangling_reference::check,
    reference_key_missing::check,
    selector_selects_nothing::check,
    service_port_unmatched::check,
    backend_port_unmatched::check,
    probe_port_unmatched::check,
];

/// What all rules find, by object.
pub(crate) fn all(context: &Context<'_>) -> Vec<Finding> {
    let of_member = |member: &Member<'_>| -> Vec<Finding> {
        let found = RULES.iter().flat_map(|rule| rule(*member, context));
        found
            .map(|diagnostic| Finding::of_object(member.id, diagnostic))
            .collect()
    };
    let members = context.known.index.members();
    members.par_iter().flat_map_iter(of_member).collect()
}
