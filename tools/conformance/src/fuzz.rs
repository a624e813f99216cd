//! What is fuzzed. Each function takes any bytes and may do nothing but return: a panic is a finding.
//!
//! `tools/fuzz` feeds them with input that it makes up; what found something is kept in `testdata/fuzz` and
//! given to them by an ordinary test.

use crate::build::{build, one_thread};
use gitopsc_core::TreePath;
use gitopsc_core::tree::MemoryTree;
use gitopsc_kustomize::Options;
use gitopsc_sops::age_file::{decrypt_age_documents, decrypt_age_file};
use gitopsc_sops::{Encrypted, Envelope, Format, Keyring};
use gitopsc_yaml::emit::{Secrets, emit};
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Dialect, Document, FileId, Json, Limits, parse, parse_bytes};

/// Stands in a line of its own, with a path behind it, before the text of a file.
const FILE: &str = "=== ";

/// One target: its name, and what it does with some bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 4] = [
    ("read", read),
    ("round-trip", round_trip),
    ("kustomization", kustomization),
    ("encrypted", encrypted),
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
        if again.is_err() && text.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
            // They end lines for go-yaml, which the output is written for, and not for our parser.
            continue;
        }
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

/// The test key that opens most of the encrypted files that fuzzing starts from.
const KEY: &str = include_str!("../../../lib/sops/testdata/keys/test-key-age.txt");

/// Takes `bytes` for an encrypted file of every kind, and for what is stored of the keys of one.
///
/// # Panics
/// It does not.
pub fn encrypted(bytes: &[u8]) {
    let mut keyring = Keyring::new();
    keyring.add_age(KEY).expect("the test key is one");
    let options = gitopsc_sops::Options {
        limits: limits(),
        ..gitopsc_sops::Options::default()
    };
    let file = FileId(0);
    // Whether it opens is not the matter here.
    let _ = gitopsc_sops::format_of_content(bytes);
    for format in [
        Format::Binary,
        Format::Dotenv,
        Format::Ini,
        Format::Json,
        Format::Yaml,
    ] {
        let encrypted = Encrypted {
            bytes,
            file,
            format,
        };
        let _ = gitopsc_sops::is_encrypted(encrypted, &options);
        let _ = gitopsc_sops::recipients(encrypted, &options);
        let _ = gitopsc_sops::decrypt_documents(encrypted, &keyring, &options);
        for output in [Format::Dotenv, Format::Ini, Format::Json, Format::Yaml] {
            let _ = gitopsc_sops::decrypt(encrypted, output, &keyring, &options);
        }
    }
    let _ = decrypt_age_file(bytes, file, &keyring);
    let _ = decrypt_age_documents(bytes, file, &keyring, &options);
    if let Ok(envelope) = Envelope::from_bytes(bytes) {
        let _ = envelope.open(&keyring);
    }
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
