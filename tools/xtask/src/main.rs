//! Maintenance tasks: `cargo xtask TASK`.
//!
//! A task is a module with a `run`. This program links no library of the workspace, so that it builds
//! and checks while they do not compile.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line prints"
)]

mod bench;
mod codegen;
mod conformance;
mod control_plane;
mod demo;
mod deny;
mod differential;
mod fuzz;
mod image;
mod oracles;
mod package;
mod purity;
mod shell;
mod soak;
mod test;

use std::process::ExitCode;

/// A task: what it is called, what may follow, what it is for, and its way in. An error without words was
/// told before.
struct Task {
    name: &'static str,
    arguments: &'static str,
    purpose: &'static str,
    run: fn(&[String]) -> Result<(), String>,
}

const TASKS: [Task; 13] = [
    Task {
        name: "test",
        arguments: "[--list] [STEP...]",
        purpose: "everything that can be checked, or the named steps",
        run: test::run,
    },
    Task {
        name: "conformance",
        arguments: "[WORD...]",
        purpose: "the recorded cases of Kustomize whose names contain a word",
        run: conformance::run,
    },
    Task {
        name: "differential",
        arguments: "[--seed N] [--cases N] [WORD...]",
        purpose: "our builds against the real Kustomize's",
        run: differential::run,
    },
    Task {
        name: "purity",
        arguments: "",
        purpose: "what the pure crates may use and depend on",
        run: purity::run,
    },
    Task {
        name: "deny",
        arguments: "",
        purpose: "licences, sources and advisories of dependencies",
        run: deny::run,
    },
    Task {
        name: "codegen",
        arguments: "[--check]",
        purpose: "sources that are made from data: written, or compared",
        run: codegen::run,
    },
    Task {
        name: "oracles",
        arguments: "install [NAME...] | path NAME | list",
        purpose: "released programs that ours is compared with",
        run: oracles::run,
    },
    Task {
        name: "control-plane",
        arguments: "build | start | env | stop",
        purpose: "a real API server for tests, or to look around",
        run: control_plane::run,
    },
    Task {
        name: "demo",
        arguments: "",
        purpose: "the example cluster on a real control plane, until ctrl-c",
        run: demo::run,
    },
    Task {
        name: "image",
        arguments: "[--output FOLDER] [--name NAME]",
        purpose: "an OCI image of gitopsc, without a container engine",
        run: image::run,
    },
    Task {
        name: "bench",
        arguments: "[apply] [--quick] [--write]",
        purpose: "how fast builds are, against the real Kustomize's; or applying, on a real API server",
        run: bench::run,
    },
    Task {
        name: "fuzz",
        arguments: "[--minutes N] [TARGET...]",
        purpose: "readers and builds with input that nobody would write",
        run: fuzz::run,
    },
    Task {
        name: "soak",
        arguments: "[--seeds N]",
        purpose: "faults, graphs and edits at random on a real API server, for many seeds",
        run: soak::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = arguments
        .first()
        .and_then(|name| TASKS.iter().find(|task| task.name == name));
    let Some(task) = task else {
        return usage(arguments.first());
    };
    match (task.run)(&arguments[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            if !message.is_empty() {
                eprintln!("{message}");
            }
            ExitCode::FAILURE
        }
    }
}

fn usage(given: Option<&String>) -> ExitCode {
    let asked = given.is_some_and(|word| ["help", "--help", "-h"].contains(&word.as_str()));
    if let Some(unknown) = given.filter(|_| !asked) {
        eprintln!("there is no task {unknown}\n");
    }
    eprintln!("cargo xtask TASK\n");
    for task in &TASKS {
        let call = format!("{} {}", task.name, task.arguments);
        eprintln!("  {call:50}  {}", task.purpose);
    }
    ExitCode::from(if asked { 0 } else { 2 })
}
