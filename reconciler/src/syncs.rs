//! The Syncs themselves: read as types, seen as they change.

use crate::api::{Api, Collection, Following, List, Sight};
use crate::resources::{APPROVE, REQUESTED, Sync, sync_kind};
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::policy::seconds;
use gitopsc_engine::reconcile::{Facts, SyncKey};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// What the watch of Syncs says.
#[derive(Clone, Debug)]
pub(crate) enum Saw {
    /// It is there, and so.
    Sync(SyncKey, Box<Sync>),
    /// It is gone.
    Gone(SyncKey),
    /// There are just these.
    Listed(BTreeSet<SyncKey>),
    /// It cannot be read as a Sync, or none can be read.
    Unreadable(String),
}

/// Follows the Syncs of `namespace`, of all if it is empty, until nobody listens.
pub(crate) async fn follow(api: Api, namespace: EcoString, sender: mpsc::Sender<Saw>) {
    let kind = sync_kind();
    let following = Following {
        list: List::all(Collection::of(&kind, &namespace)),
        kind,
        namespaces: Arc::default(),
        from: None,
    };
    let mut listing = None;
    let see = move |sight: Sight<'_>| match sight {
        Sight::Listing => {
            listing = Some(BTreeSet::new());
            None
        }
        Sight::Is(object) => {
            if let Some(listing) = &mut listing {
                listing.insert(key_in(object));
            }
            Some(read(object))
        }
        Sight::Left(object) => Some(Saw::Gone(key_in(object))),
        Sight::Listed(..) => listing.take().map(Saw::Listed),
        Sight::Blind(error) => Some(Saw::Unreadable(error.chain())),
    };
    api.follow(following, sender, see).await;
}

fn read(object: &Json) -> Saw {
    let mut text = String::new();
    write_json(object, Form::Canonical, Secrets::Reveal, &mut text);
    match serde_json::from_str(&text) {
        Ok(sync) => Saw::Sync(key_in(object), Box::new(sync)),
        Err(error) => Saw::Unreadable(format!("the Sync {}: {error}", key_in(object))),
    }
}

/// What names `sync`.
pub(crate) fn key_of(sync: &Sync) -> SyncKey {
    let metadata = &sync.metadata;
    SyncKey {
        namespace: metadata.namespace.as_deref().unwrap_or_default().into(),
        name: metadata.name.as_deref().unwrap_or_default().into(),
    }
}

fn key_in(object: &Json) -> SyncKey {
    let text = |key| object.str_at(&["metadata", key]).unwrap_or_default().into();
    SyncKey {
        namespace: text("namespace"),
        name: text("name"),
    }
}

/// What of `sync` decides when something is done.
pub(crate) fn facts(sync: &Sync) -> Facts {
    let annotation = |name: &str| {
        let annotations = sync.metadata.annotations.as_ref()?;
        annotations.get(name).map(EcoString::from)
    };
    Facts {
        generation: sync.metadata.generation.unwrap_or_default(),
        suspend: sync.spec.suspend,
        interval: Duration::from_secs(seconds(&sync.spec.interval).unwrap_or(INTERVAL)),
        approved: annotation(APPROVE),
        requested: annotation(REQUESTED),
    }
}

/// How often a source is looked at, in seconds, where nothing that can be read says so.
const INTERVAL: u64 = 60;
