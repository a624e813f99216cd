//! What cannot be shown by the output of a whole build: places, findings, state, secrets, depth and time.

use super::list::{self, Sources};
use super::walk::{Context, Side};
use super::{apply_to_selected, findings::Findings, odd_list};
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::{PreviousId, Resource};
use crate::schema::{MergedList, Schema};
use gitopsc_core::FileId;
use gitopsc_yaml::emit::{Secrets, emit};
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Dialect, Entry, Limits, Mapping, Node, Origins, Text, parse};

fn node(file: u32, text: &str) -> Node {
    let documents = parse(text, FileId(file), Dialect::Kustomize, &Limits::default());
    documents.unwrap().remove(0).root
}

fn resource(text: &str) -> Resource {
    Resource::new(node(0, text))
}

fn patch(text: &str) -> Resource {
    Resource::new(node(1, text))
}

fn shown(node: &Node) -> String {
    let mut text = String::new();
    emit(&lower(node).unwrap(), Secrets::Mask, &mut text);
    text
}

/// What `body`, the fields of a Deployment's pod, becomes with those of `patch`, and what is said about it.
fn patched_pod(body: &str, change: &str) -> (String, Vec<String>) {
    let pod = |fields: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {fields}\n")
    };
    let mut resource = resource(&pod(body));
    let mut report = Report::default();
    resource.apply_sm_patch(&patch(&pod(change)), &Schema::builtin(), &mut report);
    let findings = report.diagnostics().iter().map(ToString::to_string);
    (
        shown(resource.node.get("spec").unwrap()),
        findings.collect(),
    )
}

#[test]
fn values_keep_the_place_of_the_text_they_came_from() {
    let mut resource = resource(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, paused: true}\n",
    );
    let change = patch(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2, minReadySeconds: 5}\n",
    );
    resource.apply_sm_patch(&change, &Schema::builtin(), &mut Report::default());
    let place = |path: &[&str]| resource.node.get_path(path).unwrap().span.file;
    assert_eq!(place(&["spec", "paused"]), FileId(0));
    assert_eq!(place(&["spec", "replicas"]), FileId(1));
    assert_eq!(place(&["spec", "minReadySeconds"]), FileId(1));
    // Kustomize writes these back after the merge.
    assert_eq!(place(&["kind"]), FileId(0));
    assert_eq!(place(&["metadata", "name"]), FileId(0));
}

#[test]
fn a_secret_of_the_patch_is_a_secret_of_the_resource() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {key: b}\n";
    let (mut resource, mut change) = (resource(text), patch(text));
    let secret = Text::secret("hunter2".to_owned(), Origins::one(FileId(1)));
    *change
        .node
        .get_mut("stringData")
        .unwrap()
        .get_mut("key")
        .unwrap() = Node::string(secret);
    resource.apply_sm_patch(&change, &Schema::builtin(), &mut Report::default());
    assert!(shown(&resource.node).contains("key: <secret>"));
}

#[test]
fn every_misfit_is_reported_and_the_rest_is_merged() {
    let (pod, findings) = patched_pod(
        "{containers: [{name: a, image: b}], nodeSelector: {a: b}, hostname: x}",
        "{containers: {name: a}, nodeSelector: [a], hostname: y, affinity: {$patch: delete}, securityContext: {}}",
    );
    assert!(
        pod.contains("hostname: \"y\"") && pod.contains("- image: b"),
        "{pod}"
    );
    assert_eq!(
        findings,
        [
            "error[patch-misfit]: the patch has a map where the resource has a list",
            "error[patch-misfit]: the patch has a list where the resource has a map",
        ]
    );
}

#[test]
fn each_trap_has_its_warning() {
    let cases = [
        // What the resource has, what the patch says, what is warned of.
        (
            "{containers: [{name: a, image: b}]}",
            "{containers: [{name: a, $patch: replace, image: c}]}",
            "warning[patch-directive-ignored]: Kustomize ignores `$patch: replace` of a list element",
        ),
        (
            "{volumes: []}",
            "{$setElementOrder/volumes: [{name: a}]}",
            "warning[patch-directive-copied]: Kustomize does not obey `$setElementOrder/volumes` here and copies it into the resource",
        ),
        (
            "{}",
            "{volumes: [{name: a, $retainKeys: [name]}]}",
            "warning[patch-directive-copied]: Kustomize does not obey `$retainKeys` here and copies it into the resource",
        ),
        (
            "{tolerations: [{key: a}]}",
            "{tolerations: [{$patch: delete, key: a}]}",
            "warning[patch-directive-copied]: Kustomize does not obey `$patch` here and copies it into the resource",
        ),
        (
            "{volumes: [{name: a}]}",
            "{volumes: [{name: b, $retainKeys: [name]}]}",
            "warning[patch-directive-copied]: Kustomize does not obey `$retainKeys` here and copies it into the resource",
        ),
        (
            "{initContainers: [{name: a, ports: [{containerPort: 80}, {containerPort: 81, protocol: UDP}]}]}",
            "{initContainers: [{name: a, ports: [{containerPort: 82, $retainKeys: [name]}]}]}",
            "warning[patch-directive-copied]: Kustomize does not obey `$retainKeys` here and copies it into the resource",
        ),
        (
            "{containers: [{name: a, ports: [{containerPort: 80, name: x}]}]}",
            "{containers: [{name: a, ports: [{containerPort: 80, protocol: TCP, name: y}]}]}",
            "warning[list-element-lost]: Kustomize loses this element: the list is merged by `containerPort` and `protocol`, which not all of them have",
        ),
        (
            "{containers: [{name: a, ports: [{containerPort: 80, name: x}, {containerPort: 80, name: y}]}]}",
            "{hostname: b}",
            "warning[list-element-lost]: Kustomize drops this element: the list is merged by `containerPort`, and another has the same",
        ),
    ];
    for (body, change, warning) in cases {
        assert_eq!(
            patched_pod(body, change).1,
            [warning],
            "{body} with {change}"
        );
    }
    let without = patched_pod(
        "{containers: [{name: a, ports: [{containerPort: 80}, {containerPort: 81, protocol: UDP}]}]}",
        "{containers: [{name: a, $patch: delete}, {name: b, image: c}]}",
    );
    assert_eq!(
        without,
        (
            "containers:\n- image: c\n  name: b\n".to_owned(),
            Vec::new()
        )
    );
}

#[test]
fn what_is_wrong_with_a_patch_is_said_once_however_many_resources_it_is_for() {
    let named = |name: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{hostname: a}}\n")
    };
    let mut resources = ResMap::new();
    resources.resources = ["a", "b", "c"].map(|name| resource(&named(name))).into();
    let change = patch(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: any, labels: {x: null}}\nspec: {hostname: {}, $retainKeys: [a]}\n",
    );
    let mut report = Report::default();
    apply_to_selected(
        &mut resources,
        &[0, 1, 2],
        &change,
        &Schema::builtin(),
        &mut report,
    );
    let codes: Vec<&str> = report
        .diagnostics()
        .iter()
        .map(|found| found.code.0)
        .collect();
    assert_eq!(
        codes,
        [
            "patch-null-ignored",
            "patch-misfit",
            "patch-directive-copied"
        ]
    );
    let names: Vec<_> = resources.resources.iter().map(Resource::name).collect();
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn state_goes_with_the_annotations_it_stands_for() {
    let cases = [
        ("{name: a}", true),
        ("{name: a, annotations: {b: c}}", true),
        ("{name: a, annotations: {b: null}}", true),
        ("{name: a, annotations: null}", false),
        ("{name: a, annotations: {$patch: delete}}", false),
        ("{name: a, annotations: {$patch: replace, b: c}}", false),
        ("{name: a, $patch: replace}", false),
    ];
    for (metadata, stays) in cases {
        for annotations in ["", ", annotations: {x: y}"] {
            let mut resource = resource(&format!(
                "kind: ConfigMap\nmetadata: {{name: a{annotations}}}\n"
            ));
            let earlier = PreviousId {
                namespace: "default".into(),
                name: "z".into(),
                kind: "ConfigMap".into(),
            };
            resource.state.previous.push(earlier);
            let change = patch(&format!("kind: ConfigMap\nmetadata: {metadata}\n"));
            resource.apply_sm_patch(&change, &Schema::builtin(), &mut Report::default());
            assert_eq!(
                !resource.state.previous.is_empty(),
                stays,
                "{metadata} on {annotations}"
            );
            assert!(
                !shown(&resource.node).contains("internal.config"),
                "{metadata} on {annotations}"
            );
        }
    }
}

#[test]
fn a_patch_that_may_rename_leaves_its_permission_behind() {
    let mut resource = resource("kind: ConfigMap\nmetadata: {name: a}\n");
    let mut change = patch("kind: ConfigMap\nmetadata: {name: b}\n");
    change.state.allow_name_change = true;
    resource.apply_sm_patch(&change, &Schema::builtin(), &mut Report::default());
    assert_eq!(
        shown(&resource.node),
        "kind: ConfigMap\nmetadata:\n  name: b\n"
    );
    assert!(resource.state.allow_name_change && !resource.state.allow_kind_change);
    assert_eq!(resource.state.previous[0].name, "a");
}

/// All lists of up to `length` elements with these keys, each element numbered in a field of its own.
fn lists(keys: &[&str], length: usize, field: &str) -> Vec<Vec<Node>> {
    let element =
        |key: &str, at: usize| node(0, &format!("{{{key}, {field}: {at}, both: {field}{at}}}"));
    let mut lists = vec![Vec::new()];
    let mut longest = lists.clone();
    for at in 0..length {
        let longer = |list: &Vec<Node>, key: &&str| [list.clone(), vec![element(key, at)]].concat();
        longest = longest
            .iter()
            .flat_map(|list| keys.iter().map(|key| longer(list, key)))
            .collect();
        lists.extend(longest.iter().cloned());
    }
    lists
}

#[test]
fn lists_in_order_are_merged_in_one_pass_as_they_would_be_step_by_step() {
    let schema = Schema::builtin();
    let several = [
        "port: 80, protocol: TCP",
        "port: 80, protocol: UDP",
        "port: 81, protocol: TCP",
    ];
    let one = [
        "port: 80",
        "port: 81",
        "port: 80, $patch: delete",
        "port: 81, $patch: replace",
    ];
    for keys in [&several[..], &one] {
        let rule = MergedList {
            keys: vec!["port", "protocol"],
            elements: None,
        };
        for elements in lists(&keys[..keys.len().min(3)], 3, "own") {
            for patch in lists(keys, 2, "new") {
                let mut findings = Findings::default();
                let mut context = Context {
                    schema: &schema,
                    findings: &mut findings,
                };
                let (mut quick, mut exact) = (elements.clone(), elements.clone());
                list::merge(&mut quick, &mut patch.clone(), &rule, &mut context);
                if !exact.is_empty() || !patch.is_empty() {
                    odd_list::walk(
                        &mut exact,
                        &Sources::Both(&mut patch.clone()),
                        &rule,
                        &mut context,
                    );
                }
                assert_eq!(quick, exact, "{elements:?} with {patch:?}");
            }
            for side in [Side::Resource, Side::Patch] {
                let mut findings = Findings::default();
                let mut context = Context {
                    schema: &schema,
                    findings: &mut findings,
                };
                let (mut quick, mut exact) = (elements.clone(), elements.clone());
                list::alone(&mut quick, side, &rule, &mut context);
                if !exact.is_empty() {
                    odd_list::walk(&mut exact, &Sources::One(side), &rule, &mut context);
                }
                assert_eq!(quick, exact, "{elements:?} alone");
            }
        }
    }
}

#[test]
fn values_nest_as_deep_as_they_may_be_read() {
    let depth = Limits::default().depth - 1;
    let deep = |innermost: &str| {
        format!(
            "a: {}{innermost}{}",
            "{a: ".repeat(depth),
            "}".repeat(depth)
        )
    };
    let (mut resource, change) = (resource(&deep("old")), patch(&deep("new")));
    resource.apply_sm_patch(&change, &Schema::builtin(), &mut Report::default());
    let values = std::iter::successors(Some(&resource.node), |node| node.get("a"));
    assert_eq!(values.last().and_then(Node::as_str), Some("new"));
}

/// With a comparison of each with each this would run for minutes.
#[test]
fn long_lists_and_maps_are_merged_in_linear_time() {
    let many = 50_000;
    let entry = |key: String, value: &str| Entry {
        key: Node::string(key),
        value: Node::string(value),
    };
    let map = |value: &str| {
        Node::from(Mapping {
            entries: (0..many).map(|at| entry(format!("k{at}"), value)).collect(),
        })
    };
    let element = |at: usize, value: &str| {
        Node::from(Mapping {
            entries: vec![
                entry("name".into(), &format!("n{at}")),
                entry("value".into(), value),
            ],
        })
    };
    let list = |value: &str| Node::sequence((0..many).map(|at| element(at, value)).collect());
    let pod = |value: &str| {
        let mut pod = node(
            0,
            "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a}]}}",
        );
        let spec = pod.get_mut("spec").unwrap();
        spec.as_mapping_mut()
            .unwrap()
            .set("nodeSelector", map(value));
        let containers = spec
            .get_mut("containers")
            .and_then(Node::as_sequence_mut)
            .unwrap();
        containers[0]
            .as_mapping_mut()
            .unwrap()
            .set("env", list(value));
        Resource::new(pod)
    };
    let (mut old, new) = (pod("old"), pod("new"));
    old.apply_sm_patch(&new, &Schema::builtin(), &mut Report::default());
    assert!(shown(&old.node) == shown(&new.node));
}
