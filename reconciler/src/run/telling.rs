//! Telling others what has become of a Sync, besides in its status: what is worth it, and of what.

use super::known::Known;
use super::work::Work;
use crate::events::{Notice, Tone};
use crate::notify::{Item, Told};
use crate::resources::{Condition, Sync, SyncStatus};
use gitopsc_core::ObjectRef;
use gitopsc_engine::reconcile::SyncKey;
use std::collections::BTreeSet;

/// How many objects that were changed at once are told one by one.
const NAMED: usize = 5;

impl Work {
    /// Tells that the Sync is as `status` has it, to those who were not told yet. What is wrong while something is being put
    /// back or applied may be right after it, so that is waited for.
    pub(super) fn tell(&mut self, key: &SyncKey, status: &SyncStatus) {
        let known = self.known.get(key);
        let is_at_work = known.is_some_and(|known| known.running.is_some());
        if is_at_work && come_to(status).is_some() {
            return;
        }
        self.tell_here(key, status);
        self.tell_others(key, status);
    }

    /// Tells those whom the Sync names.
    fn tell_others(&mut self, key: &SyncKey, status: &SyncStatus) {
        let Some(known) = self.known.get_mut(key) else {
            return;
        };
        let told = Told::of(key, status);
        let Some(told) = told.filter(|told| told.is_news_after(known.notified.as_ref())) else {
            return;
        };
        for notify in &known.sync.spec.notify {
            self.shared.notices.send(Item {
                notify: notify.clone(),
                source: known.sync.spec.source.git.url.as_str().into(),
                told: told.clone(),
            });
        }
        known.notified = Some(told);
    }

    /// Tells in an Event what it has come to, if that is another thing than what was last told.
    fn tell_here(&mut self, key: &SyncKey, status: &SyncStatus) {
        let Some(known) = self.known.get_mut(key) else {
            return;
        };
        let Some(ready) = come_to(status) else {
            return;
        };
        let told = said(ready);
        if known.told.as_ref() == Some(&told) {
            return;
        }
        known.told = Some(told);
        let tone = match ready.status.as_str() {
            "True" => Tone::Normal,
            _ => Tone::Warning,
        };
        let note = of_commit(status, &ready.message);
        let notice = notice(key, known, tone, &ready.reason, "Apply", note);
        self.shared.events.tell(notice);
    }

    /// Tells that objects were put back.
    pub(super) fn tell_put_back(&self, key: &SyncKey, done: &[(ObjectRef, String)]) {
        let notes = done.iter();
        let notes = notes.map(|(object, what)| format!("{object} was put back: {what}"));
        self.tell_each(key, "DriftReverted", notes);
    }

    /// Tells that objects were changed for which everything is applied again.
    pub(super) fn tell_drifted(&self, key: &SyncKey, objects: &BTreeSet<ObjectRef>) {
        let notes = objects.iter();
        let notes = notes.map(|object| {
            format!("{object} was changed, and everything is applied again to put it back")
        });
        self.tell_each(key, "Drifted", notes);
    }

    /// Tells `notes`, the first of them and how many more there are.
    fn tell_each(&self, key: &SyncKey, reason: &str, notes: impl ExactSizeIterator<Item = String>) {
        let Some(known) = self.known.get(key) else {
            return;
        };
        let more = notes.len().saturating_sub(NAMED);
        let more = (more > 0).then(|| format!("and {more} more objects likewise"));
        for note in notes.take(NAMED).chain(more) {
            let notice = notice(key, known, Tone::Warning, reason, "Revert", note);
            self.shared.events.tell(notice);
        }
    }
}

/// What a status has come to; nothing as long as it is on the way.
pub(super) fn come_to(status: &SyncStatus) -> Option<&Condition> {
    let of = |kind: &str| status.conditions.iter().find(|of| of.kind == kind);
    let is_on_the_way = of("Reconciling").is_some_and(|of| of.status == "True");
    of("Ready").filter(|_| !is_on_the_way)
}

/// What of a condition makes it another one for people.
pub(super) fn said(ready: &Condition) -> String {
    format!("{}: {}", ready.reason, ready.message)
}

/// `message` with the subject of the commit that the source is at.
fn of_commit(status: &SyncStatus, message: &str) -> String {
    match &status.wanted {
        Some(wanted) if !wanted.subject.is_empty() => format!("{message} ({})", wanted.subject),
        _ => message.to_owned(),
    }
}

fn notice(
    key: &SyncKey,
    known: &Known,
    tone: Tone,
    reason: &str,
    action: &'static str,
    note: String,
) -> Notice {
    Notice {
        key: key.clone(),
        uid: uid_of(&known.sync).into(),
        tone,
        reason: reason.into(),
        action,
        note,
    }
}

fn uid_of(sync: &Sync) -> &str {
    sync.metadata.uid.as_deref().unwrap_or_default()
}
