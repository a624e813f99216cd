//! What all commands that talk to a cluster have in common: the way there, what is shown, what is asked.

pub mod events;
pub mod findings;
mod plan;
pub mod set;
mod target;

pub use target::connect;

use crate::build::print;
use crate::environment::Environment;
use gitopsc_core::{Diagnostic, EcoString};
use std::future::Future;
use std::io::BufRead as _;
use tokio::sync::watch;

/// Does `work` until it is done.
pub fn wait_for<T>(
    work: impl Future<Output = Result<T, Box<Diagnostic>>>,
) -> Result<T, Box<Diagnostic>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => Err(findings::no_runtime(&error)),
    }
}

/// Who is at work with `command`, for whoever has to wait.
pub fn holder(command: &str, environment: &Environment) -> EcoString {
    let host = environment.host.as_deref().unwrap_or("some host");
    format!(
        "gitopsc {command} on {host}, process {}",
        std::process::id()
    )
    .into()
}

/// Asks whether to go on, where somebody is there who could be asked.
pub fn asked(question: &str, environment: &Environment) -> Result<bool, Box<Diagnostic>> {
    if !environment.interactive || !environment.terminal {
        return Ok(false);
    }
    if let Some(failure) = print(format!("{question} [y/N] ").as_bytes()) {
        return Err(Box::new(failure));
    }
    let mut answer = String::new();
    // What cannot be read is no yes.
    let _ = std::io::stdin().lock().read_line(&mut answer);
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Becomes true at the first interrupt; the second one ends the process, as it does without this.
pub fn stop_on_interrupt() -> watch::Receiver<bool> {
    let (sender, stop) = watch::channel(false);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            // Nobody listens any more: then there is nothing to stop.
            let _ = sender.send(true);
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
    stop
}
