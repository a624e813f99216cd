//! What a compilation promises of encrypted files: the same digests for everyone, and masks for no one else.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use gitopsc_compiler::secrets::Decryption;
use gitopsc_compiler::secrets::mask::{ANNOTATION, holds_secrets, masked};
use gitopsc_compiler::{Compilation, Options, compile};
use gitopsc_core::TreePath;
use gitopsc_core::tree::MemoryTree;
use gitopsc_sops::Keyring;
use gitopsc_test_support::workspace;
use gitopsc_yaml::Json;
use rayon::ThreadPoolBuilder;
use std::sync::Arc;

fn file(path: &str) -> Vec<u8> {
    std::fs::read(workspace().join(path)).unwrap()
}

fn keyring(names: &[&str]) -> Arc<Keyring> {
    let mut keyring = Keyring::new();
    for name in names {
        let key = file(&format!("lib/sops/testdata/keys/test-key-{name}"));
        let text = String::from_utf8(key).unwrap();
        if text.contains("PGP") {
            keyring.add_pgp(&text).unwrap();
        } else if text.contains("BEGIN") {
            keyring.add_ssh(&text).unwrap();
        } else {
            keyring.add_age(&text).unwrap();
        }
    }
    Arc::new(keyring)
}

fn compiled(files: &[(&str, Vec<u8>)], keys: &[&str]) -> Compilation {
    let tree = MemoryTree::new(files.iter().map(|(path, bytes)| (*path, bytes.as_slice())));
    let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let keyring = keyring(keys);
    let keys = || Arc::clone(&keyring);
    let options = Options {
        target: TreePath::root(),
        target_given: true,
        decryption: Decryption {
            keys: Some(&keys),
            ..Decryption::default()
        },
        ..Options::default()
    };
    compile(&tree, &options, &pool)
}

/// A file for several keys as the content of a Secret.
fn several() -> Vec<(&'static str, Vec<u8>)> {
    let kustomization = "secretGenerator: [{name: several, files: [several.yaml]}]\n";
    vec![
        ("kustomization.yaml", kustomization.as_bytes().to_vec()),
        (
            "several.yaml",
            file("lib/sops/testdata/cases/yaml_several_keys/encrypted.yaml"),
        ),
    ]
}

const CASE: &str = "cli/testdata/secrets/what-is-decrypted-in-a-kustomization/in";

/// A Secret that SOPS encrypted, and an age file.
fn both() -> Vec<(&'static str, Vec<u8>)> {
    let kustomization = "resources: [secret.yaml, settings.yaml.age, everything.yaml]\n";
    let of_case = |name: &str| file(&format!("{CASE}/{name}"));
    vec![
        ("kustomization.yaml", kustomization.as_bytes().to_vec()),
        ("secret.yaml", of_case("secret.yaml")),
        ("settings.yaml.age", of_case("settings.yaml.age")),
        ("everything.yaml", of_case("everything.yaml")),
    ]
}

#[test]
fn every_recipient_gets_the_same_digests() {
    let keys = [
        "age.txt",
        "age-other.txt",
        "pgp-curve25519.asc",
        "pgp-rsa.asc",
    ];
    let all: Vec<Compilation> = keys
        .iter()
        .map(|key| compiled(&several(), &[key]))
        .collect();
    for one in &all {
        assert!(!one.failed(), "{:?}", one.units[0].diagnostics);
        assert_eq!(one.digest, all[0].digest);
        assert_eq!(one.units[0].input, all[0].units[0].input);
    }
}

#[test]
fn the_input_digest_is_the_same_without_a_key() {
    let with = compiled(&both(), &["age.txt"]);
    let without = compiled(&both(), &[]);
    assert!(!with.failed(), "{:?}", with.units[0].diagnostics);
    assert!(without.failed());
    assert_eq!(with.units[0].input, without.units[0].input);
}

#[test]
fn the_digest_of_a_secret_is_no_digest_of_its_plaintext() {
    let encrypted = compiled(&both(), &["age.txt"]);
    let of = |files: &[(&str, Vec<u8>)]| compiled(files, &[]).units[0].output;
    let kustomization = ("kustomization.yaml", b"resources: [a.yaml]\n".to_vec());
    for manifest in &encrypted.units[0].manifests {
        assert!(holds_secrets(&manifest.body));
        let mut text = String::new();
        let reveal = gitopsc_yaml::emit::Secrets::Reveal;
        gitopsc_yaml::emit::emit(&manifest.body, reveal, &mut text);
        let plain = of(&[kustomization.clone(), ("a.yaml", text.into_bytes())]);
        assert!(plain.is_some());
        let digest = gitopsc_compiler::digest::of_manifest(manifest, &encrypted.secrets);
        assert_ne!(Some(gitopsc_compiler::digest::of_unit(&[digest])), plain);
    }
}

#[test]
fn a_mask_hides_every_value_but_those_that_say_what_the_object_is() {
    let compilation = compiled(&both(), &["age.txt"]);
    let mut seen = 0;
    for manifest in &compilation.units[0].manifests {
        let masked = masked(&manifest.body, &compilation.secrets).unwrap();
        assert!(!holds_secrets(&masked));
        let metadata = masked.get("metadata").unwrap();
        let name = metadata.get("name").and_then(Json::as_plain_str);
        assert_eq!(name, Some(manifest.object.name.as_str()));
        assert!(
            metadata
                .get("annotations")
                .unwrap()
                .get(ANNOTATION)
                .is_some()
        );
        let kind = masked.get("kind").and_then(Json::as_plain_str);
        assert_eq!(kind, Some(manifest.gvk.kind.as_str()));
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn the_keys_are_not_asked_for_where_nothing_is_encrypted() {
    let tree = MemoryTree::new([("kustomization.yaml", "namePrefix: a-\n")]);
    let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let keys = || -> Arc<Keyring> { panic!("nobody needs a key") };
    let options = Options {
        decryption: Decryption {
            keys: Some(&keys),
            ..Decryption::default()
        },
        ..Options::default()
    };
    assert!(!compile(&tree, &options, &pool).failed());
}

#[test]
fn what_is_opened_is_known_by_its_place_and_digest() {
    let compilation = compiled(&both(), &["age.txt"]);
    let opened = compilation.secrets.all();
    let mut paths: Vec<String> = opened
        .iter()
        .map(|file| compilation.files.path(file.place.file).unwrap().to_string())
        .collect();
    paths.sort();
    assert_eq!(
        paths,
        ["everything.yaml", "secret.yaml", "settings.yaml.age"]
    );
    let keyring = keyring(&["age.txt"]);
    for file in opened {
        assert_eq!(file.envelope.open(&keyring).unwrap(), file.key);
    }
}

#[test]
fn a_file_that_lost_its_metadata_is_told_and_one_about_sops_is_not() {
    let secret = |rest: &str| {
        let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a: ";
        format!("{head}'{rest}").into_bytes()
    };
    let codes = |rest: &str| -> Vec<&str> {
        let kustomization = b"resources: [a.yaml]\n".to_vec();
        let files = [
            ("kustomization.yaml", kustomization),
            ("a.yaml", secret(rest)),
        ];
        let found = compiled(&files, &["age.txt"]).diagnostics;
        found.iter().map(|one| one.code.0).collect()
    };
    let value = "ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]'}\n";
    assert_eq!(codes(value), ["encrypted-undetected"]);
    let cut = format!("{value}sops: {{age: []}}\n");
    assert_eq!(codes(&cut), ["encrypted-undetected"]);
    assert!(codes("sops writes ENC[...]'}\n").is_empty());
}

#[test]
fn a_file_that_is_named_as_an_age_file_and_is_none_is_told() {
    let kustomization = b"secretGenerator: [{name: a, files: [a.age]}]\n".to_vec();
    let files = [("kustomization.yaml", kustomization), ("a.age", Vec::new())];
    let found = compiled(&files, &["age.txt"]).diagnostics;
    let codes: Vec<&str> = found.iter().map(|one| one.code.0).collect();
    assert_eq!(codes, ["encrypted-undetected"]);
}
