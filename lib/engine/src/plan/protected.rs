//! What is never deleted without consent: what others live in, and what holds data.

use crate::rules::KindSelector;
use gitopsc_core::ObjectRef;

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

/// Whether an object of this kind goes only with consent: of those here, or of `more`.
#[must_use]
pub fn is_protected(object: &ObjectRef, more: &[KindSelector]) -> bool {
    let kind = (object.group.as_str(), object.kind.as_str());
    PROTECTED.contains(&kind) || more.iter().any(|of| of.matches(kind.0, kind.1))
}
