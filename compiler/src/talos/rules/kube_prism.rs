//! Cilium, which serves the address of the API server to others, reaches it itself by KubePrism on localhost.

use crate::codes;
use crate::talos::check::{Facts, State};
use gitopsc_core::Diagnostic;

pub fn check(facts: &Facts<'_>) -> State {
    let Some(cilium) = facts.cilium else {
        return State::Skipped("needs Cilium's values (--values) or its ConfigMap");
    };
    let replaces = cilium
        .replaces_proxy
        .as_ref()
        .is_some_and(|said| said.value);
    let mut found = Vec::new();
    for machine in facts.machines {
        let prism = machine.kube_prism();
        let diagnostic = |message: String| Diagnostic::error(codes::TALOS_KUBE_PRISM, message);
        match (&cilium.api_host, &prism.value) {
            (None, _) if replaces => {
                let message = "Cilium replaces kube-proxy and is not told where the API server is";
                let place = cilium
                    .replaces_proxy
                    .as_ref()
                    .map_or(prism.span, |said| said.span);
                let port = prism.value.as_deref().unwrap_or("7445");
                let hint = format!(
                    "set k8sServiceHost to localhost and k8sServicePort to {port} in Cilium's values"
                );
                found.push(diagnostic(message.to_owned()).at(place, "").hint(hint));
            }
            (Some(host), None) if is_local(&host.value) => {
                let message = format!(
                    "Cilium looks for the API server at {}, where KubePrism does not run",
                    host.value
                );
                found.push(diagnostic(message).at(host.span, "Cilium").at(prism.span, "the machine configuration").hint(
                    "set machine.features.kubePrism.enabled to true; from Talos 1.14 on, add the document KubePrismConfig",
                ));
            }
            (Some(host), Some(port)) if is_local(&host.value) => {
                let wanted = cilium.api_port.as_ref();
                if wanted.is_none_or(|wanted| wanted.value != *port) {
                    let shown = wanted
                        .map_or("6443, the port of the API server itself", |wanted| {
                            wanted.value.as_str()
                        });
                    let message =
                        format!("KubePrism is at port {port}, and Cilium looks for it at {shown}");
                    let place = wanted.map_or(host.span, |wanted| wanted.span);
                    found.push(
                        diagnostic(message)
                            .at(place, "Cilium")
                            .at(prism.span, "the machine configuration")
                            .hint(format!("set k8sServicePort to {port} in Cilium's values")),
                    );
                }
            }
            (Some(host), Some(port)) => {
                let message = format!(
                    "Cilium looks for the API server at {}, and not at KubePrism",
                    host.value
                );
                let warning = Diagnostic::warning(codes::TALOS_KUBE_PRISM, message);
                found.push(warning.at(host.span, "").hint(format!(
                    "with localhost and port {port} it would not depend on one address"
                )));
            }
            (_, _) => {}
        }
    }
    State::Checked(found)
}

/// KubePrism listens on 127.0.0.1 only.
fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1")
}
