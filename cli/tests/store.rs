//! `gitopsc build --store`, `gitopsc show`, `gitopsc gc`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use gitopsc_test_support::{files, workspace};
use support::{Place, Ran};

/// The tree of `testdata/store`, and the keys of both who can open its files, beside a stranger's.
fn place() -> Place {
    let mut all = Vec::new();
    for (path, bytes) in files(&workspace().join("testdata/store/in")) {
        all.push((format!("cluster/{path}"), bytes));
    }
    for key in ["age", "age-other", "age-third"] {
        let file = format!("test-key-{key}.txt");
        let path = workspace().join("lib/sops/testdata/keys").join(&file);
        all.push((file, std::fs::read(path).unwrap()));
    }
    Place::of(&all)
}

const KEY: &str = "--age-key-file=test-key-age.txt";
const OTHER_KEY: &str = "--age-key-file=test-key-age-other.txt";

fn store(place: &Place, key: &str) -> Ran {
    place.run(&["build", "cluster", "--store", "store", key])
}

fn show(place: &Place, what: &str, more: &[&str]) -> Ran {
    place.run(&[&["show", what, "--store", "store"], more].concat())
}

/// Changes the image of the Deployment in the tree.
fn change(place: &Place) {
    let path = place.path("cluster/apps/web/deployment.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, text.replace("web:1", "web:2")).unwrap();
}

#[test]
fn what_was_stored_is_shown_as_it_was_built() {
    let place = place();
    let stored = store(&place, KEY);
    assert_eq!(stored.exit, "0\n", "{}", stored.stderr);
    let root = stored.stdout.trim();
    assert!(root.starts_with("sha256:"), "{root}");
    for reveal in [&[][..], &["--reveal-secrets"]] {
        let built = place.run(&[&["build", "cluster", KEY], reveal].concat());
        let shown = show(&place, root, &[&[OTHER_KEY], reveal].concat());
        assert_eq!(shown.exit, "0\n", "{}", shown.stderr);
        assert_eq!(shown.stdout, built.stdout);
        assert_eq!(built.stdout.contains("hunter2"), !reveal.is_empty());
        let warned = shown.stderr.contains("warning[secrets-masked]: 4 objects");
        assert_eq!(warned, reveal.is_empty(), "{}", shown.stderr);
    }
}

#[test]
fn units_and_manifests_are_shown_by_name_and_digest() {
    let place = place();
    let root = store(&place, KEY).stdout;
    let unit = show(&place, "apps/web", &[]);
    assert_eq!(unit.exit, "0\n", "{}", unit.stderr);
    assert!(unit.stdout.contains("image: registry.example.com/web:1"));
    assert!(!unit.stdout.contains("kind: Database"));
    let short: String = root.trim().chars().skip("sha256:".len()).take(8).collect();
    assert!(show(&place, &short, &[]).stdout.contains("kind: Database"));

    // Digests stand in the blobs, which are JSON.
    let blobs = files(&place.path("store/blobs"));
    let blobs = blobs
        .iter()
        .map(|(_, bytes)| String::from_utf8_lossy(bytes));
    let text: String = blobs.collect();
    let at = text
        .find("\"object\":{\"group\":\"apps\",\"kind\":\"Deployment\"")
        .unwrap();
    let digest = text[..at].rsplit('"').nth(1).unwrap();
    let one = show(&place, digest, &[]);
    assert!(
        one.stdout.starts_with("apiVersion: apps/v1\n"),
        "{}",
        one.stderr
    );
    assert!(!one.stdout.contains("---"), "{}", one.stdout);
}

#[test]
fn whoever_has_no_key_sees_masks_and_is_told_whose_keys_are_wanted() {
    let place = place();
    store(&place, KEY);
    for key in [&[][..], &["--age-key-file=test-key-age-third.txt"]] {
        let masked = show(&place, "apps/db", key);
        assert_eq!(masked.exit, "0\n");
        assert!(
            masked.stdout.contains("password: <secret>"),
            "{}",
            masked.stdout
        );
        assert!(masked.stdout.contains("not to be applied"));
        assert!(masked.stderr.contains("secrets-masked"));
        let refused = show(&place, "apps/db", &[key, &["--reveal-secrets"]].concat());
        assert_eq!(
            (refused.exit.as_str(), refused.stdout.as_str()),
            ("1\n", "")
        );
        let said = &refused.stderr;
        assert!(
            said.contains("error[decryption-key-missing]: a secret of apps/db"),
            "{said}"
        );
        assert_eq!(said.matches("error[").count(), 1, "{said}");
    }
    let revealed = show(&place, "apps/db", &[OTHER_KEY, "--reveal-secrets"]);
    assert!(
        revealed.stdout.contains("port: 5439017\n"),
        "{}",
        revealed.stdout
    );
}

#[test]
fn storing_twice_or_by_another_recipient_changes_no_byte() {
    let place = place();
    let first = store(&place, KEY);
    let before = files(&place.path("store"));
    for key in [KEY, OTHER_KEY] {
        assert_eq!(store(&place, key).stdout, first.stdout);
        assert_eq!(files(&place.path("store")), before);
    }
}

#[test]
fn nothing_in_the_store_or_in_messages_is_in_plain_text() {
    let place = place();
    let stored = store(&place, KEY);
    let mut all = files(&place.path("store"));
    all.push(("stdout".to_owned(), stored.stdout.into_bytes()));
    all.push(("stderr".to_owned(), stored.stderr.into_bytes()));
    assert!(all.len() > 6);
    for (path, bytes) in all {
        let text = String::from_utf8_lossy(&bytes);
        for secret in [
            "hunter2",
            "5439017",
            "9d5f6c-token",
            "of-the-shop",
            "4711-is",
            "text-of-an",
            "dGV4dC1v",
        ] {
            assert!(!text.contains(secret), "{path} holds {secret}");
        }
    }
}

#[test]
fn nothing_is_stored_of_what_failed() {
    let place = place();
    let without_key = place.run(&["build", "cluster", "--store", "store"]);
    assert_eq!(
        (without_key.exit.as_str(), without_key.stdout.as_str()),
        ("1\n", "")
    );
    assert!(!place.path("store").exists());
    let foreign = place.run(&["build", "cluster", "--store", "cluster", KEY]);
    assert_eq!(
        (foreign.exit.as_str(), foreign.stdout.as_str()),
        ("3\n", "")
    );
    assert!(
        foreign.stderr.contains("error[store-unusable]"),
        "{}",
        foreign.stderr
    );
}

#[test]
fn what_nothing_names_any_more_is_deleted() {
    let place = place();
    let old = store(&place, KEY).stdout;
    change(&place);
    let new = store(&place, KEY).stdout;
    assert_ne!(old, new);
    let gc = || place.run(&["gc", "--store", "store"]);
    // The graph, the unit and the manifest of the artifact.
    let collected = gc();
    assert!(
        collected.stdout.starts_with("deleted 3 files, "),
        "{}",
        collected.stdout
    );
    assert_eq!(gc().stdout, "deleted 0 files, 0 bytes\n");
    assert_eq!(show(&place, old.trim(), &[]).exit, "2\n");
    let shown = show(&place, new.trim(), &[KEY, "--reveal-secrets"]);
    assert!(shown.stdout.contains("web:2"), "{}", shown.stderr);
}

#[test]
fn what_is_not_there_or_not_clear_is_said() {
    let place = place();
    let none = show(&place, "apps/web", &[]);
    assert_eq!(none.exit, "2\n");
    assert!(none.stderr.contains("holds no store"), "{}", none.stderr);
    store(&place, KEY);
    let unknown = show(&place, "apps/wep", &[]);
    assert_eq!(unknown.exit, "2\n");
    assert!(
        unknown.stderr.contains("apps/db, apps/web, bootstrap"),
        "{}",
        unknown.stderr
    );

    // The same tree under another name, and then another tree there.
    std::fs::rename(place.path("cluster"), place.path("other")).unwrap();
    let again = place.run(&["build", "other", "--store", "store", KEY]);
    assert_eq!(again.exit, "0\n", "{}", again.stderr);
    assert_eq!(show(&place, "apps/web", &[]).exit, "0\n");
    std::fs::rename(place.path("other"), place.path("cluster")).unwrap();
    change(&place);
    store(&place, KEY);
    let unclear = show(&place, "apps/web", &[]);
    assert_eq!(
        (unclear.exit.as_str(), unclear.stdout.as_str()),
        ("2\n", "")
    );
    assert!(
        unclear.stderr.contains("name one of them: sha256:"),
        "{}",
        unclear.stderr
    );
}

#[test]
fn a_damaged_store_is_found_out() {
    let place = place();
    store(&place, KEY);
    for (path, bytes) in files(&place.path("store/blobs")) {
        let path = place.path("store/blobs").join(path);
        let mut damaged = bytes.clone();
        let at = damaged.len() / 2;
        damaged[at] ^= 1;
        std::fs::write(&path, damaged).unwrap();
        let shown = show(&place, "apps/web", &[]);
        assert_eq!((shown.exit.as_str(), shown.stdout.as_str()), ("2\n", ""));
        assert!(
            shown.stderr.contains("error[store-unusable]"),
            "{}",
            shown.stderr
        );
        std::fs::write(&path, bytes).unwrap();
    }
    assert_eq!(show(&place, "apps/web", &[]).exit, "0\n");
}
