//! One of kube-proxy and Cilium serves Services, not both and not none.

use crate::codes;
use crate::talos::check::{Facts, State};
use gitopsc_core::Diagnostic;

pub fn check(facts: &Facts<'_>) -> State {
    let replaced = facts
        .cilium
        .and_then(|cilium| cilium.replaces_proxy.as_ref());
    let mut found = Vec::new();
    for machine in facts.control_planes() {
        let proxy = machine.kube_proxy();
        let diagnostic =
            |message| Diagnostic::error(codes::TALOS_KUBE_PROXY, message).at(proxy.span, "here");
        match (proxy.value, replaced) {
            (true, None) => found.push(disable(diagnostic("kube-proxy is not disabled"))),
            (true, Some(cilium)) if cilium.value => {
                let both = diagnostic("kube-proxy is not disabled, and Cilium replaces it");
                found.push(disable(both.at(cilium.span, "Cilium")));
            }
            (false, Some(cilium)) if !cilium.value => {
                let neither = diagnostic("kube-proxy is disabled, and Cilium does not replace it");
                let neither = neither.at(cilium.span, "Cilium");
                found.push(neither.hint("set kubeProxyReplacement to true in Cilium's values"));
            }
            _ => {}
        }
    }
    State::Checked(found)
}

fn disable(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.hint(
        "set cluster.proxy.disabled to true; from Talos 1.14 on, `enabled: false` in the document KubeProxyConfig",
    )
}
