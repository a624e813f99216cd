//! Nothing that the program writes holds what it decrypted, unless it was asked to reveal it.
//!
//! Every case of testdata/secrets is run in every format of findings, to standard output and to a folder, and
//! all of it is searched for the plaintexts: as they are, and in base64.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use gitopsc_test_support::{files, folders, workspace};
use support::prepare;

/// What every secret of the cases holds, also in base64 at each of its three offsets.
const MARKS: [&str; 9] = [
    "hunter2",
    "HUNTER2",
    "aHVudGVyM",
    "h1bnRlcj",
    "odW50ZXIy",
    "7310593",
    "NzMxMDU5M",
    "czMTA1OT",
    "3MzEwNTkz",
];

/// What keys begin with.
const KEYS: [&str; 2] = ["AGE-SECRET-KEY-1", "AGE-PLUGIN-YUBIKEY-1"];

#[test]
fn no_output_holds_what_was_decrypted() {
    let mut searched = 0;
    let mut masked = 0;
    for case in folders(&workspace().join("cli/testdata/secrets")) {
        let place = prepare(&case).unwrap();
        let lines = case.read("cmd").unwrap();
        let lines = lines
            .lines()
            .filter(|line| !line.contains("--reveal-secrets"));
        for line in lines {
            for words in variants(line) {
                if words.contains(&"--output") {
                    std::fs::create_dir(place.path("written")).unwrap();
                }
                let ran = place.run(&words);
                let written = files(&place.path("written"));
                let texts = [ran.stdout.as_bytes(), ran.stderr.as_bytes()].into_iter();
                for text in texts.chain(written.iter().map(|(_, bytes)| bytes.as_slice())) {
                    let text = String::from_utf8_lossy(text);
                    search(&case.name, &words, &text);
                    masked += text.matches("<secret ").count();
                    searched += 1;
                }
                if place.path("written").is_dir() {
                    std::fs::remove_dir_all(place.path("written")).unwrap();
                }
            }
        }
    }
    assert!(searched > 400, "only {searched} texts were searched");
    assert!(masked > 100, "only {masked} masks were seen");
}

#[test]
fn the_marks_are_there_where_they_are_asked_for() {
    let case = workspace().join("cli/testdata/secrets/what-is-decrypted-in-a-kustomization");
    let revealed = std::fs::read_to_string(case.join("stdout")).unwrap();
    for mark in ["hunter2", "aHVudGVyM", "7310593", "NzMxMDU5M"] {
        assert!(revealed.contains(mark), "{mark}");
    }
}

/// `line` as it is, with every format of findings, with all that can be said, and with a folder to write to; and
/// the other commands that read the same.
fn variants(line: &str) -> Vec<Vec<&str>> {
    let more: [&[&str]; 7] = [
        &[],
        &["--verbose"],
        &["--diagnostics", "json"],
        &["--diagnostics", "sarif"],
        &["--diagnostics", "github"],
        &["--diagnostics", "gitlab"],
        &["--output", "written"],
    ];
    let builds = line.starts_with("build");
    let more = more
        .into_iter()
        .filter(|more| builds || more.first() != Some(&"--output"));
    let words = || line.split_whitespace();
    let mut variants: Vec<Vec<&str>> = more
        .map(|more| words().chain(more.iter().copied()).collect())
        .collect();
    if builds && !line.contains("--keep-going") {
        for command in ["graph", "check"] {
            let words = std::iter::once(command).chain(words().skip(1));
            variants.push(words.collect());
        }
        for object in [
            "Secret/db",
            "Secret/web",
            "Deployment/web",
            "Thing/everything",
        ] {
            let words = ["explain", object].into_iter().chain(words().skip(1));
            variants.push(words.collect());
        }
    }
    variants
}

fn search(case: &str, words: &[&str], text: &str) {
    for mark in MARKS.iter().chain(&KEYS) {
        assert!(!text.contains(mark), "{case}: {words:?}: {mark} in {text}");
    }
}
