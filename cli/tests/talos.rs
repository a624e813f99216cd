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

use gitopsc_test_support::{Folder, Outcome, expect, files, run, workspace};
use std::collections::BTreeSet;
use std::process::ExitCode;
use support::{Place, Ran, all, cases};

/// What stands for tokens and keys in machine configurations, and is never shown.
const HIDDEN: &str = "NOT-TO-BE-SHOWN";

fn main() -> ExitCode {
    let groups = ["bundle", "check"];
    let tests = groups.map(|group| cases(&workspace().join("testdata/talos").join(group), check));
    run(tests.into_iter().flatten().collect())
}

fn check(place: &Place, case: &Folder) -> Outcome {
    let mut ran = Ran::default();
    for line in case.read("cmd").unwrap_or_default().lines() {
        ran.headline(&format!("$ gitopsc talos {line}\n"));
        let words = std::iter::once("talos").chain(line.split_whitespace());
        ran.add(place.run(&words.collect::<Vec<_>>()));
    }
    let shown = ["stdout", "stderr"]
        .into_iter()
        .zip([&ran.stdout, &ran.stderr]);
    let shown = shown.filter(|(_, text)| text.contains(HIDDEN));
    let mut checks: Vec<Result<(), String>> = shown
        .map(|(stream, _)| Err(format!("{stream} shows {HIDDEN}")))
        .collect();
    checks.extend(ran.expect(case));
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
    all(checks)
}
