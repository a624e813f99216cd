//! Which cluster, as the command line and the environment say.

use super::findings;
use crate::arguments::TargetArguments;
use crate::environment::Environment;
use gitopsc_core::Diagnostic;
use gitopsc_reconciler::api::{self, Api, Identity, Target};

/// A connection, and the namespace that its context names.
pub async fn connect(
    arguments: &TargetArguments,
    environment: &Environment,
) -> Result<(Api, String), Box<Diagnostic>> {
    let connected = api::connect(&target(arguments, environment)).await;
    connected.map_err(|error| findings::no_connection(&error))
}

/// The cluster that is meant.
pub fn target(arguments: &TargetArguments, environment: &Environment) -> Target {
    let kubeconfig = match &arguments.kubeconfig {
        Some(file) => vec![file.clone()],
        None => environment.kubeconfig.clone(),
    };
    Target {
        kubeconfig,
        context: arguments.context.clone(),
        identity: Identity {
            user: arguments.impersonate.clone(),
            groups: arguments.as_group.clone(),
        },
        ..Target::default()
    }
}
