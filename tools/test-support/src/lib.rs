//! Folder cases as tests, for this repository only.
//!
//! A test target with `harness = false` makes a list of [`Test`]s and hands it to [`run`], which takes the
//! arguments that cargo gives any test: words that filter by name, `--exact`, `--list`. A missing
//! prerequisite shows as ignored with its reason. Expected output lies beside the input and is
//! rewritten by `UPDATE=1 cargo test`; the change is then reviewed as a diff.
//!
//! ```no_run
//! use gitopsc_test_support::{Outcome, Test, folders, run};
//! let tests = folders("testdata/compile".as_ref()).into_iter().map(|folder| {
//!     Test::new(folder.name.clone(), move || Outcome::from(folder.expect("output.yaml", "a: 1\n")))
//! });
//! run(tests.collect());
//! ```

#![allow(clippy::print_stdout, reason = "a test runner prints")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As expected.
    Passed,
    /// Not as expected; the text says how.
    Failed(String),
    /// Not run; the text says what is missing.
    Ignored(String),
}

impl From<Result<(), String>> for Outcome {
    fn from(result: Result<(), String>) -> Outcome {
        result.map_or_else(Outcome::Failed, |()| Outcome::Passed)
    }
}

/// One named test.
pub struct Test {
    name: String,
    body: Box<dyn FnOnce() -> Outcome>,
}

impl Test {
    /// A test that runs `body`.
    pub fn new(name: impl Into<String>, body: impl FnOnce() -> Outcome + 'static) -> Test {
        Test {
            name: name.into(),
            body: Box::new(body),
        }
    }
}

/// A folder that is a test case.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

impl Folder {
    /// The text of the file `name` in it; nothing if it is not there.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.path.join(name)).ok()
    }

    /// Compares `actual` with the file `name` in it; see [`expect`].
    ///
    /// # Errors
    /// How they differ.
    pub fn expect(&self, name: &str, actual: &str) -> Result<(), String> {
        expect(&self.path.join(name), actual)
    }
}

/// The folders in `path`, by name; none if it is not there.
#[must_use]
pub fn folders(path: &Path) -> Vec<Folder> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let folder = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        entry.path().is_dir().then(|| Folder {
            name,
            path: entry.path(),
        })
    };
    let mut folders: Vec<Folder> = entries.filter_map(folder).collect();
    folders.sort_by(|a, b| a.name.cmp(&b.name));
    folders
}

/// All files below `path` with their bytes, by their `/`-separated paths as seen from it.
#[must_use]
pub fn files(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut pending = vec![(String::new(), path.to_owned())];
    while let Some((prefix, directory)) = pending.pop() {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        for entry in entries {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                pending.push((format!("{name}/"), entry.path()));
            } else if let Ok(bytes) = std::fs::read(entry.path()) {
                found.push((name, bytes));
            }
        }
    }
    found.sort();
    found
}

/// The root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own).to_owned()
}

/// The folder `name` beside the workspace that holds what is shared and never copied into it.
///
/// # Errors
/// That it is not there, as a reason to ignore a test.
pub fn shared(name: &str) -> Result<PathBuf, String> {
    let path = workspace().join("../shared").join(name);
    if path.exists() {
        return Ok(path);
    }
    Err(format!("../shared/{name} is not there"))
}

/// Compares `actual` with the file at `path`, or writes it there if `UPDATE` is set in the environment.
///
/// # Errors
/// The first line that differs.
pub fn expect(path: &Path, actual: &str) -> Result<(), String> {
    let wanted = std::fs::read_to_string(path).unwrap_or_default();
    if wanted == actual {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        return std::fs::write(path, actual)
            .map_err(|error| format!("{}: {error}", path.display()));
    }
    Err(format!(
        "{}: {}\nUPDATE=1 rewrites the file",
        path.display(),
        difference(&wanted, actual)
    ))
}

/// The first line in which two texts differ, with the lines around it.
#[must_use]
pub fn difference(wanted: &str, actual: &str) -> String {
    let (wanted, actual): (Vec<&str>, Vec<&str>) =
        (wanted.lines().collect(), actual.lines().collect());
    let same = wanted
        .iter()
        .zip(&actual)
        .take_while(|(a, b)| a == b)
        .count();
    let around = |lines: &[&str]| {
        let from = same.saturating_sub(3).min(lines.len());
        lines[from..lines.len().min(same + 4)].join("\n")
    };
    format!(
        "line {} differs\n--- wanted\n{}\n--- actual\n{}",
        same + 1,
        around(&wanted),
        around(&actual)
    )
}

/// Runs `tests`, those that the arguments of the process select, and says how it went.
#[must_use]
pub fn run(tests: Vec<Test>) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let words: Vec<&String> = arguments
        .iter()
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let selected = |test: &Test| {
        words.is_empty()
            || words.iter().any(|word| {
                if has("--exact") {
                    test.name == **word
                } else {
                    test.name.contains(word.as_str())
                }
            })
    };
    let all = tests.len();
    let chosen: Vec<Test> = tests.into_iter().filter(selected).collect();
    if has("--list") {
        chosen
            .iter()
            .for_each(|test| println!("{}: test", test.name));
        return ExitCode::SUCCESS;
    }
    report(chosen, all)
}

fn report(chosen: Vec<Test>, all: usize) -> ExitCode {
    println!("\nrunning {} tests", chosen.len());
    let filtered = all - chosen.len();
    let (mut passed, mut ignored, mut failed) = (0, 0, Vec::new());
    for test in chosen {
        match (test.body)() {
            Outcome::Passed => {
                passed += 1;
                println!("test {} ... ok", test.name);
            }
            Outcome::Ignored(reason) => {
                ignored += 1;
                println!("test {} ... ignored, {reason}", test.name);
            }
            Outcome::Failed(why) => {
                println!("test {} ... FAILED", test.name);
                failed.push((test.name, why));
            }
        }
    }
    for (name, why) in &failed {
        println!("\n---- {name} ----\n{why}");
    }
    let verdict = if failed.is_empty() { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {verdict}. {passed} passed; {} failed; {ignored} ignored; 0 measured; {filtered} filtered out\n",
        failed.len()
    );
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_first_difference_is_shown() {
        let shown = difference("a\nb\nc\n", "a\nx\nc\n");
        assert_eq!(
            shown,
            "line 2 differs\n--- wanted\na\nb\nc\n--- actual\na\nx\nc"
        );
    }
}
