//! From a kubeconfig, or from within a cluster, to a connection.

use super::{Api, Requests};
use kube::config::{Config, KubeConfigOptions, Kubeconfig, KubeconfigError};
use std::path::PathBuf;
use std::time::Duration;

/// Which cluster, and as whom.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The kubeconfig files, first one first; none means from within a cluster.
    pub kubeconfig: Vec<PathBuf>,
    /// The context, where it is not the current one.
    pub context: Option<String>,
    /// Whom to impersonate.
    pub identity: Identity,
    /// Where requests are counted.
    pub requests: Requests,
}

/// Whom to impersonate; nobody by default.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// User, or `system:serviceaccount:NAMESPACE:NAME`.
    pub user: Option<String>,
    /// Groups.
    pub groups: Vec<String>,
}

/// No connection can be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// There is a kubeconfig, and it does not say how.
    #[error("the kubeconfig cannot be used")]
    Kubeconfig(#[source] Box<KubeconfigError>),
    /// There is none, and this does not run in a cluster.
    #[error("there is no kubeconfig, and this is no pod of a cluster")]
    NotInCluster(#[source] Box<kube::config::InClusterError>),
    /// The connection cannot be set up.
    #[error("the connection cannot be set up")]
    Client(#[source] Box<kube::Error>),
}

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection to `target`, and the namespace that its context names. Nothing is sent yet.
///
/// # Errors
/// See [`ConnectError`].
pub async fn connect(target: &Target) -> Result<(Api, String), ConnectError> {
    let mut config = configuration(target).await?;
    // Its retry repeats what was asked for minutes, also what creates.
    config.default_retry = false;
    config.connect_timeout = Some(CONNECT_TIMEOUT);
    if let Some(user) = &target.identity.user {
        config.auth_info.impersonate = Some(user.clone());
        config.auth_info.impersonate_groups =
            (!target.identity.groups.is_empty()).then(|| target.identity.groups.clone());
    }
    let namespace = config.default_namespace.clone();
    let client = kube::Client::try_from(config);
    let client = client.map_err(|error| ConnectError::Client(Box::new(error)))?;
    Ok((Api::new(client, target.requests.clone()), namespace))
}

async fn configuration(target: &Target) -> Result<Config, ConnectError> {
    if target.kubeconfig.is_empty() {
        let config = Config::incluster();
        return config.map_err(|error| ConnectError::NotInCluster(Box::new(error)));
    }
    let wrong = |error| ConnectError::Kubeconfig(Box::new(error));
    let mut merged = Kubeconfig::default();
    for file in &target.kubeconfig {
        let read = Kubeconfig::read_from(file).map_err(wrong)?;
        merged = merged.merge(read).map_err(wrong)?;
    }
    let options = KubeConfigOptions {
        context: target.context.clone(),
        ..KubeConfigOptions::default()
    };
    let config = Config::from_custom_kubeconfig(merged, &options).await;
    config.map_err(wrong)
}
