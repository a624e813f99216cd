//! References to objects that should be in the same namespace and are nowhere.
//!
//! What may come from a chart that is released there, or from a custom resource, is not missed. A Secret
//! often is made by hand and stays out of Git for good reasons, so it is missed only if another name is so near
//! that a slip is likely. The rest is told by one note a unit (`reference-outside`).

use crate::check::context::Context;
use crate::codes;
use crate::edges::references::{self, Reference};
use crate::objects::index::Member;
use gitopsc_core::{Diagnostic, ObjectRef};
use gitopsc_engine::graph::Outside;
use gitopsc_kustomize::decode::nearest;

/// Namespaces in which the cluster itself puts things.
const OF_THE_CLUSTER: [&str; 3] = ["kube-node-lease", "kube-public", "kube-system"];

/// How many names are compared with one that is missing.
const MOST_COMPARED: usize = 200;

/// A warning for each reference to nothing.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    references::each(member, &context.known.tables(), &mut |reference| {
        let answered = reference.answer().is_some() || reference.is_always_there();
        if answered || reference.optional || !is_missed(member, &reference.object, context) {
            return;
        }
        let warning = warning(member, &reference, context);
        if !found.contains(&warning) {
            found.push(warning);
        }
    });
    found
}

/// Whether this rule speaks of a need that no object answers.
pub(crate) fn tells(context: &Context<'_>, outside: &Outside) -> bool {
    let members = context.known.index.members();
    let member = members.get(outside.from.index());
    member.is_some_and(|member| is_missed(*member, &outside.object, context))
}

fn is_missed(member: Member<'_>, object: &ObjectRef, context: &Context<'_>) -> bool {
    let namespace = object.namespace.as_str();
    let ours = member.namespace == Some(namespace)
        || (!namespace.is_empty() && context.known.index.namespace(namespace).is_some());
    ours && !OF_THE_CLUSTER.contains(&namespace)
        && !context.others.release(namespace)
        && !context.others.operator(namespace, &object.name)
        && !context.others.unplaced(&object.kind, &object.name)
        && (!is_secret(object) || near(object, context).is_some())
}

fn is_secret(object: &ObjectRef) -> bool {
    object.group.is_empty() && object.kind == "Secret"
}

fn warning(member: Member<'_>, reference: &Reference<'_, '_>, context: &Context<'_>) -> Diagnostic {
    let object = &reference.object;
    let from = member.object();
    let message = format!("{from} refers to {object}, which is in no unit");
    let place = context.places.of(member, &reference.name_pointer());
    let warning = Diagnostic::warning(codes::DANGLING_REFERENCE, message).at(place, "");
    match near(object, context) {
        Some(near) if is_generated_from(&near.name, &object.name) => warning.hint(format!(
            "{near} is generated; the name in this field does not follow the suffix of its content"
        )),
        Some(near) => warning.hint(format!("did you mean {near}?")),
        None => warning.hint(
            "add it, or say with gitopsc.dev/provides who makes it; if it is made by hand, accept the finding",
        ),
    }
}

/// The object of the same kind and namespace whose name is nearest.
fn near<'c>(object: &ObjectRef, context: &Context<'c>) -> Option<&'c ObjectRef> {
    let kind = (object.group.as_str(), object.kind.as_str());
    let others = context.neighbours(kind, &object.namespace);
    let generated = |other: &&&ObjectRef| is_generated_from(&other.name, &object.name);
    if let Some(generated) = others.iter().find(generated) {
        return Some(generated);
    }
    let near = others.iter().take(MOST_COMPARED);
    let names: Vec<&str> = near.map(|other| other.name.as_str()).collect();
    let name = nearest(&object.name, &names)?;
    others.iter().copied().find(|other| other.name == name)
}

/// Whether `name` is `base` with the suffix of a generator.
fn is_generated_from(name: &str, base: &str) -> bool {
    let suffix = name
        .strip_prefix(base)
        .and_then(|rest| rest.strip_prefix('-'));
    suffix.is_some_and(|suffix| {
        suffix.len() == 10 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}
