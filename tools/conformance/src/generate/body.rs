//! What stands in an object beside its name: the spec, data or rules of each kind.

use super::chance::Chance;
use super::object::{Form, Kind, Object, labels, name_of, namespace};
use super::pod;
use super::scalars;
use super::yaml::{Yaml, quoted};

/// The fields of `object` beside its metadata.
pub fn fields(object: &mut Object, others: &[Object], chance: &mut Chance) -> Vec<(String, Yaml)> {
    let form = object.kind.form;
    let fields = match form {
        Form::Workload | Form::Cron | Form::Pod => return pod::fields(object, others, chance),
        Form::Data => data(object, chance),
        Form::Service => vec![("spec", service(chance))],
        Form::Ingress => vec![("spec", ingress(others, chance))],
        Form::Scaler => vec![("spec", scaler(others, chance))],
        Form::Binding => binding(others, chance),
        Form::Webhook => vec![("webhooks", webhooks(others, chance))],
        Form::Custom => vec![("spec", custom(chance, 3))],
        Form::Plain => plain(object.kind, chance),
    };
    fields
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

fn data(object: &mut Object, chance: &mut Chance) -> Vec<(&'static str, Yaml)> {
    let keys = ["key", "config.yaml", "a.json", "LEVEL", "\"yes\"", "b"];
    let count = chance.between(0, 4);
    let chosen = chance.some(&keys, count);
    object.keys = chosen
        .iter()
        .map(|key| key.trim_matches('"').to_owned())
        .collect();
    let value = |chance: &mut Chance| match chance.below(10) {
        0 => Yaml::text("'{\"a\": {\"b\": 1, \"c\": [1, 2]}}'"),
        1 => {
            let lines = ["a:", "  b: 1", "  c: [x, y]", "# comment", "d: yes"];
            Yaml::Block("|".to_owned(), lines.map(str::to_owned).to_vec())
        }
        2 => scalars::value(chance),
        _ => scalars::string(chance),
    };
    let secret = object.kind.name == "Secret";
    let entries: Vec<(String, Yaml)> = chosen
        .into_iter()
        .map(|key| {
            let value = if secret {
                Yaml::text("aGVsbG8=")
            } else {
                value(chance)
            };
            ((*key).to_owned(), value)
        })
        .collect();
    let mut fields = vec![("data", Yaml::map(entries))];
    if secret && chance.likely(50) {
        fields.push(("type", Yaml::text("Opaque")));
    }
    if chance.likely(5) {
        fields.push(("immutable", Yaml::text("true")));
    }
    fields
}

fn service(chance: &mut Chance) -> Yaml {
    let ports = (0..chance.between(1, 3)).map(|at| {
        let mut port = Yaml::map([("port", Yaml::text((80 + at).to_string()))]);
        if chance.likely(60) {
            port = port.with(
                "name",
                Yaml::text(chance.word(&["http", "metrics", "\"80\""])),
            );
        }
        if chance.likely(40) {
            port = port.with("protocol", Yaml::text("TCP"));
        }
        if chance.likely(40) {
            port = port.with(
                "targetPort",
                Yaml::text(chance.word(&["http", "8080", "\"80\""])),
            );
        }
        port
    });
    let ports = ports.collect();
    Yaml::map([("ports", Yaml::List(ports)), ("selector", labels(chance))])
}

fn ingress(others: &[Object], chance: &mut Chance) -> Yaml {
    let service = Yaml::text(name_of("Service", others, chance));
    let port = Yaml::map([("number", Yaml::text("80"))]);
    let backend = Yaml::map([("service", Yaml::map([("name", service), ("port", port)]))]);
    let path = Yaml::map([
        ("path", Yaml::text("/")),
        ("pathType", Yaml::text("Prefix")),
        ("backend", backend),
    ]);
    let http = Yaml::map([("paths", Yaml::List(vec![path]))]);
    let rule = Yaml::map([("host", Yaml::text("a.example.com")), ("http", http)]);
    let mut spec = Yaml::map([("rules", Yaml::List(vec![rule]))]);
    if chance.likely(40) {
        let secret = name_of("Secret", others, chance);
        let tls = Yaml::map([
            ("hosts", Yaml::texts(["a.example.com"])),
            ("secretName", Yaml::text(secret)),
        ]);
        spec = spec.with("tls", Yaml::List(vec![tls]));
    }
    spec
}

fn scaler(others: &[Object], chance: &mut Chance) -> Yaml {
    let kind = chance.word(&["Deployment", "StatefulSet"]);
    let name = name_of(kind, others, chance);
    let target = Yaml::map([
        ("apiVersion", Yaml::text("apps/v1")),
        ("kind", Yaml::text(kind)),
        ("name", Yaml::text(name)),
    ]);
    Yaml::map([
        ("scaleTargetRef", target),
        ("minReplicas", Yaml::text("1")),
        ("maxReplicas", Yaml::text("5")),
    ])
}

fn binding(others: &[Object], chance: &mut Chance) -> Vec<(&'static str, Yaml)> {
    let role = chance.word(&["Role", "ClusterRole"]);
    let role_ref = Yaml::map([
        ("apiGroup", Yaml::text("rbac.authorization.k8s.io")),
        ("kind", Yaml::text(role)),
        ("name", Yaml::text(name_of(role, others, chance))),
    ]);
    let mut subject = Yaml::map([
        ("kind", Yaml::text("ServiceAccount")),
        (
            "name",
            Yaml::text(name_of("ServiceAccount", others, chance)),
        ),
    ]);
    if chance.likely(60) {
        subject = subject.with("namespace", Yaml::text(namespace(chance)));
    }
    vec![
        ("roleRef", role_ref),
        ("subjects", Yaml::List(vec![subject])),
    ]
}

fn webhooks(others: &[Object], chance: &mut Chance) -> Yaml {
    let service = Yaml::map([
        ("name", Yaml::text(name_of("Service", others, chance))),
        ("namespace", Yaml::text(namespace(chance))),
        ("path", Yaml::text("/validate")),
    ]);
    let config = Yaml::map([("service", service), ("caBundle", Yaml::text("Cg=="))]);
    let webhook = Yaml::map([
        ("name", Yaml::text("a.example.com")),
        ("clientConfig", config),
    ]);
    Yaml::List(vec![webhook])
}

/// A map of odd values, `depth` levels deep at most. The same key always holds the same kind of value, so that
/// patches fit.
pub fn custom(chance: &mut Chance, depth: usize) -> Yaml {
    let keys = [
        "size",
        "mode",
        "items",
        "nested",
        "y",
        "é",
        "\"a b\"",
        "templates",
    ];
    let count = chance.between(1, 4);
    let chosen = chance.some(&keys, count);
    Yaml::map(chosen.into_iter().map(|key| {
        let value = match *key {
            "nested" if depth == 0 => Yaml::Map(Vec::new()),
            "nested" => custom(chance, depth - 1),
            "items" => {
                let count = chance.between(0, 3);
                let items = (0..count).map(|_| item(chance, depth.saturating_sub(1)));
                Yaml::List(items.collect())
            }
            _ => scalars::value(chance),
        };
        (*key, value)
    }))
}

fn item(chance: &mut Chance, depth: usize) -> Yaml {
    match chance.below(4) {
        0 => custom(chance, depth),
        1 => Yaml::map([
            ("name", Yaml::text(chance.word(&["a", "b", "c"]))),
            ("value", scalars::value(chance)),
        ]),
        _ => scalars::value(chance),
    }
}

fn plain(kind: Kind, chance: &mut Chance) -> Vec<(&'static str, Yaml)> {
    match kind.name {
        "PersistentVolumeClaim" => {
            let requests = Yaml::map([("storage", Yaml::text(chance.word(&["1Gi", "10", "1e3"])))]);
            let resources = Yaml::map([("requests", requests)]);
            let modes = Yaml::texts(["ReadWriteOnce"]);
            vec![(
                "spec",
                Yaml::map([("accessModes", modes), ("resources", resources)]),
            )]
        }
        "Role" | "ClusterRole" => {
            let rule = Yaml::map([
                ("apiGroups", Yaml::texts([quoted("")])),
                ("resources", Yaml::texts(["secrets", "configmaps"])),
                ("verbs", Yaml::texts(["get", "'*'"])),
            ]);
            vec![("rules", Yaml::List(vec![rule]))]
        }
        "NetworkPolicy" | "PodDisruptionBudget" => {
            let field = if kind.name == "NetworkPolicy" {
                "podSelector"
            } else {
                "selector"
            };
            let selector = Yaml::map([("matchLabels", labels(chance))]);
            vec![("spec", Yaml::map([(field, selector)]))]
        }
        "PersistentVolume" => vec![(
            "spec",
            Yaml::map([("storageClassName", Yaml::text("fast"))]),
        )],
        "StorageClass" => vec![("provisioner", Yaml::text("example.com/disk"))],
        _ => Vec::new(),
    }
}
