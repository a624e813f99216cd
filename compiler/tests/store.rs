//! What is stored, what is read back, and what nobody reads in it: `testdata/store` with decrypted values.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gitopsc_compiler::secrets::Decryption;
use gitopsc_compiler::secrets::mask::{holds_secrets, masked};
use gitopsc_compiler::store::{self, Blobs, ReadError, StoredGraph};
use gitopsc_compiler::{Compilation, Options, compile, edges};
use gitopsc_core::Json;
use gitopsc_engine::graph::ManifestGraph;
use gitopsc_host::FolderTree;
use gitopsc_sops::Keyring;
use gitopsc_test_support::workspace;
use gitopsc_yaml::emit::{Secrets, emit};
use std::fs;
use std::sync::Arc;

/// What is encrypted in the tree, and what is made of it.
const SECRETS: [&str; 8] = [
    "hunter2-of-the-database",
    "5439017",
    "9d5f6c-token-of-a-user",
    "user-of-the-shop",
    "host-of-the-shop",
    "4711-is-secret",
    "text-of-an-age-file",
    "dGV4dC1vZi1hbi1hZ2UtZmlsZQ==",
];

fn pool() -> rayon::ThreadPool {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build();
    pool.expect("threads can be started")
}

/// A keyring of one test key; none of a key without a name.
fn keyring(name: &str) -> Arc<Keyring> {
    let mut keyring = Keyring::new();
    if !name.is_empty() {
        let file = format!("lib/sops/testdata/keys/test-key-{name}.txt");
        let text = fs::read_to_string(workspace().join(file)).unwrap();
        keyring.add_age(&text).unwrap();
    }
    Arc::new(keyring)
}

/// The tree, compiled by whoever has this key.
fn compiled(key: &str) -> (Compilation, ManifestGraph) {
    let tree = FolderTree::new(&workspace().join("testdata/store/in")).unwrap();
    let keyring = keyring(key);
    let keys = || Arc::clone(&keyring);
    let options = Options {
        decryption: Decryption {
            keys: Some(&keys),
            ..Decryption::default()
        },
        ..Options::default()
    };
    let compilation = compile(&tree, &options, &pool());
    let found: Vec<String> = compilation
        .all_diagnostics()
        .map(ToString::to_string)
        .collect();
    assert!(!compilation.failed(), "{found:?}");
    let graph = edges::derive(&compilation, &pool()).graph;
    (compilation, graph)
}

fn blobs(key: &str) -> Blobs {
    let (compilation, graph) = compiled(key);
    let written = pool().install(|| store::write(&compilation, &graph));
    written.unwrap().0
}

fn read(blobs: &Blobs, key: &str) -> Result<StoredGraph, ReadError> {
    let keyring = keyring(key);
    pool().install(|| store::read(blobs, &|| Arc::clone(&keyring)))
}

fn revealed(body: &Json) -> String {
    let mut text = String::new();
    emit(body, Secrets::Reveal, &mut text);
    text
}

#[test]
fn what_is_stored_is_read_back_as_it_was_by_another_recipient() {
    let (compilation, graph) = compiled("age");
    let (blobs, root) = pool()
        .install(|| store::write(&compilation, &graph))
        .unwrap();
    let stored = read(&blobs, "age-other").unwrap();
    assert_eq!(stored.root, root);
    assert!(stored.unopened.is_empty());
    assert_eq!(stored.units.len(), 3);
    let mut secret = 0;
    for (built, stored_unit) in compilation.units.iter().zip(&stored.units) {
        assert_eq!(built.path, stored_unit.path);
        assert_eq!(built.layer, stored_unit.layer);
        assert_eq!(built.kind, stored_unit.kind);
        assert_eq!(built.settings, stored_unit.settings);
        assert_eq!(built.input, stored_unit.input);
        assert_eq!(built.output, Some(stored_unit.digest));
        assert_eq!(built.digests, stored_unit.digests);
        assert!(stored_unit.locked.is_empty());
        assert_eq!(built.manifests.len(), stored_unit.manifests.len());
        for (built, stored_one) in built.manifests.iter().zip(&stored_unit.manifests) {
            assert_eq!(
                (&built.gvk, &built.object),
                (&stored_one.gvk, &stored_one.object)
            );
            assert_eq!(revealed(&built.body), revealed(&stored_one.body));
            secret += usize::from(holds_secrets(&stored_one.body));
            // Masks are made with the same keys.
            let ours = masked(&built.body, &compilation.secrets);
            assert_eq!(ours, masked(&stored_one.body, &stored.secrets));
        }
    }
    assert_eq!(secret, 4);
    let edges = |graph: &ManifestGraph| {
        let edges = graph.edges().iter();
        let said = edges.map(|edge| (edge.from, edge.to, edge.reason, edge.wait, edge.force));
        let exists = graph.edges().iter().map(|edge| edge.exists.clone());
        said.zip(exists).collect::<Vec<_>>()
    };
    assert!(!graph.edges().is_empty());
    assert_eq!(edges(&graph), edges(&stored.graph));
    assert_eq!(graph.order(), stored.graph.order());
}

#[test]
fn everybody_who_can_open_the_files_stores_the_same_bytes() {
    let ours = blobs("age");
    assert_eq!(ours, blobs("age"));
    assert_eq!(ours, blobs("age-other"));
}

#[test]
fn no_blob_holds_a_decrypted_value() {
    let blobs = blobs("age");
    let (compilation, _) = compiled("age");
    let manifests = compilation.units.iter().flat_map(|unit| &unit.manifests);
    let plain: String = manifests.map(|manifest| revealed(&manifest.body)).collect();
    let parts = blobs.units.iter().map(|(_, blob)| blob);
    let all: Vec<u8> = parts.chain([&blobs.graph]).flatten().copied().collect();
    let stored = String::from_utf8(all).unwrap();
    for secret in SECRETS {
        let is_there = plain.contains(secret) || secret == "text-of-an-age-file";
        assert!(is_there, "{secret} is not built at all");
        assert!(!stored.contains(secret), "{secret} is stored in plain text");
    }
    assert!(stored.contains("\"envelope\":"));
}

#[test]
fn whoever_has_no_key_reads_all_but_the_secrets() {
    let blobs = blobs("age");
    let mine = read(&blobs, "age").unwrap();
    for key in ["", "age-third"] {
        let stored = read(&blobs, key).unwrap();
        assert_eq!(stored.root, mine.root);
        assert_eq!(stored.unopened.len(), 4);
        let units = stored.units.iter().zip(&mine.units);
        for (unit, mine) in units {
            assert_eq!(unit.digests, mine.digests);
            for (at, (locked, opened)) in unit.manifests.iter().zip(&mine.manifests).enumerate() {
                let is_secret = holds_secrets(&opened.body);
                assert_eq!(unit.locked.contains(&at), is_secret);
                let text = revealed(&locked.body);
                assert_eq!(text.contains("<secret>"), is_secret, "{text}");
                assert_eq!(text.contains("not to be applied"), is_secret, "{text}");
            }
        }
    }
}

/// `blobs` with `from` replaced by `to`, wherever it stands first in one of the units.
fn changed(blobs: &Blobs, from: &str, to: &str) -> Blobs {
    let mut blobs = blobs.clone();
    let unit = blobs.units.iter_mut().find_map(|(_, blob)| {
        let text = String::from_utf8(blob.clone()).unwrap();
        text.contains(from)
            .then(|| (text.replacen(from, to, 1), blob))
    });
    let (text, blob) = unit.expect("it stands somewhere");
    *blob = text.into_bytes();
    blobs
}

#[test]
fn what_was_changed_is_not_read() {
    let blobs = blobs("age");
    assert!(read(&blobs, "age").is_ok());
    for (from, to) in [
        // A value, a key, a place, a digest, a seal, an HMAC, a file of a secret.
        ("registry.example.com/web:1", "registry.example.com/web:2"),
        ("\"shop\"", "\"Shop\""),
        ("\"at\":\"/spec/port\"", "\"at\":\"/spec/nothing\""),
        ("\"at\":\"/spec/port\"", "\"at\":\"/spec/missing\""),
        ("\"digest\":\"sha256:", "\"digest\":\"sha256:0"),
        ("\"sealed\":\"", "\"sealed\":\"AAAA"),
        ("\"hmac\":\"", "\"hmac\":\"0"),
        ("\"files\":[0]", "\"files\":[9]"),
        ("\"manifests\":[", "\"manifests\":[{},"),
    ] {
        let result = read(&changed(&blobs, from, to), "age");
        assert!(result.is_err(), "{from}");
    }
    // The name of an object is no part of its manifest's digest, but of the root.
    let object = "\"object\":{\"group\":\"apps\",\"kind\":\"Deployment\",\"name\":\"w";
    let renamed = changed(&blobs, object, &format!("{object}w"));
    assert_eq!(read(&renamed, "age").err(), Some(ReadError::Root));
}

#[test]
fn units_and_edges_are_those_of_the_root_digest() {
    let all = blobs("age");
    let graph = String::from_utf8(all.graph.clone()).unwrap();
    let with = |graph: String| Blobs {
        graph: graph.into_bytes(),
        ..all.clone()
    };
    let error = |blobs: &Blobs| read(blobs, "age").err();
    let at = graph.find("],[").expect("two edges");
    let first = &graph[graph.find("[[").unwrap() + 1..=at];
    let without = graph.replacen(&format!("{first},"), "", 1);
    assert_eq!(error(&with(without)), Some(ReadError::Root));
    let soft = graph.replacen("\"hard\"", "\"soft\"", 1);
    assert_ne!(soft, graph);
    assert_eq!(error(&with(soft)), Some(ReadError::Root));
    let other = graph.replacen("depends-on\":\"apps/db", "depends-on\":\"apps/dc", 1);
    assert_ne!(other, graph);
    assert_eq!(error(&with(other)), Some(ReadError::Root));
    assert_eq!(error(&with("{}".to_owned())), Some(ReadError::Graph));
    let far = graph.replacen("[[", "[[99,1,\"crd\",\"ready\",\"hard\"],[", 1);
    assert_eq!(error(&with(far)), Some(ReadError::Graph));

    let mut fewer = all.clone();
    let (path, _) = fewer.units.remove(0);
    assert_eq!(error(&fewer), Some(ReadError::Missing(path)));
    let mut swapped = all.clone();
    let first = swapped.units[0].1.clone();
    swapped.units[0].1 = std::mem::replace(&mut swapped.units[1].1, first);
    let path = swapped.units[0].0.clone();
    assert_eq!(error(&swapped), Some(ReadError::Other(path)));
}
