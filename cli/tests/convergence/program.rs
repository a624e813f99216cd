//! The real `gitopsc apply`: run to its end, or killed.

use crate::world::World;
use gitopsc_test_support::workspace;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    /// What it told, an event a line.
    pub events: Vec<Value>,
    pub stderr: String,
}

/// A kubeconfig, and further arguments.
#[derive(Clone, Copy)]
pub struct How<'h> {
    pub kubeconfig: &'h Path,
    pub arguments: &'h [&'h str],
}

/// `gitopsc apply` of `tree`, with consent to whatever needs it.
pub fn apply(world: &World<'_>, tree: &Path) -> Ran {
    let how = How {
        kubeconfig: world.cluster.plane.kubeconfig(),
        arguments: &[],
    };
    finish(&mut command(world, tree, how, consent(world, tree)))
}

/// What `gitopsc apply` of `tree` would do, by reading alone.
pub fn plan(world: &World<'_>, tree: &Path) -> Ran {
    let how = How {
        kubeconfig: world.cluster.plane.kubeconfig(),
        arguments: &["--dry-run=plan"],
    };
    finish(&mut command(world, tree, how, None))
}

/// The digest that consents to what of `tree` needs consent now.
pub fn consent(world: &World<'_>, tree: &Path) -> Option<String> {
    let planned = plan(world, tree);
    let shown = planned.events.first()?["consent"].as_str()?.to_owned();
    Some(shown)
}

/// `gitopsc apply` of `tree`, ready to be started.
pub fn command(world: &World<'_>, tree: &Path, how: How<'_>, consent: Option<String>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gitopsc"));
    command
        .current_dir(world.folder())
        .env("KUBECONFIG", how.kubeconfig)
        .env("NO_COLOR", "1")
        .arg("apply")
        .arg(tree)
        .args(["--yes", "--output=json", "--timeout=90s"])
        .args(["--set", &world.name, "--set-namespace", &world.records()])
        .args(how.arguments);
    if let Some(digest) = consent {
        command.args(["--approve", &digest]);
    }
    command
}

/// Runs `command` to its end.
pub fn finish(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    Ran {
        code: output.status.code(),
        events: stdout.lines().map(event).collect(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs `command` and kills it as soon as it has told `events` events, which is also whether it told so many.
pub fn kill_after(command: &mut Command, events: usize) -> bool {
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = piped.spawn().unwrap();
    let told = BufReader::new(child.stdout.take().unwrap()).lines();
    let count = told.take(events).filter(Result::is_ok).count();
    // On Unix this is SIGKILL; one that has ended by itself is only waited for.
    child.kill().unwrap();
    child.wait().unwrap();
    count == events
}

fn event(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

impl Ran {
    /// Whether it did all that it was to do.
    pub fn succeeded(&self) -> Result<(), String> {
        self.is_documented()?;
        match self.code {
            Some(0) => Ok(()),
            code => Err(format!("it ended with {code:?}:\n{}", self.shown())),
        }
    }

    /// Whether it ended as documented: with a status that is one, and with a diagnostic for any but 0.
    pub fn is_documented(&self) -> Result<(), String> {
        let codes = self.codes();
        let known = std::fs::read_to_string(workspace().join("docs/diagnostics.md")).unwrap();
        let unknown = |code: &&&str| !known.contains(&format!("\n## {code}\n"));
        let why = if let Some(unknown) = codes.iter().find(unknown) {
            format!("{unknown} is not documented")
        } else {
            match (self.code, codes.is_empty()) {
                (Some(0..=3), _) if self.stderr.contains("panicked") => "it panicked".to_owned(),
                (Some(0), true) | (Some(1..=3), false) => return Ok(()),
                (code, _) => format!("the status {code:?} does not fit what it says"),
            }
        };
        Err(format!("{why}:\n{}", self.shown()))
    }

    /// The codes of the errors that it told.
    fn codes(&self) -> Vec<&str> {
        let errors = self.stderr.split("error[").skip(1);
        errors.filter_map(|rest| rest.split(']').next()).collect()
    }

    /// The words for what the plan does with each object.
    pub fn actions(&self) -> Vec<&str> {
        let steps = self
            .events
            .first()
            .and_then(|plan| plan["steps"].as_array());
        let steps = steps.into_iter().flatten();
        steps.filter_map(|step| step["action"].as_str()).collect()
    }

    /// All that it said.
    pub fn shown(&self) -> String {
        let events = self.events.iter().map(|event| format!("{event}\n"));
        format!("{}{}", events.collect::<String>(), self.stderr)
    }
}
