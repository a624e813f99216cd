//! Ingresses and routes that send to a port that the Service does not have.

use crate::check::context::Context;
use crate::codes;
use crate::edges::references::{self, Reference};
use crate::objects::index::Member;
use crate::objects::path;
use gitopsc_core::{Diagnostic, Json};
use gitopsc_engine::graph::Reason;

/// A warning for each port that is not there.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    references::each(member, &context.known.tables(), &mut |reference| {
        let service = reference.target.filter(|target| target.is("", "Service"));
        if let Some(service) = service.filter(|_| reference.rule.reason == Reason::Route) {
            found.extend(unmatched(member, service, &reference, context));
        }
    });
    found
}

fn unmatched(
    member: Member<'_>,
    service: Member<'_>,
    reference: &Reference<'_, '_>,
    context: &Context<'_>,
) -> Option<Diagnostic> {
    let port = reference.value.get("port")?;
    let (keys, wanted): (&[&str], &Json) = match port {
        Json::Object(object) => match (object.get("name"), object.get("number")) {
            (Some(name), _) => (&["port", "name"], name),
            (None, number) => (&["port", "number"], number?),
        },
        port => (&["port"], port),
    };
    let ports = path::items(service.body(), &["spec", "ports"]);
    let is_named = wanted.as_plain_str().is_some();
    let field = if is_named { "name" } else { "port" };
    if ports.is_empty() || ports.iter().any(|port| port.get(field) == Some(wanted)) {
        return None;
    }
    let message = format!(
        "{} sends to a port that {} does not have",
        member.object(),
        service.object()
    );
    let pointer = keys.iter().fold(reference.pointer(), |at, key| at.key(key));
    let warning = Diagnostic::warning(codes::BACKEND_PORT_UNMATCHED, message)
        .at(context.places.of(member, &pointer), "this port")
        .hint(format!("it has: {}", known(ports)));
    Some(warning)
}

/// The ports of a Service in words.
fn known(ports: &[Json]) -> String {
    let words = ports.iter().map(|port| {
        let number = match port.get("port") {
            Some(Json::Int(number)) => number.to_string(),
            _ => "?".to_owned(),
        };
        match path::text(port, &["name"]) {
            Some(name) => format!("{number} ({name})"),
            None => number,
        }
    });
    words.collect::<Vec<_>>().join(", ")
}
