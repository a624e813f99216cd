//! `gitopsc run`: the reconciler as a process, from its start to a clean stop.

mod logging;
mod signals;

use crate::arguments::RunArguments;
use crate::cluster;
use crate::codes;
use crate::compile::tell;
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_core::Diagnostic;
use gitopsc_reconciler::run::{self, Setup, StartError};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Runs until it is stopped.
pub fn run(arguments: &RunArguments, environment: &Environment) -> Exit {
    logging::begin(arguments, environment);
    match cluster::wait_for(reconcile(arguments, environment)) {
        Ok(()) => Exit::Done,
        Err(diagnostic) => {
            let exit = Exit::of(&diagnostic);
            exit.max(tell(&arguments.messages, environment, &[*diagnostic]))
        }
    }
}

async fn reconcile(
    arguments: &RunArguments,
    environment: &Environment,
) -> Result<(), Box<Diagnostic>> {
    let target = cluster::target(&arguments.target, environment);
    let (_, namespace) = cluster::connect(&arguments.target, environment).await?;
    let setup = Setup {
        target,
        namespace: arguments.namespace.clone().unwrap_or(namespace).into(),
        only: arguments.only.clone().map(Into::into),
        cache: arguments.cache.clone(),
        local_sources: arguments.local_sources,
        hook_listen: arguments.hook_listen,
        metrics_listen: arguments.metrics_listen,
        version: env!("CARGO_PKG_VERSION"),
        pool: pool(arguments)?,
        holder: cluster::holder("run", environment),
    };
    let stop = signals::stop();
    run::run(setup, stop).await.map_err(|error| match error {
        StartError::Connect(error) => cluster::findings::no_connection(&error),
        StartError::Cache(error) => {
            let message = format!("{}: {error}", arguments.cache.display());
            Box::new(Diagnostic::error(codes::CACHE_UNUSABLE, message).io())
        }
        StartError::Listen(error) => {
            let message = format!("{error}: {}", error.source);
            Box::new(Diagnostic::error(codes::ADDRESS_UNUSABLE, message).io())
        }
    })
}

/// The threads that everything is built on; the calling one is not among them, as it must never wait.
fn pool(arguments: &RunArguments) -> Result<ThreadPool, Box<Diagnostic>> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let count = arguments.threads.map_or(processors, usize::from);
    let built = ThreadPoolBuilder::new().num_threads(count).build();
    built.map_err(|error| {
        let message = format!("cannot start threads: {error}");
        Box::new(Diagnostic::error(codes::THREADS_UNAVAILABLE, message).io())
    })
}
