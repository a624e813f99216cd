//! The order in which a build meets things decides which schema counts; the rest is shown by whole builds.

use super::Schema;
use crate::files::Content;
use gitopsc_core::{FileId, Gvk};
use gitopsc_yaml::Limits;

const WIDGETS: &str = r##"{"definitions": {"io.k8s.api.core.v1.PodSpec": {"properties": {"volumes": {}}}, "widget": {
    "x-kubernetes-group-version-kind": [{"group": "example.org", "version": "v1", "kind": "Widget"}],
    "properties": {
        "parts": {
            "type": "array", "items": {"$ref": "#/definitions/io.k8s.api.core.v1.Container"},
            "x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "id"
        },
        "itself": {"$ref": "#/definitions/circle"}
    }
}, "circle": {"$ref": "#/definitions/circle"}}}"##;

fn content(text: &str) -> Content {
    Content {
        file: FileId(0),
        bytes: text.as_bytes().into(),
        secret: None,
    }
}

fn set(schema: &mut Schema, text: &str, is_top: bool) {
    schema
        .set(None, Some(&content(text)), is_top, &Limits::default())
        .unwrap();
}

/// The keys by which the list at `path` is merged.
fn keys(schema: &Schema, api_version: &str, kind: &str, path: &[&str]) -> Option<Vec<String>> {
    let root = schema.shape_of(api_version, kind)?;
    let shape = path.iter().try_fold(root, |shape, field| match *field {
        "[]" => shape.merged_list()?.elements,
        field => shape.field(field),
    });
    Some(
        shape?
            .merged_list()?
            .keys
            .into_iter()
            .map(str::to_owned)
            .collect(),
    )
}

const CONTAINERS: &[&str] = &["spec", "template", "spec", "containers"];
const PORTS: &[&str] = &["parts", "[]", "ports"];

fn deployment(schema: &Schema) -> Option<Vec<String>> {
    keys(schema, "apps/v1", "Deployment", CONTAINERS)
}

fn widget(schema: &Schema, path: &[&str]) -> Option<Vec<String>> {
    keys(schema, "example.org/v1", "Widget", path)
}

#[test]
fn the_builtin_schema_tells_the_keys_of_lists() {
    let builtin = Schema::builtin();
    let pod = |path: &[&str]| {
        keys(&builtin, "v1", "Pod", &[&["spec"], path].concat()).unwrap_or_default()
    };
    assert_eq!(deployment(&builtin).unwrap(), ["name"]);
    assert_eq!(
        pod(&["containers", "[]", "ports"]),
        ["containerPort", "protocol"]
    );
    assert_eq!(pod(&["containers", "[]", "volumeMounts"]), ["mountPath"]);
    assert_eq!(
        pod(&["topologySpreadConstraints"]),
        ["topologyKey", "whenUnsatisfiable"]
    );
    assert!(pod(&["tolerations"]).is_empty());
    let finalizers = keys(&builtin, "v1", "Pod", &["metadata", "finalizers"]);
    assert_eq!(finalizers, Some(Vec::new()));
    assert_eq!(keys(&builtin, "v1", "Deployment", CONTAINERS), None);
    let own = keys(
        &builtin,
        "kustomize.config.k8s.io/v1beta1",
        "Kustomization",
        &["configMapGenerator"],
    );
    assert_eq!(own.unwrap(), ["name"]);
}

#[test]
fn only_the_table_knows_scopes_unless_a_description_says_more() {
    let gvk = |group: &str, kind: &str| Gvk {
        group: group.into(),
        version: "v1".into(),
        kind: kind.into(),
    };
    let mut schema = Schema::builtin();
    assert!(schema.is_certainly_cluster_scoped(&gvk("", "Namespace")));
    assert!(!schema.is_certainly_cluster_scoped(&gvk("apps", "Deployment")));
    assert!(!schema.is_certainly_cluster_scoped(&gvk("example.org", "Widget")));
    let paths = r#"{"paths": {"/widgets": {"get": {"x-kubernetes-group-version-kind":
        {"group": "example.org", "version": "v1", "kind": "Widget"}}}}}"#;
    set(&mut schema, paths, true);
    assert!(schema.is_certainly_cluster_scoped(&gvk("example.org", "Widget")));
    assert!(schema.is_certainly_cluster_scoped(&gvk("", "Namespace")));
}

#[test]
fn what_was_asked_before_decides_whether_the_builtin_schema_stays() {
    type Before = fn(&Schema);
    let nothing: Before = |_| {};
    let a_known_scope: Before = |schema| schema.meet(&Gvk::parse("v1", "ConfigMap"));
    let an_unknown_scope: Before = |schema| schema.meet(&Gvk::parse("example.org/v1", "Widget"));
    let a_shape: Before = |schema| assert!(schema.shape_of("v1", "Pod").is_some());
    // Whether Deployments are known afterwards, the keys of a widget's ports, whose definition is built in, and
    // whose PodSpec counts: the user's has no containers.
    let cases = [
        (nothing, false, false, false),
        (a_known_scope, false, false, false),
        (an_unknown_scope, true, true, true),
        (a_shape, true, true, false),
    ];
    for (number, (before, kind, ports, containers)) in cases.into_iter().enumerate() {
        let mut schema = Schema::builtin();
        before(&schema);
        set(&mut schema, WIDGETS, false);
        assert_eq!(widget(&schema, &["parts"]).unwrap(), ["id"], "{number}");
        assert_eq!(
            schema.shape_of("apps/v1", "Deployment").is_some(),
            kind,
            "{number}"
        );
        assert_eq!(widget(&schema, PORTS).is_some(), ports, "{number}");
        assert_eq!(deployment(&schema).is_some(), containers, "{number}");
        assert!(
            keys(
                &schema,
                "kustomize.config.k8s.io/v1beta1",
                "Kustomization",
                &["secretGenerator"]
            )
            .is_some()
        );
        assert!(schema.problems().is_empty());
    }
}

#[test]
fn the_first_of_the_bases_chooses_and_the_top_before_them() {
    let mut schema = Schema::builtin();
    set(&mut schema, WIDGETS, false);
    set(&mut schema, "definitions: {}", false);
    assert!(widget(&schema, &["parts"]).is_some());
    let mut schema = Schema::builtin();
    set(&mut schema, "definitions: {}", true);
    set(&mut schema, WIDGETS, false);
    assert!(widget(&schema, &["parts"]).is_none());
}

#[test]
fn a_reference_in_a_circle_leads_nowhere() {
    let mut schema = Schema::builtin();
    set(&mut schema, WIDGETS, true);
    assert!(widget(&schema, &["itself"]).is_none());
}

#[test]
fn every_mistake_of_a_description_is_told_and_counts_once_it_is_asked() {
    let mut schema = Schema::builtin();
    let broken = "definitions:\n  a: []\n  b: {x-kubernetes-patch-strategy: [merge]}\n  c:\n    properties: 1\n    x-kubernetes-group-version-kind: [{kind: C}]\n";
    set(&mut schema, broken, true);
    let told = |schema: &Schema| {
        schema
            .problems()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    let warnings = told(&schema);
    assert_eq!(
        warnings,
        [
            "warning[openapi-invalid]: expected a group, a version and a kind, found a map",
            "warning[openapi-invalid]: expected a schema, found a list",
            "warning[openapi-invalid]: expected a string, found a list",
            "warning[openapi-invalid]: expected a map, found a number",
        ]
    );
    assert!(schema.shape_of("v1", "Pod").is_none());
    assert!(
        told(&schema)
            .iter()
            .all(|problem| problem.starts_with("error["))
    );
}
