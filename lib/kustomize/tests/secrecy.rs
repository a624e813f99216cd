//! Whatever is made from a secret is a secret: no transformer turns one into plain text.
//!
//! Every text that holds the mark below came, as far as the build knows, out of decryption. Afterwards no
//! plain text of the output may hold it, neither as it is nor in base64.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use gitopsc_core::tree::MemoryTree;
use gitopsc_core::{Entry, Fault, FileId, SourceTree, Span, TreePath};
use gitopsc_kustomize::{Content, Files, Options, Parsed, ReadError, Report, build, manifest};
use gitopsc_yaml::{Dialect, Json, Limits, Node, NodeValue, Origins, Text, parse};
use std::sync::Arc;

const MARK: &str = "s3cr3t";
/// A number that is secret wherever it stands.
const NUMBER: &str = "7310593";
/// The key of a boolean that is secret.
const FLAG: &str = "flag";
/// The mark in base64 at each offset that it can have, without the letters that depend on its neighbours.
const ENCODED: [&str; 3] = ["czNjcjN0", "MzY3Iz", "zM2NyM3"];

/// Files in memory; texts with the mark are secrets of the file they stand in, and files `*.age` are secret whole.
struct Sealed(MemoryTree);

fn id(path: &TreePath) -> FileId {
    FileId(path.as_str().bytes().map(u32::from).sum())
}

impl Files for Sealed {
    fn kind(&self, path: &TreePath) -> Result<Option<Entry>, Fault> {
        self.0.kind(path)
    }

    fn read(&self, path: &TreePath) -> Result<Option<Content>, ReadError> {
        let file = id(path);
        let sealed = path.as_str().ends_with(".age");
        Ok(self.0.read(path)?.map(|bytes| Content {
            file,
            bytes: bytes.into(),
            secret: sealed.then(|| Origins::one(file)),
        }))
    }

    fn documents(&self, path: &TreePath) -> Result<Option<Arc<Parsed>>, ReadError> {
        let Some(content) = self.read(path)? else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&content.bytes);
        let mut documents = parse(&text, content.file, Dialect::Kustomize, &Limits::default());
        for document in documents.iter_mut().flatten() {
            seal(&mut document.root, content.file);
        }
        Ok(Some(Arc::new(Parsed {
            file: content.file,
            documents,
        })))
    }

    fn inline(&self, _: Span) -> FileId {
        FileId::NONE
    }
}

fn seal(node: &mut Node, file: FileId) {
    match &mut node.value {
        NodeValue::Scalar(text)
            if [MARK, NUMBER]
                .iter()
                .any(|mark| text.as_str().contains(mark)) =>
        {
            *text = Text::secret(text.as_str().to_owned(), Origins::one(file));
        }
        NodeValue::Scalar(_) => {}
        NodeValue::Sequence(items) => items.iter_mut().for_each(|item| seal(item, file)),
        NodeValue::Mapping(mapping) => {
            for entry in &mut mapping.entries {
                if entry.key.as_str() == Some(FLAG)
                    && let NodeValue::Scalar(text) = &mut entry.value.value
                {
                    *text = Text::secret(text.as_str().to_owned(), Origins::one(file));
                }
                seal(&mut entry.value, file);
            }
        }
    }
}

const SOURCE: &str = "apiVersion: v1
kind: Secret
metadata:
  name: source
stringData:
  password: s3cr3t-password
  port: \"s3cr3t-1234\"
";

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    note: keep
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1
        args: [\"--url=https://user:PASSWORD@db\"]
        env:
        - name: URL
          value: $(PASSWORD)-and-more
";

/// Builds `kustomization` beside the files above: the number of secret texts in the output.
fn secrets_of(kustomization: &str, files: &[(&str, &str)]) -> usize {
    let mut all = vec![
        ("kustomization.yaml", kustomization),
        ("source.yaml", SOURCE),
        ("deployment.yaml", DEPLOYMENT),
    ];
    all.extend(files);
    let tree = Sealed(MemoryTree::new(all));
    let mut report = Report::default();
    let built = build(&tree, &TreePath::root(), &Options::default(), &mut report);
    for diagnostic in report.diagnostics() {
        assert!(!format!("{diagnostic:?}").contains(MARK), "{diagnostic:?}");
    }
    let built = built.unwrap_or_else(|| panic!("{:?}", report.diagnostics()));
    let mut found = 0;
    for resource in built.resources {
        let manifest = manifest(resource, false).unwrap();
        found += check(&manifest.body, &manifest.object.to_string());
    }
    found
}

fn check(value: &Json, place: &str) -> usize {
    match value {
        Json::Secret(_) | Json::SecretLiteral(_) => 1,
        Json::Int(number) => {
            assert_ne!(number.to_string(), NUMBER, "{place}");
            0
        }
        Json::String(text) => {
            let leaks = text.contains(MARK)
                || text.contains(NUMBER)
                || ENCODED.iter().any(|mark| text.contains(mark));
            assert!(!leaks, "{place} is plain text: {text}");
            0
        }
        Json::Array(items) => items.iter().map(|item| check(item, place)).sum(),
        Json::Object(object) => object
            .iter()
            .map(|(key, value)| {
                assert!(!key.contains(MARK), "a key of {place}");
                check(value, &format!("{place}.{key}"))
            })
            .sum(),
        _ => 0,
    }
}

const BOTH: &str = "resources: [source.yaml, deployment.yaml]\n";

#[test]
fn what_is_only_passed_on_stays_secret() {
    let all = format!(
        "{BOTH}namePrefix: a-\nnamespace: web\ncommonAnnotations: {{a: b}}\nlabels: [{{pairs: {{c: d}}, includeSelectors: true}}]\n"
    );
    assert_eq!(secrets_of(&all, &[]), 2);
}

#[test]
fn strategic_merge_patches_pass_secrets_on() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {note: s3cr3t-note}}\nspec: {template: {spec: {containers: [{name: web, env: [{name: TOKEN, value: s3cr3t-token}]}]}}}\n";
    let kustomization = format!("{BOTH}patches: [{{path: patch.yaml}}]\n");
    assert_eq!(secrets_of(&kustomization, &[("patch.yaml", patch)]), 4);
}

#[test]
fn json_patches_from_secret_files_are_secret() {
    let patch = "- {op: add, path: /spec/template/spec/containers/0/args/-, value: s3cr3t-argument}\n- {op: replace, path: /metadata/annotations/note, value: s3cr3t}\n- {op: copy, from: /metadata/annotations/note, path: /metadata/annotations/copy}\n";
    let kustomization =
        format!("{BOTH}patches: [{{path: patch.age, target: {{kind: Deployment}}}}]\n");
    assert!(secrets_of(&kustomization, &[("patch.age", patch)]) >= 5);
}

#[test]
fn replacements_make_secrets_of_what_they_are_put_into() {
    let kustomization = format!(
        "{BOTH}replacements:
- source: {{kind: Secret, name: source, fieldPath: stringData.password}}
  targets:
  - select: {{kind: Deployment}}
    fieldPaths: [metadata.annotations.whole]
    options: {{create: true}}
  - select: {{kind: Deployment}}
    fieldPaths: [spec.template.spec.containers.0.args.0]
    options: {{delimiter: \":\", index: 2}}
- source: {{kind: Secret, name: source, fieldPath: stringData.password, options: {{delimiter: \"-\", index: 0}}}}
  targets:
  - select: {{kind: Deployment}}
    fieldPaths: [metadata.annotations.note]
"
    );
    assert_eq!(secrets_of(&kustomization, &[]), 5);
}

#[test]
fn replacements_keep_text_inside_a_value_secret() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata:\n  config.json: '{\"a\": {\"b\": \"c\"}}'\n  config.yaml: |\n    a:\n      b: c # kept\n";
    let kustomization = "resources: [source.yaml, deployment.yaml, map.yaml]
replacements:
- source: {kind: Secret, name: source, fieldPath: stringData.password}
  targets:
  - select: {kind: ConfigMap}
    fieldPaths: ['data.config\\.json.a.b', 'data.config\\.yaml.a.b']
";
    assert_eq!(secrets_of(kustomization, &[("map.yaml", map)]), 4);
}

#[test]
fn vars_make_secrets_of_what_they_are_expanded_in() {
    let kustomization = format!(
        "{BOTH}vars:
- name: PASSWORD
  objref: {{apiVersion: v1, kind: Secret, name: source}}
  fieldref: {{fieldPath: stringData.password}}
"
    );
    assert_eq!(secrets_of(&kustomization, &[]), 3);
}

#[test]
fn generators_keep_the_content_of_secret_files_secret() {
    let kustomization = "
configMapGenerator:
- name: map
  files: [whole.age]
  envs: [env.age]
secretGenerator:
- name: secret
  files: [key=whole.age]
  envs: [env.age]
";
    let files = [
        ("whole.age", "s3cr3t of the file"),
        ("env.age", "A=s3cr3t-a\nB=s3cr3t-b\n"),
    ];
    assert_eq!(secrets_of(kustomization, &files), 6);
}

#[test]
fn merged_data_stays_secret() {
    let base = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\ndata: {old: s3cr3t-old}\n";
    let kustomization = "resources: [base.yaml]
configMapGenerator:
- name: map
  behavior: merge
  files: [new.age]
";
    let files = [("base.yaml", base), ("new.age", "s3cr3t-new")];
    assert_eq!(secrets_of(kustomization, &files), 2);
}

#[test]
fn images_that_were_secret_stay_so() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: s3cr3t-registry.example.com/app}]}\n";
    let kustomization =
        "resources: [pod.yaml]\nimages: [{name: s3cr3t-registry.example.com/app, newTag: v2}]\n";
    assert_eq!(secrets_of(kustomization, &[("pod.yaml", pod)]), 1);
}

#[test]
fn names_that_are_repaired_beside_a_secret_leave_it_secret() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: [{name: v, configMap: {name: settings}}], containers: [{name: s3cr3t-name, image: a}]}\n";
    let kustomization = "resources: [pod.yaml]\nnamePrefix: a-\nconfigMapGenerator: [{name: settings, literals: [a=b]}]\n";
    assert_eq!(secrets_of(kustomization, &[("pod.yaml", pod)]), 1);
}

const NUMBERS: &str = "apiVersion: example.com/v1
kind: Thing
metadata: {name: thing}
spec: {replicas: 7310593, ratio: 7310593.5, flag: true, list: [7310593], text: none}
";

#[test]
fn numbers_and_booleans_stay_secret_as_what_they_are() {
    let files = [("numbers.yaml", NUMBERS)];
    assert_eq!(secrets_of("resources: [numbers.yaml]\n", &files), 4);
}

#[test]
fn a_json_patch_of_something_else_leaves_numbers_and_booleans_secret() {
    let kustomization = "resources: [numbers.yaml]
patches:
- target: {kind: Thing}
  patch: |-
    - {op: add, path: /spec/more, value: plain}
    - {op: copy, from: /spec/flag, path: /spec/copied}
    - {op: move, from: /spec/replicas, path: /spec/moved}
";
    assert_eq!(secrets_of(kustomization, &[("numbers.yaml", NUMBERS)]), 5);
}

#[test]
fn replacements_and_vars_pass_numbers_and_booleans_on() {
    let kustomization = "resources: [numbers.yaml, deployment.yaml]
replacements:
- source: {kind: Thing, name: thing, fieldPath: spec.replicas}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [spec.replicas]
    options: {create: true}
- source: {kind: Thing, name: thing, fieldPath: spec.flag}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [spec.paused]
    options: {create: true}
vars:
- name: PASSWORD
  objref: {apiVersion: example.com/v1, kind: Thing, name: thing}
  fieldref: {fieldPath: spec.replicas}
";
    assert_eq!(secrets_of(kustomization, &[("numbers.yaml", NUMBERS)]), 7);
}

#[test]
fn a_json_patch_from_a_secret_file_makes_secret_numbers_and_booleans() {
    let patch = "- {op: add, path: /spec/replicas, value: 7310593}\n- {op: add, path: /spec/paused, value: true}\n";
    let kustomization =
        "resources: [deployment.yaml]\npatches: [{path: patch.age, target: {kind: Deployment}}]\n";
    assert_eq!(secrets_of(kustomization, &[("patch.age", patch)]), 2);
}

#[test]
fn ksops_generators_keep_what_they_read_secret() {
    let generator = "apiVersion: viaduct.ai/v1
kind: ksops
metadata: {name: generator}
files: [source.yaml]
secretFrom:
- metadata: {name: made}
  files: [whole.age, key=whole.age]
  binaryFiles: [binary=whole.age]
  envs: [env.age]
";
    let files = [
        ("generator.yaml", generator),
        ("whole.age", "s3cr3t of the file"),
        ("env.age", "A=s3cr3t-a\nexport B=\"s3cr3t-b\"\n"),
    ];
    assert_eq!(secrets_of("generators: [generator.yaml]\n", &files), 7);
}
