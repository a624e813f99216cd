//! Whether objects fit their schemas: built-in kinds those of a Kubernetes version, custom resources those of the
//! CRDs among the manifests.
//!
//! A walk over an object gives problems, each at a pointer into it; `problem` puts them into words.

mod builtin;
mod custom;
mod problem;
mod scalar;

pub(crate) use custom::Crds;

use super::context::Context;
use super::finding::Finding;
use super::kubernetes::Known;
use super::rules::{is_encrypted, is_passed_through};
use crate::codes;
use crate::edges::kinds::is_builtin_group;
use crate::objects::index::Member;
use custom::Unchecked;
use gitopsc_core::Diagnostic;
use gitopsc_core::words::some_of;
use std::collections::BTreeMap;

/// How deep values are looked at.
const MOST_DEEP: usize = 128;

/// How many kinds one note lists.
const MOST_KINDS: usize = 8;

/// Errors for everything that does not fit, and notes on what cannot be said.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    let (gvk, body) = (member.gvk(), member.body());
    let (problems, unchecked) = match context.api.kind(gvk) {
        Known::Here(definition) => (builtin::walk(&context.api, definition, body), Vec::new()),
        Known::Elsewhere(..) | Known::Nowhere => {
            let found = context.crds.walk(gvk, body, &context.api);
            found.unwrap_or_default()
        }
    };
    let sealed = is_passed_through(member);
    let problems = problems
        .iter()
        .filter(|problem| !(sealed && problem.at.as_str() == "/sops"))
        .map(|problem| problem.diagnostic(member, context));
    let unchecked = unchecked
        .iter()
        .map(|rule| unevaluated(rule, member, context));
    problems.chain(unchecked).collect()
}

/// One note on the custom resources for which no schema is here.
pub(crate) fn unavailable(context: &Context<'_>) -> Option<Finding> {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for member in context.known.index.members() {
        let gvk = member.gvk();
        let readable = !is_encrypted(*member);
        if readable && !is_builtin_group(&gvk.group) && context.crds.of(gvk).is_none() {
            let kind = format!("{}.{}", gvk.kind, gvk.group);
            *kinds.entry(kind).or_default() += 1;
        }
    }
    let objects: usize = kinds.values().sum();
    let list = some_of(kinds.keys(), MOST_KINDS);
    (objects > 0).then(|| {
        let message = format!("no schema is here for {objects} custom resources: {list}");
        let note = Diagnostic::note(codes::SCHEMA_UNAVAILABLE, message);
        Finding::whole(note.hint("with their CRDs in a unit, their fields are checked as well"))
    })
}

/// That a rule of a CRD was not evaluated; the same for all objects of its kind.
fn unevaluated(rule: &Unchecked, member: Member<'_>, context: &Context<'_>) -> Diagnostic {
    let kind = &member.gvk().kind;
    let message = format!("a rule of {kind} was not evaluated: {}", rule.why);
    let note = Diagnostic::note(codes::VALIDATION_RULE_UNCHECKED, message);
    let place = context.crds.of(member.gvk()).map(custom::Crd::place);
    let note = place
        .into_iter()
        .fold(note, |note, place| note.at(place, ""));
    note.hint(format!("the rule: {}", rule.rule))
}
