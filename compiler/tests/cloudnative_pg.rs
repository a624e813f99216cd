//! A real manifest of 1.15 MB with more than 250,000 bytes in one object, cut and joined.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gitopsc_compiler::bundle::form::{Delivery, Form};
use gitopsc_compiler::bundle::{Bundled, Request, layer, make};
use gitopsc_compiler::edges::derive;
use gitopsc_compiler::{Options, compile};
use gitopsc_core::tree::MemoryTree;
use gitopsc_core::{Diagnostic, Manifest};
use gitopsc_test_support::{Outcome, Test, run, shared};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form as JsonForm, write_json};
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Dialect, FileId, Json, Limits, parse};
use std::path::Path;
use std::process::ExitCode;

const MANIFEST: &str = "trees/platform-apps/cluster/platform/base/data/data-operators/postgres-operator/cnpg-1.27.1.yaml";

/// The one object that takes more than the lower limit: 331,165 bytes.
const LARGEST: &str = "poolers.postgresql.cnpg.io";

fn main() -> ExitCode {
    let test = |name: &str, body: fn(&[&Manifest])| {
        Test::new(name, move || match shared(MANIFEST) {
            Ok(manifest) => with_objects(&manifest, body),
            // The folder is what the runner of all tests looks for.
            Err(_) => Outcome::Ignored("needs ../shared/trees".to_owned()),
        })
    };
    run(vec![
        test("all_of_it_is_cut_at_350000_bytes_and_joined", |objects| {
            joins(objects, 350_000)
        }),
        test(
            "all_but_one_object_is_cut_at_250000_bytes_and_joined",
            |objects| {
                let others = objects
                    .iter()
                    .copied()
                    .filter(|object| object.object.name != LARGEST);
                joins(&others.collect::<Vec<_>>(), 250_000);
            },
        ),
        test(
            "the_object_that_is_over_250000_bytes_alone_is_named",
            |objects| {
                let refused = bundled(objects, 250_000).unwrap_err();
                assert_eq!(refused.len(), 1);
                assert_eq!(refused[0].code.0, "bundle-object-too-big");
                assert!(
                    refused[0].message.contains(LARGEST),
                    "{}",
                    refused[0].message
                );
            },
        ),
    ])
}

/// Hands `body` the objects of `manifest` in their order.
fn with_objects(manifest: &Path, body: fn(&[&Manifest])) -> Outcome {
    let text = std::fs::read_to_string(manifest).unwrap();
    let tree = MemoryTree::new([
        ("kustomization.yaml", "resources: [operator.yaml]\n"),
        ("operator.yaml", text.as_str()),
    ]);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(2)
        .build()
        .unwrap();
    let compilation = compile(&tree, &Options::default(), &pool);
    let graph = derive(&compilation, &pool).graph;
    let objects = layer::objects(&compilation, &graph, None);
    assert_eq!(objects.len(), compilation.units[0].manifests.len());
    body(&objects);
    Outcome::Passed
}

fn bundled(objects: &[&Manifest], limit: usize) -> Result<Bundled, Vec<Diagnostic>> {
    let request = Request {
        layer: "bootstrap",
        limit,
        total_limit: None,
        form: Form::Documents,
        delivery: &Delivery::Inline,
        reveal_secrets: false,
    };
    make(objects, &request, None)
}

/// That the bundles of `objects` keep to `limit`, and are `objects` again when joined.
fn joins(objects: &[&Manifest], limit: usize) {
    let bundled = bundled(objects, limit).unwrap();
    let mut joined = Vec::new();
    for bundle in &bundled.index.bundles {
        let mut files = bundled.files.iter();
        let (_, text) = files
            .find(|(path, _)| path.as_str() == bundle.file)
            .unwrap();
        assert!(
            text.len() <= limit && text.len() == bundle.bytes,
            "{}",
            bundle.name
        );
        let documents = parse(text, FileId(0), Dialect::Kubectl, &Limits::default()).unwrap();
        joined.extend(
            documents
                .iter()
                .map(|document| canonical(&lower(&document.root).unwrap())),
        );
    }
    assert!(bundled.index.bundles.len() > 1);
    let kinds: Vec<&str> = objects
        .iter()
        .map(|object| object.object.kind.as_str())
        .collect();
    assert!(
        kinds.starts_with(&["Namespace", "CustomResourceDefinition"]),
        "{kinds:?}"
    );
    let layer: Vec<String> = objects
        .iter()
        .map(|object| canonical(&object.body))
        .collect();
    assert!(joined == layer, "the joined bundles are not the layer");
}

fn canonical(body: &Json) -> String {
    let mut text = String::new();
    write_json(body, JsonForm::Canonical, Secrets::Reveal, &mut text);
    text
}
