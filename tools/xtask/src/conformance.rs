//! `cargo xtask conformance`: the recorded cases.

use crate::shell;
use std::process::Command;

/// The task.
pub(crate) fn run(words: &[String]) -> Result<(), String> {
    shell::run(command().arg("--").args(words))
}

/// What runs them.
pub(crate) fn command() -> Command {
    let targets = ["--test", "conformance", "--test", "recorded"];
    let mut command = shell::cargo(["test", "--locked", "--package", "gitopsc-conformance"]);
    command.args(targets);
    command
}
