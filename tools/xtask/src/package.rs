//! Packaging every crate that is published, and building each from its package alone.

use crate::shell;
use gitopsc_test_support::target;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Packages and builds.
///
/// # Errors
/// What is left of an earlier packaging cannot be removed, or a crate does not build from its package.
pub(crate) fn run() -> Result<(), String> {
    forget_earlier_packages().map_err(|error| format!("packages unpacked before: {error}"))?;
    shell::run(&mut shell::cargo([
        "package",
        "--workspace",
        // What is never published has dependencies that are not either.
        "--exclude=gitopsc-bare-apply",
        "--exclude=gitopsc-conformance",
        "--exclude=gitopsc-demo",
        "--exclude=gitopsc-fault-proxy",
        "--exclude=gitopsc-git-server",
        "--exclude=gitopsc-image",
        "--exclude=gitopsc-stand-ins",
        "--exclude=gitopsc-test-support",
        "--exclude=gitopsc-xtask",
        "--offline",
        "--allow-dirty",
        "--quiet",
    ]))
}

/// Removes our own crates as Cargo unpacked and built them before.
///
/// Cargo unpacks what it has just packaged into its home, by the folder it was packaged in and by version, and
/// takes what lies there already, and what was built of it, for the same: a crate would be built with what its
/// dependencies were at the last packaging.
fn forget_earlier_packages() -> io::Result<()> {
    let mut places = vec![target().join("debug/.fingerprint")];
    if let Some(home) = cargo_home() {
        let registries = entries(&home.join("registry/src"))?;
        // A registry of a folder has no host in front of its hash.
        places.extend(registries.into_iter().filter(|at| begins_with(at, "-")));
    }
    for place in places {
        for package in entries(&place)? {
            if begins_with(&package, "gitopsc") {
                fs::remove_dir_all(package)?;
            }
        }
    }
    Ok(())
}

fn cargo_home() -> Option<PathBuf> {
    let named = env::var_os("CARGO_HOME").map(PathBuf::from);
    named.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn begins_with(path: &Path, start: &str) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(start.as_bytes()))
}
