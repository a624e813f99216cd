//! The rules about objects: a file for each, named for its code.
//!
//! A rule looks at one object, and at others through the [`Context`]; it changes nothing and knows no other rule.

mod api_deprecated;
mod api_removed;
mod backend_port_unmatched;
pub(crate) mod dangling_reference;
mod namespace_missing;
mod object_too_large;
mod probe_port_unmatched;
mod reference_key_missing;
mod schema_unknown_kind;
mod selector_mismatch;
mod selector_selects_nothing;
mod service_port_unmatched;

use super::context::Context;
use super::finding::Finding;
use super::schema;
use crate::codes;
use crate::objects::index::Member;
use gitopsc_core::{Code, Diagnostic, Severity};
use rayon::prelude::*;

/// A rule: what is wrong with one object.
type Rule = fn(Member<'_>, &Context<'_>) -> Vec<Diagnostic>;

/// The rules, in the order in which they speak about an object.
const RULES: [Rule; 13] = [
    api_removed::check,
    schema_unknown_kind::check,
    api_deprecated::check,
    schema::check,
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

/// The codes that say that something is not there.
const OF_ABSENCE: [Code; 2] = [codes::DANGLING_REFERENCE, codes::SELECTOR_SELECTS_NOTHING];

/// The codes of what values say to each other, which cannot be told of encrypted ones.
const OF_VALUES: [Code; 7] = [
    codes::BACKEND_PORT_UNMATCHED,
    codes::DANGLING_REFERENCE,
    codes::PROBE_PORT_UNMATCHED,
    codes::REFERENCE_KEY_MISSING,
    codes::SELECTOR_MISMATCH,
    codes::SELECTOR_SELECTS_NOTHING,
    codes::SERVICE_PORT_UNMATCHED,
];

/// What all rules find, by object.
pub(crate) fn all(context: &Context<'_>) -> Vec<Finding> {
    // What a unit that failed holds is not known, so it may well be there.
    let whole = !context.compilation.units.iter().any(|unit| unit.failed);
    let of_member = |member: &Member<'_>| -> Vec<Finding> {
        let sealed = is_passed_through(*member);
        let found = RULES.iter().flat_map(|rule| rule(*member, context));
        let found = found.filter(|found| !(sealed && OF_VALUES.contains(&found.code)));
        let finding = |mut diagnostic: Diagnostic| {
            if !whole && OF_ABSENCE.contains(&diagnostic.code) {
                diagnostic.severity = Severity::Note;
            }
            diagnostic.discreet |= member.is("", "Secret");
            Finding::of_object(member.id, diagnostic)
        };
        found.map(finding).collect()
    };
    let members = context.known.index.members();
    // Of an encrypted kind nothing is known.
    let readable = members.par_iter().filter(|member| !is_encrypted(**member));
    readable.flat_map_iter(of_member).collect()
}

/// Whether values of an object are encrypted by SOPS and were passed through, because no key was at hand.
pub(crate) fn is_passed_through(member: Member<'_>) -> bool {
    let sops = member.body().get("sops");
    sops.is_some_and(|sops| sops.get("lastmodified").is_some())
}

/// Whether kind or version of an object are encrypted, because no key was at hand.
pub(crate) fn is_encrypted(member: Member<'_>) -> bool {
    let gvk = member.gvk();
    [&gvk.group, &gvk.version, &gvk.kind]
        .iter()
        .any(|part| gitopsc_sops::is_encrypted_value(part))
}
