//! Talos installs no network plug-in of its own beside the one in the bundles.

use crate::codes;
use crate::talos::check::{Facts, State};
use crate::talos::machine::view::Cni;
use gitopsc_core::Diagnostic;

pub fn check(facts: &Facts<'_>) -> State {
    let machines = facts.control_planes();
    let found = machines.filter_map(|machine| {
        let cni = machine.cni();
        let message = match &cni.value {
            Cni::None => return None,
            Cni::Talos(name) => format!("Talos installs {name} as the network plug-in"),
            Cni::Unsaid => "nothing keeps Talos from installing Flannel".to_owned(),
        };
        let diagnostic = Diagnostic::error(codes::TALOS_CNI, message).at(cni.span, "");
        Some(diagnostic.hint(
            "set cluster.network.cni.name to none; from Talos 1.14 on, delete the document KubeFlannelCNIConfig ($patch: delete)",
        ))
    });
    State::Checked(found.collect())
}
