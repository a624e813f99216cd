//! What a real API server makes of what gitopsc prints and applies, where a program has to make the input: masks on every
//! kind, sets that are large, two at the same time, a server that is busy; and who is asked for
//! credentials.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod busy;
mod credentials;
mod large;
mod masked;
mod program;
mod server;
mod two;

use gitopsc_test_support::{Missing, Outcome, Test, run};
use server::Server;
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

fn main() -> ExitCode {
    let server = Arc::new(OnceLock::new());
    let test = |name: &'static str, body: fn(&Server) -> Result<(), String>| {
        let server = Arc::clone(&server);
        Test::new(name, move || match server.get_or_init(Server::start) {
            Ok(server) => Outcome::from(body(server)),
            Err(Missing(why)) => Missing(why.clone()).into(),
        })
    };
    run(vec![
        test(
            "a_masked_object_of_every_kind_of_the_server_is_refused",
            masked::of_every_kind,
        ),
        test(
            "a_masked_object_of_each_kind_that_the_example_and_the_cases_have_is_refused",
            masked::of_examples,
        ),
        test("a_unit_of_1000_objects_is_applied", large::one_unit),
        test("50_units_in_chains_of_10_come_in_order", large::chains),
        test(
            "of_two_sets_that_create_one_object_at_once_exactly_one_wins",
            two::at_once,
        ),
        test(
            "a_busy_server_is_asked_for_less_at_once",
            busy::is_asked_for_less,
        ),
        test(
            "a_plugin_of_the_kubeconfig_is_asked_for_credentials",
            credentials::of_a_plugin,
        ),
    ])
}
