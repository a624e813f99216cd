//! `gitopsc apply` against a real control plane: each folder of testdata/apply is a case.
//!
//! A case holds `steps`, a line for each command, and trees to apply. A line is one of these, or `#` and a comment:
//!
//! - `apply`, `status` or `delete` with arguments, which run with the case's name as the set; `sets` with arguments,
//!   which is `status` without a set;
//! - `kubectl` with arguments, with `<FILE` at the end for what it reads;
//! - `uid` with arguments of `kubectl get`, which prints nothing: `UID` in what kubectl reads is then the UID of that;
//! - `git` with arguments;
//! - `stand-in webhook ADDRESS NAME` or `stand-in conversion ADDRESS NAME`: from then on somebody answers on the address of a
//!   Service with that name in DNS, and `PORT` and `CA_BUNDLE` in the files of the case are theirs; `stand-in ends` ends that.
//!
//! A case with one of the last two is done in a copy, outside of any repository. `SHOWN` stands for the digest that the
//! step before showed. What all of them print is recorded in `transcript`, without times, commits and digests, and without
//! what comes in no certain order: how objects were on the way.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod place;
#[path = "../support/steady.rs"]
mod steady;

use gitopsc_test_support::control_plane::{ControlPlane, Options};
use gitopsc_test_support::{Folder, Missing, Test, folders, run, workspace};
use place::{Place, StandsIn};
use serde_json::Value;
use std::process::{Command, ExitCode};
use std::sync::{Arc, OnceLock};
use steady::{steady, steady_errors};

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
    let mut place = Place::of(case, &steps)?;
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
        let printed = step(plane, &mut place, &line.replace("SHOWN", &shown), &uid)?;
        let printed = place.without_ports(&printed);
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

fn step(plane: &ControlPlane, place: &mut Place, line: &str, uid: &str) -> Result<String, String> {
    let (line, file) = match line.split_once(" <") {
        Some((line, file)) => (line, Some(file.trim())),
        None => (line, None),
    };
    let words: Vec<&str> = line.split_whitespace().collect();
    let (command, arguments) = words.split_first().ok_or("a step has no command")?;
    match (*command, arguments) {
        ("kubectl", arguments) => {
            let input = file.and_then(|name| place.read(name)).unwrap_or_default();
            let printed = plane.run_kubectl(arguments, &input.replace("UID", uid));
            let printed = printed.unwrap_or_else(|error| format!("failed: {error}"));
            Ok(ended(without_waiting(arguments, &printed)))
        }
        ("git", arguments) => place.git(arguments).map(ended),
        ("stand-in", ["webhook", address, name]) => place.begin(StandsIn::Webhook, address, name),
        ("stand-in", ["conversion", address, name]) => {
            place.begin(StandsIn::Conversion, address, name)
        }
        ("stand-in", ["ends"]) => place.end(),
        (command @ ("apply" | "status" | "delete"), arguments) => {
            let set = place.name().replace('_', "-");
            gitopsc(plane, place, &[command, "--set", &set], arguments)
        }
        ("sets", arguments) => gitopsc(plane, place, &["status"], arguments),
        _ => Err(format!("no step is called {line}")),
    }
}

fn gitopsc(
    plane: &ControlPlane,
    place: &Place,
    command: &[&str],
    arguments: &[&str],
) -> Result<String, String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_gitopsc"));
    program
        .current_dir(place.folder())
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
    let stderr = steady_errors(&stderr);
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

/// What kubectl prints without what it waits for meanwhile; nothing, if what it waited for may have been gone before.
fn without_waiting(arguments: &[&str], printed: &str) -> String {
    if arguments.contains(&"--for=delete") && printed.ends_with("condition met\n") {
        return String::new();
    }
    let lines = printed.split_inclusive('\n');
    lines
        .filter(|line| !line.starts_with("Waiting for "))
        .collect()
}

fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
