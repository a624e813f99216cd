//! What the library promises beyond decrypting like sops.

mod damage;
mod files;
mod keys;

use gitopsc_sops::Keyring;
use std::path::{Path, PathBuf};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// The text of a test key; `file` is the end of its file's name.
fn key(file: &str) -> String {
    std::fs::read_to_string(testdata().join("keys/test-key-".to_owned() + file)).expect("a key")
}

/// A file of a case.
fn case(path: &str) -> Vec<u8> {
    std::fs::read(testdata().join("cases").join(path)).expect("a file of a case")
}

/// A keyring with the key that opens most cases.
fn keyring() -> Keyring {
    let mut keyring = Keyring::new();
    keyring.add_age(&key("age.txt")).expect("a test key");
    keyring
}
