//! What our build of one kustomization prints, or why it refuses.

use gitopsc_compiler::secrets::Decryption;
use gitopsc_compiler::{Compilation, Meaning, Options, compile};
use gitopsc_core::{Diagnostic, SourceTree, TreePath};
use gitopsc_yaml::LineIndex;
use gitopsc_yaml::emit::{Secrets, emit};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::fmt;

/// The answer to `kustomize build DIR`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The text on standard output.
    Printed(String),
    /// The errors; at least one.
    Refused(Vec<Finding>),
}

/// An error with its place in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Its code.
    pub code: &'static str,
    /// The file it points into, as seen from the tree's root; empty if it points nowhere.
    pub file: String,
    /// The line there, from 1; 0 if it points nowhere.
    pub line: u32,
    /// Its message.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}: {}",
            self.file, self.line, self.code, self.message
        )
    }
}

/// A pool of one thread: what runs beside it uses the other cores.
///
/// # Panics
/// The system gives no thread.
#[must_use]
pub fn one_thread() -> ThreadPool {
    ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a system that runs tests has one more thread")
}

/// Builds the kustomization in the directory `target` of `tree`.
#[must_use]
pub fn build(
    tree: &dyn SourceTree,
    target: &TreePath,
    kustomize: gitopsc_kustomize::Options,
    pool: &ThreadPool,
) -> Answer {
    let options = Options {
        target: target.clone(),
        target_given: true,
        kustomize,
        // Kustomize has no keys and prints what is encrypted.
        decryption: Decryption {
            allow_encrypted: true,
            ..Decryption::default()
        },
        ..Options::default()
    };
    answer(&compile(tree, &options, pool))
}

fn answer(compilation: &Compilation) -> Answer {
    if compilation.failed() || compilation.meaning != Meaning::Kustomization {
        let errors = compilation
            .all_diagnostics()
            .filter(|diagnostic| diagnostic.is_error());
        let findings = errors.map(|error| finding(compilation, error)).collect();
        return Answer::Refused(findings);
    }
    Answer::Printed(text(compilation))
}

/// All manifests of `compilation`, printed as Kustomize prints them.
#[must_use]
pub fn text(compilation: &Compilation) -> String {
    let mut out = String::new();
    for manifest in compilation.units.iter().flat_map(|unit| &unit.manifests) {
        if !out.is_empty() {
            out.push_str("---\n");
        }
        emit(&manifest.body, Secrets::Reveal, &mut out);
    }
    out
}

fn finding(compilation: &Compilation, diagnostic: &Diagnostic) -> Finding {
    let files = &compilation.files;
    let place = diagnostic.labels.first().map(|label| label.span);
    let file = place.and_then(|span| files.path(span.file));
    let line = place.and_then(|span| {
        let text = files.text(span.file)?;
        Some(LineIndex::new(&text).line_column(span.offset).0)
    });
    Finding {
        code: diagnostic.code.0,
        file: file.map(ToString::to_string).unwrap_or_default(),
        line: line.unwrap_or(0),
        message: diagnostic.message.clone(),
    }
}
