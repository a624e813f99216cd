//! The cluster of the demo, read and written by the real kubectl: it is what a person would use, and nothing here
//! is worth another client.

use gitopsc_test_support::control_plane::{ControlPlane, Options};
use serde_json::{Value, json};
use std::path::Path;

/// The cluster, as long as this lives.
pub struct Cluster(ControlPlane);

/// What is read in one go; of the example's own kinds all that somebody waits for.
const KINDS: &str = "nodes,pods,services,deployments.apps,persistentvolumes,persistentvolumeclaims,\
                     validatingwebhookconfigurations.admissionregistration.k8s.io";

impl Cluster {
    /// Starts one with three nodes.
    pub fn start() -> Result<Cluster, String> {
        let plane = ControlPlane::start(&Options::whole());
        let cluster = Cluster(plane.map_err(String::from)?);
        for node in ["node-2", "node-3"] {
            cluster.apply(&json!({
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {
                    "name": node,
                    "labels": {
                        "kubernetes.io/hostname": node,
                        "kubernetes.io/os": "linux",
                        "kubernetes.io/arch": "amd64",
                    },
                },
            }))?;
        }
        Ok(cluster)
    }

    /// The file for clients.
    pub fn kubeconfig(&self) -> &Path {
        self.0.kubeconfig()
    }

    /// The program of kubectl.
    pub fn kubectl(&self) -> &Path {
        &self.0.summary().kubectl
    }

    /// What is there.
    pub fn read(&self) -> Result<Seen, String> {
        self.list(&["get", KINDS, "--all-namespaces", "-o", "json"])
    }

    /// The objects of a kind that the server may not know.
    pub fn read_kind(&self, kind: &str) -> Seen {
        let found = self.list(&["get", kind, "--all-namespaces", "-o", "json"]);
        found.unwrap_or_default()
    }

    fn list(&self, arguments: &[&str]) -> Result<Seen, String> {
        let text = self.0.run_kubectl(arguments, "")?;
        let mut list: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        match list["items"].take() {
            Value::Array(objects) => Ok(objects.into()),
            _ => Ok(Seen::default()),
        }
    }

    /// Makes `object` as it is here.
    pub fn apply(&self, object: &Value) -> Result<(), String> {
        let arguments = ["apply", "--server-side", "--force-conflicts"];
        let arguments = [&arguments[..], &["--field-manager=demo", "-f", "-"]].concat();
        self.0
            .run_kubectl(&arguments, &object.to_string())
            .map(drop)
    }

    /// Changes the object of `name`, or its status with `--subresource=status` among `how`, by a patch.
    pub fn patch(&self, name: &[&str], how: &[&str], patch: &Value) -> Result<(), String> {
        let patch = format!("--patch={patch}");
        let arguments = [&["patch"], name, how, &[patch.as_str()]].concat();
        self.0.run_kubectl(&arguments, "").map(drop)
    }

    /// Deletes the object of `name`.
    pub fn delete(&self, name: &[&str]) -> Result<(), String> {
        let arguments = [&["delete", "--wait=false"], name].concat();
        self.0.run_kubectl(&arguments, "").map(drop)
    }
}

/// Objects that were read.
#[derive(Default)]
pub struct Seen(Vec<Value>);

impl Seen {
    /// Those of a kind.
    pub fn all<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s Value> {
        self.0.iter().filter(move |object| object["kind"] == kind)
    }

    /// The one of this name.
    pub fn one(&self, kind: &str, namespace: &str, name: &str) -> Option<&Value> {
        self.0.iter().find(|object| {
            let metadata = &object["metadata"];
            let of = metadata["namespace"].as_str().unwrap_or_default();
            object["kind"] == kind && of == namespace && metadata["name"] == name
        })
    }

    /// Whether a pod of this Deployment is ready, so that its program would be at work.
    pub fn runs(&self, namespace: &str, deployment: &str) -> bool {
        let found = self.one("Deployment", namespace, deployment);
        found.is_some_and(|found| found["status"]["readyReplicas"].as_u64().unwrap_or(0) > 0)
    }
}

impl From<Vec<Value>> for Seen {
    fn from(objects: Vec<Value>) -> Seen {
        Seen(objects)
    }
}
