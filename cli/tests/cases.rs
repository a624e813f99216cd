//! What a person sees: each folder of testdata/diagnostics and of testdata/secrets here is a run of the program.
//!
//! A case holds `in/`, the directory to run in; `cmd`, the arguments, one line for each run; `setup`, what
//! no checkout can hold (see [`support::prepare`]); and the recorded `stdout`, `stderr` and `exit`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use gitopsc_test_support::{Folder, Outcome, run, workspace};
use std::process::ExitCode;
use support::{Place, Ran, all, cases};

fn main() -> ExitCode {
    let groups = ["testdata/diagnostics", "cli/testdata/secrets"];
    let tests = groups.map(|group| cases(&workspace().join(group), check));
    run(tests.into_iter().flatten().collect())
}

fn check(place: &Place, case: &Folder) -> Outcome {
    let arguments = case.read("cmd").unwrap_or_default();
    let lines: Vec<&str> = arguments.lines().collect();
    let mut ran = Ran::default();
    for line in &lines {
        if lines.len() > 1 {
            ran.headline(&format!("$ gitopsc {line}\n"));
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        ran.add(place.run(&words));
    }
    all(ran.expect(case))
}
