//! Where programs are kept that tests and tasks use and that take minutes to build.

use crate::place::target;
use std::env;
use std::path::PathBuf;

/// The folder for built programs: `GITOPSC_CACHE` if it is set, else a folder of the user's cache, so that
/// all clones of the repository share it.
#[must_use]
pub fn cache() -> PathBuf {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(own) = set("GITOPSC_CACHE") {
        return own.into();
    }
    let user = set("XDG_CACHE_HOME")
        .or_else(|| set("LOCALAPPDATA"))
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".cache")));
    user.map_or_else(|| target().join("cache"), |user| user.join("gitopsc-tools"))
}
