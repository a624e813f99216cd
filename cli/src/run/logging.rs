//! The log of a process that runs on and on: on standard error, a line for each thing that happened.

use crate::arguments::{LogFormat, LogLevel, RunArguments};
use crate::environment::Environment;
use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt as _};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Sends what is logged from now on to standard error.
pub fn begin(arguments: &RunArguments, environment: &Environment) {
    let level = match arguments.log_level {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
    };
    // What libraries say of their own steps tells nobody here anything.
    let ours = Targets::new()
        .with_default(Level::WARN)
        .with_target("gitopsc", level);
    let log = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_target(false);
    let log: Box<dyn Layer<Registry> + Send + Sync> = match arguments.log_format {
        LogFormat::Text => log.with_ansi(environment.wants_colour()).boxed(),
        LogFormat::Json => log.json().flatten_event(true).boxed(),
    };
    // Whoever has begun a log before keeps it.
    let _ = tracing_subscriber::registry()
        .with(log.with_filter(ours))
        .try_init();
}
