//! Edges between live objects: the same rules as for a tree, read from what a cluster has, and who finalizes them.
//!
//! By these edges backwards, objects that leave go. Where only the metadata of an object is known, it has the needs that
//! this tells.

use super::rules::{Kind, Rules, Written};
use super::{Part, drafted, finalizers, know_parts};
use crate::objects::pods;
use crate::scope::Scopes;
use gitopsc_core::{EcoString, Gvk, Manifest, UnitPath};
use gitopsc_engine::graph::ManifestGraph;
use std::collections::BTreeMap;

/// What is there of one unit.
#[derive(Debug)]
pub struct LiveUnit {
    /// Its name.
    pub path: UnitPath,
    /// Its settings, as far as the tree still has it.
    pub settings: BTreeMap<EcoString, EcoString>,
    /// Its objects as they are.
    pub manifests: Vec<Manifest>,
}

/// Derives the graph of `units` on `pool`; nodes of objects are numbered in their order. `references` are those that
/// `gitopsc.yaml` adds.
#[must_use]
pub fn derive_live(
    units: &[LiveUnit],
    references: &[Written],
    pool: &rayon::ThreadPool,
) -> ManifestGraph {
    pool.install(|| {
        let scopes = Scopes::of_manifests(units.iter().flat_map(|unit| &unit.manifests));
        let parts = units.iter().map(LiveUnit::part).collect();
        let (known, started) = know_parts(parts, Rules::new(references), &scopes);
        let (mut draft, _) = drafted(&known, started);
        let finalizing = finalizers::edges(&known.index);
        finalizing.into_iter().for_each(|edge| draft.add(edge));
        let (graph, _) = draft.settle();
        graph
    })
}

impl LiveUnit {
    fn part(&self) -> Part<'_> {
        Part {
            path: &self.path.0,
            layer: None,
            settings: &self.settings,
            manifests: &self.manifests,
            unit: None,
        }
    }
}

/// Kinds that no reference is read from and whose bodies tell all the same what they need, or what needs them.
const TELLING: [(&str, &str); 14] = [
    ("", "Service"),
    (
        "admissionregistration.k8s.io",
        "MutatingWebhookConfiguration",
    ),
    (
        "admissionregistration.k8s.io",
        "ValidatingWebhookConfiguration",
    ),
    ("apiextensions.crossplane.io", "CompositeResourceDefinition"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apiregistration.k8s.io", "APIService"),
    ("cilium.io", "CiliumNetworkPolicy"),
    ("monitoring.coreos.com", "PodMonitor"),
    ("monitoring.coreos.com", "ServiceMonitor"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("policy", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "Role"),
    ("templates.gatekeeper.sh", "ConstraintTemplate"),
];

/// Says of which kinds more than the metadata has to be read.
#[derive(Clone, Debug)]
pub struct Readable(Rules);

impl Readable {
    /// With the references that `gitopsc.yaml` adds.
    #[must_use]
    pub fn new(references: &[Written]) -> Readable {
        Readable(Rules::new(references))
    }

    /// Whether the body of an object of this kind tells more than its metadata. Those of Secrets and ConfigMaps do not.
    #[must_use]
    pub fn is_telling(&self, gvk: &Gvk) -> bool {
        let kind = Kind {
            group: gvk.group.clone(),
            kind: gvk.kind.clone(),
        };
        pods::way(gvk).is_some()
            || !self.0.references(&kind).is_empty()
            || !self.0.products(&kind).is_empty()
            || TELLING.contains(&(gvk.group.as_str(), gvk.kind.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::{LiveUnit, Readable, derive_live};
    use gitopsc_core::manifest::Trail;
    use gitopsc_core::{Gvk, Manifest, ObjectRef, Span, TreePath, UnitPath};
    use gitopsc_yaml::json::read_json;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    fn manifest(text: &str) -> Manifest {
        let body = read_json(text).unwrap();
        let text = |keys: &[&str]| body.str_at(keys).unwrap_or_default();
        let gvk = Gvk::parse(text(&["apiVersion"]), text(&["kind"]));
        Manifest {
            object: ObjectRef {
                group: gvk.group.clone(),
                kind: gvk.kind.clone(),
                namespace: text(&["metadata", "namespace"]).into(),
                name: text(&["metadata", "name"]).into(),
            },
            gvk,
            body: Arc::new(body),
            span: Span::NONE,
            trail: Trail::default(),
            provenance: None,
        }
    }

    /// The pairs of objects that `units` have edges between: who needs what, why.
    fn edges(units: &[(&str, &[&str])]) -> Vec<String> {
        let units: Vec<LiveUnit> = units
            .iter()
            .map(|(path, objects)| LiveUnit {
                path: UnitPath(TreePath::new(path)),
                settings: BTreeMap::new(),
                manifests: objects.iter().map(|text| manifest(text)).collect(),
            })
            .collect();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        let graph = derive_live(&units, &[], &pool);
        let name = |id| graph.node(id).object().unwrap().kind.clone();
        let edges = graph.edges().iter();
        edges
            .map(|edge| format!("{} {} {}", name(edge.from), edge.reason, name(edge.to)))
            .collect()
    }

    const DEFINITION: &str = r#"{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
        "metadata":{"name":"buckets.example.com"}}"#;
    const OPERATOR: &str = r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"operator","namespace":"op"},
        "spec":{"template":{"spec":{"serviceAccountName":"operator"}}}}"#;
    const ACCOUNT: &str = r#"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"operator","namespace":"op"}}"#;
    const BUCKET: &str = r#"{"apiVersion":"example.com/v1","kind":"Bucket",
        "metadata":{"name":"photos","namespace":"web","finalizers":["example.com/drain"]}}"#;

    #[test]
    fn what_has_a_finalizer_needs_the_unit_of_its_kind_and_a_definition_the_workloads() {
        let units: [(&str, &[&str]); 2] = [
            ("apps/a", &[BUCKET]),
            ("platform/operator", &[DEFINITION, OPERATOR, ACCOUNT]),
        ];
        let expected = [
            "Bucket finalizer CustomResourceDefinition",
            "Bucket finalizer Deployment",
            "Bucket finalizer ServiceAccount",
            "CustomResourceDefinition finalizer Deployment",
            "Deployment service-account ServiceAccount",
        ];
        assert_eq!(edges(&units), expected);
    }

    #[test]
    fn a_role_that_writes_the_status_of_a_group_tells_its_operator() {
        let role = r#"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"operator"},
            "rules":[{"apiGroups":["example.com"],"resources":["buckets/status"],"verbs":["update"]}]}"#;
        let units: [(&str, &[&str]); 2] = [
            ("apps/a", &[BUCKET]),
            ("platform/operator", &[OPERATOR, role]),
        ];
        let expected = [
            "Bucket finalizer Deployment",
            "Bucket finalizer ClusterRole",
        ];
        assert_eq!(edges(&units), expected);
    }

    #[test]
    fn the_domain_of_a_finalizer_tells_its_operator_too() {
        let secret = r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"keys","namespace":"web",
            "finalizers":["finalizers.example.com/keep","kubernetes.io/other"]}}"#;
        let plain = r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"plain","namespace":"web",
            "finalizers":["foregroundDeletion"]}}"#;
        let units: [(&str, &[&str]); 2] = [
            ("apps/a", &[secret, plain]),
            ("platform/operator", &[DEFINITION, OPERATOR]),
        ];
        let expected = [
            "Secret finalizer CustomResourceDefinition",
            "Secret finalizer Deployment",
            "CustomResourceDefinition finalizer Deployment",
        ];
        assert_eq!(edges(&units), expected);
    }

    #[test]
    fn what_a_secret_holds_is_not_read() {
        let readable = Readable::new(&[]);
        let is_telling =
            |version: &str, kind: &str| readable.is_telling(&Gvk::parse(version, kind));
        assert!(!is_telling("v1", "Secret") && !is_telling("v1", "ConfigMap"));
        assert!(is_telling("apps/v1", "Deployment") && is_telling("v1", "Service"));
    }
}
