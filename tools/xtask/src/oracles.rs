//! `cargo xtask oracles`: installs the released programs that ours is compared with.
//!
//! Each is built from its own module graph: sharing one `go.mod` would change the libraries that are
//! compared. Nothing else is downloaded than what `go install` downloads.

use crate::shell;
use gitopsc_test_support::oracle::{Oracle, oracles};
use std::process::Command;

/// The task.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["list"] => {
            for oracle in oracles() {
                println!("{}\t{}\t{}", oracle.name, oracle.version, oracle.package);
            }
            Ok(())
        }
        ["path", name] => {
            println!("{}", named(name)?.path().display());
            Ok(())
        }
        ["install"] => oracles().iter().try_for_each(install),
        ["install", names @ ..] => names.iter().try_for_each(|name| install(&named(name)?)),
        _ => Err("oracles install [NAME...] | path NAME | list".to_owned()),
    }
}

/// The oracle called `name`.
pub(crate) fn named(name: &str) -> Result<Oracle, String> {
    let found = oracles().into_iter().find(|oracle| oracle.name == name);
    found.ok_or_else(|| format!("there is no oracle {name}"))
}

/// Installs `oracle` unless it is there.
///
/// # Errors
/// Go is not there, or cannot download or build it.
pub(crate) fn install(oracle: &Oracle) -> Result<(), String> {
    if oracle.path().is_file() {
        return Ok(());
    }
    if !shell::is_there("go") {
        return Err("Go is not installed".to_owned());
    }
    println!("installing {} {}", oracle.name, oracle.version);
    shell::fill(&oracle.folder(), |fresh| {
        shell::run(
            Command::new("go")
                .args(["install", "-trimpath", "-ldflags", "-s -w"])
                .arg(format!("{}@{}", oracle.package, oracle.version))
                .env("CGO_ENABLED", "0")
                .env("GOFLAGS", "")
                .env("GOBIN", fresh)
                .env_remove("GOOS")
                .env_remove("GOARCH"),
        )
    })
}
