//! How long it takes to decrypt 200 SOPS files with one age key, on two threads: `cargo bench -p gitopsc-sops`.
//!
//! The aim is under 300 ms. Every file is opened on its own, as in a build: nothing is kept between files.

#![allow(clippy::print_stdout, reason = "what a benchmark is for")]

use gitopsc_sops::{Encrypted, Format, Keyring, Options, decrypt_documents};
use gitopsc_yaml::FileId;
use std::time::{Duration, Instant};

const KEY: &str = include_str!("../testdata/keys/test-key-age.txt");
const FILE: &[u8] = include_bytes!("../testdata/cases/yaml_mac_only_encrypted/encrypted.yaml");
const FILES: u32 = 200;
const THREADS: u32 = 2;

fn main() {
    let mut keyring = Keyring::new();
    keyring.add_age(KEY).expect("a test key");
    let fastest = (0..5).map(|_| round(&keyring)).min();
    println!(
        "{FILES} files, {THREADS} threads: {:?}",
        fastest.expect("five rounds")
    );
}

/// Decrypts all files once.
fn round(keyring: &Keyring) -> Duration {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..FILES / THREADS).for_each(|_| one(keyring)));
        }
    });
    start.elapsed()
}

fn one(keyring: &Keyring) {
    let encrypted = Encrypted {
        bytes: FILE,
        file: FileId(0),
        format: Format::Yaml,
    };
    let decrypted = decrypt_documents(encrypted, keyring, &Options::default());
    std::hint::black_box(decrypted.expect("it decrypts"));
}
