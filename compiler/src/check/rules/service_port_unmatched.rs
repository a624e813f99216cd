//! Services that send to a port by a name that none of the pods behind them has.

use crate::check::context::Context;
use crate::codes;
use crate::edges::backends;
use crate::objects::index::Member;
use crate::objects::path::{self, Pointer};
use crate::objects::pods;
use gitopsc_core::{Diagnostic, Json};
use std::collections::BTreeSet;

/// A warning for each `targetPort` that no container has.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    if !member.is("", "Service") {
        return Vec::new();
    }
    let behind = backends::behind(member, &context.known.index);
    if behind.is_empty() {
        return Vec::new();
    }
    let names: BTreeSet<&str> = behind
        .iter()
        .flat_map(|workload| port_names(*workload))
        .collect();
    let ports = path::items(member.body(), &["spec", "ports"]).iter();
    let named = ports
        .enumerate()
        .filter_map(|(at, port)| Some((at, path::text(port, &["targetPort"])?)));
    let unmatched = named.filter(|(_, name)| !names.contains(name));
    unmatched
        .map(|(at, name)| {
            let message = format!(
                "{} sends to the port `{name}`, which no container of its pods has",
                member.object()
            );
            let pointer = Pointer::of(&["spec", "ports"]).item(at).key("targetPort");
            let spec = Pointer::of(pods::way(behind[0].gvk()).unwrap_or_default()).key("spec");
            Diagnostic::warning(codes::SERVICE_PORT_UNMATCHED, message)
                .at(context.places.of(member, &pointer), "")
                .at(
                    context.places.of(behind[0], &spec.key("containers")),
                    "the containers",
                )
                .hint(known(&names))
        })
        .collect()
}

/// The names of the ports of a workload's containers, those of init containers that stay included.
fn port_names<'c>(workload: Member<'c>) -> Vec<&'c str> {
    let containers = workload.template().into_iter().flat_map(pods::containers);
    let ports = containers.flat_map(|container| path::items(container, &["ports"]));
    ports.filter_map(name_of).collect()
}

fn name_of(port: &Json) -> Option<&str> {
    path::text(port, &["name"])
}

fn known(names: &BTreeSet<&str>) -> String {
    if names.is_empty() {
        return "none of the ports has a name; give it one, or use its number".to_owned();
    }
    let names: Vec<&str> = names.iter().copied().collect();
    format!("they have: {}", names.join(", "))
}
