//! What is applied: a tree for us and kubectl, and the same objects as requests for the bare loop.

use super::UNITS;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A tree of objects in namespaces of their own.
pub(super) struct Tree {
    /// Its directory.
    pub(super) directory: PathBuf,
    /// What its namespaces are called before their number.
    prefix: String,
    /// How many objects there are beside namespaces.
    count: usize,
    /// What they are.
    what: What,
}

/// What a tree consists of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// ConfigMaps, which are ready as soon as they are there.
    ConfigMaps,
    /// Deployments of one replica.
    Deployments,
}

impl Tree {
    /// Makes a tree of `count` objects below `folder`, in as many units as namespaces.
    pub(super) fn make(
        folder: &Path,
        prefix: &str,
        count: usize,
        what: What,
    ) -> Result<Tree, String> {
        let tree = Tree {
            directory: folder.join(prefix),
            prefix: prefix.to_owned(),
            count,
            what,
        };
        tree.write()
            .map_err(|error| format!("{}: {error}", tree.directory.display()))?;
        Ok(tree)
    }

    fn write(&self) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        fs::write(self.directory.join("gitopsc.yaml"), "layers: [apps]\n")?;
        for unit in 0..UNITS {
            self.write_unit(unit, "info")?;
        }
        Ok(())
    }

    /// Writes a unit anew, its first object with another `level`.
    fn write_unit(&self, unit: usize, level: &str) -> io::Result<()> {
        let folder = self.directory.join(format!("apps/unit-{unit}"));
        fs::create_dir_all(&folder)?;
        let mut text = format!("{}\n", self.namespace(unit));
        for (at, number) in self.numbers(unit).enumerate() {
            let level = if at == 0 { level } else { "info" };
            writeln!(text, "---\n{:#}", self.object(unit, number, level))
                .expect("a string takes any text");
        }
        fs::write(folder.join("all.yaml"), text)
    }

    /// Changes one object.
    pub(super) fn change(&self) -> Result<(), String> {
        self.write_unit(0, "debug")
            .map_err(|error| format!("{}: {error}", self.directory.display()))
    }

    /// The numbers of the objects of a unit.
    fn numbers(&self, unit: usize) -> impl Iterator<Item = usize> {
        (unit..self.count).step_by(UNITS)
    }

    fn namespace(&self, unit: usize) -> Value {
        let name = format!("{}-{unit}", self.prefix);
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    }

    fn object(&self, unit: usize, number: usize, level: &str) -> Value {
        let namespace = format!("{}-{unit}", self.prefix);
        match self.what {
            What::ConfigMaps => json!({
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": {"name": format!("config-{number}"), "namespace": namespace},
                "data": {"LEVEL": level, "greeting": format!("hello {number}")},
            }),
            What::Deployments => {
                let name = format!("app-{number}");
                json!({
                    "apiVersion": "apps/v1", "kind": "Deployment",
                    "metadata": {"name": name, "namespace": namespace},
                    "spec": {
                        "replicas": 1,
                        "selector": {"matchLabels": {"app": name}},
                        "template": {
                            "metadata": {"labels": {"app": name}},
                            "spec": {"containers": [{"name": "main", "image": "registry.example.com/app:1"}]},
                        },
                    },
                })
            }
        }
    }

    /// The ConfigMaps as requests for the bare loop, in a file beside the tree: with the marks that ours gives to
    /// members, so that what is sent and stored is as large.
    pub(super) fn requests(&self) -> Result<PathBuf, String> {
        let prefix = &self.prefix;
        let namespaces = (0..UNITS).map(|unit| {
            let path = format!("/api/v1/namespaces/{prefix}-{unit}");
            request(&path, self.namespace(unit))
        });
        let objects = (0..self.count).map(|number| {
            let unit = number % UNITS;
            let path = format!("/api/v1/namespaces/{prefix}-{unit}/configmaps/config-{number}");
            request(&path, self.object(unit, number, "info"))
        });
        // An empty line stands between what is needed and what needs it.
        let lines = namespaces.chain(["\n".to_owned()]).chain(objects);
        let file = self.directory.with_extension("requests");
        fs::write(&file, lines.collect::<String>())
            .map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(file)
    }
}

/// A line for the bare loop.
fn request(path: &str, object: Value) -> String {
    format!("{path}\t{}\n", marked(object))
}

/// `object` with marks as long as those of a member.
fn marked(mut object: Value) -> Value {
    let metadata = &mut object["metadata"];
    let part_of = format!("applyset-{}-v1", "a".repeat(43));
    metadata["labels"] =
        json!({"applyset.kubernetes.io/part-of": part_of, "gitopsc.dev/sync": "bare"});
    let digest = format!("sha256:{}", "0".repeat(64));
    metadata["annotations"] = json!({"gitopsc.dev/applied": digest});
    object
}
