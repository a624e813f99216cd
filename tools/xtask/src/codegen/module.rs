//! Where the Go toolchain keeps a module.

use std::path::PathBuf;
use std::process::Command;

/// The directory of `module`, such as `example.org/a@v1.2.3`, downloaded if it is not there yet.
pub fn directory(module: &str) -> Result<PathBuf, String> {
    let mut go = Command::new("go");
    // Outside of any module, so that no go.mod of this repository has a say in it.
    go.args(["mod", "download", "-json", module])
        .current_dir(std::env::temp_dir());
    let output = go
        .output()
        .map_err(|error| format!("cannot run `go`, which is needed to find {module}: {error}"))?;
    let described: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|_| {
        format!(
            "`go mod download {module}`: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    match (&described["Dir"], &described["Error"]) {
        (serde_json::Value::String(directory), _) => Ok(PathBuf::from(directory)),
        (_, error) => Err(format!("`go mod download {module}`: {error}")),
    }
}
