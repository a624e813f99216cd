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

use gitopsc_test_support::{Folder, Outcome, Test, folders, run, workspace};
use std::process::ExitCode;
use support::Ran;

fn main() -> ExitCode {
    let mut cases = folders(&workspace().join("testdata/diagnostics"));
    cases.extend(folders(&workspace().join("cli/testdata/secrets")));
    let test = |case: Folder| Test::new(case.name.clone(), move || check(&case));
    run(cases.into_iter().map(test).collect())
}

fn check(case: &Folder) -> Outcome {
    let place = match support::prepare(case) {
        Ok(place) => place,
        Err(missing) => return Outcome::Ignored(missing),
    };
    let arguments = case.read("cmd").unwrap_or_default();
    let lines: Vec<&str> = arguments.lines().collect();
    let mut all = Ran::default();
    for line in &lines {
        if lines.len() > 1 {
            all.headline(&format!("$ gitopsc {line}\n"));
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        all.add(place.run(&words));
    }
    let checks = [
        case.expect("exit", &all.exit),
        case.expect("stdout", &all.stdout),
        case.expect("stderr", &all.stderr),
    ];
    let wrong: Vec<String> = checks.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(wrong.join("\n"))
    }
}
