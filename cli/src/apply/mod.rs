//! `gitopsc apply`: compile, plan, show, ask, carry out.

mod events;
mod findings;
mod options;
mod plan;
mod revision;
mod set;
mod target;

use crate::arguments::ApplyArguments;
use crate::build::print;
use crate::compile::{self, Compiled, Input, Outcome};
use crate::environment::Environment;
use crate::exit::Exit;
use events::Teller;
use gitopsc_compiler::Meaning;
use gitopsc_compiler::digest::of_graph;
use gitopsc_compiler::edges::derive;
use gitopsc_core::{Diagnostic, EcoString};
use gitopsc_reconciler::apply::{Run, Source, carry_out, prepare};
use gitopsc_reconciler::lease::Record;
use std::io::BufRead as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Applies what `arguments` name.
pub fn run(arguments: &ApplyArguments, environment: &Environment) -> Exit {
    let input = Input::new(arguments.directory.as_deref(), &arguments.reading);
    compile::run(&input, environment, Vec::new(), |compiled, findings| {
        if compiled.compilation.meaning == Meaning::Nothing {
            return Outcome::HeldBack;
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let done = match runtime {
            Ok(runtime) => runtime.block_on(apply(arguments, environment, compiled, findings)),
            Err(error) => Err(findings::no_runtime(&error)),
        };
        match done {
            Ok(outcome) => outcome,
            Err(diagnostic) => {
                findings.push(*diagnostic);
                Outcome::Unused
            }
        }
    })
}

async fn apply(
    arguments: &ApplyArguments,
    environment: &Environment,
    compiled: &Compiled<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Result<Outcome, Box<Diagnostic>> {
    let compilation = compiled.compilation;
    let derived = derive(compilation, compiled.pool);
    findings.extend(derived.diagnostics);
    let (api, namespace) = target::connect(&arguments.target, environment).await?;
    let options = Arc::new(options::of(arguments, compiled, &namespace)?);
    let rules = Arc::new(gitopsc_compiler::health::rules(compilation));
    let source = Source {
        compilation,
        graph: &derived.graph,
        rules: &rules,
    };
    let prepared = prepare(&api, source, &options).await;
    let prepared = prepared.map_err(|error| findings::unreachable(&error))?;
    let root = Path::new(compiled.paths.root.as_os_str());
    let recorded = &prepared.lease.record.revision;
    let run = Run {
        holder: holder(environment),
        record: Record {
            revision: revision::of(root, recorded, arguments.rollback)?,
            digest: of_graph(&compilation.layers, &compilation.units, &derived.graph)
                .to_string()
                .into(),
        },
        patience: Duration::from_secs(arguments.lease_timeout),
    };
    let mut teller = Teller::new(arguments.output, &prepared);
    teller.plan(&prepared.plan);
    findings.extend(findings::of_plan(&prepared, &derived.graph));
    let has_writes = prepared.plan.writes().next().is_some();
    // Nobody has to be asked about records.
    let is_unrecorded = arguments.yes && prepared.is_unrecorded(source, &options, &run.record);
    if arguments.dry_run.is_some() || !(has_writes || is_unrecorded) {
        return Ok(Outcome::Told);
    }
    if !arguments.yes && !asked(environment)? {
        findings.push(findings::not_confirmed(environment.interactive));
        return Ok(Outcome::Told);
    }
    let stop = stop_on_interrupt();
    let mut tell = |progress| teller.tell(&progress);
    let applied = carry_out(&api, source, &prepared, &options, &run, &stop, &mut tell).await;
    let applied = applied.map_err(|error| findings::of_apply(&error))?;
    findings.extend(findings::of_run(&prepared, &derived.graph, &applied));
    teller.summary(&prepared, &applied);
    Ok(Outcome::Told)
}

/// Who is at work, for whoever has to wait.
fn holder(environment: &Environment) -> EcoString {
    let host = environment.host.as_deref().unwrap_or("some host");
    format!("gitopsc apply on {host}, process {}", std::process::id()).into()
}

/// Asks whether to go on, where somebody is there who could be asked.
fn asked(environment: &Environment) -> Result<bool, Box<Diagnostic>> {
    if !environment.interactive || !environment.terminal {
        return Ok(false);
    }
    if let Some(failure) = print(b"Apply this? [y/N] ") {
        return Err(Box::new(failure));
    }
    let mut answer = String::new();
    // What cannot be read is no yes.
    let _ = std::io::stdin().lock().read_line(&mut answer);
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Becomes true at the first interrupt; the second one ends the process, as it does without this.
fn stop_on_interrupt() -> watch::Receiver<bool> {
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
