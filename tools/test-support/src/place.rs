//! Where the workspace is, and what lies beside it.

use std::fmt;
use std::path::{Path, PathBuf};

/// Something that a test needs and that is not there. Its text is the reason to ignore the test, and begins
/// with `needs`: the task runner looks whether what is named there is really missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(pub String);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "needs {}", self.0)
    }
}

impl From<Missing> for String {
    fn from(missing: Missing) -> String {
        missing.to_string()
    }
}

/// The root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_owned()
}

/// Where Cargo puts what it builds.
#[must_use]
pub fn target() -> PathBuf {
    let set = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    workspace().join(set.unwrap_or_else(|| "target".into()))
}

/// The folder `name` beside the workspace that holds what is shared and never copied into it.
///
/// # Errors
/// That it is not there, as a reason to ignore a test.
pub fn shared(name: &str) -> Result<PathBuf, Missing> {
    let path = workspace().join("../shared").join(name);
    if path.exists() {
        return Ok(path);
    }
    Err(Missing(format!("../shared/{name}")))
}
