//! Classes of kinds: what comes first among objects that could all come now.

use gitopsc_core::Gvk;

/// Where a kind stands among others that need nothing of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KindClass {
    /// Namespaces.
    Namespace,
    /// CustomResourceDefinitions.
    Definition,
    /// Priority, storage and other classes.
    Class,
    /// Quotas, limit ranges, network policies.
    Policy,
    /// Service accounts, roles, bindings.
    Access,
    /// ConfigMaps and Secrets.
    Data,
    /// Volumes and claims.
    Storage,
    /// Services.
    Service,
    /// Custom resources and whatever is not named here.
    Other,
    /// What runs pods.
    Workload,
    /// Budgets, scalers, routes: what is about workloads.
    About,
    /// Webhook configurations and API services: what others pass through.
    Admission,
}

impl KindClass {
    /// The class of `gvk`.
    #[must_use]
    pub fn of(gvk: &Gvk) -> KindClass {
        match (gvk.group.as_str(), gvk.kind.as_str()) {
            ("", "Namespace") => KindClass::Namespace,
            ("apiextensions.k8s.io", "CustomResourceDefinition") => KindClass::Definition,
            ("scheduling.k8s.io" | "storage.k8s.io" | "node.k8s.io", _)
            | ("networking.k8s.io", "IngressClass")
            | ("gateway.networking.k8s.io", "GatewayClass") => KindClass::Class,
            ("", "ResourceQuota" | "LimitRange")
            | ("networking.k8s.io", "NetworkPolicy")
            | ("cilium.io", "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy") => {
                KindClass::Policy
            }
            ("", "ServiceAccount") | ("rbac.authorization.k8s.io", _) => KindClass::Access,
            ("", "ConfigMap" | "Secret") => KindClass::Data,
            ("", "PersistentVolume" | "PersistentVolumeClaim") => KindClass::Storage,
            ("", "Service" | "Endpoints") | ("discovery.k8s.io", "EndpointSlice") => {
                KindClass::Service
            }
            ("", "Pod" | "ReplicationController")
            | ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
            | ("batch", "Job" | "CronJob") => KindClass::Workload,
            ("policy", "PodDisruptionBudget")
            | ("autoscaling", _)
            | ("networking.k8s.io", "Ingress") => KindClass::About,
            ("admissionregistration.k8s.io" | "apiregistration.k8s.io", _) => KindClass::Admission,
            _ => KindClass::Other,
        }
    }
}
