//! `cargo xtask demo`: builds what the demo shows, and becomes the demo.

use crate::{control_plane, shell};
use gitopsc_test_support::target;
use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::Command;

/// The task.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if let Some(unknown) = arguments.first() {
        return Err(format!("demo, without {unknown}"));
    }
    control_plane::build()?;
    let packages = ["--package", "gitopsc", "--package", "gitopsc-demo"];
    let always = ["build", "--locked", "--quiet"];
    shell::run(&mut shell::cargo(always.into_iter().chain(packages)))?;
    let mut command = Command::new(built("gitopsc-demo"));
    become_it(command.arg(built("gitopsc")))
}

fn built(name: &str) -> PathBuf {
    target().join(format!("debug/{name}{EXE_SUFFIX}"))
}

/// Takes the place of this process, so that ctrl-c reaches only who knows what to do then.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<(), String> {
    let error = std::os::unix::process::CommandExt::exec(command);
    Err(shell::cannot_start(command, &error))
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<(), String> {
    shell::run(command)
}
