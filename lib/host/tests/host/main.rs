//! The host against real folders and real Git repositories.
//!
//! A test whose prerequisite is missing shows as ignored with its reason: the `git` program, a user whom
//! permissions bind, symbolic links, names that are no Unicode.

#![allow(
    missing_docs,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests, not run by the usual runner, which would allow this"
)]

mod files;
mod folder;
mod git_tree;
mod history;
mod ignored;
mod killed;
mod needs;
mod oci;
mod output;
mod place;
mod repository;

use gitopsc_test_support::run;
use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(child) = std::env::var_os(needs::CHILD) {
        return match child.to_str() {
            Some("write stores") => oci::write_stores(),
            Some("write folders") => killed::write_folders(),
            Some("write over where it stands") => output::write_over_current(),
            Some("say what is ignored") => ignored::say_what_is_ignored(),
            _ => ExitCode::FAILURE,
        };
    }
    let tests = [
        folder::tests(),
        git_tree::tests(),
        history::tests(),
        ignored::tests(),
        place::tests(),
        files::tests(),
        output::tests(),
        killed::tests(),
        oci::tests(),
    ];
    run(tests.into_iter().flatten().collect())
}
