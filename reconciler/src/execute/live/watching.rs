//! One watch: begun again whenever it ends, in each namespace where it may not be everywhere.

use super::{Saw, Seen, now};
use crate::api::{Api, ApiError, Change, Class, Collection, Kind, List, retry};
use crate::observe::{health_of, name_of};
use crate::required::judge;
use gitopsc_compiler::health::Required;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::Exists;
use gitopsc_engine::health::{Health, Rules, secret_has_keys};
use gitopsc_engine::observed::generation;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

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

/// One watch, and what it takes to begin it again.
pub(super) struct Watching {
    pub(super) api: Api,
    pub(super) kind: Kind,
    pub(super) list: List,
    pub(super) namespaces: Arc<BTreeSet<EcoString>>,
    pub(super) rules: Arc<Rules>,
    pub(super) sender: mpsc::Sender<Saw>,
    pub(super) looks_for: LooksFor,
}

/// A watch that says nothing for so long has gone silent: the server sends bookmarks in between.
const SILENT: Duration = Duration::from_secs(120);

/// How long to wait before something is tried again that no waiting is sure to help.
const FORBIDDEN: Duration = Duration::from_secs(5);

impl Watching {
    /// Watches until nobody listens; where it may not watch everywhere, in each namespace in which members may be.
    pub(super) async fn run(self, from: Option<EcoString>) {
        self.until_forbidden(from).await;
        let mut narrower = JoinSet::new();
        for watching in self.in_each_namespace() {
            narrower.spawn(watching.in_one_place());
        }
        if narrower.is_empty() {
            return self.in_one_place().await;
        }
        while narrower.join_next().await.is_some() {}
    }

    /// The same in each namespace, if it is everywhere and its kind has namespaces.
    fn in_each_namespace(&self) -> Vec<Watching> {
        let everywhere = Collection::of(&self.kind, "");
        if !self.kind.namespaced || self.list.collection != everywhere {
            return Vec::new();
        }
        let within = |namespace: &EcoString| Watching {
            api: self.api.clone(),
            kind: self.kind.clone(),
            list: List {
                collection: Collection::of(&self.kind, namespace),
                ..self.list.clone()
            },
            namespaces: Arc::default(),
            rules: Arc::clone(&self.rules),
            sender: self.sender.clone(),
            looks_for: self.looks_for.clone(),
        };
        self.namespaces.iter().map(within).collect()
    }

    /// Watches until nobody listens. What is forbidden may be allowed later.
    async fn in_one_place(self) {
        while !self.sender.is_closed() {
            self.until_forbidden(None).await;
            tokio::time::sleep(FORBIDDEN).await;
        }
    }

    /// Watches until nobody listens, or it is forbidden. Whatever else ends a watch, another one begins.
    async fn until_forbidden(&self, from: Option<EcoString>) {
        let mut from = from;
        let mut failures = 0;
        while !self.sender.is_closed() {
            match self.watch_once(from.take(), &mut failures).await {
                Ok(version) => from = version,
                Err(error) if error.class() == Class::Forbidden => return,
                Err(error) => {
                    failures += 1;
                    let wait = retry::after(&error, failures, Duration::MAX);
                    tokio::time::sleep(wait.unwrap_or(FORBIDDEN)).await;
                }
            }
        }
    }

    /// One list, unless it is known where to go on, and one watch. Gives where to go on.
    async fn watch_once(
        &self,
        from: Option<EcoString>,
        failures: &mut u32,
    ) -> Result<Option<EcoString>, ApiError> {
        let mut version = match from {
            Some(version) => version,
            None => self.list().await?,
        };
        let mut watch = match self.api.watch(&self.list, &version).await {
            Err(error) if error.class() == Class::Expired => return Ok(None),
            opened => opened?,
        };
        *failures = 0;
        loop {
            let next = match tokio::time::timeout(SILENT, watch.next()).await {
                // Only a new list tells what was missed.
                Err(_) => return Ok(None),
                Ok(Err(error)) if error.class() == Class::Expired => return Ok(None),
                Ok(next) => next?,
            };
            match next {
                None => return Ok(Some(version)),
                Some(Change::Bookmark(at)) => version = at,
                Some(Change::Is(object)) => {
                    version = text(&object, "resourceVersion");
                    self.tell(&object, true).await;
                }
                Some(Change::Left(object)) => {
                    version = text(&object, "resourceVersion");
                    self.tell(&object, false).await;
                }
            }
        }
    }

    /// Tells that an object that was looked at is not there.
    pub(super) async fn tell_gone(&self, object: ObjectRef) {
        let saw = match &self.looks_for {
            LooksFor::Required(at, _) => Saw::Required(*at, Health::not_found()),
            LooksFor::Members | LooksFor::Made(_) => Saw::Gone(object),
        };
        let _ = self.sender.send(saw).await;
    }

    async fn list(&self) -> Result<EcoString, ApiError> {
        let mut objects = Vec::new();
        let version = self
            .api
            .list(&self.list, |object| objects.extend(self.saw(object, true)));
        let version = version.await?;
        for saw in objects {
            // Nobody listens any more: the next look at the channel ends the watch.
            let _ = self.sender.send(saw).await;
        }
        Ok(version)
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
