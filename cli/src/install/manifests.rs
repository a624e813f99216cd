//! The objects that the reconciler consists of, as data.

use gitopsc_reconciler::resources::definitions;
use serde_json::{Value, json};

/// What is installed.
pub struct Installed<'i> {
    /// The namespace.
    pub namespace: &'i str,
    /// The image.
    pub image: &'i str,
}

/// The name of everything that has one of its own.
const NAME: &str = "gitopsc";
/// Where the mirrors are, in the pod.
const CACHE: &str = "/var/cache/gitopsc";
/// The port that webhooks come to.
const HOOK_PORT: u16 = 9292;
/// The port that metrics and probes are at.
const METRICS_PORT: u16 = 8080;
/// The user and the group that it runs as.
const USER: u32 = 65532;

/// All objects, in an order in which they can be made.
pub fn manifests(installed: &Installed<'_>) -> Vec<Value> {
    let mut manifests = vec![namespace(installed)];
    let definitions = definitions().into_iter();
    manifests.extend(definitions.map(|definition| {
        serde_json::to_value(definition).expect("a definition is made of texts and numbers")
    }));
    manifests.push(json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": NAME, "namespace": installed.namespace},
    }));
    manifests.push(rights(installed));
    manifests.push(deployment(installed));
    manifests.push(hook_service(installed));
    manifests.push(disruption_budget(installed));
    manifests.push(network_policy(installed));
    manifests.iter_mut().for_each(mark);
    manifests
}

/// Marks what is gitopsc's own: pruning that takes consent.
fn mark(manifest: &mut Value) {
    manifest["metadata"]["labels"]["app.kubernetes.io/part-of"] = json!(NAME);
}

fn namespace(installed: &Installed<'_>) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": installed.namespace,
            "labels": {"pod-security.kubernetes.io/enforce": "restricted"},
        },
    })
}

/// It applies whatever Git says, so it may do anything; what a tenant's Sync does is limited by its service account.
fn rights(installed: &Installed<'_>) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": format!("{NAME}-{}", installed.namespace)},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "cluster-admin",
        },
        "subjects": [{
            "kind": "ServiceAccount",
            "name": NAME,
            "namespace": installed.namespace,
        }],
    })
}

/// What an Ingress or a route for webhooks names. Nothing else is to be had through it.
fn hook_service(installed: &Installed<'_>) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": format!("{NAME}-hook"),
            "namespace": installed.namespace,
            "labels": labels(),
        },
        "spec": {
            "selector": labels(),
            "ports": [{"name": "http", "port": 80, "targetPort": "hook"}],
        },
    })
}

/// One replica stays when machines are drained.
fn disruption_budget(installed: &Installed<'_>) -> Value {
    json!({
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": NAME, "namespace": installed.namespace},
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": labels()}},
    })
}

/// Only webhooks, metrics and probes come in. Where the API server and the repositories are nobody knows here, so
/// everything may go out, also where the rest of the cluster is closed.
fn network_policy(installed: &Installed<'_>) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": NAME, "namespace": installed.namespace},
        "spec": {
            "podSelector": {"matchLabels": labels()},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"ports": [{"port": HOOK_PORT}, {"port": METRICS_PORT}]}],
            "egress": [{}],
        },
    })
}

fn labels() -> Value {
    json!({"app.kubernetes.io/name": NAME})
}

fn deployment(installed: &Installed<'_>) -> Value {
    let labels = labels();
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": NAME, "namespace": installed.namespace, "labels": labels},
        "spec": {
            // One leads, and the other is there at once when it ends.
            "replicas": 2,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels, "annotations": {
                    "prometheus.io/scrape": "true",
                    "prometheus.io/port": METRICS_PORT.to_string(),
                }},
                "spec": pod(installed),
            },
        },
    })
}

fn probe(path: &str) -> Value {
    json!({
        "httpGet": {"path": path, "port": "metrics"},
        "periodSeconds": 10,
        // The loop is given half of it.
        "timeoutSeconds": 10,
    })
}

fn pod(installed: &Installed<'_>) -> Value {
    json!({
        "serviceAccountName": NAME,
        "terminationGracePeriodSeconds": 60,
        "topologySpreadConstraints": [{
            "maxSkew": 1,
            "topologyKey": "kubernetes.io/hostname",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": labels()},
        }],
        "priorityClassName": "system-cluster-critical",
        "securityContext": {
            "runAsNonRoot": true,
            "runAsUser": USER,
            "runAsGroup": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [{
            "name": NAME,
            "image": installed.image,
            "args": [
                "run",
                format!("--cache={CACHE}"),
                format!("--namespace={}", installed.namespace),
                format!("--hook-listen=[::]:{HOOK_PORT}"),
                format!("--metrics-listen=[::]:{METRICS_PORT}"),
                "--log-format=json",
            ],
            "ports": [
                {"name": "hook", "containerPort": HOOK_PORT},
                {"name": "metrics", "containerPort": METRICS_PORT},
            ],
            "livenessProbe": probe("/healthz"),
            "readinessProbe": probe("/readyz"),
            "securityContext": {
                "allowPrivilegeEscalation": false,
                "readOnlyRootFilesystem": true,
                "capabilities": {"drop": ["ALL"]},
            },
            "resources": {
                "requests": {"cpu": "50m", "memory": "64Mi"},
                "limits": {"memory": "512Mi"},
            },
            "volumeMounts": [
                {"name": "cache", "mountPath": CACHE},
                {"name": "tmp", "mountPath": "/tmp"},
            ],
        }],
        "volumes": [
            {"name": "cache", "emptyDir": {"sizeLimit": "4Gi"}},
            {"name": "tmp", "emptyDir": {"sizeLimit": "1Gi"}},
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::{Installed, Value, manifests};

    #[test]
    fn all_that_is_of_a_namespace_is_in_that_one() {
        let installed = Installed {
            namespace: "gitops",
            image: "registry.test/gitopsc:1",
        };
        let manifests = manifests(&installed);
        let namespaces = manifests
            .iter()
            .filter_map(|of| of["metadata"]["namespace"].as_str());
        let namespaces: Vec<&str> = namespaces.collect();
        assert_eq!(namespaces, ["gitops"; 5]);
        let is_ours =
            |of: &Value| of["metadata"]["labels"]["app.kubernetes.io/part-of"] == "gitopsc";
        assert!(manifests.iter().all(is_ours));
        let kinds: Vec<&str> = manifests
            .iter()
            .filter_map(|of| of["kind"].as_str())
            .collect();
        assert_eq!(
            kinds,
            [
                "Namespace",
                "CustomResourceDefinition",
                "ServiceAccount",
                "ClusterRoleBinding",
                "Deployment",
                "Service",
                "PodDisruptionBudget",
                "NetworkPolicy",
            ]
        );
    }
}
