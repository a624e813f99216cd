//! What is said twice: by a document of Talos 1.14, and in the document with `machine` and `cluster`.
//!
//! Talos refuses both together (siderolabs/talos, `V1Alpha1ConflictValidate` in `pkg/machinery/config/types/k8s`).

use super::Machine;
use super::document::Id;
use crate::codes;
use gitopsc_core::{Diagnostic, Span};

/// Kinds of document, and what of the document without a kind excludes them.
const EXCLUDED: &[(&str, &[&str])] = &[
    ("KubeAPIServerConfig", &["cluster", "apiServer"]),
    ("KubeFlannelCNIConfig", &["cluster", "network"]),
    ("KubeNetworkConfig", &["cluster", "network"]),
    ("KubePrismConfig", &["machine", "features", "kubePrism"]),
    ("KubeProxyConfig", &["cluster", "proxy"]),
];

/// The flags of the API server that Talos refuses in the document KubeAPIServerConfig.
const REFUSED_FLAGS: [&str; 2] = ["oidc-", "authentication-config"];

/// What Talos would refuse of `machine`.
pub fn conflicts(machine: &Machine) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (kind, path) in EXCLUDED {
        let document = machine.of_kind(kind).next();
        let legacy = machine.legacy(path).filter(|node| !node.is_null());
        if let (Some(document), Some(legacy)) = (document, legacy) {
            found.push(both(kind, document.span, &path.join("."), legacy.span));
        }
    }
    let id = Id::Kind("KubeAPIServerConfig".to_owned(), String::new());
    let arguments = machine
        .document(&id)
        .and_then(|document| document.get("extraArgs"));
    let entries = arguments.and_then(|arguments| arguments.as_mapping());
    for entry in entries.into_iter().flat_map(|map| &map.entries) {
        let name = entry.key.as_str().unwrap_or_default();
        if REFUSED_FLAGS.iter().any(|prefix| name.starts_with(prefix)) {
            found.push(refused(name, entry.key.span));
        }
    }
    found
}

fn both(kind: &str, document: Span, path: &str, legacy: Span) -> Diagnostic {
    let message = format!("Talos refuses the document {kind} beside {path}");
    Diagnostic::error(codes::TALOS_CONFIG_INVALID, message)
        .at(legacy, format!("`{path}`"))
        .at(document, "the document")
        .hint("say it in one of them; from Talos 1.14 on, in the document")
}

fn refused(flag: &str, place: Span) -> Diagnostic {
    let message = format!("Talos refuses the argument {flag} in KubeAPIServerConfig");
    Diagnostic::error(codes::TALOS_CONFIG_INVALID, message)
        .at(place, "")
        .hint("say it in the document KubeAuthenticationConfig")
}
