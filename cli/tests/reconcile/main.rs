//! `gitopsc run` against a real control plane and a real Git repository: each folder of testdata/reconcile is a case.
//!
//! A case holds `steps`, a line for each, and trees that are pushed. `NAMESPACE` stands for the namespace of the case,
//! which nothing else uses, and for the name of its Sync, and `URL` for its repository. What the steps show is recorded in `transcript`, with commits
//! numbered as they were pushed. A file `alone` gives the case a control plane, and its reconciler the Syncs of all namespaces. A step that waits looks again and again until a deadline that is never met by what
//! works.
//!
//! - `start`, `stop`, `kill`: the reconciler, as one that looks at the namespace of the case alone.
//! - `gitopsc ...`: another command, on the set of the Sync, in a copy of the case outside of any repository.
//! - `push FOLDER`, `force FOLDER`: makes the tree the next commit, or the one in place of the last.
//! - `away`, `back`: the repository.
//! - `apply FILE`: hands a file to kubectl.
//! - `kubectl ...`: anything else of kubectl's.
//! - `wait KEY=VALUE...`: until the status of the Sync says all of this; a condition or a field.
//! - `until TEXT: kubectl ...`: until that prints this.
//! - `show`: conditions, revisions and history of the Sync.
//! - `approve`: consents to what the status shows as pending.
//! - `post FOLDER`, `post FOLDER TIMES`: sends the request in a folder to the webhook of the Sync. `huge FOLDER`, `slow FOLDER`: with too
//!   large a body, or without the end of it.
//! - `scrape NAME...`: the metrics whose names begin so, with `N` for all numbers but 0. `unseen`:
//!   until nothing is counted of the Sync any more. `get PATH`: a page beside them.
//! - `told COUNT`: what somebody at the address `ROBOT` was told of the Sync, once it is so much.
//! - `events COUNT`: the Events on the Sync, once there are so many.
//! - `unlogged TEXT`: that is not in the log.
//! - `remember: kubectl ...`, `same: kubectl ...`: whether that prints the same as before.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod hooks;
mod looking;
mod pages;
mod reconciler;
mod repository;
mod robot;
#[path = "../support/steady.rs"]
mod steady;
mod steps;

use gitopsc_test_support::control_plane::{ControlPlane, Options};
use gitopsc_test_support::{Folder, Missing, Test, folders, run, workspace};
use std::process::{Command, ExitCode};
use std::sync::{Arc, OnceLock};
use steps::{Case, is_alone};

fn main() -> ExitCode {
    let plane = Arc::new(OnceLock::new());
    let cases = folders(&workspace().join("testdata/reconcile")).into_iter();
    let tests = cases.map(|case| {
        let plane = Arc::clone(&plane);
        Test::new(case.name.clone(), move || {
            if is_alone(&case) {
                return match installed() {
                    Ok(plane) => check(&plane, &case).into(),
                    Err(missing) => missing.into(),
                };
            }
            match plane.get_or_init(installed) {
                Ok(plane) => check(plane, &case).into(),
                Err(Missing(why)) => Missing(why.clone()).into(),
            }
        })
    });
    run(tests.collect())
}

/// A control plane that knows Syncs.
fn installed() -> Result<ControlPlane, Missing> {
    let git = Command::new("git").arg("--version").output();
    git.map_err(|_| Missing("git".to_owned()))?;
    let plane = ControlPlane::start(&Options::whole())?;
    let printed = Command::new(env!("CARGO_BIN_EXE_gitopsc"))
        .arg("install")
        .output()
        .unwrap();
    let manifests = String::from_utf8(printed.stdout).unwrap();
    let apply = ["apply", "--server-side", "-f", "-"];
    plane.run_kubectl(&apply, &manifests).unwrap();
    let established = [
        "wait",
        "--for=condition=Established",
        "crd/syncs.gitopsc.dev",
    ];
    plane.run_kubectl(&established, "").unwrap();
    Ok(plane)
}

fn check(plane: &ControlPlane, folder: &Folder) -> Result<(), String> {
    let steps = folder.read("steps").ok_or("the case has no steps")?;
    let mut case = Case::new(plane, folder);
    let mut transcript = String::new();
    for line in steps.lines().filter(|line| !line.trim().is_empty()) {
        transcript.push_str(&format!("$ {line}\n"));
        if line.starts_with('#') {
            continue;
        }
        let shown = case.step(line).map_err(|why| {
            let log = case.log();
            format!("{transcript}{why}\n--- its log\n{log}")
        })?;
        transcript.push_str(&shown);
    }
    folder.expect("transcript", &transcript)
}
