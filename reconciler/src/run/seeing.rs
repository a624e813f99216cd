//! The watches of the members of one Sync: only metadata, but of kinds whose health can be told.

use super::members::{Listed, Seen};
use super::outcome::Left;
use crate::api::{Api, Collection, Following, Kind, List, Sight};
use crate::execute::now;
use crate::observe::{health_of, name_of, selector};
use crate::set::SetName;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::drift::Footprint;
use gitopsc_engine::health::{Rules, has_rule};
use gitopsc_engine::observed::kind_of;
use gitopsc_engine::reconcile::SyncKey;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// What the watches of members say.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Saw {
    /// A member is so.
    Member(Seen),
    /// The members of a kind are just these.
    Listed(Listed),
}

/// The watches of the members of one Sync. They end with this.
#[derive(Default)]
pub(super) struct Seeing {
    watched: BTreeSet<Kind>,
    /// The rules that health is told by.
    rules: Option<Arc<Rules>>,
    tasks: JoinSet<()>,
}

impl Seeing {
    /// Watches the members that `left` names, which are of `set`, for who hears `sender`. What is watched already goes
    /// on, as long as it is seen in the same way.
    pub(super) fn watch(
        &mut self,
        key: &SyncKey,
        set: &SetName,
        left: &Left,
        is_same_build: bool,
        sender: &mpsc::Sender<(SyncKey, Saw)>,
    ) {
        if !is_same_build {
            *self = Seeing::default();
        }
        let rules = self.rules.get_or_insert_with(|| Arc::clone(&left.rules));
        let rules = Arc::clone(rules);
        let members = left.members.iter();
        let namespaces = members.map(|member| member.object.namespace.clone());
        let namespaces: BTreeSet<EcoString> = namespaces.filter(|name| !name.is_empty()).collect();
        let namespaces = Arc::new(namespaces);
        for member in &left.members {
            let Some(kind) = left.kinds.get(&member.gvk) else {
                continue;
            };
            if !self.watched.insert(kind.clone()) {
                continue;
            }
            let list = List::all(Collection::of(kind, "")).labelled(selector(set));
            let is_told = has_rule(&kind.gvk, &rules);
            let following = Following {
                kind: kind.clone(),
                list: if is_told { list } else { list.metadata() },
                namespaces: Arc::clone(&namespaces),
                from: left.versions.get(&kind_of(&member.object)).cloned(),
            };
            let one = One {
                key: key.clone(),
                kind: kind.clone(),
                rules: Arc::clone(&rules),
                listing: None,
            };
            let (api, sender) = (left.api.clone(), sender.clone());
            self.tasks.spawn(follow(api, following, sender, one));
        }
    }
}

async fn follow(
    api: Api,
    following: Following,
    sender: mpsc::Sender<(SyncKey, Saw)>,
    mut one: One,
) {
    let see = move |sight: Sight<'_>| one.saw(sight);
    api.follow(following, sender, see).await;
}

/// What one watch makes of what it sees.
#[derive(Clone)]
struct One {
    key: SyncKey,
    kind: Kind,
    rules: Arc<Rules>,
    /// The objects of the list that is being read.
    listing: Option<BTreeSet<ObjectRef>>,
}

impl One {
    fn saw(&mut self, sight: Sight<'_>) -> Option<(SyncKey, Saw)> {
        let saw = match sight {
            Sight::Listing => {
                self.listing = Some(BTreeSet::new());
                return None;
            }
            Sight::Is(object) => {
                let seen = self.seen(object, true);
                if let Some(listing) = &mut self.listing {
                    listing.insert(seen.object.clone());
                }
                Saw::Member(seen)
            }
            Sight::Left(object) => Saw::Member(self.seen(object, false)),
            Sight::Listed(namespace, version) => Saw::Listed(Listed {
                kind: (self.kind.gvk.group.clone(), self.kind.gvk.kind.clone()),
                namespace: namespace.into(),
                objects: self.listing.take()?,
                version: version.into(),
            }),
            Sight::Blind(error) => {
                tracing::debug!(sync = %self.key, kind = %self.kind.plural, error = %error.chain(), "members cannot be watched");
                return None;
            }
        };
        Some((self.key.clone(), saw))
    }

    fn seen(&self, object: &Json, is_there: bool) -> Seen {
        let version = object.str_at(&["metadata", "resourceVersion"]);
        Seen {
            object: name_of(&self.kind, object),
            footprint: is_there.then(|| Footprint::of(object)),
            version: version.unwrap_or_default().into(),
            health: health_of(&self.kind, object, &self.rules, now()).filter(|_| is_there),
        }
    }
}
