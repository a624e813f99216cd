//! A set with names that no other test has, and its trees.

use crate::cluster::Cluster;
use gitopsc_test_support::{files, workspace};
use serde_json::json;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What trees have where the name of their world is to stand.
pub const PLACEHOLDER: &str = "demo";

/// A set, a namespace, a group of custom resources, all of one name.
pub struct World<'c> {
    pub cluster: &'c Cluster,
    pub name: String,
    folder: TempDir,
}

impl World<'_> {
    pub fn new(cluster: &Cluster, name: String) -> World<'_> {
        World {
            cluster,
            name,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The folder that commands run in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The namespace of the set's records.
    pub fn records(&self) -> String {
        format!("{}-records", self.name)
    }

    /// Where the objects of custom resources are.
    pub fn own_root(&self) -> String {
        format!("/apis/{}.example.org/v1", self.name)
    }

    /// The tree `revision` of testdata/convergence with the names of this world, as a folder.
    pub fn tree(&self, revision: &str) -> PathBuf {
        let from = workspace().join("testdata/convergence").join(revision);
        let files = files(&from).into_iter();
        let named = files.map(|(path, bytes)| {
            let text = String::from_utf8(bytes).unwrap();
            (path, text.replace(PLACEHOLDER, &self.name))
        });
        self.write(revision, named)
    }

    /// A folder called `name` with `files`.
    pub fn write(&self, name: &str, files: impl Iterator<Item = (String, String)>) -> PathBuf {
        let folder = self.folder().join(name);
        for (path, text) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    /// Gives the lease up on behalf of a run that was killed, as an administrator would who knows that it is dead.
    pub fn give_up_lease(&self) {
        let patch = json!({"spec": {"holderIdentity": null}});
        self.cluster.merge(&self.lease(), &patch);
    }

    /// Where the lease of the set is.
    pub fn lease(&self) -> String {
        let (records, name) = (self.records(), &self.name);
        format!("/apis/coordination.k8s.io/v1/namespaces/{records}/leases/{name}")
    }
}
