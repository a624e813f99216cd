//! `cargo xtask differential`: our builds against the real program's, folder by folder and over input
//! made at random.

use crate::{oracles, shell};
use std::process::Command;

/// The task.
pub(crate) fn run(words: &[String]) -> Result<(), String> {
    oracles::install(&oracles::named("kustomize")?)?;
    shell::run(command().arg("--").args(words))
}

/// What runs them.
pub(crate) fn command() -> Command {
    let targets = ["--test", "differential", "--test", "generated"];
    let mut command = shell::cargo(["test", "--locked", "--package", "gitopsc-conformance"]);
    command.args(targets);
    command
}
