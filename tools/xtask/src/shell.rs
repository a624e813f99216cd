//! Starting other programs from the root of the workspace, and keeping what they build.

use gitopsc_test_support::workspace;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Cargo with `arguments`, at the root of the workspace.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(workspace());
    command
}

/// Runs `command` with its output shown.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{} failed: {status}", shown(command)))
}

/// Runs `command` and gives what it prints on standard output; the rest is shown.
///
/// # Errors
/// It cannot be started, fails, or prints what is no text.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| cannot_start(command, &error))?;
    if !output.status.success() {
        return Err(format!("{} failed: {}", shown(command), output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{}: {error}", shown(command)))
}

/// Makes `folder` with what `build` puts into the empty folder that it is given: whole, or not at all.
///
/// # Errors
/// That of `build`, or that the folder cannot be put in its place.
pub(crate) fn fill(
    folder: &Path,
    build: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<(), String> {
    let fresh = folder.with_extension(format!("{}.new", std::process::id()));
    let moved = fs::create_dir_all(&fresh)
        .map_err(|error| format!("{}: {error}", fresh.display()))
        .and_then(|()| build(&fresh))
        .and_then(|()| match fs::rename(&fresh, folder) {
            // Another process may have been faster; then its folder is as good.
            Err(error) if !folder.is_dir() => Err(format!("{}: {error}", folder.display())),
            _ => Ok(()),
        });
    // What is left of a failed attempt is of no use to anybody.
    let _ = fs::remove_dir_all(&fresh);
    moved
}

/// The machine that Rust builds for here, as Rust calls it.
///
/// # Errors
/// There is no Rust compiler, or it does not say so.
pub(crate) fn host() -> Result<String, String> {
    let said = capture(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc names no host".to_owned())
}

/// Whether `program` can be started.
pub(crate) fn is_there(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("version").stdin(Stdio::null());
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok()
}

/// Says that `command` cannot be started.
pub(crate) fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start {}: {error}", shown(command))
}

/// `command` as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}
