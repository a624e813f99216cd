//! What a person sees of `gitopsc apply` and `gitopsc delete` on a terminal, against a real control plane.

#![cfg_attr(
    unix,
    allow(
        clippy::unwrap_used,
        clippy::panic,
        reason = "a test fails by panicking"
    )
)]

#[cfg(unix)]
mod pty;
#[cfg(unix)]
mod seen;
#[cfg(unix)]
mod world;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    seen::run()
}

/// There are no terminals like these.
#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
