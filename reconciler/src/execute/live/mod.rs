//! How members are, seen by watches of just the kinds that somebody waits for.

mod watching;

use crate::api::{Api, Collection, Following, Kind, List, Resource};
use crate::observe::selector;
use crate::set::SetName;
use gitopsc_compiler::health::Required;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::graph::Exists;
use gitopsc_engine::health::{Health, Rules};
use gitopsc_engine::observed::GroupKind;
use gitopsc_engine::timestamp::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use watching::{LooksFor, Watching};

/// What a watch saw of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    pub(super) object: ObjectRef,
    pub(super) health: Option<Health>,
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
    /// What is required, by its place among all that is, is so.
    Required(usize, Health),
    /// Why a workload is not ready, as its pods tell; nothing if they do not.
    Explained(ObjectRef, Option<EcoString>),
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
        let list = named(kind, &exists.object);
        self.start(kind, list, None, LooksFor::Made(exists.clone()));
    }

    /// Watches what is `required`, the one `at` this place, under its name.
    pub(super) fn watch_required(&mut self, kind: &Kind, at: usize, required: &Required) {
        let list = named(kind, &required.object);
        let looks_for = LooksFor::Required(at, Box::new(required.clone()));
        self.start(kind, list, None, looks_for);
    }

    /// Looks at one member once, because time alone may have changed how it is.
    pub(super) fn look_at(&mut self, kind: &Kind, object: &ObjectRef) {
        self.look_once(kind, object, LooksFor::Members);
    }

    /// Looks once at what is `required`, likewise.
    pub(super) fn look_at_required(&mut self, kind: &Kind, at: usize, required: &Required) {
        let looks_for = LooksFor::Required(at, Box::new(required.clone()));
        self.look_once(kind, &required.object, looks_for);
    }

    fn look_once(&mut self, kind: &Kind, object: &ObjectRef, looks_for: LooksFor) {
        let at = Resource::of(kind, &object.namespace, &object.name);
        let watching = self.watching(kind, looks_for);
        let object = object.clone();
        self.tasks.spawn(async move {
            match watching.api.get(&at).await {
                Ok(Some(live)) => watching.tell(&live, true).await,
                Ok(None) => watching.tell_gone(object).await,
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
        let following = Following {
            kind: kind.clone(),
            list,
            namespaces: Arc::clone(&self.namespaces),
            from,
        };
        let watching = self.watching(kind, looks_for);
        self.tasks.spawn(watching.run(following));
    }

    fn watching(&self, kind: &Kind, looks_for: LooksFor) -> Watching {
        Watching {
            api: self.api.clone(),
            kind: kind.clone(),
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

/// The object of `kind` that is named, and nothing else.
fn named(kind: &Kind, object: &ObjectRef) -> List {
    let mut list = List::all(Collection::of(kind, &object.namespace));
    list.fields = format!("metadata.name={}", object.name).into();
    list
}

/// The time as health rules take it.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs();
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}
