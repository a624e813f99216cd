//! `gitopsc apply` against a real control plane: each folder of testdata/apply is a case.
//!
//! A case holds `steps`, a line for each command, and trees to apply. A line is `apply`, `status` or `delete` with
//! arguments, which run with the case's name as the set; `sets` with arguments, which is `status` without a set;
//! `kubectl` with arguments, with `<FILE` at the end for what it reads; `uid` with arguments of `kubectl get`, which
//! prints nothing; or `#` and a comment. `SHOWN` stands for the digest that the step before showed, `UID` in what kubectl
//! reads for the UID that was asked for last. What all of them print is recorded in `transcript`, without times, commits and
//! digests, and without what comes in no certain order: how objects were on the way.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use gitopsc_test_support::control_plane::{ControlPlane, Options};
use gitopsc_test_support::{Folder, Missing, Test, folders, run, workspace};
use serde_json::Value;
use std::process::{Command, ExitCode};
use std::sync::{Arc, OnceLock};

fn main() -> ExitCode {
    let plane = Arc::new(OnceLock::new());
    let cases = folders(&workspace().join("testdata/apply")).into_iter();
    let tests = cases.map(|case| {
        let plane = Arc::clone(&plane);
        Test::new(case.name.clone(), move || {
            let started = plane.get_or_init(|| ControlPlane::start(&Options::whole()));
            match started {
                Ok(plane) => check(plane, &case).into(),
                Err(Missing(why)) => Missing(why.clone()).into(),
            }
        })
    });
    run(tests.collect())
}

fn check(plane: &ControlPlane, case: &Folder) -> Result<(), String> {
    let steps = case.read("steps").ok_or("the case has no steps")?;
    let mut transcript = String::new();
    let mut shown = String::new();
    let mut uid = String::new();
    for line in steps.lines().filter(|line| !line.trim().is_empty()) {
        transcript.push_str(&format!("$ {line}\n"));
        if line.starts_with('#') {
            continue;
        }
        if let Some(of) = line.strip_prefix("uid ") {
            uid = uid_of(plane, of)?;
            continue;
        }
        let printed = step(plane, case, &line.replace("SHOWN", &shown), &uid)?;
        if let Some(digest) = digest(&printed) {
            shown = digest.to_owned();
        }
        // It is over UIDs, which are others each time.
        transcript.push_str(&match shown.as_str() {
            "" => printed,
            shown => printed.replace(shown, "SHOWN"),
        });
    }
    case.expect("transcript", &transcript)
}

/// The digest that consents to the steps of a plan.
fn digest(printed: &str) -> Option<&str> {
    let (_, rest) = printed.split_once("help: --approve ")?;
    rest.split_whitespace().next()
}

fn uid_of(plane: &ControlPlane, object: &str) -> Result<String, String> {
    let mut arguments = vec!["get", "-o", "jsonpath={.metadata.uid}"];
    arguments.extend(object.split_whitespace());
    let uid = plane.run_kubectl(&arguments, "");
    uid.map_err(|error| error.to_string())
}

fn step(plane: &ControlPlane, case: &Folder, line: &str, uid: &str) -> Result<String, String> {
    let (line, file) = match line.split_once(" <") {
        Some((line, file)) => (line, Some(file.trim())),
        None => (line, None),
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let (command, arguments) = words.split_first().ok_or("a step has no command")?;
    match *command {
        "kubectl" => {
            let input = file.and_then(|name| case.read(name)).unwrap_or_default();
            let printed = plane.run_kubectl(arguments, &input.replace("UID", uid));
            let printed = printed.unwrap_or_else(|error| format!("failed: {error}"));
            Ok(ended(printed))
        }
        "apply" | "status" | "delete" => {
            let set = case.name.replace('_', "-");
            gitopsc(plane, case, &[command, "--set", &set], arguments)
        }
        "sets" => gitopsc(plane, case, &["status"], arguments),
        other => Err(format!("no step is called {other}")),
    }
}

fn gitopsc(
    plane: &ControlPlane,
    case: &Folder,
    command: &[&str],
    arguments: &[&str],
) -> Result<String, String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_gitopsc"));
    program
        .current_dir(&case.path)
        .env("KUBECONFIG", plane.kubeconfig());
    // What the step says goes before the set that it gets.
    program.env("NO_COLOR", "1").args(command).args(arguments);
    let output = program.output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    let code = output
        .status
        .code()
        .map_or("by a signal".to_owned(), |code| code.to_string());
    let stderr: String = without_pod(&stderr)
        .lines()
        .map(|line| without_time(line) + "\n")
        .collect();
    keep_to_schema(&stdout)?;
    Ok(format!("{}{stderr}exit {code}\n", steady(&stdout)))
}

/// Events are what their schema says.
fn keep_to_schema(stdout: &str) -> Result<(), String> {
    let values = stdout.lines().map(serde_json::from_str);
    let values = values.filter_map(Result::ok);
    let mut events = values.filter(|value: &Value| value.get("event").is_some());
    let schema = workspace().join("docs/reference/schemas/events.schema.json");
    let schema = std::fs::read_to_string(schema).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    events.try_for_each(|event| {
        let kept = validator.validate(&event);
        kept.map_err(|error| format!("{error}\n{event}"))
    })
}

/// What is printed for objects on their way, in no certain order and number.
const UNSTEADY: [&str; 7] = [
    "InProgress",
    "Current",
    "Failed",
    "Terminating",
    "NotFound",
    "Unknown",
    "waits",
];
/// The event that tells what takes its time, which is another one each time.
const WAITS: &str = "\"event\":\"waits\"";
/// What is printed for steps that were done, in no certain order.
const DONE: [&str; 9] = [
    "created",
    "patched",
    "adopted",
    "moved",
    "repaired",
    "recreated",
    "pruned",
    "failed",
    "remains",
];

fn steady(stdout: &str) -> String {
    let first = |line: &str| {
        line.split_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let is_indented = |line: &str| line.starts_with(' ');
    let mut steady = String::new();
    let mut done: Vec<&str> = Vec::new();
    for line in stdout.lines() {
        let word = first(line);
        let is_unsteady = UNSTEADY.contains(&word.as_str()) || line.contains(WAITS);
        if !is_indented(line) && is_unsteady {
            continue;
        }
        if !is_indented(line) && DONE.contains(&word.as_str()) {
            done.push(line);
            continue;
        }
        done.sort_unstable();
        done.drain(..)
            .for_each(|line| steady.push_str(&format!("{line}\n")));
        steady.push_str(&without_values(&without_time(line)));
        steady.push('\n');
    }
    done.sort_unstable();
    done.iter()
        .for_each(|line| steady.push_str(&format!("{line}\n")));
    steady
}

/// The text without the end of a pod's name, which the server chooses at random.
fn without_pod(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let is_pod = words.last().is_some_and(|before| before == "pod");
        let name = word.rsplit_once('-').filter(|_| is_pod);
        words.push(name.map_or(word.to_owned(), |(start, _)| format!("{start}-RANDOM:")));
    }
    words.join(" ")
}

/// The line without the time at its end.
fn without_time(line: &str) -> String {
    let Some((start, end)) = line.rsplit_once(" in ") else {
        return line.to_owned();
    };
    let (time, rest) = end.split_once(':').unwrap_or((end, ""));
    let is_time = time.ends_with(" s") || time.ends_with(" ms");
    match (is_time, rest) {
        (true, "") => format!("{start} in TIME"),
        (true, rest) => format!("{start} in TIME:{rest}"),
        (false, _) => line.to_owned(),
    }
}

/// The line with words in place of points in time, commits and digests.
fn without_values(line: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-:.".contains(letter);
    let mut steady = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_part) {
        let (before, word) = rest.split_at(start);
        let end = word.find(|letter| !is_part(letter));
        let (word, after) = word.split_at(end.unwrap_or(word.len()));
        steady.push_str(before);
        steady.push_str(value(word).unwrap_or(word));
        rest = after;
    }
    steady + rest
}

/// What stands for `word`, if it is another one each time.
fn value(word: &str) -> Option<&'static str> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if word.len() == 40 && is_hex(word) {
        return Some("COMMIT");
    }
    if word.starts_with("sha256:") {
        return Some("DIGEST");
    }
    let is_time = word.starts_with("20") && word.contains('T') && word.ends_with('Z');
    is_time.then_some("TIME")
}

fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
