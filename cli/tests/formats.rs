//! Findings for programs keep to their schemas, whatever was found.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use gitopsc_test_support::{folders, workspace};
use jsonschema::Validator;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use support::{Place, prepare};

#[test]
fn documents_keep_to_their_schemas() {
    let formats = [
        ("json", "docs/reference/schemas/diagnostics.schema.json"),
        (
            "gitlab",
            "docs/reference/schemas/gitlab-code-quality.schema.json",
        ),
        ("sarif", "cli/testdata/sarif/sarif-2.1.0.schema.json"),
    ];
    let formats = formats.map(|(format, schema)| (format, validator(schema)));
    let mut checked = 0;
    for case in folders(&workspace().join("testdata/diagnostics")) {
        let Ok(place) = prepare(&case) else {
            continue;
        };
        for line in case.read("cmd").unwrap_or_default().lines() {
            for (format, validator) in &formats {
                checked += usize::from(check(&case.name, &place, line, format, validator));
            }
        }
    }
    assert!(checked > 100, "only {checked} documents were checked");
}

/// Checks what `line` prints in `format`; returns whether it printed a document: wrong flags are told as
/// text.
fn check(case: &str, place: &Place, line: &str, format: &str, validator: &Validator) -> bool {
    let words = line.split_whitespace().chain(["--diagnostics", format]);
    let ran = place.run(&words.collect::<Vec<_>>());
    if ran.stderr.starts_with("error: ") {
        return false;
    }
    let document: Value = serde_json::from_str(&ran.stderr)
        .unwrap_or_else(|error| panic!("{case}: {format}: {error}\n{}", ran.stderr));
    if let Err(error) = validator.validate(&document) {
        panic!("{case}: {format}: {error}\n{document:#}");
    }
    true
}

fn validator(path: &str) -> Validator {
    let text = std::fs::read_to_string(workspace().join(path)).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn a_document_that_breaks_its_schema_is_refused() {
    let validator = validator("docs/reference/schemas/diagnostics.schema.json");
    let document =
        serde_json::json!({"apiVersion": "gitopsc.dev/v1alpha1", "kind": "DiagnosticList"});
    assert!(validator.validate(&document).is_err());
}

#[test]
fn fingerprints_do_not_change_when_lines_move() {
    let place = Place::of(&[file(
        "kustomization.yaml",
        "namePrefx: a-\nfoo: 1\nbar: 1\n",
    )]);
    let before = fingerprints(&place);
    std::fs::write(
        place.path("kustomization.yaml"),
        "# a new line\n\nnamePrefx: a-\nfoo: 1\nbar: 1\n",
    )
    .unwrap();
    assert_eq!(before, fingerprints(&place));
    assert_eq!(before.len(), 3);
}

fn fingerprints(place: &Place) -> BTreeSet<String> {
    let ran = place.run(&["build", "--diagnostics", "gitlab"]);
    let issues: Vec<Value> = serde_json::from_str(&ran.stderr).unwrap();
    let fingerprint = |issue: &Value| issue["fingerprint"].as_str().unwrap().to_owned();
    issues.iter().map(fingerprint).collect()
}

#[test]
fn a_file_takes_the_document_and_standard_error_keeps_the_text() {
    let place = Place::of(&[file("kustomization.yaml", "namePrefx: a-\n")]);
    let ran = place.run(&[
        "build",
        "--diagnostics",
        "sarif",
        "--diagnostics-file",
        "f.sarif",
    ]);
    assert!(
        ran.stderr.starts_with("error[unknown-field]"),
        "{}",
        ran.stderr
    );
    let written = read(&place.path("f.sarif"));
    let sarif: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "unknown-field");

    let ran = place.run(&[
        "build",
        "--diagnostics",
        "json",
        "--diagnostics-file",
        "no/such/f",
    ]);
    assert_eq!(ran.exit, "2\n");
    assert!(
        ran.stderr.contains("error[output-failed]"),
        "{}",
        ran.stderr
    );
}

fn file(path: &str, content: &str) -> (String, Vec<u8>) {
    (path.to_owned(), content.as_bytes().to_vec())
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
