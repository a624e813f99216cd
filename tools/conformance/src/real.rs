//! The real program's answers. Each is kept by what was asked, so that nothing is asked twice.

use crate::case::Question;
use crate::tree::Tree;
use gitopsc_core::{Digest, DigestOf};
use gitopsc_kustomize::{LoadRestriction, Reorder};
use gitopsc_test_support::oracle::Runner;
use gitopsc_test_support::target;
use std::fs;
use std::path::PathBuf;

/// What the real program did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Real {
    /// The text on standard output.
    Printed(String),
    /// The text on standard error.
    Refused(String),
}

/// Names a question: program, input, directory and flags.
struct Asked;

impl DigestOf for Asked {
    const LABEL: &'static str = "gitopsc.dev/conformance/asked/v1";
}

/// Asks the program `kustomize` to build as `question` says, in `tree`.
///
/// # Errors
/// It cannot be started, or prints what is no text.
pub fn ask(kustomize: &Runner, tree: &Tree, question: &Question) -> Result<Real, String> {
    let flags = flags(question);
    let kept = kept(kustomize, tree, question, &flags);
    if let Some(answer) = fs::read_to_string(&kept).ok().as_deref().and_then(parse) {
        return Ok(answer);
    }
    for _ in 0..2 {
        let mut command = kustomize.command();
        command
            .arg("build")
            .args(&flags)
            .arg(question.directory.as_str())
            .current_dir(&tree.root);
        let output = command.output().map_err(|error| error.to_string())?;
        // Without a code somebody ended it, which says nothing about the input.
        let Some(code) = output.status.code() else {
            continue;
        };
        let answer = if code == 0 {
            let text = String::from_utf8(output.stdout);
            Real::Printed(text.map_err(|error| error.to_string())?)
        } else {
            Real::Refused(String::from_utf8_lossy(&output.stderr).into_owned())
        };
        keep(&kept, &answer).map_err(|error| format!("{}: {error}", kept.display()))?;
        return Ok(answer);
    }
    Err("the real program was ended twice, by a signal or for using too much".to_owned())
}

/// The flags of the command line that `question` means.
fn flags(question: &Question) -> Vec<&'static str> {
    let options = &question.options;
    let mut flags = Vec::new();
    if options.load_restriction == LoadRestriction::None {
        flags.push("--load-restrictor=LoadRestrictionsNone");
    }
    match options.reorder {
        None => {}
        Some(Reorder::Legacy) => flags.push("--reorder=legacy"),
        Some(Reorder::None) => flags.push("--reorder=none"),
    }
    if options.managed_by_label {
        flags.push("--enable-managedby-label");
    }
    flags
}

/// The file for the answer to this question.
fn kept(kustomize: &Runner, tree: &Tree, question: &Question, flags: &[&str]) -> PathBuf {
    let version = kustomize.oracle.version.as_bytes();
    let directory = question.directory.as_str().as_bytes();
    let mut parts = vec![version, tree.digest.as_ref(), directory];
    parts.extend(flags.iter().map(|flag| flag.as_bytes()));
    let name = Digest::<Asked>::of_parts(parts).to_string();
    let name = name.trim_start_matches("sha256:");
    target().join("oracle-answers").join(name)
}

fn keep(file: &PathBuf, answer: &Real) -> std::io::Result<()> {
    let (word, text) = match answer {
        Real::Printed(text) => ("printed", text),
        Real::Refused(text) => ("refused", text),
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // Written aside first: a run that is cut off must not leave half an answer.
    let aside = file.with_extension(std::process::id().to_string());
    fs::write(&aside, format!("{word}\n{text}"))?;
    fs::rename(aside, file)
}

fn parse(text: &str) -> Option<Real> {
    let (word, text) = text.split_once('\n')?;
    match word {
        "printed" => Some(Real::Printed(text.to_owned())),
        "refused" => Some(Real::Refused(text.to_owned())),
        _ => None,
    }
}
