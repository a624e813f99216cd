//! A recorded case: a folder with input, a question, and the answer.
//!
//! `in/` holds the files; `cmd.json`, where it is, says which directory is built and with which flags.
//! `expected.yaml` is what the real program printed. Where it refuses, `expected_error.txt` says so in a
//! shared case, and `refused.txt` holds our errors in a case of our own.

use crate::build::{Answer, Finding, build, one_thread};
use gitopsc_core::TreePath;
use gitopsc_core::tree::MemoryTree;
use gitopsc_kustomize::{LoadRestriction, Options, Reorder};
use gitopsc_test_support::{Folder, difference, files};
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Dialect, FileId, Json, Limits, parse};
use serde_json::Value;

/// Stands in files for the absolute path of `in/`.
const ROOT_MARK: &str = "{{CASE_ROOT}}";

/// Where the input of a case with absolute paths is said to lie.
const ROOT: &str = "/case/in";

/// The version of Kustomize that is matched.
pub const KUSTOMIZE: &str = "v5.8.1";

/// How two outputs are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// Byte for byte.
    Bytes,
    /// The list of documents and their values.
    Values,
}

/// What is asked of both programs.
#[derive(Clone, Debug)]
pub struct Question {
    /// The directory to build, below `in/`.
    pub directory: TreePath,
    /// The flags.
    pub options: Options,
    /// How the output is compared.
    pub compare: Compare,
    /// Whether files and expectation hold marks to be replaced.
    pub expanded: bool,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            directory: TreePath::root(),
            options: Options::default(),
            compare: Compare::Bytes,
            expanded: false,
        }
    }
}

/// The question of the case in `folder`.
///
/// # Errors
/// Its `cmd.json` is no JSON, or a value in it has no meaning here.
pub fn asked(folder: &Folder) -> Result<Question, String> {
    folder
        .read("cmd.json")
        .map_or_else(|| Ok(Question::default()), |text| question(&text))
}

fn question(text: &str) -> Result<Question, String> {
    let command: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let word = |key: &str| command[key].as_str().unwrap_or_default();
    let is_set = |key: &str| command[key].as_bool().unwrap_or(false);
    let unknown = |key: &str| Err(format!("cmd.json: {key} is {:?}", word(key)));
    let mut asked = Question {
        directory: TreePath::new(word("dir")),
        expanded: is_set("expanded"),
        ..Question::default()
    };
    asked.options.managed_by_label = is_set("enable_managedby_label");
    asked.options.load_restriction = match word("load_restrictor") {
        "" | "LoadRestrictionsRootOnly" => LoadRestriction::RootOnly,
        "LoadRestrictionsNone" => LoadRestriction::None,
        _ => return unknown("load_restrictor"),
    };
    asked.options.reorder = match word("reorder") {
        "" => None,
        "none" => Some(Reorder::None),
        "legacy" => Some(Reorder::Legacy),
        _ => return unknown("reorder"),
    };
    asked.compare = match word("compare") {
        "" | "bytes" => Compare::Bytes,
        "semantic" => Compare::Values,
        _ => return unknown("compare"),
    };
    Ok(asked)
}

/// Builds the case in `folder` and compares the answer with the recorded one.
///
/// # Errors
/// How they differ.
pub fn check(folder: &Folder) -> Result<(), String> {
    let asked = asked(folder)?;
    let ours = ours(folder, &asked);
    if let Some(expected) = folder.read("expected.yaml") {
        return match ours {
            Answer::Printed(text) => compare(asked.compare, &marks(&expected), &text),
            Answer::Refused(findings) => Err(format!("refused:\n{}", lines(&findings))),
        };
    }
    match ours {
        Answer::Printed(text) => Err(format!("Kustomize refuses this; ours prints\n{text}")),
        Answer::Refused(findings) if findings.is_empty() => {
            Err("refused without an error that says why".to_owned())
        }
        Answer::Refused(_) if folder.read("expected_error.txt").is_some() => Ok(()),
        Answer::Refused(findings) => folder.expect("refused.txt", &lines(&findings)),
    }
}

/// Our answer to `asked` about the files in `folder`.
#[must_use]
pub fn ours(folder: &Folder, asked: &Question) -> Answer {
    let files = files(&folder.path.join("in"));
    let mut options = asked.options.clone();
    let tree = if asked.expanded {
        options.root_path = Some(ROOT.into());
        MemoryTree::new(files.into_iter().map(|(path, bytes)| {
            let text = String::from_utf8_lossy(&bytes);
            (path, marks(&text).into_bytes())
        }))
    } else {
        MemoryTree::new(files)
    };
    build(&tree, &asked.directory, options, &one_thread())
}

fn marks(text: &str) -> String {
    // Kustomize's test program calls its own version `(test)`.
    text.replace(ROOT_MARK, ROOT)
        .replace("{{KUSTOMIZE_SEMVER}}", KUSTOMIZE)
        .replace("kustomize-(test)", &format!("kustomize-{KUSTOMIZE}"))
}

fn compare(how: Compare, wanted: &str, actual: &str) -> Result<(), String> {
    let same = match how {
        Compare::Bytes => wanted == actual,
        Compare::Values => values(wanted)? == values(actual)?,
    };
    if same {
        Ok(())
    } else {
        Err(difference(wanted, actual))
    }
}

/// The documents of `text` as values.
fn values(text: &str) -> Result<Vec<Json>, String> {
    let documents = parse(text, FileId(0), Dialect::Kustomize, &Limits::default())
        .map_err(|errors| format!("{errors:?}\nin\n{text}"))?;
    let lowered = documents
        .iter()
        .map(|document| lower(&document.root).map_err(|errors| format!("{errors:?}")));
    lowered.collect()
}

/// `findings`, one a line.
#[must_use]
pub fn lines(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| format!("{finding}\n"))
        .collect()
}
