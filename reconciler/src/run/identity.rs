//! As whom the objects of a Sync are read and written.

use super::Shared;
use crate::api::{self, Api, ConnectError, Identity, Target};
use crate::resources::Sync;
use gitopsc_core::EcoString;
use std::collections::BTreeMap;
use tokio::sync::Mutex;

/// Connections, one an identity.
pub(super) struct Identities {
    target: Target,
    connected: Mutex<BTreeMap<EcoString, Api>>,
}

impl Identities {
    /// Connections to `target`, none yet.
    pub(super) fn new(target: Target) -> Identities {
        Identities {
            target,
            connected: Mutex::default(),
        }
    }

    async fn of(&self, account: &Account) -> Result<Api, ConnectError> {
        let mut connected = self.connected.lock().await;
        let user = account.user();
        if let Some(api) = connected.get(&user) {
            return Ok(api.clone());
        }
        let target = Target {
            identity: Identity {
                user: Some(user.to_string()),
                groups: account.groups(),
            },
            ..self.target.clone()
        };
        let (api, _) = api::connect(&target).await?;
        connected.insert(user, api.clone());
        Ok(api)
    }
}

/// A service account.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Account {
    namespace: EcoString,
    name: EcoString,
}

impl Account {
    fn user(&self) -> EcoString {
        format!("system:serviceaccount:{}:{}", self.namespace, self.name).into()
    }

    /// The groups that the server itself puts it in.
    fn groups(&self) -> Vec<String> {
        vec![
            "system:serviceaccounts".to_owned(),
            format!("system:serviceaccounts:{}", self.namespace),
            "system:authenticated".to_owned(),
        ]
    }
}

/// The connection through which everything of `sync` in the cluster is read and written.
pub(super) async fn api_for(shared: &Shared, sync: &Sync) -> Result<Api, ConnectError> {
    match account_of(sync, &shared.namespace) {
        None => Ok(shared.api.clone()),
        Some(account) => shared.identities.of(&account).await,
    }
}

/// The account that `sync` names, or else the one of its namespace; nothing, which is the reconciler itself, in the
/// reconciler's `own` namespace.
fn account_of(sync: &Sync, own: &str) -> Option<Account> {
    let namespace = sync.metadata.namespace.as_deref().unwrap_or_default();
    let named = sync.spec.service_account_name.as_deref();
    let name = match named {
        None if namespace == own => return None,
        named => named.unwrap_or("default"),
    };
    Some(Account {
        namespace: namespace.into(),
        name: name.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::account_of;
    use crate::resources::{GitReference, GitSource, Source, Sync, SyncSpec};

    fn sync(namespace: &str, account: Option<&str>) -> Sync {
        let spec = serde_json::json!({"source": {"git": {"url": "https://git.test/a"}}});
        let spec: SyncSpec = serde_json::from_value(spec).unwrap();
        assert_eq!(
            spec.source,
            Source {
                git: GitSource {
                    url: "https://git.test/a".to_owned(),
                    reference: GitReference::default(),
                    secret_ref: None,
                    ca_bundle: None,
                    proxy: None,
                    verify: None,
                    timeout: "1m".to_owned(),
                }
            }
        );
        let mut sync = Sync::new("a", spec);
        sync.metadata.namespace = Some(namespace.to_owned());
        sync.spec.service_account_name = account.map(str::to_owned);
        sync
    }

    #[test]
    fn only_in_its_own_namespace_the_reconciler_acts_as_itself() {
        let user = |namespace, account| {
            account_of(&sync(namespace, account), "own").map(|account| account.user().to_string())
        };
        assert_eq!(user("own", None), None);
        let named = Some("system:serviceaccount:own:limited".to_owned());
        assert_eq!(user("own", Some("limited")), named);
        let default = Some("system:serviceaccount:tenant:default".to_owned());
        assert_eq!(user("tenant", None), default);
        let named = Some("system:serviceaccount:tenant:deployer".to_owned());
        assert_eq!(user("tenant", Some("deployer")), named);
    }
}
