//! `cargo xtask purity`: the pure crates touch no file, network, process, clock, randomness or environment,
//! are not asynchronous and iterate in an order of their own.
//!
//! What they use is checked by Clippy with `tools/purity/clippy.toml`; what they depend on is compared
//! with the lists in `tools/purity/dependencies`. The check itself is checked first: it has to find
//! every violation of `tools/purity/violations`, and nothing else there.

mod dependencies;
mod violations;

use crate::shell;
use gitopsc_test_support::{target, workspace};
use std::path::PathBuf;
use std::process::Command;

/// Lints that nothing in a pure crate can allow for itself.
const FORBIDDEN: [&str; 3] = [
    "clippy::disallowed_methods",
    "clippy::disallowed_types",
    "clippy::iter_over_hash_type",
];

/// The task.
pub(crate) fn run(_: &[String]) -> Result<(), String> {
    let found = violations::all_are_found()?;
    println!("the check finds all of its {found} violations");
    let metadata = shell::capture(&mut shell::cargo([
        "metadata",
        "--format-version=1",
        "--no-deps",
        "--locked",
    ]))?;
    let metadata = serde_json::from_str(&metadata).map_err(|error| error.to_string())?;
    let crates = dependencies::pure_crates(&metadata, &workspace());
    dependencies::check(&crates, &folder().join("dependencies"))?;
    let packages = crates
        .iter()
        .flat_map(|pure| ["--package", pure.name.as_str()]);
    let mut command = shell::cargo(["clippy", "--locked", "--lib"]);
    command.args(packages);
    shell::run(with_lints(&mut command))?;
    let names: Vec<&str> = crates.iter().map(|pure| pure.name.as_str()).collect();
    println!("pure: {}", names.join(", "));
    Ok(())
}

/// Where the check's own files are.
fn folder() -> PathBuf {
    workspace().join("tools/purity")
}

/// Adds our lints and their configuration to a call of `cargo clippy`. Results lie apart from those of the
/// ordinary configuration, so that neither makes the other start anew.
fn with_lints(command: &mut Command) -> &mut Command {
    let forbidden = FORBIDDEN.iter().flat_map(|lint| ["--forbid", lint]);
    command
        .arg("--target-dir")
        .arg(target().join("purity"))
        .env("CLIPPY_CONF_DIR", folder())
        .args(["--", "--deny", "warnings"])
        .args(forbidden)
}
