//! `gitopsc delete`: read what a set has, plan, show, ask, delete.

mod findings;

use crate::arguments::DeleteArguments;
use crate::cluster::events::Teller;
use crate::cluster::{self, findings as common, view};
use crate::compile::{single_thread, tell};
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_core::Diagnostic;
use gitopsc_reconciler::delete::{Options, carry_out, prepare};
use std::time::Duration;

/// Deletes the set that `arguments` name.
pub fn run(arguments: &DeleteArguments, environment: &Environment) -> Exit {
    let mut findings = Vec::new();
    let done = cluster::wait_for(delete(arguments, environment, &mut findings));
    findings.extend(done.err().map(|diagnostic| *diagnostic));
    tell(&arguments.messages, environment, &findings)
}

async fn delete(
    arguments: &DeleteArguments,
    environment: &Environment,
    findings: &mut Vec<Diagnostic>,
) -> Result<(), Box<Diagnostic>> {
    let options = options(arguments, environment)?;
    let (api, _) = cluster::connect(&arguments.target, environment).await?;
    let pool = single_thread()?;
    let prepared = prepare(&api, &options, &pool).await;
    let prepared = prepared.map_err(|error| common::unreachable(&error))?;
    let Some(prepared) = prepared else {
        return Err(common::no_such_set(&api, &options.set).await);
    };
    let mut teller = Teller::new(arguments.output, "DeleteEvent");
    teller.plan(&prepared.plan);
    if arguments.dry_run.is_none() {
        let (set, lease) = (&options.set, &prepared.lease);
        findings.extend(cluster::owner(&api, set, lease, arguments.take_over).await?);
    }
    findings.extend(findings::of_plan(&prepared));
    if arguments.dry_run.is_some() || !prepared.plan.consent.is_enough() {
        return Ok(());
    }
    if !arguments.yes && !cluster::asked("Delete this?", environment)? {
        let interactive = environment.interactive;
        findings.push(common::not_confirmed("deleted", interactive));
        return Ok(());
    }
    let screen = environment.screen(arguments.messages.color.choice());
    teller.show(screen, || view::of_delete(&prepared.plan));
    let deleted = cluster::attend(&mut teller, async |stop, tell| {
        carry_out(&api, &prepared, &options, stop, tell).await
    });
    let deleted = deleted.await;
    let deleted = deleted.map_err(|error| common::of_run(&error, "delete"))?;
    findings.extend(findings::of_run(&deleted));
    teller.deleted(&prepared.plan, &deleted);
    Ok(())
}

fn options(
    arguments: &DeleteArguments,
    environment: &Environment,
) -> Result<Options, Box<Diagnostic>> {
    Ok(Options {
        set: cluster::set::named(&arguments.set, &arguments.records.set_namespace)?,
        approved: arguments.approve.as_ref().map(Into::into),
        holder: cluster::holder("delete", environment),
        patience: Duration::from_secs(arguments.lease_timeout),
        timeout: Duration::from_secs(arguments.timeout),
        in_flight: usize::from(arguments.target.in_flight),
    })
}
