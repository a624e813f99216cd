//! What `gitopsc explain` says: each folder of testdata/explain is a case.
//!
//! A case holds `in/`, the directory to run in; `cmd`, what follows `gitopsc explain`, one run a line; and the recorded
//! `expected.txt`: what was printed, what was found, and the exit status. Every answer is also asked for as JSON, which
//! has to keep to its schema.

mod support;

use gitopsc_test_support::{Folder, Outcome, run, workspace};
use serde_json::Value;
use std::process::ExitCode;
use support::{Place, cases};

fn main() -> ExitCode {
    run(cases(&workspace().join("testdata/explain"), check))
}

fn check(place: &Place, case: &Folder) -> Outcome {
    let mut text = String::new();
    for line in case.read("cmd").unwrap_or_default().lines() {
        let words: Vec<&str> = std::iter::once("explain")
            .chain(line.split_whitespace())
            .collect();
        let ran = place.run(&words);
        text.push_str(&format!(
            "$ gitopsc explain {line}\n{}{}exit {}\n",
            ran.stdout, ran.stderr, ran.exit
        ));
        if ran.exit.starts_with('0')
            && !line.contains("json")
            && let Err(wrong) = keeps_to_schema(place, &words)
        {
            return Outcome::Failed(format!("{line}: {wrong}"));
        }
    }
    Outcome::from(case.expect("expected.txt", &text))
}

fn keeps_to_schema(place: &Place, words: &[&str]) -> Result<(), String> {
    let ran = place.run(&[words, &["--format", "json"]].concat());
    let answer: Value = serde_json::from_str(&ran.stdout).map_err(|error| error.to_string())?;
    let path = workspace().join("docs/reference/schemas/explanation.schema.json");
    let schema = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let schema: Value = serde_json::from_str(&schema).map_err(|error| error.to_string())?;
    let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
    validator
        .validate(&answer)
        .map_err(|error| format!("{error} at {}", error.instance_path()))
}
