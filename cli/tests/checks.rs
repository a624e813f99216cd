//! What `gitopsc check` says of a tree: each folder of testdata/check is a case.
//!
//! A case holds `in/`, the directory to run in; perhaps `cmd`, what follows `gitopsc check`, `--verbose` if there is none;
//! and the recorded `expected.txt`: what was found, and the exit status.

mod support;

use gitopsc_test_support::{Folder, Outcome, run, workspace};
use std::process::ExitCode;
use support::{Place, cases};

fn main() -> ExitCode {
    run(cases(&workspace().join("testdata/check"), check))
}

fn check(place: &Place, case: &Folder) -> Outcome {
    let arguments = case.read("cmd").unwrap_or_else(|| "--verbose".to_owned());
    let words = std::iter::once("check").chain(arguments.split_whitespace());
    let ran = place.run(&words.collect::<Vec<_>>());
    let text = format!("{}{}exit {}", ran.stdout, ran.stderr, ran.exit);
    Outcome::from(case.expect("expected.txt", &text))
}
