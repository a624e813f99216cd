//! The forms of bundles in a model of Talos: what a configuration holds once it was patched, patched again, and
//! patched after a change. The model is `compiler/src/talos/machine`; Talos itself was not asked.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gitopsc_compiler::bundle::form::{Delivery, Form};
use gitopsc_compiler::bundle::{Bundled, Index, Request, make};
use gitopsc_compiler::talos::machine::view::{Declared, Source};
use gitopsc_compiler::talos::machine::{Machine, machines};
use gitopsc_core::{FileId, Gvk, Json, Manifest, ObjectRef, Span, Trail};
use gitopsc_kustomize::Content;
use gitopsc_yaml::{Limits, Object};
use std::sync::Arc;

/// One document, as Talos before 1.14 has it.
const ONE: &str = "version: v1alpha1\nmachine: {type: controlplane}\ncluster: {}\n";

/// Several, with a manifest of somebody else's.
const SEVERAL: &str = "\
version: v1alpha1
machine: {type: controlplane}
cluster: {}
---
apiVersion: v1alpha1
kind: KubeInlineManifestConfig
name: other
manifest: 'kind: Other'
";

fn object(name: &str, value: &str) -> Manifest {
    let text = |text: &str| Json::String(text.into());
    let map = |fields: Vec<(&str, Json)>| {
        Json::Object(Object::new(
            fields
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        ))
    };
    Manifest {
        gvk: Gvk::parse("v1", "ConfigMap"),
        object: ObjectRef {
            kind: "ConfigMap".into(),
            name: name.into(),
            ..ObjectRef::default()
        },
        body: Arc::new(map(vec![
            ("kind", text("ConfigMap")),
            ("data", text(&value.repeat(200))),
        ])),
        span: Span::NONE,
        trail: Trail::default(),
        provenance: None,
    }
}

fn bundled(
    objects: &[Manifest],
    form: Form,
    delivery: &Delivery,
    previous: Option<&Index>,
) -> Bundled {
    let request = Request {
        layer: "bootstrap",
        limit: 600,
        total_limit: None,
        form,
        delivery,
        reveal_secrets: false,
    };
    make(&objects.iter().collect::<Vec<_>>(), &request, previous).unwrap()
}

fn text(bundled: &Bundled, name: &str) -> Option<String> {
    let mut files = bundled.files.iter();
    files
        .find(|(path, _)| path.as_str() == name)
        .map(|(_, text)| text.to_string())
}

fn content(text: &str) -> Content {
    Content {
        file: FileId(0),
        bytes: text.as_bytes().into(),
        secret: None,
    }
}

/// The only machine of `configuration` with `patches`; Talos must not refuse any of them.
fn patched(configuration: &str, patches: &[String]) -> Machine {
    let patches: Vec<Content> = patches.iter().map(|patch| content(patch)).collect();
    let (mut machines, wrong) = machines(&[content(configuration)], &patches, &Limits::default());
    assert!(wrong.is_empty(), "{wrong:?}");
    machines.pop().unwrap()
}

/// What the machine declares, in Talos' order.
fn declared(machine: &Machine) -> Vec<(String, String)> {
    let what = |declared: Declared| match declared.source {
        Source::Inline(text) => (declared.name, text),
        Source::External { url, headers } => (url, format!("{headers:?}")),
    };
    let mut all: Vec<(String, String)> = machine.manifests().into_iter().map(what).collect();
    all.sort();
    all
}

/// What is to be declared.
fn intended(bundled: &Bundled, delivery: &Delivery) -> Vec<(String, String)> {
    let bundles = bundled.index.bundles.iter();
    bundles
        .map(|bundle| match delivery {
            Delivery::Inline => (bundle.name.clone(), text(bundled, &bundle.file).unwrap()),
            Delivery::External { base_url, headers } => {
                (format!("{base_url}{}", bundle.file), format!("{headers:?}"))
            }
        })
        .collect()
}

fn deliveries() -> [Delivery; 2] {
    let external = Delivery::External {
        base_url: "https://bundles.example.com/".to_owned(),
        headers: vec![("X-Cluster".to_owned(), "home".to_owned())],
    };
    [Delivery::Inline, external]
}

fn objects(changed: &str) -> Vec<Manifest> {
    vec![
        object("a", "a"),
        object("b", changed),
        object("c", "c"),
        object("d", "d"),
    ]
}

#[test]
fn patches_may_be_applied_again_and_after_a_change() {
    for delivery in deliveries() {
        for (form, configuration) in [
            (Form::Documents, SEVERAL),
            (Form::Documents, ONE),
            (Form::JsonPatch, ONE),
        ] {
            let first = bundled(&objects("b"), form, &delivery, None);
            let second = bundled(&objects("B"), form, &delivery, Some(&first.index));
            assert_ne!(first.index, second.index);
            let patch = |bundled: &Bundled| text(bundled, form.file()).unwrap();
            let others = declared(&patched(configuration, &[]));
            let with_others = |bundled: &Bundled| {
                let mut all = intended(bundled, &delivery);
                all.extend(others.iter().cloned());
                all.sort();
                all
            };
            let once = patched(configuration, &[patch(&first)]);
            assert_eq!(declared(&once), with_others(&first), "{form:?}, once");
            let twice = patched(configuration, &[patch(&first), patch(&first)]);
            assert_eq!(declared(&twice), with_others(&first), "{form:?}, twice");
            let changed = patched(
                configuration,
                &[patch(&first), patch(&first), patch(&second)],
            );
            assert_eq!(
                declared(&changed),
                with_others(&second),
                "{form:?}, changed"
            );
        }
    }
}

#[test]
fn a_block_takes_the_place_of_the_one_before() {
    for delivery in deliveries() {
        let first = bundled(&objects("b"), Form::Block, &delivery, None);
        let second = bundled(&objects("B"), Form::Block, &delivery, Some(&first.index));
        for bundled in [&first, &second] {
            let configuration = format!(
                "machine: {{type: controlplane}}\n{}",
                text(bundled, Form::Block.file()).unwrap()
            );
            assert_eq!(
                declared(&patched(&configuration, &[])),
                intended(bundled, &delivery)
            );
        }
    }
}

#[test]
fn a_block_that_is_patched_in_twice_repeats_its_bundles() {
    let first = bundled(&objects("b"), Form::Block, &Delivery::Inline, None);
    let block = text(&first, Form::Block.file()).unwrap();
    let twice = declared(&patched(ONE, &[block.clone(), block]));
    assert_eq!(twice.len(), 2 * first.index.bundles.len());
}

#[test]
fn what_is_no_bundle_any_more_is_deleted_by_a_patch() {
    let [inline, external] = deliveries();
    let first = bundled(&objects("b"), Form::Documents, &inline, None);
    let fewer = bundled(
        &objects("b")[..1],
        Form::Documents,
        &inline,
        Some(&first.index),
    );
    let by_url = bundled(
        &objects("b")[..1],
        Form::Documents,
        &external,
        Some(&fewer.index),
    );
    let documents = |bundled: &Bundled| text(bundled, Form::Documents.file()).unwrap();
    let removed = |bundled: &Bundled| text(bundled, "removed.yaml").unwrap();
    let other = declared(&patched(SEVERAL, &[]));
    let all = |bundled: &Bundled, delivery: &Delivery| {
        let mut all = intended(bundled, delivery);
        all.extend(other.iter().cloned());
        all.sort();
        all
    };
    let patches = [
        documents(&first),
        documents(&fewer),
        removed(&fewer),
        removed(&fewer),
    ];
    assert_eq!(declared(&patched(SEVERAL, &patches)), all(&fewer, &inline));
    let patches = [documents(&first), documents(&by_url), removed(&by_url)];
    assert_eq!(
        declared(&patched(SEVERAL, &patches)),
        all(&by_url, &external)
    );
    let again = bundled(&objects("b"), Form::Documents, &inline, Some(&by_url.index));
    let patches = [documents(&by_url), documents(&again), removed(&again)];
    assert_eq!(declared(&patched(SEVERAL, &patches)), all(&again, &inline));
}
