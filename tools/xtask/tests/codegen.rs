//! The checked-in generated sources are what the generator writes.

use gitopsc_test_support::{Outcome, Test, run};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    run(vec![Test::new("generated sources are current", check)])
}

fn check() -> Outcome {
    let task = Command::new(env!("CARGO_BIN_EXE_gitopsc-xtask"))
        .args(["codegen", "--check"])
        .output();
    let Ok(output) = task else {
        return Outcome::Failed("the task does not start".to_owned());
    };
    let message = String::from_utf8_lossy(&output.stderr);
    let first = message.lines().next().unwrap_or_default();
    match (output.status.success(), first.starts_with("needs ")) {
        (true, _) => Outcome::Passed,
        (false, true) => Outcome::Ignored(first.to_owned()),
        (false, false) => Outcome::Failed(message.into_owned()),
    }
}
