//! Where manifests go: the files of `-o`, and pipes that close.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use gitopsc_test_support::{files, folders, workspace};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use support::Place;

#[test]
fn a_folder_takes_the_files_that_kustomize_writes() {
    // `expected` was written by `kustomize build in -o expected`.
    for case in folders(&workspace().join("cli/testdata/files")) {
        let place = Place::of(&files(&case.path.join("in")));
        std::fs::create_dir(place.path("out")).unwrap();
        std::fs::write(place.path("out/other"), "stays").unwrap();
        let ran = place.run(&["build", ".", "--output=out"]);
        assert_eq!((ran.exit.as_str(), ran.stderr.as_str()), ("0\n", ""));
        let other = ("other".to_owned(), b"stays".to_vec());
        let mut expected = files(&case.path.join("expected"));
        expected.push(other);
        expected.sort();
        assert_eq!(files(&place.path("out")), expected, "{}", case.name);
    }
}

#[test]
fn a_file_takes_what_standard_output_would() {
    let case = workspace().join("cli/testdata/files/several_namespaces/in");
    let place = Place::of(&files(&case));
    let printed = place.run(&["build"]).stdout;
    assert_eq!(place.run(&["build", "-o", "out.yaml"]).stdout, "");
    let written = std::fs::read_to_string(place.path("out.yaml")).unwrap();
    assert_eq!(written, printed);
}

#[test]
fn a_cluster_is_written_whole_or_not_at_all() {
    let map = |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n");
    let place = Place::of(&[
        ("apps/web/web.yaml".to_owned(), map("web").into_bytes()),
        ("apps/web/more.yaml".to_owned(), map("more").into_bytes()),
        ("platform/dns/dns.yaml".to_owned(), map("dns").into_bytes()),
    ]);
    let names = || -> Vec<String> {
        let files = files(&place.path("out"));
        let names = files.into_iter().map(|(name, _)| name);
        names.filter(|name| !name.starts_with('.')).collect()
    };
    let all = [
        "apps/web/v1_configmap_more.yaml",
        "apps/web/v1_configmap_web.yaml",
        "platform/dns/v1_configmap_dns.yaml",
    ];
    assert_eq!(place.run(&["build", "-o", "out"]).exit, "0\n");
    assert_eq!(names(), all);

    std::fs::write(place.path("apps/web/web.yaml"), "kind: [").unwrap();
    assert_eq!(place.run(&["build", "-o", "out"]).exit, "1\n");
    assert_eq!(names(), all);

    let ran = place.run(&["build", "-o", "out", "--keep-going"]);
    assert_eq!(ran.exit, "3\n");
    assert_eq!(names(), all);
    assert_eq!(
        place.run(&["build", "-o", "new", "--keep-going"]).exit,
        "1\n"
    );

    std::fs::remove_dir_all(place.path("apps/web")).unwrap();
    assert_eq!(place.run(&["build", "-o", "out"]).exit, "0\n");
    assert_eq!(names(), all[2..]);
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let place = Place::of(&[
        (
            "kustomization.yaml".to_owned(),
            b"resources: [all.yaml]\n".to_vec(),
        ),
        ("all.yaml".to_owned(), config_maps(20_000).into_bytes()),
    ]);
    let mut child = program(&place.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let place = Place::of(&[(
        "kustomization.yaml".to_owned(),
        b"configMapGenerator: [{name: a}]\n".to_vec(),
    )]);
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = program(&place.path("")).stdout(full).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("error[output-failed]: cannot write to standard output"),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(2));
}

fn config_maps(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        let _ = write!(
            text,
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map-{at}\n---\n"
        );
        text
    })
}

fn program(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gitopsc"));
    command.arg("build").env_clear().current_dir(directory);
    command
}

#[test]
fn a_cluster_is_printed_in_an_order_in_which_it_can_be_applied() {
    let place = Place::of(&[
        (
            "apps/a-zoo/lion.yaml".to_owned(),
            b"apiVersion: example.com/v1\nkind: Lion\nmetadata:\n  name: leo\n  namespace: zoo\n".to_vec(),
        ),
        (
            "apps/b-kinds/lions.yaml".to_owned(),
            b"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: lions.example.com\n\
              spec:\n  group: example.com\n  names: {kind: Lion, plural: lions}\n  scope: Namespaced\n  versions: []\n"
                .to_vec(),
        ),
        (
            "platform/zoo/zoo.yaml".to_owned(),
            b"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: zoo\n".to_vec(),
        ),
    ]);
    let ran = place.run(&["build"]);
    let kinds: Vec<&str> = ran
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("kind: "))
        .collect();
    assert_eq!(kinds, ["Namespace", "CustomResourceDefinition", "Lion"]);
}

#[test]
fn a_cycle_of_needs_holds_the_output_back() {
    let needs = |name: &str, other: &str| {
        let text = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  annotations:\n    \
             gitopsc.dev/depends-on: ConfigMap/{other}\n"
        );
        text.into_bytes()
    };
    let place = Place::of(&[
        ("apps/web/a.yaml".to_owned(), needs("a", "b")),
        ("apps/web/b.yaml".to_owned(), needs("b", "a")),
        ("platform/.keep".to_owned(), Vec::new()),
    ]);
    let ran = place.run(&["build"]);
    assert_eq!((ran.exit.as_str(), ran.stdout.as_str()), ("1\n", ""));
    assert!(
        ran.stderr.contains("error[dependency-cycle]"),
        "{}",
        ran.stderr
    );
    let ran = place.run(&["build", "--keep-going"]);
    assert_eq!(ran.exit, "1\n");
    assert_eq!(ran.stdout.matches("kind: ConfigMap").count(), 2);
}

/// A cluster of one layer with one object.
fn small() -> Place {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let settings = "layers: [apps]\n".to_owned();
    Place::of(&[
        ("gitopsc.yaml".to_owned(), settings.into_bytes()),
        ("apps/web/a.yaml".to_owned(), map.as_bytes().to_vec()),
    ])
}

#[test]
fn nothing_is_written_into_a_layer() {
    let place = small();
    for arguments in [
        ["-o", "apps/out"],
        ["-o", "apps/a.yaml"],
        ["--store", "apps/store"],
    ] {
        let ran = place.run(&["build", ".", arguments[0], arguments[1]]);
        assert_eq!(ran.exit, "3\n", "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("lies in a layer"), "{}", ran.stderr);
        assert!(!place.path(arguments[1]).exists(), "{arguments:?}");
    }
    let beside = place.run(&["build", ".", "-o", "out"]);
    assert_eq!(beside.exit, "0\n", "{}", beside.stderr);
}

#[test]
fn nothing_is_written_if_a_key_file_that_was_named_cannot_be_used() {
    let place = Place::of(&[
        (
            "kustomization.yaml".to_owned(),
            b"resources: [a.yaml, b.yaml]\n".to_vec(),
        ),
        (
            "a.yaml".to_owned(),
            std::fs::read(workspace().join("cluster/apps/web/production/session.yaml")).unwrap(),
        ),
        (
            "b.yaml".to_owned(),
            b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n".to_vec(),
        ),
    ]);
    let key = workspace().join("cluster/test-key.txt");
    let key = key.to_str().unwrap();
    let with = |more: &[&str]| place.run(&[&["build", ".", "--age-key-file", key], more].concat());
    assert_eq!(with(&[]).exit, "0\n");
    for more in [
        &["--age-key-file", "missing"][..],
        &["--age-key-file", "missing", "--store", "store"],
    ] {
        let ran = with(more);
        assert_eq!(
            (ran.exit.as_str(), ran.stdout.as_str()),
            ("2\n", ""),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains("key-file-unusable"), "{}", ran.stderr);
    }
    assert!(!place.path("store").exists());
}

#[test]
fn more_threads_than_anybody_has_are_a_mistake() {
    let ran = small().run(&["build", ".", "-j", "100000"]);
    assert_eq!((ran.exit.as_str(), ran.stdout.as_str()), ("2\n", ""));
}

#[cfg(unix)]
#[test]
fn a_machine_configuration_may_come_through_a_pipe() {
    use std::io::Write as _;
    let place = small();
    let mut command = Command::new(env!("CARGO_BIN_EXE_gitopsc"));
    command.args([
        "talos",
        "check",
        ".",
        "--layer",
        "apps",
        "-q",
        "-m",
        "/dev/stdin",
    ]);
    command.current_dir(place.path("."));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let machine = b"version: v1alpha1\nmachine: {type: worker}\ncluster: {}\n";
    child.stdin.take().unwrap().write_all(machine).unwrap();
    let output = child.wait_with_output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.starts_with("ok       configuration\n"), "{stdout}");
    assert_eq!(output.status.code(), Some(0), "{stdout}");
}

#[test]
fn an_object_that_may_be_in_a_unit_that_failed_is_not_denied() {
    let place = small();
    std::fs::create_dir(place.path("apps/broken")).unwrap();
    let broken = "resources: [missing.yaml]\n";
    std::fs::write(place.path("apps/broken/kustomization.yaml"), broken).unwrap();
    let stderr = place.run(&["explain", "secret/a", "."]).stderr;
    let hint = "there is ConfigMap/a (unit apps/web); some units failed";
    assert!(stderr.contains(hint), "{stderr}");
}

#[test]
fn a_cluster_behind_a_flag_that_takes_many_files_is_told() {
    let ran = small().run(&["talos", "check", "--layer", "apps", "-m", "."]);
    assert_eq!(ran.exit, "2\n", "{}", ran.stderr);
    assert!(
        ran.stderr.contains("name it before the flags"),
        "{}",
        ran.stderr
    );
}
