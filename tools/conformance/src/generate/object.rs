//! Kubernetes objects of many kinds that refer to each other, with odd values in them.

use super::body;
use super::chance::Chance;
use super::scalars;
use super::yaml::Yaml;

/// What an object's body looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Holds a pod template under `spec.template`.
    Workload,
    /// A CronJob: its pod template lies deeper.
    Cron,
    /// A pod itself.
    Pod,
    /// A ConfigMap or Secret.
    Data,
    /// A Service.
    Service,
    /// An Ingress.
    Ingress,
    /// A HorizontalPodAutoscaler.
    Scaler,
    /// A RoleBinding or ClusterRoleBinding.
    Binding,
    /// A webhook configuration.
    Webhook,
    /// A resource of a kind that no schema knows.
    Custom,
    /// Just a name and a small spec.
    Plain,
}

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its apiVersion.
    pub api: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its body.
    pub form: Form,
    /// Whether it may have a namespace.
    pub namespaced: bool,
}

const fn kind(api: &'static str, name: &'static str, form: Form, namespaced: bool) -> Kind {
    Kind {
        api,
        name,
        form,
        namespaced,
    }
}

/// The kinds; those that Kustomize knows most about come more than once.
pub const KINDS: [Kind; 33] = [
    kind("apps/v1", "Deployment", Form::Workload, true),
    kind("apps/v1", "Deployment", Form::Workload, true),
    kind("apps/v1", "Deployment", Form::Workload, true),
    kind("apps/v1", "StatefulSet", Form::Workload, true),
    kind("apps/v1", "DaemonSet", Form::Workload, true),
    kind("apps/v1", "ReplicaSet", Form::Workload, true),
    kind("batch/v1", "Job", Form::Workload, true),
    kind("batch/v1", "CronJob", Form::Cron, true),
    kind("v1", "Pod", Form::Pod, true),
    kind("v1", "ConfigMap", Form::Data, true),
    kind("v1", "ConfigMap", Form::Data, true),
    kind("v1", "ConfigMap", Form::Data, true),
    kind("v1", "Secret", Form::Data, true),
    kind("v1", "Service", Form::Service, true),
    kind("v1", "Service", Form::Service, true),
    kind("v1", "ServiceAccount", Form::Plain, true),
    kind("v1", "Namespace", Form::Plain, false),
    kind("v1", "PersistentVolumeClaim", Form::Plain, true),
    kind("v1", "PersistentVolume", Form::Plain, false),
    kind("networking.k8s.io/v1", "Ingress", Form::Ingress, true),
    kind("networking.k8s.io/v1", "NetworkPolicy", Form::Plain, true),
    kind("policy/v1", "PodDisruptionBudget", Form::Plain, true),
    kind(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        Form::Scaler,
        true,
    ),
    kind(
        "autoscaling/v1",
        "HorizontalPodAutoscaler",
        Form::Scaler,
        true,
    ),
    kind("rbac.authorization.k8s.io/v1", "Role", Form::Plain, true),
    kind(
        "rbac.authorization.k8s.io/v1",
        "ClusterRole",
        Form::Plain,
        false,
    ),
    kind(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        Form::Binding,
        true,
    ),
    kind(
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        Form::Binding,
        false,
    ),
    kind(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        Form::Webhook,
        false,
    ),
    kind("storage.k8s.io/v1", "StorageClass", Form::Plain, false),
    kind("example.com/v1", "Widget", Form::Custom, true),
    kind("example.com/v1alpha1", "Gadget", Form::Custom, true),
    kind("cert-manager.io/v1", "Certificate", Form::Custom, true),
];

/// An object, and what others need to know to refer to it.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its kind.
    pub kind: Kind,
    /// Its name as first written.
    pub name: String,
    /// Its namespace as first written.
    pub namespace: Option<String>,
    /// Its containers by name.
    pub containers: Vec<String>,
    /// Keys of its `data`.
    pub keys: Vec<String>,
    /// Whether a generator makes it.
    pub generated: bool,
    /// The whole of it; empty for a generated one.
    pub body: Yaml,
}

/// Makes an object that is called unlike all of `others`, to some of which it refers. Its name begins with `mark`.
pub fn object(others: &[Object], mark: &str, chance: &mut Chance) -> Object {
    let kind = *chance.pick(&KINDS);
    let name = name(others, mark, chance);
    let namespace = (kind.namespaced && chance.likely(25)).then(|| namespace(chance));
    let mut object = Object {
        kind,
        name,
        namespace,
        containers: Vec::new(),
        keys: Vec::new(),
        generated: false,
        body: Yaml::Map(Vec::new()),
    };
    let metadata = metadata(&object, chance);
    object.body = Yaml::map([
        ("apiVersion", Yaml::text(kind.api)),
        ("kind", Yaml::text(kind.name)),
        ("metadata", metadata),
    ]);
    for (key, value) in body::fields(&mut object, others, chance) {
        object.body.merge(&key, value);
    }
    object
}

/// A name that none of `others` has and that begins with `mark`.
pub fn name(others: &[Object], mark: &str, chance: &mut Chance) -> String {
    let stem = chance.word(&["web", "api", "db", "cache", "worker", "default", "a"]);
    let stem = format!("{mark}{stem}");
    let taken = |name: &str| others.iter().any(|other| other.name == name);
    let mut name = stem.clone();
    while taken(&name) {
        name = format!("{stem}-{}", chance.below(1000));
    }
    name
}

/// One of a few namespaces.
pub fn namespace(chance: &mut Chance) -> String {
    (chance.word(&["prod", "staging", "default", "kube-system"])).to_owned()
}

fn metadata(object: &Object, chance: &mut Chance) -> Yaml {
    let mut metadata = Yaml::map([("name", Yaml::text(object.name.as_str()))]);
    if let Some(namespace) = &object.namespace {
        metadata = metadata.with("namespace", Yaml::text(namespace.as_str()));
    }
    if chance.likely(40) {
        metadata = metadata.with("labels", labels(chance));
    }
    if chance.likely(35) {
        metadata = metadata.with("annotations", annotations(chance));
    }
    if chance.likely(4) {
        metadata = metadata.with(
            "finalizers",
            Yaml::texts(["example.com/a", "example.com/b"]),
        );
    }
    if chance.likely(4) {
        metadata = metadata.with("creationTimestamp", Yaml::text("null"));
    }
    metadata
}

/// A small map of labels.
pub fn labels(chance: &mut Chance) -> Yaml {
    let keys = ["app", "tier", "app.kubernetes.io/name", "\"on\"", "version"];
    let count = chance.between(1, 2);
    let chosen = chance.some(&keys, count);
    Yaml::map(chosen.into_iter().map(|key| {
        let value = chance.word(&["web", "api", "\"1\"", "'yes'", "v1.0", "\"\"", "1", "true"]);
        (*key, Yaml::text(value))
    }))
}

/// A small map of annotations with odd texts.
pub fn annotations(chance: &mut Chance) -> Yaml {
    let keys = ["note", "example.com/config", "long.example.com/a-key"];
    let count = chance.between(1, 2);
    let chosen = chance.some(&keys, count);
    Yaml::map(chosen.into_iter().map(|key| {
        let odd = chance.likely(15);
        let value = if odd {
            scalars::value(chance)
        } else {
            scalars::string(chance)
        };
        (*key, value)
    }))
}

/// The name of one of `others` of this kind, or some name.
pub fn name_of(kind: &str, others: &[Object], chance: &mut Chance) -> String {
    let named: Vec<&Object> = others
        .iter()
        .filter(|other| other.kind.name == kind)
        .collect();
    match chance.pick_any(&named) {
        Some(other) if chance.likely(90) => other.name.clone(),
        _ => "elsewhere".to_owned(),
    }
}
