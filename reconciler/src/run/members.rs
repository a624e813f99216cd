//! The members of a Sync: as they were left, and as they are seen.

use super::outcome::LeftMember;
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::drift::{Drift, Footprint};
use gitopsc_engine::health::{Health, Status};
use std::collections::{BTreeMap, BTreeSet};

/// What a watch saw of one object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    /// The object.
    pub(super) object: ObjectRef,
    /// What it was like; nothing if it is gone, or has lost the label of its set.
    pub(super) footprint: Option<Footprint>,
    /// The version at which it was so.
    pub(super) version: EcoString,
    /// How it is, for kinds of which that can be said.
    pub(super) health: Option<Health>,
}

/// What a list showed: what is not in it is not there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Listed {
    /// The group and the kind.
    pub(super) kind: (EcoString, EcoString),
    /// The namespace that was listed; empty for all.
    pub(super) namespace: EcoString,
    /// The objects.
    pub(super) objects: BTreeSet<ObjectRef>,
    /// The version at which it was so.
    pub(super) version: EcoString,
}

/// What something that was seen comes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// Nothing that anybody is told of.
    None,
    /// How the Sync is.
    Health,
    /// It is to be put back.
    Drift(ObjectRef, Drift),
    /// It has run, or something has become of what runs once: that takes more than a look at it.
    Ran,
}

/// The members of a Sync.
#[derive(Debug, Default)]
pub(super) struct Members {
    by_object: BTreeMap<ObjectRef, Member>,
}

#[derive(Debug)]
struct Member {
    left: Option<Footprint>,
    wrong: bool,
    runs: bool,
    has_run: bool,
    seen: Option<Seen>,
    health: Option<Health>,
}

/// How many members there are, by how they are, and what is to be told of the worst.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) objects: usize,
    pub(super) ready: usize,
    pub(super) in_progress: usize,
    pub(super) failed: usize,
    /// The first that has failed by itself, and why.
    pub(super) worst: Option<String>,
    /// The first that is on its way, and why it is not there yet.
    pub(super) awaited: Option<String>,
}

impl Members {
    /// Takes note of how an apply `left` what is desired, and gives what has changed since.
    pub(super) fn were_left(&mut self, left: Vec<LeftMember>) -> Vec<Change> {
        let mut before = std::mem::take(&mut self.by_object);
        for left in left {
            let before = before.remove(&left.object);
            let (object, member) = Member::left(left, before);
            self.by_object.insert(object, member);
        }
        let objects: Vec<ObjectRef> = self.by_object.keys().cloned().collect();
        self.changes_of(&objects)
    }

    /// Takes note of how some members were left, and gives what has changed of them since.
    pub(super) fn were_put_back(&mut self, left: Vec<LeftMember>) -> Vec<Change> {
        let mut objects = Vec::new();
        for left in left {
            let before = self.by_object.remove(&left.object);
            // Nobody has looked at more than their metadata.
            let health = before.as_ref().and_then(|before| before.health.clone());
            let (object, mut member) = Member::left(left, before);
            member.health = member.health.or(health);
            objects.push(object.clone());
            self.by_object.insert(object, member);
        }
        self.changes_of(&objects)
    }

    fn changes_of(&self, objects: &[ObjectRef]) -> Vec<Change> {
        let changes = objects.iter().map(|object| self.change_of(object));
        changes.filter(|change| *change != Change::None).collect()
    }

    /// Takes note of what was seen, and gives what that comes to.
    pub(super) fn saw(&mut self, seen: Seen) -> Change {
        let Some(member) = self.by_object.get_mut(&seen.object) else {
            return Change::None;
        };
        let object = seen.object.clone();
        let health = match seen.footprint {
            Some(_) => seen.health.clone(),
            None => None,
        };
        let changed = health != member.health;
        member.health = health;
        member.seen = Some(seen);
        match self.change_of(&object) {
            Change::None if changed => Change::Health,
            change => change,
        }
    }

    /// Takes note of a whole list, and gives what has gone unseen.
    pub(super) fn listed(&mut self, listed: &Listed) -> Vec<Change> {
        let is_missing = |object: &ObjectRef| {
            (&object.group, &object.kind) == (&listed.kind.0, &listed.kind.1)
                && (listed.namespace.is_empty() || object.namespace == listed.namespace)
                && !listed.objects.contains(object)
        };
        let missing = self.by_object.keys().filter(|object| is_missing(object));
        let gone: Vec<Seen> = missing
            .map(|object| Seen {
                object: object.clone(),
                footprint: None,
                version: listed.version.clone(),
                health: None,
            })
            .collect();
        gone.into_iter().map(|seen| self.saw(seen)).collect()
    }

    /// How many there are, and how they are.
    pub(super) fn summary(&self) -> Summary {
        let mut summary = Summary {
            objects: self.by_object.len(),
            ..Summary::default()
        };
        for (object, member) in &self.by_object {
            let status = member.status();
            match status {
                _ if member.wrong => summary.failed += 1,
                Status::Current => summary.ready += 1,
                Status::InProgress | Status::Unknown => {
                    summary.in_progress += 1;
                    let told = || told(object, member.health.as_ref());
                    summary.awaited.get_or_insert_with(told);
                }
                Status::Failed | Status::NotFound | Status::Terminating => {
                    summary.failed += 1;
                    let told = || told(object, member.health.as_ref());
                    summary.worst.get_or_insert_with(told);
                }
            }
        }
        summary
    }

    fn change_of(&self, object: &ObjectRef) -> Change {
        let Some(member) = self.by_object.get(object) else {
            return Change::None;
        };
        let drift = member.drift();
        let is_of_once = member.runs || member.has_run;
        let has_run = member.runs && member.health.as_ref().is_some_and(Health::is_current);
        match drift {
            _ if has_run => Change::Ran,
            Some(_) if is_of_once => Change::Ran,
            Some(drift) => Change::Drift(object.clone(), drift),
            None => Change::None,
        }
    }
}

impl Member {
    /// One as it was `left`, with what was seen of it `before`.
    fn left(left: LeftMember, before: Option<Member>) -> (ObjectRef, Member) {
        let seen = before.and_then(|member| member.seen);
        // What was seen before the members were read is older than what was read then.
        let newer = |seen: &Seen| {
            let footprint = left.footprint.as_ref();
            footprint.is_none_or(|left| !is_older(seen, left))
        };
        let seen = seen.filter(newer);
        let health = seen.as_ref().and_then(|seen| seen.health.clone());
        let member = Member {
            wrong: left.wrong.is_some(),
            runs: left.runs,
            has_run: left.has_run,
            left: left.footprint,
            seen,
            health: health.or(left.health),
        };
        (left.object, member)
    }

    fn drift(&self) -> Option<Drift> {
        let left = self.left.as_ref()?;
        let seen = self.seen.as_ref()?;
        match &seen.footprint {
            Some(footprint) => left.drift_to(footprint),
            None => left.drift_to_nothing(&seen.version),
        }
    }

    fn status(&self) -> Status {
        if self.has_run {
            return Status::Current;
        }
        if let Some(health) = &self.health {
            return health.status;
        }
        let is_there = match &self.seen {
            Some(seen) => seen.footprint.is_some(),
            None => self.left.is_some(),
        };
        if is_there {
            Status::Current
        } else {
            Status::NotFound
        }
    }
}

fn is_older(seen: &Seen, left: &Footprint) -> bool {
    match &seen.footprint {
        Some(footprint) => footprint.is_before(left.version()),
        None => left.drift_to_nothing(&seen.version).is_none(),
    }
}

fn told(object: &ObjectRef, health: Option<&Health>) -> String {
    match health {
        Some(health) => format!("{object} is {health}"),
        None => format!("{object} is not there"),
    }
}
