//! What is fuzzed. Each function takes any bytes and may do nothing but return: a panic is a finding.
//!
//! `tools/fuzz` feeds them with input that it makes up; what found something is kept in `testdata/fuzz` and
//! given to them by an ordinary test.

use crate::build::{build, one_thread};
use gitopsc_core::TreePath;
use gitopsc_core::tree::MemoryTree;
use gitopsc_kustomize::Options;
use gitopsc_yaml::emit::{Secrets, emit};
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Dialect, Document, FileId, Json, Limits, parse, parse_bytes};

/// Stands in a line of its own, with a path behind it, before the text of a file.
const FILE: &str = "=== ";

/// One target: its name, and what it does with some bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 3] = [
    ("read", read),
    ("round-trip", round_trip),
    ("kustomization", kustomization),
];

/// Reads `bytes` as YAML in both dialects and lowers what is there.
pub fn read(bytes: &[u8]) {
    for dialect in [Dialect::Kustomize, Dialect::Kubectl] {
        if let Ok(documents) = parse_bytes(bytes, FileId(0), dialect, &limits()) {
            values(&documents);
        }
    }
}

/// What is read, lowered and printed reads as the same value again.
///
/// # Panics
/// It does not.
pub fn round_trip(bytes: &[u8]) {
    let Ok(documents) = parse_bytes(bytes, FileId(0), Dialect::Kustomize, &limits()) else {
        return;
    };
    for value in values(&documents) {
        let mut text = String::new();
        emit(&value, Secrets::Reveal, &mut text);
        let again = parse(&text, FileId(0), Dialect::Kubectl, &limits());
        let again = again.map_err(|errors| format!("{errors:?}\n{text}"));
        let again = again.expect("what is printed can be read");
        assert_eq!(values(&again), [value], "{text}");
    }
}

/// Builds a kustomization whose files stand in `bytes` one after the other, each behind a line with its path.
pub fn kustomization(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let files = text.split(FILE).skip(1).map(|file| {
        let (path, content) = file.split_once('\n').unwrap_or((file, ""));
        (path, content)
    });
    let tree = MemoryTree::new(files);
    let options = Options {
        limits: limits(),
        ..Options::default()
    };
    // Whether it prints or refuses is not the matter here.
    let _ = build(&tree, &TreePath::root(), options, &one_thread());
}

/// Far less than usual: what takes long on purpose is known to do so.
fn limits() -> Limits {
    Limits {
        nodes: 100_000,
        ..Limits::default()
    }
}

fn values(documents: &[Document]) -> Vec<Json> {
    let lowered = documents.iter().map(|document| lower(&document.root));
    lowered.filter_map(Result::ok).collect()
}
