//! `cargo xtask soak`: what is done at random against a real API server, for many more seeds than `cargo xtask test` has
//! time for.
//!
//! A seed that fails is printed; the same seed does the same again, as far as the order of requests does not matter.

use crate::{control_plane, shell};

/// How many seeds are tried where nothing else is said.
const SEEDS: u64 = 200;

/// The tests that read GITOPSC_SEEDS, by words of their names.
const AT_RANDOM: [&str; 2] = ["faults_at_random", "whatever_was_before"];

/// The task.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let seeds = match arguments {
        [] => SEEDS,
        [flag, count] if flag == "--seeds" => {
            let count = count.parse();
            count.map_err(|_| "--seeds needs a number".to_owned())?
        }
        _ => return Err("cargo xtask soak [--seeds N]".to_owned()),
    };
    control_plane::build()?;
    let mut command = shell::cargo(["test", "--locked", "-p", "gitopsc", "--test", "convergence"]);
    command.arg("--").args(AT_RANDOM);
    shell::run(command.env("GITOPSC_SEEDS", seeds.to_string()))
}
