//! `gitopsc status`: what is there of one set, or of all.

mod json;
mod text;

use crate::arguments::{StatusArguments, StatusFormat};
use crate::build::print;
use crate::cluster::{self, findings};
use crate::compile::tell;
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_core::Diagnostic;
use gitopsc_reconciler::api::Api;
use gitopsc_reconciler::set::SetName;
use gitopsc_reconciler::status::{self, SetStatus};

/// Shows the status that `arguments` ask for.
pub fn run(arguments: &StatusArguments, environment: &Environment) -> Exit {
    let (mut findings, mut exit) = (Vec::new(), Exit::Done);
    match cluster::wait_for(read(arguments, environment)) {
        Err(diagnostic) => findings.push(*diagnostic),
        Ok(sets) => {
            findings.extend(print(written(arguments, &sets).as_bytes()));
            if !sets.iter().all(SetStatus::is_current) {
                exit = Exit::Input;
            }
        }
    }
    exit.max(tell(&arguments.messages, environment, &findings))
}

async fn read(
    arguments: &StatusArguments,
    environment: &Environment,
) -> Result<Vec<SetStatus>, Box<Diagnostic>> {
    let namespace = arguments.records.set_namespace.as_str();
    let named = arguments.set.as_deref();
    let named = named.map(|name| cluster::set::named(name, namespace));
    let named = named.transpose()?;
    let (api, _) = cluster::connect(&arguments.target, environment).await?;
    let names = match &named {
        Some(set) => vec![set.clone()],
        None => all(&api, namespace).await?,
    };
    let kinds = api.kinds().await;
    let kinds = kinds.map_err(|error| findings::unreachable(&error))?;
    let mut sets = Vec::new();
    for name in names {
        let set = status::read(&api, &kinds, &name).await;
        sets.extend(set.map_err(|error| findings::unreachable(&error))?);
    }
    match named {
        Some(set) if sets.is_empty() => Err(findings::no_such_set(&api, &set).await),
        _ => Ok(sets),
    }
}

async fn all(api: &Api, namespace: &str) -> Result<Vec<SetName>, Box<Diagnostic>> {
    let names = status::sets(api, namespace).await;
    let names = names.map_err(|error| findings::unreachable(&error))?;
    let set = |name| SetName {
        name,
        namespace: namespace.into(),
    };
    Ok(names.into_iter().map(set).collect())
}

fn written(arguments: &StatusArguments, sets: &[SetStatus]) -> String {
    let namespace = &arguments.records.set_namespace;
    match (arguments.output, &arguments.set) {
        (StatusFormat::Json, _) => json::document(namespace, sets),
        (StatusFormat::Text, None) => text::list(namespace, sets),
        (StatusFormat::Text, Some(_)) => sets.iter().map(text::whole).collect(),
    }
}
