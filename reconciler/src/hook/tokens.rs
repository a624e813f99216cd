//! Keeping the table: Syncs that name a token are followed, and so is each Secret that one is in.

use super::matching::Watched;
use super::table::{Entry, Table};
use crate::api::{Api, Collection, Following, List, Sight};
use crate::resources::{SecretReference, Sync};
use crate::secrets::{entries_of, secret_kind};
use crate::syncs::{self, Saw};
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::reconcile::SyncKey;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use zeroize::Zeroizing;

/// The entry of the Secret that is the token.
const TOKEN: &str = "token";
/// How many changes wait to be looked at before watches are read no further.
const WAITING: usize = 64;

/// Keeps `table` as the Syncs of the namespace `only`, of all if it is empty, say. It never ends.
pub async fn keep(api: Api, only: EcoString, table: Arc<Table>) {
    let mut tasks = JoinSet::new();
    let (sender, mut saw) = mpsc::channel(WAITING);
    tasks.spawn(syncs::follow(api.clone(), only, sender));
    let (sender, mut tokens) = mpsc::channel(WAITING);
    let mut hooks = Hooks {
        api,
        table,
        sender,
        tasks,
        by_key: BTreeMap::new(),
    };
    loop {
        tokio::select! {
            Some(saw) = saw.recv() => hooks.on_sync(saw),
            Some((key, token)) = tokens.recv() => hooks.on_token(&key, token),
            // What was given up has ended.
            Some(_) = hooks.tasks.join_next() => {}
        }
    }
}

type Token = Zeroizing<Vec<u8>>;

struct Hooks {
    api: Api,
    table: Arc<Table>,
    sender: mpsc::Sender<(SyncKey, Option<Token>)>,
    tasks: JoinSet<()>,
    by_key: BTreeMap<SyncKey, Hook>,
}

struct Hook {
    secret: SecretReference,
    watched: Watched,
    token: Option<Token>,
    /// Whether the token was looked for.
    is_known: bool,
    watch: AbortHandle,
}

impl Hooks {
    fn on_sync(&mut self, saw: Saw) {
        match saw {
            Saw::Sync(key, sync) => self.on_one(key, &sync),
            Saw::Gone(key) => self.forget(&key),
            Saw::Listed(keys) => {
                let gone = self.by_key.keys().filter(|key| !keys.contains(key));
                let gone: Vec<SyncKey> = gone.cloned().collect();
                gone.iter().for_each(|key| self.forget(key));
            }
            // The loop that owns the Syncs tells of it.
            Saw::Unreadable(_) => {}
        }
    }

    fn on_one(&mut self, key: SyncKey, sync: &Sync) {
        let Some(webhook) = &sync.spec.webhook else {
            return self.forget(&key);
        };
        let git = &sync.spec.source.git;
        let watched = Watched {
            url: git.url.as_str().into(),
            reference: git.reference.clone(),
        };
        let secret = &webhook.secret_ref;
        match self.by_key.get_mut(&key) {
            Some(hook) if hook.secret == *secret => {
                hook.watched = watched;
                if hook.is_known {
                    hook.tell(&key, &self.table);
                }
            }
            _ => {
                self.forget(&key);
                let following = following(&key, secret);
                let (api, sender) = (self.api.clone(), self.sender.clone());
                let see = see(key.clone());
                let follow = async move { api.follow(following, sender, see).await };
                let hook = Hook {
                    secret: secret.clone(),
                    watched,
                    token: None,
                    is_known: false,
                    watch: self.tasks.spawn(follow),
                };
                self.by_key.insert(key, hook);
            }
        }
    }

    fn on_token(&mut self, key: &SyncKey, token: Option<Token>) {
        let Some(hook) = self.by_key.get_mut(key) else {
            return;
        };
        if token.is_none() && (hook.token.is_some() || !hook.is_known) {
            tracing::warn!(sync = %key, secret = hook.secret.name, "there is no token for its webhook");
        }
        (hook.token, hook.is_known) = (token, true);
        hook.tell(key, &self.table);
    }

    fn forget(&mut self, key: &SyncKey) {
        if let Some(hook) = self.by_key.remove(key) {
            hook.watch.abort();
        }
        self.table.remove(key);
    }
}

impl Hook {
    fn tell(&self, key: &SyncKey, table: &Table) {
        match &self.token {
            None => table.unset(key),
            Some(token) => table.set(Entry {
                key: key.clone(),
                watched: self.watched.clone(),
                token: token.clone(),
            }),
        }
    }
}

/// One Secret of the Sync's namespace, and no other.
fn following(key: &SyncKey, secret: &SecretReference) -> Following {
    let kind = secret_kind();
    let mut list = List::all(Collection::of(&kind, &key.namespace));
    list.fields = format!("metadata.name={}", secret.name).into();
    Following {
        kind,
        list,
        namespaces: Arc::new(BTreeSet::new()),
        from: None,
    }
}

/// What a look at the Secret comes to: its token, or that there is none.
fn see(
    key: SyncKey,
) -> impl FnMut(Sight<'_>) -> Option<(SyncKey, Option<Token>)> + Clone + Send + 'static {
    let mut seen = false;
    move |sight| {
        let token = match sight {
            Sight::Listing => {
                seen = false;
                return None;
            }
            Sight::Is(secret) => {
                seen = true;
                token_of(secret)
            }
            Sight::Listed(..) if seen => return None,
            Sight::Left(_) | Sight::Listed(..) => None,
            Sight::Blind(error) => {
                tracing::warn!(sync = %key, error = %error.chain(), "the token of its webhook cannot be read");
                return None;
            }
        };
        Some((key.clone(), token))
    }
}

/// The token without the line break that a file ends in; nothing if there is nothing else.
fn token_of(secret: &Json) -> Option<Token> {
    let mut entries = entries_of(secret);
    let token = entries.remove(TOKEN)?;
    let token = Zeroizing::new(token.trim_ascii_end().to_vec());
    (!token.is_empty()).then_some(token)
}
