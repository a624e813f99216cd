//! Which kinds are cluster-scoped, and what that means for the identity of objects.
//!
//! Known from Kustomize's built-in table, from the CRDs among the manifests, and from a table of well-known
//! kinds. Of anything else nothing is known, and its namespace is left as it is.

use crate::codes;
use crate::compilation::Unit;
use gitopsc_core::{Diagnostic, EcoString, Gvk, Json, Manifest};
use gitopsc_kustomize::Schema;
use std::collections::BTreeMap;

/// Well-known cluster-scoped kinds that Kustomize's table does not have, as group and kind.
const WELL_KNOWN: [(&str, &str); 24] = [
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
    (
        "admissionregistration.k8s.io",
        "MutatingAdmissionPolicyBinding",
    ),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    (
        "admissionregistration.k8s.io",
        "ValidatingAdmissionPolicyBinding",
    ),
    ("cert-manager.io", "ClusterIssuer"),
    ("cilium.io", "CiliumClusterwideEnvoyConfig"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("cilium.io", "CiliumL2AnnouncementPolicy"),
    ("cilium.io", "CiliumLoadBalancerIPPool"),
    ("cilium.io", "CiliumNode"),
    ("external-secrets.io", "ClusterExternalSecret"),
    ("external-secrets.io", "ClusterPushSecret"),
    ("external-secrets.io", "ClusterSecretStore"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
    ("gateway.networking.k8s.io", "GatewayClass"),
    ("karpenter.sh", "NodePool"),
    ("kyverno.io", "ClusterPolicy"),
    ("networking.k8s.io", "IPAddress"),
    ("networking.k8s.io", "ServiceCIDR"),
    ("policy.networking.k8s.io", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
    ("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
    ("trust.cert-manager.io", "Bundle"),
];

/// What is known of scopes in one compilation.
pub struct Scopes {
    schema: Schema,
    declared: BTreeMap<(EcoString, EcoString), bool>,
}

impl Scopes {
    /// What the built-in tables and the CRDs among the manifests of `units` say.
    #[must_use]
    pub fn of(units: &[Unit]) -> Scopes {
        Scopes::of_manifests(units.iter().flat_map(|unit| &unit.manifests))
    }

    /// What the built-in tables and the CRDs among `manifests` say.
    pub(crate) fn of_manifests<'m>(manifests: impl Iterator<Item = &'m Manifest>) -> Scopes {
        Scopes {
            schema: Schema::builtin(),
            declared: manifests.filter_map(declared).collect(),
        }
    }

    /// Whether `gvk` is known to be cluster-scoped.
    #[must_use]
    pub fn is_cluster_scoped(&self, gvk: &Gvk) -> bool {
        let key = (gvk.group.clone(), gvk.kind.clone());
        self.declared.get(&key).copied().unwrap_or_else(|| {
            WELL_KNOWN.contains(&(gvk.group.as_str(), gvk.kind.as_str()))
                || self.schema.is_certainly_cluster_scoped(gvk)
        })
    }

    /// Whether a CRD among the manifests declares the kind.
    #[must_use]
    pub fn is_declared(&self, group: &str, kind: &str) -> bool {
        self.declared.contains_key(&(group.into(), kind.into()))
    }

    /// Whether objects of a kind, whatever its version, are known to be cluster-scoped.
    #[must_use]
    pub fn is_kind_cluster_scoped(&self, group: &str, kind: &str) -> bool {
        const VERSIONS: [&str; 4] = ["v1", "v1beta1", "v1alpha1", "v2"];
        VERSIONS.iter().any(|version| {
            self.is_cluster_scoped(&Gvk {
                group: group.into(),
                version: EcoString::from(*version),
                kind: kind.into(),
            })
        })
    }

    /// Takes the namespace out of the names of the unit's cluster-scoped objects, with a note. Their bodies
    /// keep it, as in Kustomize's output.
    pub fn settle(&self, unit: &mut Unit) {
        let mut settled = Vec::new();
        for manifest in &mut unit.manifests {
            let named = !manifest.object.namespace.is_empty();
            if named && self.is_cluster_scoped(&manifest.gvk) {
                manifest.object.namespace = EcoString::new();
                settled.push((manifest.object.to_string(), manifest.span));
            }
        }
        let Some(((first, span), rest)) = settled.split_first() else {
            return;
        };
        let others: Vec<&str> = rest.iter().map(|(name, _)| name.as_str()).collect();
        let message = match others.len() {
            0 => format!("{first} is cluster-scoped, and its namespace means nothing"),
            count => format!(
                "{first} and {count} more are cluster-scoped, and their namespaces mean nothing"
            ),
        };
        let mut note = Diagnostic::note(codes::NAMESPACE_IGNORED, message).at(*span, "");
        if !others.is_empty() {
            note = note.hint(format!("the others: {}", others.join(", ")));
        }
        unit.diagnostics.push(note);
    }
}

/// Group and kind that a CRD declares, and whether they are cluster-scoped.
fn declared(manifest: &Manifest) -> Option<((EcoString, EcoString), bool)> {
    let object = &manifest.object;
    if object.group != "apiextensions.k8s.io" || object.kind != "CustomResourceDefinition" {
        return None;
    }
    let spec = manifest.body.get("spec")?;
    let text = |value: Option<&Json>| value.and_then(Json::as_plain_str).map(EcoString::from);
    let group = text(spec.get("group"))?;
    let kind = text(spec.get("names")?.get("kind"))?;
    Some(((group, kind), text(spec.get("scope"))? == "Cluster"))
}
