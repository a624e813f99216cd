//! `cargo xtask fuzz`: libFuzzer over the targets of `tools/fuzz`.
//!
//! Built with the stable compiler: the coverage that libFuzzer needs is a pass of LLVM's, and without unsafe
//! code there is nothing for sanitizers to find. A C++ compiler has to be there. What finds something is
//! left below `target/fuzz`; it becomes a test when it is put into `testdata/fuzz/<target>`.

use crate::shell;
use gitopsc_test_support::{files, folders, target, workspace};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// The targets, and how large their input may be.
const TARGETS: [(&str, usize); 4] = [
    ("read", 16_384),
    ("round-trip", 16_384),
    ("kustomization", 65_536),
    ("encrypted", 8_192),
];

/// What makes LLVM count which code is reached, as libFuzzer reads it.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// The task.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let mut minutes = 1;
    let mut chosen = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if argument == "--minutes" {
            let value = arguments.next().and_then(|value| value.parse::<u64>().ok());
            minutes = value.ok_or("--minutes needs a number")?;
        } else if TARGETS.iter().any(|(name, _)| name == argument) {
            chosen.push(argument.as_str());
        } else {
            return Err(format!("there is no target {argument}"));
        }
    }
    let host = shell::host()?;
    build(&host)?;
    let targets = TARGETS
        .iter()
        .filter(|(name, _)| chosen.is_empty() || chosen.contains(name));
    let failed: Vec<&str> = targets
        .filter(|(name, size)| {
            fuzz(name, *size, minutes, &host)
                .inspect_err(|why| println!("{why}"))
                .is_err()
        })
        .map(|(name, _)| *name)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(format!("found something: {}", failed.join(", ")))
}

/// The platform that we are on. Naming it keeps build scripts and macros free of instrumentation.
fn folder() -> PathBuf {
    target().join("fuzz")
}

fn build(host: &str) -> Result<(), String> {
    let mut command = shell::cargo(["build", "--release", "--bins"]);
    command
        .args(["--target", host, "--target-dir"])
        .arg(folder())
        .current_dir(workspace().join("tools/fuzz"))
        .env("RUSTFLAGS", COVERAGE);
    shell::run(&mut command)
}

fn fuzz(name: &str, size: usize, minutes: u64, host: &str) -> Result<(), String> {
    println!("\n{name}, for {minutes} minutes");
    let corpus = folder().join("corpus").join(name);
    let found = folder().join("found").join(name);
    seed(name, &corpus)
        .and_then(|()| fs::create_dir_all(&found))
        .map_err(|error| error.to_string())?;
    let mut prefix = found.into_os_string();
    prefix.push("/");
    let mut artifacts = std::ffi::OsString::from("-artifact_prefix=");
    artifacts.push(prefix);
    shell::run(
        Command::new(folder().join(host).join("release").join(name))
            .arg(corpus)
            .arg(artifacts)
            .arg(format!("-max_total_time={}", minutes * 60))
            .arg(format!("-max_len={size}"))
            .args([
                "-rss_limit_mb=1024",
                "-timeout=20",
                "-print_final_stats=1",
                "-verbosity=1",
            ]),
    )
}

/// Puts our recorded cases into `corpus`: whole for builds, file by file for readers.
fn seed(name: &str, corpus: &Path) -> io::Result<()> {
    fs::create_dir_all(corpus)?;
    if name == "encrypted" {
        return seed_encrypted(corpus);
    }
    for case in folders(&workspace().join("testdata/kustomize")) {
        let files = files(&case.path.join("in"));
        if name == "kustomization" {
            let all = files
                .iter()
                .flat_map(|(path, bytes)| [b"=== ", path.as_bytes(), b"\n", bytes].concat());
            fs::write(corpus.join(&case.name), all.collect::<Vec<u8>>())?;
            continue;
        }
        for ((_, bytes), at) in files.iter().zip(0..) {
            fs::write(corpus.join(format!("{}-{at}", case.name)), bytes)?;
        }
    }
    Ok(())
}

/// Puts what the real sops and age encrypted into `corpus`.
fn seed_encrypted(corpus: &Path) -> io::Result<()> {
    for case in folders(&workspace().join("lib/sops/testdata/cases")) {
        let files = files(&case.path);
        let encrypted = files
            .iter()
            .filter(|(path, _)| path.starts_with("encrypted"));
        for (_, bytes) in encrypted {
            fs::write(corpus.join(&case.name), bytes)?;
        }
    }
    Ok(())
}
