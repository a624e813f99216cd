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
    let kubeconfig = match &arguments.kubeconfig {
        Some(file) => vec![file.clone()],
        None => environment.kubeconfig.clone(),
    };
    let target = Target {
        kubeconfig,
        context: arguments.context.clone(),
        identity: Identity {
            user: arguments.impersonate.clone(),
            groups: arguments.as_group.clone(),
        },
    };
    let connected = api::connect(&target).await;
    connected.map_err(|error| findings::no_connection(&error))
}
