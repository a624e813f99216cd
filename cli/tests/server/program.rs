//! The real `gitopsc`, and trees for it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A folder with trees.
pub struct Trees(TempDir);

impl Trees {
    pub fn new() -> Trees {
        Trees(tempfile::tempdir().unwrap())
    }

    /// A file called `name` beside them, with `text`.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A tree called `name` with `files`.
    pub fn write(&self, name: &str, files: &[(String, String)]) -> PathBuf {
        let folder = self.0.path().join(name);
        let settings = ("gitopsc.yaml".to_owned(), "{}\n".to_owned());
        for (path, text) in files.iter().chain([&settings]) {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    /// What it told, an event a line.
    pub events: Vec<Value>,
    pub stderr: String,
}

/// `gitopsc apply` of `tree` as `set`, ready to be started.
pub fn apply(kubeconfig: &Path, tree: &Path, set: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gitopsc"));
    command
        .env("KUBECONFIG", kubeconfig)
        .env("NO_COLOR", "1")
        .arg("apply")
        .arg(tree)
        .args(["--yes", "--output=json", "--timeout=90s", "--set", set]);
    command
}

/// Runs `command` to its end.
pub fn finish(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let event = |line: &str| serde_json::from_str(line).unwrap();
    Ran {
        code: output.status.code(),
        events: stdout.lines().map(event).collect(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ran {
    /// Whether it did all that it was to do.
    pub fn succeeded(&self) -> Result<(), String> {
        match self.code {
            Some(0) => Ok(()),
            code => Err(format!("it ended with {code:?}:\n{}", self.stderr)),
        }
    }

    /// The names of the objects that events of this sort are about, in order.
    pub fn objects(&self, event: &str) -> Vec<&str> {
        let events = self.events.iter().filter(|told| told["event"] == event);
        let names = events.filter_map(|told| told["object"]["name"].as_str());
        names.collect()
    }

    /// The count of `what` in the summary.
    pub fn count(&self, what: &str) -> Option<u64> {
        let last = self.events.last()?;
        (last["event"] == "summary").then(|| last[what].as_u64())?
    }
}

/// `expected`, or what is wrong.
pub fn expect<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: T,
    expected: T,
) -> Result<(), String> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{what}: {found:?} instead of {expected:?}")),
    }
}
