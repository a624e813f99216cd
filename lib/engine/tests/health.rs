//! Live objects with the health that is said of them.
//!
//! `testdata/health/<case>/live.yaml` holds objects, `health.txt` what is said of each of them. The conformance cases
//! are those of kstatus; the list of those where we differ on purpose is here, and is the one in docs/reference/health.md.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use gitopsc_core::{FileId, Json};
use gitopsc_engine::health::{self, Rules};
use gitopsc_engine::timestamp::Timestamp;
use gitopsc_test_support::{Folder, Outcome, Test, folders, run, shared, workspace};
use gitopsc_yaml::json::read_json;
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Dialect, Limits, Object, parse};
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// When the objects of our own cases are looked at.
const NOW: &str = "2026-01-01T01:00:00Z";

/// The conformance cases where we say something else than kstatus, and what.
const STRICTER: [(&str, &str); 3] = [
    ("jobInProgress", "InProgress"),
    ("podCompletedFailed", "Failed"),
    ("serviceLBok", "InProgress"),
];

const OBSERVED: &str = "   observedGeneration: 1\n";

fn main() -> ExitCode {
    let own = folders(&workspace().join("testdata/health"))
        .into_iter()
        .map(|folder| {
            Test::new(folder.name.clone(), move || {
                Outcome::from(folder.expect("health.txt", &told(&folder)))
            })
        });
    let mut tests: Vec<Test> = own.collect();
    tests.push(Test::new("the_page_names_the_exceptions", || {
        Outcome::from(named_exceptions())
    }));
    tests.push(Test::new("no_shape_of_an_object_makes_it_panic", || {
        misshapen();
        Outcome::Passed
    }));
    tests.extend(conformance());
    run(tests)
}

/// What is said of every object of a folder, with what `learned.yaml` tells and `pods.yaml` explains.
fn told(folder: &Folder) -> String {
    let now = Timestamp::parse(NOW).unwrap();
    let read = |name: &str| folder.read(name).map(|text| documents(&text));
    let mut rules = Rules::builtin();
    for object in read("learned.yaml").iter().flatten() {
        rules.learn(object);
    }
    let pods = read("pods.yaml");
    let mut text = String::new();
    for live in read("live.yaml").unwrap() {
        let metadata = live.get("metadata").unwrap();
        let name = metadata.get("name").and_then(Json::as_plain_str).unwrap();
        let health = health::of(&live, &rules, now);
        writeln!(text, "{name}\n  {health}").unwrap();
        if let Some(time) = health.recheck {
            writeln!(text, "  until {time}").unwrap();
        }
        if let Some(pods) = &pods {
            let selector = health::pod_selector(&live).unwrap();
            let why = health::explain_workload(&live, pods);
            writeln!(text, "  pods {selector}: {}", why.unwrap_or("well".into())).unwrap();
        }
    }
    text
}

fn conformance() -> Vec<Test> {
    let folder = match shared("conformance/health") {
        Ok(folder) => folder,
        Err(missing) => {
            return vec![Test::new("conformance", move || missing.into())];
        }
    };
    let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
    let Json::Object(cases) = read_json(&expected).unwrap() else {
        panic!("expected.json is no map");
    };
    let test = |(name, case): (&gitopsc_core::EcoString, &Json)| {
        let (name, case, folder) = (name.to_string(), case.clone(), folder.clone());
        Test::new(format!("conformance/{name}"), move || {
            Outcome::from(conforms(&folder, &name, &case))
        })
    };
    cases.iter().map(test).collect()
}

fn conforms(folder: &Path, name: &str, case: &Json) -> Result<(), String> {
    let theirs = case.get("status").and_then(Json::as_plain_str).unwrap();
    let now = case.get("now").and_then(Json::as_plain_str);
    let now = Timestamp::parse(now.unwrap_or(NOW)).unwrap();
    let text = std::fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
    // Three of the files say this twice, which no server does.
    let text = match text.matches(OBSERVED).count() {
        2 => text.replacen(OBSERVED, "", 1),
        _ => text,
    };
    let live = &documents(&text)[0];
    let health = health::of(live, &Rules::builtin(), now);
    let stricter = STRICTER.iter().find(|(stricter, _)| *stricter == name);
    let wanted = stricter.map_or(theirs, |(_, ours)| ours);
    if stricter.is_some_and(|(_, ours)| *ours == theirs) {
        return Err(format!("kstatus says {theirs} too: it is no exception"));
    }
    if health.status.word() == wanted {
        Ok(())
    } else {
        Err(format!("wanted {wanted}, got {health}"))
    }
}

/// Whether docs/reference/health.md lists the same exceptions as this test.
fn named_exceptions() -> Result<(), String> {
    let page = workspace().join("docs/reference/health.md");
    let page = std::fs::read_to_string(page).unwrap();
    let start = page.find("## Where this differs from kstatus").unwrap();
    let rows = page[start..].lines().filter(|line| line.starts_with("| `"));
    let named: Vec<Vec<&str>> = rows
        .map(|row| row.split('|').map(str::trim).collect())
        .take_while(|cells: &Vec<&str>| cells.len() == 6)
        .collect();
    let named: Vec<(&str, &str)> = named
        .iter()
        .map(|cells| (cells[1].trim_matches('`'), cells[3]))
        .collect();
    if named == STRICTER {
        return Ok(());
    }
    Err(format!("the page names {named:?}, the test {STRICTER:?}"))
}

/// Asks for the health of every object of our cases, with each of its values replaced by others.
fn misshapen() {
    let text = |text: &str| Json::String(text.into());
    let others = [
        Json::Null,
        Json::Bool(true),
        Json::Int(i64::MIN),
        Json::Float(1.5),
        text(""),
        text("9999-99-99T99:99:99Z"),
        Json::Array([Json::Null, text("x")].into()),
        Json::Object(Object::default()),
    ];
    let now = Timestamp::parse(NOW).unwrap();
    for folder in folders(&workspace().join("testdata/health")) {
        let lives = documents(&folder.read("live.yaml").unwrap());
        let pods = folder.read("pods.yaml").map(|text| documents(&text));
        for whole in lives.iter().chain(pods.iter().flatten()) {
            let mut ask = |live: Json| {
                let mut rules = Rules::builtin();
                rules.learn(&live);
                let _ = health::of(&live, &rules, now);
                let _ = health::pod_selector(&live);
                let _ = health::explain_workload(&lives[0], std::slice::from_ref(&live));
            };
            for other in &others {
                replaced(whole, other, &mut ask);
            }
        }
    }
}

/// Calls `found` with `value` for each value in it that `other` can stand for.
fn replaced(value: &Json, other: &Json, found: &mut dyn FnMut(Json)) {
    found(other.clone());
    match value {
        Json::Object(object) => {
            for (at, (_, below)) in object.iter().enumerate() {
                replaced(below, other, &mut |below| {
                    let mut entries = object.as_slice().to_vec();
                    entries[at].1 = below;
                    found(Json::Object(Object::new(entries)));
                });
            }
        }
        Json::Array(items) => {
            for (at, below) in items.iter().enumerate() {
                replaced(below, other, &mut |below| {
                    let mut items = items.to_vec();
                    items[at] = below;
                    found(Json::Array(items.into()));
                });
            }
        }
        _ => {}
    }
}

/// The documents of a YAML stream.
fn documents(text: &str) -> Vec<Json> {
    let documents = parse(text, FileId(0), Dialect::Kustomize, &Limits::default()).unwrap();
    let documents = documents.iter();
    documents
        .map(|document| lower(&document.root).unwrap())
        .collect()
}
