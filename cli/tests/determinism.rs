//! The same tree gives the same bytes, however it is named and on however many threads it is built.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use support::{Place, Ran};

fn place() -> Place {
    let mut files = Vec::new();
    let mut add = |path: String, content: String| files.push((path, content.into_bytes()));
    for at in 0..20 {
        let name = format!("unit-{at}");
        let map = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n");
        add(format!("cluster/apps/{name}/map.yaml"), map);
        let kustomization = match at % 5 {
            0 => "resources: [map.yaml, missing.yaml]\n",
            1 => "namePrefx: a-\nresources: [map.yaml]\n",
            _ => "resources: [map.yaml, ../../../base]\ncommonLabels: {a: b}\nnameSuffix: -x0\n",
        };
        add(
            format!("cluster/apps/{name}/kustomization.yaml"),
            kustomization.replace("-x0", &format!("-x{at}")),
        );
        add(
            format!("cluster/platform/{name}/values.yaml"),
            "a: 1\n".to_owned(),
        );
    }
    let base = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: base\n";
    add("base/account.yaml".to_owned(), base.to_owned());
    add(
        "base/kustomization.yaml".to_owned(),
        "resources: [account.yaml]\n".to_owned(),
    );
    Place::of(&files)
}

fn same(left: &Ran, right: &Ran) {
    assert_eq!(left.exit, right.exit);
    assert_eq!(left.stdout, right.stdout);
    assert_eq!(left.stderr, right.stderr);
}

#[test]
fn threads_make_no_difference() {
    let place = place();
    let on = |threads: &str| {
        let arguments = [
            "build",
            "cluster",
            "--keep-going",
            "--verbose",
            "--threads",
            threads,
        ];
        place.run(&arguments)
    };
    let one = on("1");
    assert!(one.stdout.contains("name: unit-19-x19"), "{}", one.stderr);
    for _ in 0..3 {
        same(&one, &on("8"));
    }
}

#[test]
fn a_trailing_slash_makes_no_difference() {
    let place = place();
    let named = |name: &str| place.run(&["build", name, "--keep-going"]);
    let plain = named("cluster");
    for other in ["cluster/", "./cluster", "cluster/.", "cluster/apps/.."] {
        same(&plain, &named(other));
    }
}
