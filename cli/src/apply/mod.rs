//! `gitopsc apply`: compile, plan, show, ask, carry out.

mod findings;
mod former;
mod options;
mod place;
mod revision;
mod set;

use crate::arguments::ApplyArguments;
use crate::cluster::events::Teller;
use crate::cluster::{self, findings as common, view};
use crate::compile::{self, Compiled, Input, Manner, Outcome};
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_compiler::Meaning;
use gitopsc_compiler::digest::of_graph;
use gitopsc_compiler::edges::derive;
use gitopsc_core::{Diagnostic, EcoString};
use gitopsc_reconciler::apply::{Run, Source, carry_out, prepare};
use gitopsc_reconciler::lease::Record;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Applies what `arguments` name.
pub fn run(arguments: &ApplyArguments, environment: &Environment) -> Exit {
    let input = Input::new(arguments.directory.as_deref(), &arguments.reading);
    let manner = Manner {
        finds_later: true,
        ..Manner::default()
    };
    compile::run_as(
        manner,
        &input,
        environment,
        Vec::new(),
        |compiled, findings| {
            if compiled.compilation.meaning == Meaning::Nothing {
                return Outcome::HeldBack;
            }
            match cluster::wait_for(apply(arguments, environment, compiled, findings)) {
                Ok(outcome) => outcome,
                Err(diagnostic) => {
                    findings.push(*diagnostic);
                    Outcome::Unused
                }
            }
        },
    )
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
    let (api, namespace) = cluster::connect(&arguments.target, environment).await?;
    let namespace = arguments.namespace.clone().unwrap_or(namespace);
    let options = Arc::new(options::of(arguments, compiled, &namespace)?);
    let rules = Arc::new(gitopsc_compiler::health::rules(compilation));
    let source = Source {
        compilation,
        graph: &derived.graph,
        rules: &rules,
        pool: compiled.pool,
    };
    let prepared = prepare(&api, source, &options).await;
    let prepared = prepared.map_err(|error| common::unreachable(&error))?;
    let root = Path::new(compiled.paths.root.as_os_str());
    let recorded = &prepared.lease.record.revision;
    let revision = revision::of(root, recorded, arguments.rollback)?;
    findings.extend(revision.finding);
    let run = run_of(arguments, environment, source, revision.recorded);
    let mut teller = Teller::new(arguments.output, "ApplyEvent");
    teller.plan(&prepared.plan);
    findings.extend(findings::of_plan(&prepared, &derived.graph, compiled));
    if arguments.dry_run.is_some() {
        return Ok(Outcome::Told);
    }
    let (set, lease) = (&options.set, &prepared.lease);
    findings.extend(cluster::owner(&api, set, lease, arguments.take_over).await?);
    if prepared.is_at_rest(source, &options, &run.record) {
        return Ok(Outcome::Told);
    }
    let writes = prepared.plan.writes().next().is_some();
    if !arguments.yes && !agreed(writes, environment)? {
        if writes {
            findings.push(common::not_confirmed("applied", environment.interactive));
        }
        return Ok(Outcome::Told);
    }
    let messages = &arguments.reading.common.messages;
    let screen = environment.screen(messages.color.choice());
    teller.show(screen, || view::of_apply(&prepared, compilation));
    let applied = cluster::attend(&mut teller, async |stop, tell| {
        carry_out(&api, source, &prepared, &options, &run, stop, tell).await
    });
    let applied = applied.await;
    let applied = applied.map_err(|error| common::of_run(&error, "apply"))?;
    findings.extend(findings::of_run(
        &prepared,
        &derived.graph,
        &applied,
        compiled,
    ));
    teller.applied(&prepared, &applied);
    Ok(Outcome::Told)
}

/// What is recorded of the run, and how long it waits for another.
fn run_of(
    arguments: &ApplyArguments,
    environment: &Environment,
    source: Source<'_>,
    revision: EcoString,
) -> Run {
    let compilation = source.compilation;
    let digest = of_graph(&compilation.layers, &compilation.units, source.graph);
    Run {
        holder: cluster::holder("apply", environment),
        record: Record {
            revision,
            digest: digest.to_string().into(),
        },
        patience: Duration::from_secs(arguments.lease_timeout),
    }
}

/// Whether somebody who is there agrees; there is nothing to agree to where nothing is written.
fn agreed(writes: bool, environment: &Environment) -> Result<bool, Box<Diagnostic>> {
    if writes {
        return cluster::asked("Apply this?", environment);
    }
    Ok(environment.interactive && environment.terminal)
}
