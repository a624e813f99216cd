//! How members are, seen by watches of just the kinds that somebody waits for.

use crate::api::{Api, ApiError, Change, Class, Collection, Kind, List, Resource, retry};
use crate::observe::{health_of, name_of, selector};
use crate::set::SetName;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::Exists;
use gitopsc_engine::health::{self, Rules, secret_has_keys};
use gitopsc_engine::observed::{GroupKind, generation};
use gitopsc_engine::timestamp::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// What a watch saw of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) object: ObjectRef,
    pub(super) health: Option<health::Health>,
    /// Nothing if it is gone, or has lost our label.
    pub(super) uid: Option<EcoString>,
    pub(super) generation: i64,
    pub(super) version: EcoString,
}

/// What the watches say.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Saw {
    /// A member is so.
    Member(Seen),
    /// A member that was looked at is not there.
    Gone(ObjectRef),
    /// What others were to make is there.
    Made(Exists),
    /// Why a workload is not ready, as its pods tell; nothing if they do not.
    Explained(ObjectRef, Option<EcoString>),
}

/// What a watch is for.
#[derive(Clone, Debug)]
enum LooksFor {
    Members,
    Made(Exists),
}

/// The watches of a run.
pub(super) struct Watches {
    api: Api,
    labels: EcoString,
    /// Where members may be, for who may not watch everywhere.
    namespaces: Arc<BTreeSet<EcoString>>,
    rules: Arc<Rules>,
    watched: BTreeSet<GroupKind>,
    tasks: JoinSet<()>,
    sender: mpsc::Sender<Saw>,
    seen: mpsc::Receiver<Saw>,
}

/// How many changes wait to be looked at before watches are read no further.
const WAITING: usize = 256;

impl Watches {
    /// No watch yet.
    #[must_use]
    pub fn new(
        api: &Api,
        set: &SetName,
        namespaces: BTreeSet<EcoString>,
        rules: &Arc<Rules>,
    ) -> Watches {
        let (sender, seen) = mpsc::channel(WAITING);
        Watches {
            api: api.clone(),
            labels: selector(set),
            namespaces: Arc::new(namespaces),
            rules: Arc::clone(rules),
            watched: BTreeSet::new(),
            tasks: JoinSet::new(),
            sender,
            seen,
        }
    }

    /// Watches the members of `kind`, from the version at which they were read, or from a new list on.
    pub(super) fn watch(&mut self, kind: &Kind, from: Option<EcoString>) {
        let key = (kind.gvk.group.clone(), kind.gvk.kind.clone());
        if !self.watched.insert(key) {
            return;
        }
        let list = List::all(Collection::of(kind, "")).labelled(self.labels.clone());
        self.start(kind, list, from, LooksFor::Members);
    }

    /// Watches for `exists`, which somebody else makes, under its name.
    pub(super) fn watch_for(&mut self, kind: &Kind, exists: &Exists) {
        let object = &exists.object;
        let mut list = List::all(Collection::of(kind, &object.namespace));
        list.fields = format!("metadata.name={}", object.name).into();
        self.start(kind, list, None, LooksFor::Made(exists.clone()));
    }

    /// Looks at one member once, because time alone may have changed how it is.
    pub(super) fn look_at(&mut self, kind: &Kind, object: &ObjectRef) {
        let at = Resource::of(kind, &object.namespace, &object.name);
        let watching = self.watching(kind, List::all(Collection::of(kind, "")), LooksFor::Members);
        let object = object.clone();
        self.tasks.spawn(async move {
            match watching.api.get(&at).await {
                Ok(Some(live)) => watching.tell(&live, true).await,
                Ok(None) => {
                    let _ = watching.sender.send(Saw::Gone(object)).await;
                }
                // If it cannot be read now, the watch tells the next change.
                Err(_) => {}
            }
        });
    }

    /// Asks the pods of a workload why it is not ready.
    pub(super) fn explain(&mut self, kind: &Kind, pods: &Kind, object: &ObjectRef) {
        let (api, sender, object) = (self.api.clone(), self.sender.clone(), object.clone());
        let (kind, pods) = (kind.clone(), pods.clone());
        self.tasks.spawn(async move {
            // What cannot be read explains nothing.
            let told = crate::pods::explain(&api, &kind, &pods, &object).await;
            let told = told.unwrap_or_default();
            let _ = sender.send(Saw::Explained(object, told)).await;
        });
    }

    fn start(&mut self, kind: &Kind, list: List, from: Option<EcoString>, looks_for: LooksFor) {
        let watching = self.watching(kind, list, looks_for);
        self.tasks.spawn(watching.run(from));
    }

    fn watching(&self, kind: &Kind, list: List, looks_for: LooksFor) -> Watching {
        Watching {
            api: self.api.clone(),
            kind: kind.clone(),
            list,
            namespaces: Arc::clone(&self.namespaces),
            rules: Arc::clone(&self.rules),
            sender: self.sender.clone(),
            looks_for,
        }
    }

    /// The next thing that is seen; never if nothing is watched. It may be dropped while it waits.
    pub(super) async fn next(&mut self) -> Option<Saw> {
        self.seen.recv().await
    }
}

struct Watching {
    api: Api,
    kind: Kind,
    list: List,
    namespaces: Arc<BTreeSet<EcoString>>,
    rules: Arc<Rules>,
    sender: mpsc::Sender<Saw>,
    looks_for: LooksFor,
}

/// A watch that says nothing for so long has gone silent: the server sends bookmarks in between.
const SILENT: Duration = Duration::from_secs(120);

/// How long to wait before something is tried again that no waiting is sure to help.
const FORBIDDEN: Duration = Duration::from_secs(5);

impl Watching {
    /// Watches until nobody listens; where it may not watch everywhere, in each namespace in which members may be.
    async fn run(self, from: Option<EcoString>) {
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

    async fn tell(&self, object: &Json, is_there: bool) {
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
        }
    }
}

fn has_keys(object: &Json, exists: &Exists) -> bool {
    secret_has_keys(object, &exists.keys)
}

fn text(object: &Json, key: &str) -> EcoString {
    object.str_at(&["metadata", key]).unwrap_or_default().into()
}

/// The time as health rules take it.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs();
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}
