//! What is never deleted without consent: what others live in, what holds data, and gitopsc itself.
//!
//! The one place that says whether an object is protected, and why. What claims there are it is told.

use super::Inputs;
use super::step::Need;
use crate::observed::Live;
use gitopsc_core::ObjectRef;

/// The group of gitopsc's own kinds.
const OWN_GROUP: &str = "gitopsc.dev";
/// The label that gitopsc's own manifests carry, and its value.
const OWN_LABEL: (&str, &str) = ("app.kubernetes.io/part-of", "gitopsc");

/// Kinds whose deletion takes other objects or data with it, as group and kind.
///
/// Databases and storage are here because deleting them deletes their claims, as their operators document.
const PROTECTED: [(&str, &str); 24] = [
    ("", "Namespace"),
    ("", "PersistentVolume"),
    ("", "PersistentVolumeClaim"),
    ("acid.zalan.do", "postgresql"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("ceph.rook.io", "CephBlockPool"),
    ("ceph.rook.io", "CephCluster"),
    ("ceph.rook.io", "CephFilesystem"),
    ("ceph.rook.io", "CephObjectStore"),
    ("cassandra.datastax.com", "CassandraDatacenter"),
    ("clickhouse.altinity.com", "ClickHouseInstallation"),
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"),
    ("kafka.strimzi.io", "Kafka"),
    ("kafka.strimzi.io", "KafkaNodePool"),
    ("kubevirt.io", "VirtualMachine"),
    ("cdi.kubevirt.io", "DataVolume"),
    ("mariadb.mmontes.io", "MariaDB"),
    ("k8s.mariadb.com", "MariaDB"),
    ("minio.min.io", "Tenant"),
    ("mongodbcommunity.mongodb.com", "MongoDBCommunity"),
    ("mysql.oracle.com", "InnoDBCluster"),
    ("postgres-operator.crunchydata.com", "PostgresCluster"),
    ("postgresql.cnpg.io", "Cluster"),
    ("longhorn.io", "Volume"),
];

/// Why `object`, which is there as `live`, is deleted only with consent; nothing if it is not protected.
pub(super) fn why_protected(object: &ObjectRef, live: &Live, inputs: &Inputs<'_>) -> Option<Need> {
    if is_of_protected_kind(object, inputs) {
        return Some("objects of this kind take others or data with them".into());
    }
    if is_own(object, live) {
        return Some("it is a part of gitopsc".into());
    }
    inputs.claims.why_held(object, live)
}

fn is_of_protected_kind(object: &ObjectRef, inputs: &Inputs<'_>) -> bool {
    let kind = (object.group.as_str(), object.kind.as_str());
    let mut more = inputs.protected.iter();
    PROTECTED.contains(&kind) || more.any(|of| of.matches(kind.0, kind.1))
}

fn is_own(object: &ObjectRef, live: &Live) -> bool {
    let (label, value) = OWN_LABEL;
    object.group == OWN_GROUP || live.label(label) == Some(value)
}
