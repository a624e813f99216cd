//! Probes and hooks that ask for a port by a name that their own container does not have.

use crate::check::context::Context;
use crate::codes;
use crate::objects::index::Member;
use crate::objects::path::{self, Pointer};
use crate::objects::pods;
use gitopsc_core::{Diagnostic, Json};

/// Where a container names a port.
const WAYS: [[&str; 3]; 10] = [
    ["livenessProbe", "httpGet", "port"],
    ["livenessProbe", "tcpSocket", "port"],
    ["readinessProbe", "httpGet", "port"],
    ["readinessProbe", "tcpSocket", "port"],
    ["startupProbe", "httpGet", "port"],
    ["startupProbe", "tcpSocket", "port"],
    ["lifecycle", "postStart", "httpGet"],
    ["lifecycle", "postStart", "tcpSocket"],
    ["lifecycle", "preStop", "httpGet"],
    ["lifecycle", "preStop", "tcpSocket"],
];

/// A warning for each port that is asked for and not there.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    let (Some(template), Some(way)) = (member.template(), pods::way(member.gvk())) else {
        return Vec::new();
    };
    let spec = Pointer::of(way).key("spec");
    let mut found = Vec::new();
    for list in pods::CONTAINER_LISTS {
        let containers = path::items(template, &["spec", list]).iter();
        for (at, container) in containers.enumerate() {
            let pointer = spec.key(list).item(at);
            let unmatched = unmatched(container).into_iter();
            found.extend(unmatched.map(|(way, port)| {
                let pointer = way.iter().fold(pointer.clone(), |at, key| at.key(key));
                warning(member, container, port).at(context.places.of(member, &pointer), "")
            }));
        }
    }
    found
}

/// The ports that `container` asks for and does not have.
fn unmatched(container: &Json) -> Vec<(Vec<&'static str>, &str)> {
    let asked = WAYS.iter().filter_map(|way| {
        let mut way = way.to_vec();
        if way[2] != "port" {
            way.push("port");
        }
        let port = path::text(container, &way)?;
        Some((way, port))
    });
    let has = |name: &str| {
        let mut ports = path::items(container, &["ports"]).iter();
        ports.any(|port| path::text(port, &["name"]) == Some(name))
    };
    // A number in quotes is a name without letters, which the kubelet reads as a number.
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    asked
        .filter(|(_, name)| !has(name) && !is_number(name))
        .collect()
}

fn warning(member: Member<'_>, container: &Json, port: &str) -> Diagnostic {
    let name = path::text(container, &["name"]).unwrap_or_default();
    let object = member.object();
    let message = format!("the container `{name}` of {object} has no port called `{port}`");
    Diagnostic::warning(codes::PROBE_PORT_UNMATCHED, message)
        .hint("name one of its own ports, or use a number")
}
