//! One mistake among very much that is right.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use support::Place;

fn map(name: &str) -> Vec<u8> {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n").into_bytes()
}

#[test]
fn one_broken_file_among_a_thousand_is_named_and_the_rest_is_built() {
    let mut files: Vec<(String, Vec<u8>)> = (0..1_000)
        .map(|at| (format!("apps/web/map-{at}.yaml"), map(&format!("map-{at}"))))
        .collect();
    files[600].1 = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: [broken\n".to_vec();
    files.push(("platform/dns/dns.yaml".to_owned(), map("dns")));
    let place = Place::of(&files);
    let ran = place.run(&["build", "--keep-going"]);
    assert_eq!(ran.exit, "1\n");
    assert!(
        ran.stderr.contains("--> apps/web/map-600.yaml:4:9\n"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .contains("failed 1 of 2 units in <time>: 1 error;"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("name: dns"));
}

#[test]
fn a_mistake_at_the_end_of_a_long_file_is_told_with_its_line() {
    let mut all: Vec<u8> = Vec::new();
    for at in 0..20_000 {
        all.extend(map(&format!("map-{at}")));
        all.extend(b"---\n");
    }
    all.extend(b"kind: ConfigMap\nmetadata: {name: last}\n\tdata: {}\n");
    let place = Place::of(&[
        (
            "kustomization.yaml".to_owned(),
            b"resources: [all.yaml]\n".to_vec(),
        ),
        ("all.yaml".to_owned(), all),
    ]);
    let ran = place.run(&["build"]);
    assert!(
        ran.stderr.contains("--> all.yaml:100003:"),
        "{}",
        ran.stderr
    );
}

#[test]
fn nesting_as_deep_as_was_asked_for_does_not_exhaust_the_stack() {
    let levels = 30_000;
    let deep = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {}{}\n",
        "[".repeat(levels),
        "]".repeat(levels)
    );
    let place = Place::of(&[
        (
            "kustomization.yaml".to_owned(),
            b"resources: [deep.yaml]\n".to_vec(),
        ),
        ("deep.yaml".to_owned(), deep.into_bytes()),
    ]);
    let ran = place.run(&["build", "--max-yaml-depth", "65535"]);
    assert_eq!((ran.exit.as_str(), ran.stderr.as_str()), ("0\n", ""));
}
