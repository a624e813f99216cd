//! The local path provisioner: makes a volume for each claim of its class that has been given a node, and removes
//! those that nobody claims any more.

use crate::cluster::{Cluster, Seen};
use serde_json::{Value, json};

const CLASS: &str = "local-path";
const PROVISIONER: &str = "rancher.io/local-path";

/// Does what is to be done.
pub fn play(cluster: &Cluster, seen: &Seen) -> Result<(), String> {
    if !seen.runs("local-path-storage", "local-path-provisioner") {
        return Ok(());
    }
    let claims = seen.all("PersistentVolumeClaim").filter(|claim| {
        claim["spec"]["storageClassName"] == CLASS && claim["status"]["phase"] == "Pending"
    });
    for volume in claims.filter_map(volume_of) {
        cluster.apply(&volume)?;
    }
    let released = seen.all("PersistentVolume").filter(|volume| {
        volume["spec"]["storageClassName"] == CLASS && volume["status"]["phase"] == "Released"
    });
    for name in released.filter_map(|volume| volume["metadata"]["name"].as_str()) {
        cluster.delete(&["persistentvolume", name])?;
    }
    Ok(())
}

/// A volume for `claim` on the node that was chosen for its pod; nothing before one was.
fn volume_of(claim: &Value) -> Option<Value> {
    let metadata = &claim["metadata"];
    let node = metadata["annotations"]["volume.kubernetes.io/selected-node"].as_str()?;
    let name = format!("pvc-{}", metadata["uid"].as_str()?);
    let (spec, path) = (
        &claim["spec"],
        format!("/opt/local-path-provisioner/{name}"),
    );
    Some(json!({
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": name,
            "annotations": {"pv.kubernetes.io/provisioned-by": PROVISIONER},
        },
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "accessModes": spec["accessModes"],
            "storageClassName": CLASS,
            "persistentVolumeReclaimPolicy": "Delete",
            "hostPath": {"path": path, "type": "DirectoryOrCreate"},
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
                {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]},
            ]}]}},
        },
    }))
}
