//! The Git source against real servers on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[cfg(unix)]
mod child;
mod https;
mod mirrors;
mod notes;
mod proxy;
mod redirections;
mod references;
mod signatures;
mod site;
#[cfg(unix)]
mod ssh;

use gitopsc_test_support::run;
use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(unix)]
    if let Some(printed) = child::fetched() {
        return printed;
    }
    let mut tests = https::tests();
    tests.extend(references::tests());
    tests.extend(mirrors::tests());
    tests.extend(notes::tests());
    tests.extend(proxy::tests());
    tests.extend(redirections::tests());
    #[cfg(unix)]
    tests.extend(signatures::tests());
    #[cfg(unix)]
    tests.extend(child::tests());
    #[cfg(unix)]
    tests.extend(ssh::tests());
    run(tests)
}
