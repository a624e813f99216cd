//! One deletion: asked for as it was planned, and waited for until the object is gone.

use super::gone::until_gone;
use crate::api::{Api, ApiError, Class, Deletion, Owned, Resource};
use crate::progress::Progress;
use crate::send;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::KindClass;
use gitopsc_engine::observed::Live;
use gitopsc_engine::plan::Step;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::time::Instant;

/// How a deletion ended.
pub(super) enum Gone {
    /// The object is gone.
    Yes,
    /// The deadline is over, or the run was stopped; what it waits for.
    NotYet(EcoString),
}

/// An object that is being deleted, or is about to be.
pub(super) struct Deleting {
    api: Api,
    object: ObjectRef,
    /// Hears what it waits for.
    waits: UnboundedSender<Progress>,
    at: Resource,
    deletion: Deletion,
    /// Whether somebody has asked for it already.
    pub(super) is_asked: bool,
}

impl Deleting {
    /// What deletes what `step` is about, which is there as `live`.
    pub(super) fn new(
        api: &Api,
        step: &Step,
        at: Resource,
        live: &Live,
        waits: UnboundedSender<Progress>,
    ) -> Deleting {
        // A workload is gone once its pods are: what they need goes after them.
        let owned = match KindClass::of(&step.gvk) {
            KindClass::Workload => Owned::GoesFirst,
            _ => Owned::GoesLater,
        };
        Deleting {
            api: api.clone(),
            object: step.object.clone(),
            waits,
            at,
            deletion: Deletion {
                uid: live.uid().into(),
                resource_version: live.resource_version().into(),
                owned,
            },
            is_asked: live.is_terminating(),
        }
    }

    /// Asks for the deletion, unless somebody has, and waits until the object is gone, or until `until`, or until a stop.
    pub(super) async fn run(
        mut self,
        until: Instant,
        stop: &watch::Receiver<bool>,
    ) -> Result<Gone, ApiError> {
        if !self.is_asked
            && let Gone::Yes = self.ask(until).await?
        {
            return Ok(Gone::Yes);
        }
        self.wait_until_gone(until, stop).await
    }

    /// Asks for the deletion. What changed since it was read is looked at again: only its status may have.
    async fn ask(&mut self, until: Instant) -> Result<Gone, ApiError> {
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let (api, at, deletion) = (&self.api, &self.at, &self.deletion);
            match send::with_retry(left, || api.delete(at, deletion)).await {
                Err(error) if error.class() == Class::Stale && Instant::now() < until => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(Gone::NotYet(EcoString::new())),
            }
            match self.api.get_metadata(&self.at).await? {
                Some(live) if uid(&live) == Some(&self.deletion.uid) => {
                    let version = live.str_at(&["metadata", "resourceVersion"]);
                    self.deletion.resource_version = version.unwrap_or_default().into();
                }
                _ => return Ok(Gone::Yes),
            }
        }
    }

    async fn wait_until_gone(
        &self,
        until: Instant,
        stop: &watch::Receiver<bool>,
    ) -> Result<Gone, ApiError> {
        let uid = &self.deletion.uid;
        let is_stopped = || *stop.borrow();
        let waits = |why: &EcoString| {
            let (object, why) = (self.object.clone(), why.clone());
            // Where nobody hears it, the run is over.
            let _ = self.waits.send(Progress::Waits { object, why });
        };
        let gone = until_gone(&self.api, &self.at, uid, until, &is_stopped, &waits);
        let waits_for = gone.await?;
        Ok(waits_for.map_or(Gone::Yes, Gone::NotYet))
    }
}

fn uid(live: &Json) -> Option<&str> {
    live.str_at(&["metadata", "uid"])
}
