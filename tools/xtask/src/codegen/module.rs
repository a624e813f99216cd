//! Where the Go toolchain keeps a module.

use std::path::PathBuf;
use std::process::Command;

/// The directory of `module`, such as `example.org/a@v1.2.3`, downloaded if it is not there yet.
///
/// # Errors
/// It is not to be had; the message begins with `needs`.
pub(super) fn directory(module: &str) -> Result<PathBuf, String> {
    let needs = |why: String| format!("needs the Go module {module}\n{why}");
    let mut go = Command::new("go");
    // Outside of any module, so that no go.mod of this repository has a say in it.
    go.args(["mod", "download", "-json", module])
        .current_dir(std::env::temp_dir());
    let output = go
        .output()
        .map_err(|error| needs(format!("cannot start go: {error}")))?;
    let described: serde_json::Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| needs(String::from_utf8_lossy(&output.stderr).into_owned()))?;
    match (&described["Dir"], &described["Error"]) {
        (serde_json::Value::String(directory), _) => Ok(PathBuf::from(directory)),
        (_, error) => Err(needs(error.to_string())),
    }
}
