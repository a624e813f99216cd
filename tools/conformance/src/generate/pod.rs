//! Workloads: pod templates with containers, volumes and references.

use super::chance::Chance;
use super::object::{Form, Object, labels, name_of};
use super::scalars;
use super::yaml::Yaml;

/// Images that `images` entries may match.
pub const IMAGES: [&str; 7] = [
    "nginx",
    "nginx:1.25",
    "ghcr.io/org/app:v1",
    "registry:5000/app",
    "registry:5000/app:2@sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3",
    "alpine@sha256:24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3",
    "org/app",
];

/// The fields of a workload beside its metadata.
pub fn fields(object: &mut Object, others: &[Object], chance: &mut Chance) -> Vec<(String, Yaml)> {
    let spec = pod_spec(object, others, chance);
    let spec = match object.kind.form {
        Form::Pod => spec,
        Form::Cron => {
            let job = Yaml::map([("template", template(spec, chance))]);
            let job = Yaml::map([("spec", job)]);
            Yaml::map([
                ("schedule", Yaml::text("'*/5 * * * *'")),
                ("jobTemplate", job),
            ])
        }
        _ => workload(object, spec, chance),
    };
    vec![("spec".to_owned(), spec)]
}

fn template(spec: Yaml, chance: &mut Chance) -> Yaml {
    let mut template = Yaml::Map(Vec::new());
    if chance.likely(80) {
        template = template.with("metadata", Yaml::map([("labels", labels(chance))]));
    }
    template.with("spec", spec)
}

fn workload(object: &Object, pod: Yaml, chance: &mut Chance) -> Yaml {
    let mut spec = Yaml::Map(Vec::new());
    if object.kind.name != "DaemonSet" && chance.likely(50) {
        spec = spec.with("replicas", Yaml::text(chance.word(&["1", "3", "0x2"])));
    }
    if object.kind.name != "Job" && chance.likely(80) {
        let selector = Yaml::map([("matchLabels", labels(chance))]);
        spec = spec.with("selector", selector);
    }
    if object.kind.name == "StatefulSet" && chance.likely(50) {
        let claim = Yaml::map([
            ("metadata", Yaml::map([("name", Yaml::text("data"))])),
            (
                "spec",
                Yaml::map([("accessModes", Yaml::texts(["ReadWriteOnce"]))]),
            ),
        ]);
        spec = spec.with("volumeClaimTemplates", Yaml::List(vec![claim]));
    }
    spec.with("template", template(pod, chance))
}

fn pod_spec(object: &mut Object, others: &[Object], chance: &mut Chance) -> Yaml {
    let count = chance.between(1, 3);
    let names = ["main", "sidecar", "init"];
    object.containers = names[..count]
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    let containers: Vec<Yaml> = object
        .containers
        .iter()
        .map(|name| container(name, others, chance))
        .collect();
    let mut spec = Yaml::map([("containers", Yaml::List(containers))]);
    if chance.likely(20) {
        let init = container("prepare", others, chance);
        spec = spec.with("initContainers", Yaml::List(vec![init]));
    }
    if chance.likely(30) {
        let account = name_of("ServiceAccount", others, chance);
        spec = spec.with("serviceAccountName", Yaml::text(account));
    }
    if chance.likely(40) {
        let count = chance.between(1, 2);
        let volumes = (0..count).map(|at| volume(at, others, chance)).collect();
        spec = spec.with("volumes", Yaml::List(volumes));
    }
    if chance.likely(10) {
        let toleration = Yaml::map([
            ("key", Yaml::text("gpu")),
            ("operator", Yaml::text("Exists")),
        ]);
        spec = spec.with("tolerations", Yaml::List(vec![toleration]));
    }
    if chance.likely(10) {
        let secret = Yaml::map([("name", Yaml::text(name_of("Secret", others, chance)))]);
        spec = spec.with("imagePullSecrets", Yaml::List(vec![secret]));
    }
    spec
}

/// A container called `name`.
pub fn container(name: &str, others: &[Object], chance: &mut Chance) -> Yaml {
    let mut container = Yaml::map([
        ("name", Yaml::text(name)),
        ("image", Yaml::text(chance.word(&IMAGES))),
    ]);
    if chance.likely(40) {
        container = container.with("env", env(others, chance));
    }
    if chance.likely(20) {
        let kind = chance.word(&["ConfigMap", "Secret"]);
        let field = if kind == "Secret" {
            "secretRef"
        } else {
            "configMapRef"
        };
        let source = Yaml::map([("name", Yaml::text(name_of(kind, others, chance)))]);
        let from = Yaml::map([(field, source)]);
        container = container.with("envFrom", Yaml::List(vec![from]));
    }
    if chance.likely(40) {
        container = container.with("ports", ports(chance));
    }
    if chance.likely(25) {
        let mut args = vec![Yaml::text("--name=$(BASE)-$(TOP)-$$(BASE)")];
        args.push(scalars::string(chance));
        container = container.with("args", Yaml::List(args));
    }
    if chance.likely(20) {
        let limits = Yaml::map([("cpu", Yaml::text(chance.word(&["1", "100m", "0.5"])))]);
        container = container.with("resources", Yaml::map([("limits", limits)]));
    }
    if chance.likely(15) {
        let mount = Yaml::map([
            ("name", Yaml::text("v0")),
            ("mountPath", Yaml::text("/etc/x")),
        ]);
        container = container.with("volumeMounts", Yaml::List(vec![mount]));
    }
    container
}

/// Environment variables, some from ConfigMaps and Secrets.
pub fn env(others: &[Object], chance: &mut Chance) -> Yaml {
    let names = ["LEVEL", "NAME", "MODE"];
    let count = chance.between(1, 3);
    let variables = names[..count].iter().map(|name| {
        let variable = Yaml::map([("name", Yaml::text(*name))]);
        if chance.likely(70) {
            let odd = chance.likely(10);
            let value = if odd {
                scalars::value(chance)
            } else {
                scalars::string(chance)
            };
            return variable.with("value", value);
        }
        let kind = chance.word(&["ConfigMap", "Secret"]);
        let field = if kind == "Secret" {
            "secretKeyRef"
        } else {
            "configMapKeyRef"
        };
        let source = Yaml::map([
            ("name", Yaml::text(name_of(kind, others, chance))),
            ("key", Yaml::text("key")),
        ]);
        variable.with("valueFrom", Yaml::map([(field, source)]))
    });
    Yaml::List(variables.collect())
}

/// Ports, with and without a protocol.
pub fn ports(chance: &mut Chance) -> Yaml {
    let numbers = ["8080", "80", "9090"];
    let count = chance.between(1, 2);
    let ports = numbers[..count].iter().map(|number| {
        let mut port = Yaml::map([("containerPort", Yaml::text(*number))]);
        if chance.likely(50) {
            port = port.with("protocol", Yaml::text(chance.word(&["TCP", "TCP", "UDP"])));
        }
        if chance.likely(50) {
            port = port.with("name", Yaml::text(format!("p{number}")));
        }
        port
    });
    Yaml::List(ports.collect())
}

/// A volume from one of `others`, or an empty one.
pub fn volume(at: usize, others: &[Object], chance: &mut Chance) -> Yaml {
    let volume = Yaml::map([("name", Yaml::text(format!("v{at}")))]);
    let named = |kind: &str, chance: &mut Chance| Yaml::text(name_of(kind, others, chance));
    match chance.below(4) {
        0 => volume.with(
            "configMap",
            Yaml::map([("name", named("ConfigMap", chance))]),
        ),
        1 => volume.with(
            "secret",
            Yaml::map([("secretName", named("Secret", chance))]),
        ),
        2 => {
            let claim = named("PersistentVolumeClaim", chance);
            volume.with("persistentVolumeClaim", Yaml::map([("claimName", claim)]))
        }
        _ => volume.with("emptyDir", Yaml::Map(Vec::new())),
    }
}
