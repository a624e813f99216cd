//! Which managers are tools that apply whole objects.
//!
//! Names and operations as their sources have them: kubectl's pkg/cmd/apply, Flux' controllers, Helm's kube client,
//! Argo CD's common package, Talos' manifest controller. People's single edits (`kubectl-edit`, `-rollout`,
//! `-annotate`) and anything through a subresource are none of theirs.

use crate::fields::{ManagedEntry, Operation};
use std::fmt;

/// A tool that applies whole objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// kubectl, client-side or server-side.
    Kubectl,
    /// Flux.
    Flux,
    /// Helm.
    Helm,
    /// Argo CD.
    Argo,
    /// Talos.
    Talos,
}

/// The tool that an entry is of.
#[must_use]
pub fn former(entry: &ManagedEntry) -> Option<Tool> {
    if !entry.subresource.is_empty() {
        return None;
    }
    Some(match (entry.manager.as_str(), entry.operation) {
        ("kubectl", Operation::Apply) => Tool::Kubectl,
        (
            "kubectl-client-side-apply"
            | "kubectl-last-applied"
            | "kubectl-create"
            | "kubectl-replace",
            Operation::Update,
        ) => Tool::Kubectl,
        ("kustomize-controller" | "helm-controller", _) => Tool::Flux,
        ("helm", _) => Tool::Helm,
        ("argocd-controller" | "argocd-application-controller", _) => Tool::Argo,
        ("talos", _) => Tool::Talos,
        _ => return None,
    })
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Tool::Kubectl => "kubectl",
            Tool::Flux => "Flux",
            Tool::Helm => "Helm",
            Tool::Argo => "Argo CD",
            Tool::Talos => "Talos",
        })
    }
}
