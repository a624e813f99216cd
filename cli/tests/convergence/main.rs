//! Whatever disturbs an apply, the next one comes to the same end: shown on a real control plane.
//!
//! A set of 12 objects in 3 units, `testdata/convergence/before`, is applied, and then what it becomes, `after`: objects
//! change, come, leave, and go from one unit to another. Disturbed are these two applies. The end is that of a set
//! that nothing disturbed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod cluster;
mod each;
mod end;
mod faults;
mod killed;
mod model;
mod program;
mod state;
mod world;

use cluster::Cluster;
use gitopsc_test_support::{Missing, Outcome, Test, run};
use std::ops::Range;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

fn main() -> ExitCode {
    let cluster = Arc::new(OnceLock::new());
    let test = |name: &'static str, body: fn(&Cluster) -> Result<(), String>| {
        let cluster = Arc::clone(&cluster);
        Test::new(name, move || match cluster.get_or_init(Cluster::start) {
            Ok(cluster) => Outcome::from(body(cluster)),
            Err(Missing(why)) => Missing(why.clone()).into(),
        })
    };
    run(vec![
        test(
            "an_apply_that_is_killed_at_any_step_is_made_good_by_the_next_one",
            killed::at_any_step,
        ),
        test(
            "a_write_that_fails_or_whose_answer_is_lost_is_done_once",
            faults::at_every_first_write,
        ),
        test(
            "a_read_that_fails_is_asked_again",
            faults::at_every_first_read,
        ),
        test(
            "watches_that_end_expire_or_fall_silent_hide_nothing",
            faults::of_watches,
        ),
        test(
            "faults_at_random_are_told_and_made_good_by_the_next_apply",
            faults::at_random,
        ),
        test(
            "after_an_apply_the_cluster_is_what_the_graph_says_whatever_was_before",
            model::holds,
        ),
    ])
}

/// The seeds of what is done at random: as many as GITOPSC_SEEDS says, else `usual`.
fn seeds(usual: u64) -> Range<u64> {
    let asked = std::env::var("GITOPSC_SEEDS").ok();
    0..asked.map_or(usual, |count| count.parse().unwrap())
}
