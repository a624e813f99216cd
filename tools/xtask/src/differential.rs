//! `cargo xtask differential`: our builds against the real program's, folder by folder and over cases
//! made at random.

use crate::{oracles, shell};
use std::process::Command;

/// The task.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    oracles::install(&oracles::named("kustomize")?)?;
    let mut command = command();
    let mut words = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let variable = match argument.as_str() {
            "--seed" => "GITOPSC_SEED",
            "--cases" => "GITOPSC_CASES",
            _ => {
                words.push(argument);
                continue;
            }
        };
        let value = arguments.next();
        command.env(
            variable,
            value.ok_or_else(|| format!("{argument} needs a number"))?,
        );
    }
    shell::run(command.arg("--").args(words))
}

/// What runs them.
pub(crate) fn command() -> Command {
    let targets = ["--test", "differential", "--test", "generated"];
    let mut command = shell::cargo(["test", "--locked", "--no-fail-fast"]);
    command.args(["--package", "gitopsc-conformance"]);
    command.args(targets);
    command
}
