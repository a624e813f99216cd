//! `gitopsc talos` as a person sees it: each folder of testdata/talos/bundle and testdata/talos/check is a case.
//!
//! A case holds `in/`, the directory to run in; `cmd`, the arguments behind `talos`, one line for each run; the
//! recorded `stdout`, `stderr` and `exit`; and `out/`, what is in the folder `out` after the last run.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use gitopsc_test_support::{Folder, Outcome, Test, expect, files, folders, run, workspace};
use std::collections::BTreeSet;
use std::process::ExitCode;
use support::{Place, Ran};

/// What stands for tokens and keys in machine configurations, and is never shown.
const HIDDEN: &str = "NOT-TO-BE-SHOWN";

fn main() -> ExitCode {
    let root = workspace().join("testdata/talos");
    let mut tests = Vec::new();
    for group in ["bundle", "check"] {
        for case in folders(&root.join(group)) {
            let name = format!("{group}/{}", case.name);
            tests.push(Test::new(name, move || check(&case)));
        }
    }
    run(tests)
}

fn check(case: &Folder) -> Outcome {
    let place = Place::of(&files(&case.path.join("in")));
    let mut all = Ran::default();
    for line in case.read("cmd").unwrap_or_default().lines() {
        all.headline(&format!("$ gitopsc talos {line}\n"));
        let words = std::iter::once("talos").chain(line.split_whitespace());
        all.add(place.run(&words.collect::<Vec<_>>()));
    }
    let shown = ["stdout", "stderr"]
        .into_iter()
        .zip([&all.stdout, &all.stderr]);
    let shown = shown.filter(|(_, text)| text.contains(HIDDEN));
    let mut checks: Vec<Result<(), String>> = shown
        .map(|(stream, _)| Err(format!("{stream} shows {HIDDEN}")))
        .collect();
    checks.extend([
        case.expect("exit", &all.exit),
        case.expect("stdout", &all.stdout),
        case.expect("stderr", &all.stderr),
    ]);
    let written = place.path("out");
    let found = if written.is_dir() {
        files(&written)
    } else {
        Vec::new()
    };
    let paths = |files: &[(String, Vec<u8>)]| -> BTreeSet<String> {
        files.iter().map(|(path, _)| path.clone()).collect()
    };
    let wanted = paths(&files(&case.path.join("out")));
    let stale: Vec<String> = wanted.difference(&paths(&found)).cloned().collect();
    if !stale.is_empty() {
        checks.push(Err(format!(
            "expected in out/, and not written: {}",
            stale.join(", ")
        )));
    }
    for (path, bytes) in found {
        let text = String::from_utf8(bytes).unwrap();
        checks.push(expect(&case.path.join("out").join(path), &text));
    }
    let wrong: Vec<String> = checks.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(wrong.join("\n"))
    }
}
