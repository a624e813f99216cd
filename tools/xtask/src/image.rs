//! `cargo xtask image`: an OCI image of this machine's architecture, without a container engine.
//!
//! The program is linked with everything that it needs, so that the image holds no system.

use crate::shell;
use gitopsc_test_support::target;
use std::path::PathBuf;

/// The task.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let mut layout = target().join("image");
    let mut name = "latest".to_owned();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().cloned();
        match argument.as_str() {
            "--output" => {
                layout = value()
                    .map(PathBuf::from)
                    .ok_or("--output needs a folder")?
            }
            "--name" => name = value().ok_or("--name needs a name")?,
            unknown => return Err(format!("image has no {unknown}")),
        }
    }
    let host = shell::host()?;
    // What is built for a named target is apart from what is built for tests, and its flags do not reach build scripts.
    let flags = format!(
        "CARGO_TARGET_{}_RUSTFLAGS",
        host.to_uppercase().replace('-', "_")
    );
    let package = [
        "--package",
        "gitopsc",
        "--profile",
        "dist",
        "--target",
        &host,
    ];
    let always = ["build", "--locked"];
    let mut build = shell::cargo(always.into_iter().chain(package));
    shell::run(build.env(flags, "-C target-feature=+crt-static"))?;
    let program = target().join(&host).join("dist/gitopsc");
    let mut write = shell::cargo([
        "run",
        "--locked",
        "--quiet",
        "--package",
        "gitopsc-image",
        "--",
    ]);
    shell::run(write.arg(program).arg(layout).arg(name))
}
