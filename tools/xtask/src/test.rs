//! `cargo xtask test`: everything that can be checked, step by step, with counts at the end.
//!
//! A step that fails does not stop the next ones. What was skipped is told with what it needs, and fails the
//! run if that is there after all: a test that is never run proves nothing.

mod needs;
mod steps;
mod tally;

use std::time::Instant;
use steps::{STEPS, Step};
use tally::Tally;

/// The task.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if arguments.iter().any(|argument| argument == "--list") {
        for step in &STEPS {
            println!("{:14}{}", step.name, step.what);
        }
        return Ok(());
    }
    let chosen = choose(arguments)?;
    let mut total = Tally::default();
    let mut broken = Vec::new();
    let start = Instant::now();
    for (step, number) in chosen.iter().zip(1..) {
        println!("\n[{number}/{}] {}: {}", chosen.len(), step.name, step.what);
        let begun = Instant::now();
        let tally = (step.run)();
        let verdict = if tally.failed == 0 { "ok" } else { "FAILED" };
        println!(
            "{}: {verdict} in {:.1} s",
            step.name,
            begun.elapsed().as_secs_f64()
        );
        if tally.failed > 0 {
            broken.push(step.name);
        }
        total.add(tally);
    }
    println!("\nall in {:.1} s", start.elapsed().as_secs_f64());
    close(total, &broken)
}

/// The steps with these names, in their own order; all if none is named.
fn choose(names: &[String]) -> Result<Vec<&'static Step>, String> {
    let known = |name: &&String| STEPS.iter().any(|step| step.name == **name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        return Err(format!(
            "there is no step {unknown}; `cargo xtask test --list`"
        ));
    }
    let chosen = |step: &&Step| names.is_empty() || names.iter().any(|name| name == step.name);
    Ok(STEPS.iter().filter(chosen).collect())
}

/// Tells what was skipped and the counts, which stand alone on the last line.
fn close(mut total: Tally, broken: &[&str]) -> Result<(), String> {
    for (reason, names) in total.skipped_by_reason() {
        let unfounded = !needs::is_missing(&reason);
        let word = if unfounded {
            "skipped without need"
        } else {
            "skipped"
        };
        println!("{word}: {} ({reason})", some_of(&names));
        if unfounded {
            total.failed += names.len();
        }
    }
    if !broken.is_empty() {
        println!("failed: {}", broken.join(", "));
    }
    println!(
        "{} passed, {} failed, {} skipped",
        total.passed,
        total.failed,
        total.skipped.len()
    );
    if total.failed == 0 {
        Ok(())
    } else {
        Err(String::new())
    }
}

/// `names`, shortened.
fn some_of(names: &[String]) -> String {
    match names {
        [first, _, _, _, ..] => format!("{first} and {} more", names.len() - 1),
        _ => names.join(", "),
    }
}
