//! Cilium, which serves the address of the API server to others, reaches it itself by KubePrism on localhost.

use crate::codes;
use crate::talos::check::{Facts, State};
use crate::talos::cilium::Cilium;
use crate::talos::machine::view::Said;
use gitopsc_core::{Diagnostic, Span};

pub fn check(facts: &Facts<'_>) -> State {
    let Some(cilium) = facts.cilium else {
        return State::Skipped("needs Cilium's values (--values) or its ConfigMap");
    };
    let machines = facts.machines.iter();
    let found = machines.filter_map(|machine| of_machine(cilium, &machine.kube_prism()));
    State::Checked(found.collect())
}

fn of_machine(cilium: &Cilium, prism: &Said<Option<String>>) -> Option<Diagnostic> {
    let Some(host) = &cilium.api_host else {
        let replaces = cilium.replaces_proxy.as_ref().filter(|said| said.value);
        return replaces.map(|said| untold(said.span, prism));
    };
    match &prism.value {
        None if is_local(&host.value) => Some(not_running(host, prism.span)),
        None => None,
        Some(port) if is_local(&host.value) => {
            let wanted = cilium.api_port.as_ref();
            let same = wanted.is_some_and(|wanted| wanted.value == *port);
            (!same).then(|| other_port(port, prism.span, host, wanted))
        }
        Some(port) => Some(other_host(host, port)),
    }
}

fn untold(place: Span, prism: &Said<Option<String>>) -> Diagnostic {
    let message = "Cilium replaces kube-proxy and is not told where the API server is";
    let port = prism.value.as_deref().unwrap_or("7445");
    Diagnostic::error(codes::TALOS_KUBE_PRISM, message)
        .at(place, "")
        .hint(format!(
            "set k8sServiceHost to localhost and k8sServicePort to {port} in Cilium's values"
        ))
}

fn not_running(host: &Said<String>, machine: Span) -> Diagnostic {
    let message = format!(
        "Cilium looks for the API server at {}, where KubePrism does not run",
        host.value
    );
    Diagnostic::error(codes::TALOS_KUBE_PRISM, message)
        .at(host.span, "Cilium")
        .at(machine, "the machine configuration")
        .hint("set machine.features.kubePrism.enabled to true; from Talos 1.14 on, add the document KubePrismConfig")
}

fn other_port(
    port: &str,
    machine: Span,
    host: &Said<String>,
    wanted: Option<&Said<String>>,
) -> Diagnostic {
    let shown = wanted.map_or("6443, the port of the API server itself", |wanted| {
        wanted.value.as_str()
    });
    let message = format!("KubePrism is at port {port}, and Cilium looks for it at {shown}");
    Diagnostic::error(codes::TALOS_KUBE_PRISM, message)
        .at(wanted.unwrap_or(host).span, "Cilium")
        .at(machine, "the machine configuration")
        .hint(format!("set k8sServicePort to {port} in Cilium's values"))
}

fn other_host(host: &Said<String>, port: &str) -> Diagnostic {
    let message = format!(
        "Cilium looks for the API server at {}, and not at KubePrism",
        host.value
    );
    Diagnostic::warning(codes::TALOS_KUBE_PRISM, message)
        .at(host.span, "")
        .hint(format!(
            "with localhost and port {port} it would not depend on one address"
        ))
}

/// KubePrism listens on 127.0.0.1 only.
fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1")
}
