//! `cargo xtask deny`: cargo-deny in one version, over `deny.toml`.

use crate::shell;
use gitopsc_test_support::cache;
use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const VERSION: &str = "0.20.2";

/// What was said of advisories.
pub(crate) enum Advisories {
    /// None applies.
    Clear,
    /// The database cannot be fetched; the reason in one line.
    Unknown(String),
}

/// The task.
pub(crate) fn run(_: &[String]) -> Result<(), String> {
    install()?;
    check()?;
    if let Advisories::Unknown(why) = advisories()? {
        println!("advisories were not checked: {why}");
    }
    Ok(())
}

/// Installs cargo-deny unless it is there.
///
/// # Errors
/// It cannot be downloaded or built.
pub(crate) fn install() -> Result<(), String> {
    if program().is_file() {
        return Ok(());
    }
    println!("installing cargo-deny {VERSION}, which takes some minutes");
    let package = format!("cargo-deny@{VERSION}");
    shell::run(
        shell::cargo(["install", "--locked", "--quiet", &package, "--root"])
            .arg(root())
            .env_remove("CARGO_TARGET_DIR"),
    )
}

/// Bans, licences and sources.
///
/// # Errors
/// One of them is violated.
pub(crate) fn check() -> Result<(), String> {
    shell::run(deny().args(["bans", "licenses", "sources"]))
}

/// Advisories, where the database can be had.
///
/// # Errors
/// One applies.
pub(crate) fn advisories() -> Result<Advisories, String> {
    let mut command = deny();
    let output = command
        .arg("advisories")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| shell::cannot_start(&command, &error))?;
    if output.status.success() {
        return Ok(Advisories::Clear);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let unreachable = |line: &&str| line.contains("failed to fetch advisory database");
    if said.lines().any(|line| unreachable(&line)) {
        let why = "the advisory database cannot be fetched".to_owned();
        return Ok(Advisories::Unknown(why));
    }
    Err(format!("{} failed:\n{said}", shell::shown(&command)))
}

fn deny() -> Command {
    let mut command = Command::new(program());
    command
        .args(["--locked", "check"])
        .current_dir(gitopsc_test_support::workspace());
    command
}

fn program() -> PathBuf {
    root().join("bin").join(format!("cargo-deny{EXE_SUFFIX}"))
}

fn root() -> PathBuf {
    cache().join(format!("cargo-deny-{VERSION}"))
}
