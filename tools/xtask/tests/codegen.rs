//! The checked-in generated sources are what the generator writes.

use gitopsc_test_support::{Outcome, Test, run};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    run(vec![Test::new("generated sources are current", check)])
}

/// The task ends with 2 where the Go toolchain or the module is not to be had.
fn check() -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_gitopsc-xtask"))
        .args(["codegen", "--check"])
        .output();
    let Ok(output) = output else {
        return Outcome::Failed("the task does not start".to_owned());
    };
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    match output.status.code() {
        Some(0) => Outcome::Passed,
        Some(2) => Outcome::Ignored(message),
        _ => Outcome::Failed(message),
    }
}
