//! Random graphs of objects in units, and what they become.

use gitopsc_test_support::chance::Chance;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An object as the tree has it.
#[derive(Clone, Debug)]
pub struct Object {
    pub unit: String,
    pub body: Value,
}

/// The objects of a tree: one that needs another comes after it.
#[derive(Clone, Debug)]
pub struct Graph {
    pub objects: Vec<Object>,
    /// How many objects there have been, so that no name comes twice.
    made: usize,
    namespaces: [String; 2],
}

impl Object {
    pub fn kind(&self) -> &str {
        self.body["kind"].as_str().unwrap()
    }

    pub fn namespace(&self) -> &str {
        self.body["metadata"]["namespace"]
            .as_str()
            .unwrap_or_default()
    }

    pub fn name(&self) -> &str {
        self.body["metadata"]["name"].as_str().unwrap()
    }

    /// As annotations name it.
    fn shown(&self) -> String {
        match self.kind() {
            "Namespace" => format!("Namespace/{}", self.name()),
            "Deployment" => format!("Deployment.apps/{}/{}", self.namespace(), self.name()),
            kind => format!("{kind}/{}/{}", self.namespace(), self.name()),
        }
    }

    /// Where it is on the server.
    pub fn path(&self) -> String {
        let (root, plural) = match self.kind() {
            "Namespace" => return format!("/api/v1/namespaces/{}", self.name()),
            "Deployment" => ("/apis/apps/v1", "deployments"),
            "ConfigMap" => ("/api/v1", "configmaps"),
            "Secret" => ("/api/v1", "secrets"),
            _ => ("/api/v1", "services"),
        };
        format!(
            "{root}/namespaces/{}/{plural}/{}",
            self.namespace(),
            self.name()
        )
    }
}

impl Graph {
    /// A random one, in two namespaces of which `name` is the first.
    pub fn random(chance: &mut Chance, name: &str) -> Graph {
        let namespaces = [name.to_owned(), format!("{name}-2")];
        let namespace = |name: &String| Object {
            unit: "platform/namespaces".to_owned(),
            body: json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}),
        };
        let mut graph = Graph {
            objects: namespaces.iter().map(namespace).collect(),
            made: 0,
            namespaces,
        };
        for _ in 0..chance.between(6, 14) {
            graph.add(chance);
        }
        graph
    }

    /// What it becomes: objects change, leave, come, and go from one unit to another.
    pub fn changed(&self, chance: &mut Chance) -> Graph {
        let mut graph = self.clone();
        let mut kept = Vec::new();
        for mut object in graph.objects {
            let is_namespace = object.kind() == "Namespace";
            if !is_namespace && chance.likely(15) {
                continue;
            }
            if !is_namespace && chance.likely(15) {
                object.unit = unit(chance);
            }
            if chance.likely(30) {
                fill(&mut object.body, chance);
            }
            kept.push(object);
        }
        graph.objects = kept;
        for _ in 0..chance.below(4) {
            graph.add(chance);
        }
        graph.forget_needs();
        graph
    }

    /// As files: one an object, in the directory of its unit.
    pub fn files(&self) -> impl Iterator<Item = (String, String)> {
        let file = |object: &Object| {
            let name = format!("{}-{}", object.kind(), object.name()).to_lowercase();
            let namespace = object.namespace();
            (
                format!("{}/{namespace}-{name}.json", object.unit),
                object.body.to_string(),
            )
        };
        let settings = ("gitopsc.yaml".to_owned(), "{}\n".to_owned());
        self.objects.iter().map(file).chain([settings])
    }

    fn add(&mut self, chance: &mut Chance) {
        let kind = chance.word(&["ConfigMap", "ConfigMap", "Secret", "Service", "Deployment"]);
        let name = format!("{}-{}", kind.to_lowercase(), self.made);
        let version = if kind == "Deployment" {
            "apps/v1"
        } else {
            "v1"
        };
        let namespace = chance.pick(&self.namespaces);
        let mut body = json!({
            "apiVersion": version, "kind": kind,
            "metadata": {"name": name, "namespace": namespace},
        });
        fill(&mut body, chance);
        if chance.likely(30) {
            let needed = chance.pick(&self.objects).shown();
            body["metadata"]["annotations"][DEPENDS_ON] = needed.into();
        }
        self.made += 1;
        let unit = unit(chance);
        self.objects.push(Object { unit, body });
    }

    /// Takes away what needs an object that has left.
    fn forget_needs(&mut self) {
        let there: BTreeSet<String> = self.objects.iter().map(Object::shown).collect();
        for object in &mut self.objects {
            if let Some(annotations) = object.body["metadata"]["annotations"].as_object_mut() {
                annotations.retain(|key, value| {
                    key != DEPENDS_ON || there.contains(value.as_str().unwrap())
                });
            }
        }
    }
}

const DEPENDS_ON: &str = "gitopsc.dev/depends-on";

fn unit(chance: &mut Chance) -> String {
    format!("apps/unit-{}", chance.below(3))
}

/// Gives `body` what objects of its kind have, at random.
fn fill(body: &mut Value, chance: &mut Chance) {
    let name = body["metadata"]["name"].as_str().unwrap().to_owned();
    body["metadata"]["labels"] = json!({"app": name, "tier": chance.word(&["front", "back"])});
    match body["kind"].as_str().unwrap() {
        "ConfigMap" => body["data"] = values(chance),
        "Secret" => body["stringData"] = values(chance),
        "Service" => {
            let ports: Vec<Value> = (0..chance.between(1, 3))
                .map(|at| json!({"name": format!("p{at}"), "port": 8000 + at + chance.below(2) * 100}))
                .collect();
            body["spec"] = json!({"selector": {"app": name}, "ports": ports});
        }
        "Deployment" => body["spec"] = deployment(&name, chance),
        _ => {}
    }
}

fn values(chance: &mut Chance) -> Value {
    let keys = ["a", "b", "c", "d", "e"];
    let count = chance.between(1, 4);
    let chosen: Vec<&str> = chance.some(&keys, count).into_iter().copied().collect();
    let value = |key: &str| (key.to_owned(), word(chance));
    chosen.into_iter().map(value).collect()
}

fn deployment(name: &str, chance: &mut Chance) -> Value {
    let variables: Vec<Value> = ["A", "B", "C"]
        .iter()
        .filter_map(|name| {
            let is_there = chance.likely(50);
            is_there.then(|| json!({"name": name, "value": word(chance)}))
        })
        .collect();
    let image = format!("example.org/image:{}", chance.below(3));
    json!({
        "replicas": chance.between(1, 2),
        "selector": {"matchLabels": {"app": name}},
        "template": {
            "metadata": {"labels": {"app": name}},
            "spec": {"containers": [{"name": "main", "image": image, "env": variables}]},
        },
    })
}

fn word(chance: &mut Chance) -> Value {
    chance.word(&["blue", "green", "yes", "1", ""]).into()
}
