//! What all commands that talk to a cluster have in common: the way there, what is shown, what is asked.

pub mod events;
pub mod findings;
mod line;
mod plan;
pub mod set;
mod target;
mod verb;
pub mod view;

pub use target::{connect, target};

use crate::build::print;
use crate::environment::Environment;
use events::Teller;
use gitopsc_core::{Diagnostic, EcoString};
use gitopsc_reconciler::api::Api;
use gitopsc_reconciler::progress::Progress;
use gitopsc_reconciler::set::SetName;
use gitopsc_reconciler::{lease, owner};
use std::cell::RefCell;
use std::future::Future;
use std::io::BufRead as _;
use std::pin::pin;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

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

/// Whether `set`, of whose lease `read` was read, may be written to: it may belong to a Sync, and that may be meant to be
/// `taken` over. What is to be said of that.
pub async fn owner(
    api: &Api,
    set: &SetName,
    read: &lease::Read,
    taken: bool,
) -> Result<Option<Diagnostic>, Box<Diagnostic>> {
    let owner = owner::of(api, set, read).await;
    match owner.map_err(|error| findings::unreachable(&error))? {
        Some(owner) if !taken => Err(findings::owned(set, &owner)),
        Some(owner) if !owner.suspended => Ok(Some(findings::taken_over(&owner))),
        _ => Ok(None),
    }
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

/// Does `work`, which hears when it is to stop and tells how it goes, and shows that. The first interrupt stops it; the
/// second one ends the process.
pub async fn attend<T>(
    teller: &mut Teller,
    work: impl AsyncFnOnce(&watch::Receiver<bool>, &mut dyn FnMut(Progress)) -> T,
) -> T {
    let (stop, stopped) = watch::channel(false);
    let teller = RefCell::new(teller);
    let mut tell = |progress| teller.borrow_mut().tell(&progress);
    let mut work = pin!(work(&stopped, &mut tell));
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    let mut redraw = tokio::time::interval(REDRAWN);
    redraw.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut hears = true;
    loop {
        tokio::select! {
            done = &mut work => {
                teller.borrow_mut().leave();
                return done;
            }
            heard = &mut interrupt, if hears => {
                hears = heard.is_ok();
                interrupt.set(tokio::signal::ctrl_c());
                if hears {
                    stop_or_end(&stop, *teller.borrow_mut());
                }
            }
            _ = redraw.tick() => teller.borrow_mut().redraw(),
        }
    }
}

fn stop_or_end(stop: &watch::Sender<bool>, teller: &mut Teller) {
    if stop.send_replace(true) {
        teller.leave();
        std::process::exit(130);
    }
    teller.stopping();
}

/// How often a view is redrawn.
const REDRAWN: Duration = Duration::from_millis(100);
