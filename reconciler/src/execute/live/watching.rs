//! What one watch is for, and what it makes of what it sees.

use super::{Saw, Seen, now};
use crate::api::{Api, Following, Kind, Sight};
use crate::observe::{health_of, name_of};
use crate::required::judge;
use gitopsc_compiler::health::Required;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::Exists;
use gitopsc_engine::health::{Health, Rules, secret_has_keys};
use gitopsc_engine::observed::generation;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What a watch is for.
#[derive(Clone, Debug)]
pub(super) enum LooksFor {
    /// How members are.
    Members,
    /// That what others make is there.
    Made(Exists),
    /// How what is required is, with its place among all that is.
    Required(usize, Box<Required>),
}

/// One watch: what it is of, and who hears of it.
#[derive(Clone)]
pub(super) struct Watching {
    pub(super) api: Api,
    pub(super) kind: Kind,
    pub(super) rules: Arc<Rules>,
    pub(super) sender: mpsc::Sender<Saw>,
    pub(super) looks_for: LooksFor,
}

impl Watching {
    /// Watches until nobody listens.
    pub(super) async fn run(self, following: Following) {
        let (api, sender) = (self.api.clone(), self.sender.clone());
        let see = move |sight: Sight<'_>| match sight {
            Sight::Is(object) => self.saw(object, true),
            Sight::Left(object) => self.saw(object, false),
            Sight::Listing | Sight::Listed(..) | Sight::Blind(_) => None,
        };
        api.follow(following, sender, see).await;
    }

    /// Tells that an object that was looked at is not there.
    pub(super) async fn tell_gone(&self, object: ObjectRef) {
        let saw = match &self.looks_for {
            LooksFor::Required(at, _) => Saw::Required(*at, Health::not_found()),
            LooksFor::Members | LooksFor::Made(_) => Saw::Gone(object),
        };
        let _ = self.sender.send(saw).await;
    }

    pub(super) async fn tell(&self, object: &Json, is_there: bool) {
        if let Some(saw) = self.saw(object, is_there) {
            let _ = self.sender.send(saw).await;
        }
    }

    fn saw(&self, object: &Json, is_there: bool) -> Option<Saw> {
        match &self.looks_for {
            LooksFor::Members => Some(Saw::Member(Seen {
                object: name_of(&self.kind, object),
                health: health_of(&self.kind, object, &self.rules, now()),
                uid: is_there.then(|| text(object, "uid")),
                generation: generation(object),
                version: text(object, "resourceVersion"),
            })),
            LooksFor::Made(exists) => {
                let has_keys = exists.keys.is_empty() || has_keys(object, exists);
                (is_there && has_keys).then(|| Saw::Made(exists.clone()))
            }
            LooksFor::Required(at, required) => {
                let health = match is_there {
                    true => judge(required, object, &self.rules),
                    false => Health::not_found(),
                };
                Some(Saw::Required(*at, health))
            }
        }
    }
}

fn has_keys(object: &Json, exists: &Exists) -> bool {
    secret_has_keys(object, &exists.keys)
}

fn text(object: &Json, key: &str) -> EcoString {
    object.str_at(&["metadata", key]).unwrap_or_default().into()
}
