//! References to keys that the ConfigMap or Secret does not have: the pods would not start.

use crate::check::context::Context;
use crate::codes;
use crate::edges::references::{self, Reference};
use crate::objects::index::Member;
use gitopsc_core::{Diagnostic, Json};
use gitopsc_kustomize::decode::nearest;

/// The fields that hold keys.
const FIELDS: [&str; 3] = ["data", "binaryData", "stringData"];

/// A warning for each key that is not there.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    references::each(member, &context.known.tables(), &mut |reference| {
        let data = reference.target.filter(|target| is_data(*target));
        if let Some(target) = data.filter(|_| !reference.optional) {
            missing(member, target, &reference, context, &mut found);
        }
    });
    found
}

fn is_data(target: Member<'_>) -> bool {
    target.is("", "ConfigMap") || target.is("", "Secret")
}

fn missing(
    member: Member<'_>,
    target: Member<'_>,
    reference: &Reference<'_, '_>,
    context: &Context<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let keys = keys(target);
    let Some(way) = reference.rule.keys.as_ref().filter(|_| !keys.is_empty()) else {
        // What is empty here is filled by somebody else.
        return;
    };
    way.each(reference.value, &mut |steps, key| {
        let Some(key) = key.as_plain_str().filter(|key| !keys.contains(key)) else {
            return;
        };
        let (from, to) = (member.object(), target.object());
        let message = format!("{from} reads the key `{key}` of {to}, which has no such key");
        let pointer = reference.pointer().then(steps);
        let warning = Diagnostic::warning(codes::REFERENCE_KEY_MISSING, message)
            .at(context.places.of(member, &pointer), "");
        found.push(match nearest(key, &keys) {
            Some(near) => warning.hint(format!("did you mean `{near}`?")),
            None => warning.hint("add the key, or mark the reference as optional"),
        });
    });
}

fn keys<'c>(target: Member<'c>) -> Vec<&'c str> {
    let maps = FIELDS.iter().filter_map(|field| target.body().get(field));
    let objects = maps.filter_map(|map| match map {
        Json::Object(object) => Some(object),
        _ => None,
    });
    let keys = objects.flat_map(|object| object.iter().map(|(key, _)| key.as_str()));
    keys.collect()
}
