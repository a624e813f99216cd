//! The steps of `cargo xtask test`, those that find most in the least time first.

use super::tally::Tally;
use crate::deny::Advisories;
use crate::{
    codegen, conformance, control_plane, deny, differential, oracles, package, purity, shell,
};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// A step: its name, what it shows, and how it is done.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) run: fn() -> Tally,
}

pub(crate) const STEPS: [Step; 11] = [
    Step {
        name: "fmt",
        what: "all code is formatted",
        run: || check(["fmt", "--all", "--check"]),
    },
    Step {
        name: "deny",
        what: "licences, sources and advisories of dependencies",
        run: dependencies,
    },
    Step {
        name: "clippy",
        what: "no warning in any target",
        run: clippy,
    },
    Step {
        name: "purity",
        what: "the pure crates are pure, and the check finds it if not",
        run: || Tally::of_check(purity::run(&[])),
    },
    Step {
        name: "codegen",
        what: "generated sources are current",
        run: generated,
    },
    Step {
        name: "tests",
        what: "unit tests, examples in documentation, folder cases",
        run: tests,
    },
    Step {
        name: "conformance",
        what: "recorded cases of Kustomize",
        run: || count(&mut conformance::command()),
    },
    Step {
        name: "differential",
        what: "our builds against the real Kustomize's",
        run: compare,
    },
    Step {
        name: "docs",
        what: "documentation without warnings",
        run: docs,
    },
    Step {
        name: "package",
        what: "every crate packages and builds from its package",
        run: || Tally::of_check(package::run()),
    },
    Step {
        name: "cluster",
        what: "the example cluster builds, as the README says",
        run: cluster,
    },
];

fn check<const N: usize>(arguments: [&str; N]) -> Tally {
    Tally::of_check(shell::run(&mut shell::cargo(arguments)))
}

fn clippy() -> Tally {
    let mut command = shell::cargo(["clippy", "--locked", "--workspace", "--all-targets"]);
    Tally::of_check(shell::run(command.args(["--", "--deny", "warnings"])))
}

fn docs() -> Tally {
    let mut command = shell::cargo(["doc", "--locked", "--workspace", "--no-deps"]);
    Tally::of_check(shell::run(command.env("RUSTDOCFLAGS", "--deny warnings")))
}

fn dependencies() -> Tally {
    if let Err(why) = deny::install() {
        println!("{why}");
        return Tally::of_skip("deny", "needs cargo-deny");
    }
    let mut tally = Tally::of_check(deny::check());
    tally.add(match deny::advisories() {
        Ok(Advisories::Clear) => Tally::of_check(Ok(())),
        Ok(Advisories::Unknown(why)) => {
            println!("{why}");
            Tally::of_skip("advisories", "needs the advisory database")
        }
        Err(why) => Tally::of_check(Err(why)),
    });
    tally
}

fn generated() -> Tally {
    match codegen::run(&["--check".to_owned()]) {
        Err(why) if why.starts_with("needs ") => {
            println!("{why}");
            Tally::of_skip("codegen", "needs the Go module of kyaml")
        }
        result => Tally::of_check(result),
    }
}

fn tests() -> Tally {
    if let Err(why) = control_plane::build() {
        println!("the control plane cannot be built: {why}");
    }
    let mut command = shell::cargo(["test", "--locked", "--workspace", "--no-fail-fast"]);
    count(command.args(["--exclude", "gitopsc-conformance"]))
}

fn compare() -> Tally {
    let installed = oracles::named("kustomize").and_then(|oracle| oracles::install(&oracle));
    if let Err(why) = installed {
        println!("the real Kustomize cannot be installed: {why}");
    }
    count(&mut differential::command())
}

fn cluster() -> Tally {
    let command = shell::cargo(["run", "--locked", "--release", "--", "build", "cluster"]);
    let mut command = command;
    Tally::of_check(shell::capture(&mut command).and_then(|printed| {
        let objects = printed
            .lines()
            .filter(|line| line.starts_with("kind: "))
            .count();
        println!("{objects} objects");
        if objects > 0 {
            Ok(())
        } else {
            Err("nothing was built".to_owned())
        }
    }))
}

/// Runs test programs, shows what is worth reading of their output, and counts.
fn count(command: &mut Command) -> Tally {
    let mut tally = Tally::default();
    let result = follow(command, &mut tally);
    if let Err(why) = result {
        println!("{why}");
        // What does not compile or ends early fails without a line that counts it.
        tally.failed = tally.failed.max(1);
    }
    tally
}

fn follow(command: &mut Command, tally: &mut Tally) -> Result<(), String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let started = command.spawn();
    let mut child = started.map_err(|error| shell::cannot_start(command, &error))?;
    let output = child.stdout.take().expect("standard output is piped");
    for line in BufReader::new(output).split(b'\n') {
        let line = line.map_err(|error| error.to_string())?;
        let line = String::from_utf8_lossy(&line);
        if tally.read(line.trim_end()) && !line.is_empty() {
            println!("{line}");
        }
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed: {status}", shell::shown(command)))
    }
}
