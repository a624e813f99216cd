//! What `gitopsc build` masks cannot be applied over the real thing, whatever kind it is of.

use crate::server::Server;
use gitopsc_compiler::secrets::mask::ANNOTATION;
use gitopsc_test_support::{files, workspace};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Dialect, FileId, Limits, parse};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;

/// A kind of objects that can be made.
struct Kind {
    /// Where its group and version are: `/api/v1`.
    root: String,
    plural: String,
    kind: String,
    namespaced: bool,
}

/// Kinds that are asked and not kept, and the kind of a request for something else, which say nothing of annotations.
const NOT_KEPT: [&str; 6] = [
    "Binding",
    "LocalSubjectAccessReview",
    "SelfSubjectAccessReview",
    "SelfSubjectReview",
    "SelfSubjectRulesReview",
    "SubjectAccessReview",
];

/// An object of every kind that the server has, with nothing but a name and the mark of masks.
pub fn of_every_kind(server: &Server) -> Result<(), String> {
    let kinds = kinds(server);
    let kept = kinds.iter().filter(|kind| {
        let name = kind.kind.as_str();
        !NOT_KEPT.contains(&name) && name != "TokenReview"
    });
    let mut passed = Vec::new();
    let mut tried = 0;
    for kind in kept {
        let group_version = kind.root.trim_start_matches("/apis/");
        let object = json!({
            "apiVersion": group_version.trim_start_matches("/api/"),
            "kind": kind.kind,
            "metadata": {"name": "masked"},
        });
        tried += 1;
        passed.extend(refused(server, kind, object).err());
    }
    if tried < 50 {
        passed.push(format!("only {tried} kinds were found"));
    }
    ended(passed)
}

/// The first object of each kind that the example cluster and the cases of `gitopsc apply` have, whole and with the mark.
pub fn of_examples(server: &Server) -> Result<(), String> {
    let example = Command::new(env!("CARGO_BIN_EXE_gitopsc"))
        .current_dir(workspace())
        .args(["build", "--allow-encrypted", "--quiet", "cluster"])
        .output()
        .unwrap();
    let mut texts = vec![String::from_utf8(example.stdout).unwrap()];
    for (path, bytes) in files(&workspace().join("testdata/apply")) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // Without what a case puts in itself.
        if path.ends_with(".yaml") && !text.contains("PORT") {
            texts.push(text);
        }
    }
    let mut first = BTreeMap::new();
    let mut declared = Vec::new();
    for object in texts.iter().flat_map(|text| objects(text)) {
        let of = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
        if of("kind") == "CustomResourceDefinition" {
            declared.push(object.clone());
        }
        let group = of("apiVersion");
        let group = group.split_once('/').map_or("", |(group, _)| group);
        first
            .entry((group.to_owned(), of("kind")))
            .or_insert(object);
    }
    let list = json!({"apiVersion": "v1", "kind": "List", "items": declared});
    let create = ["apply", "--server-side", "--force-conflicts", "-f", "-"];
    server.plane.run_kubectl(&create, &list.to_string())?;
    let wait = ["wait", "--for=condition=Established", "crd", "--all"];
    server.plane.run_kubectl(&wait, "")?;
    let kinds = kinds(server);
    let mut passed = Vec::new();
    let mut tried = 0;
    for object in first.into_values() {
        let root = match object["apiVersion"].as_str().unwrap_or_default() {
            "v1" => "/api/v1".to_owned(),
            version => format!("/apis/{version}"),
        };
        let has = |kind: &&Kind| kind.root == root && object["kind"] == kind.kind.as_str();
        // What no server here has cannot be sent to one: kustomizations, kinds of others.
        if let Some(kind) = kinds.iter().find(has) {
            tried += 1;
            passed.extend(refused(server, kind, object).err());
        }
    }
    if tried < 30 {
        passed.push(format!("only {tried} kinds were found"));
    }
    ended(passed)
}

/// Whether the server refuses `object` of `kind` once it carries the mark, and because of it.
fn refused(server: &Server, kind: &Kind, mut object: Value) -> Result<(), String> {
    object["metadata"]["annotations"] = json!({ANNOTATION: "x"});
    let within = match kind.namespaced {
        true => {
            object["metadata"]["namespace"] = "default".into();
            format!("{}/namespaces/default/{}", kind.root, kind.plural)
        }
        false => format!("{}/{}", kind.root, kind.plural),
    };
    let (status, answer) = server.post(&format!("{within}?dryRun=All"), &object);
    let message = answer["message"].as_str().unwrap_or_default();
    match (400..500).contains(&status) && message.contains(ANNOTATION) {
        true => Ok(()),
        false => Err(format!("{} {}: {status} {answer}", kind.root, kind.kind)),
    }
}

fn ended(passed: Vec<String>) -> Result<(), String> {
    match passed.is_empty() {
        true => Ok(()),
        false => Err(format!("not refused for the mark:\n{}", passed.join("\n"))),
    }
}

/// The kinds of which objects can be made.
fn kinds(server: &Server) -> Vec<Kind> {
    let groups = server.get("/apis").unwrap();
    let groups = groups["groups"].as_array().unwrap().iter();
    let versions = groups.flat_map(|group| group["versions"].as_array().unwrap());
    let versions = versions.filter_map(|version| version["groupVersion"].as_str());
    let roots = versions.map(|version| format!("/apis/{version}"));
    let mut kinds = Vec::new();
    for root in std::iter::once("/api/v1".to_owned()).chain(roots) {
        let found = server.get(&root).unwrap_or_default();
        for resource in found["resources"].as_array().into_iter().flatten() {
            let text = |field: &str| resource[field].as_str().unwrap_or_default().to_owned();
            let verbs = resource["verbs"].as_array().unwrap();
            if verbs.iter().any(|verb| verb == "create") && !text("name").contains('/') {
                kinds.push(Kind {
                    root: root.clone(),
                    plural: text("name"),
                    kind: text("kind"),
                    namespaced: resource["namespaced"] == true,
                });
            }
        }
    }
    kinds
}

/// The objects in `text`; what is no YAML, as some cases have it on purpose, has none.
fn objects(text: &str) -> Vec<Value> {
    let parsed = parse(text, FileId(0), Dialect::Kubectl, &Limits::default());
    let roots = parsed.into_iter().flatten().map(|document| document.root);
    let lowered = roots.filter_map(|root| lower(&root).ok());
    let value = |json| {
        let mut text = String::new();
        write_json(&json, Form::Canonical, Secrets::Reveal, &mut text);
        serde_json::from_str(&text).ok()
    };
    lowered.filter_map(value).collect()
}
