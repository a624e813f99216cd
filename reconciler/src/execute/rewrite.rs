//! Writes that begin with rewriting who owns which field of an object.

use super::apply::{RELOOKS, Writing};
use crate::api::{ApiError, Class};
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::conflict::{Resolution, resolve};
use gitopsc_engine::fields::FieldSet;
use gitopsc_engine::marks::to_remove;
use gitopsc_engine::observed::Live;
use gitopsc_engine::ownership::Ownership;

/// A way in which ownership of fields is rewritten.
#[derive(Clone, Copy)]
pub(super) enum Rewrite {
    /// From every tool that applied the object before.
    TakeOver,
    /// To a version that is served.
    Migrate,
    /// From what the server notes as there before the first apply.
    SettleFirstApply,
    /// From us to nobody, which every rewrite does with what is left to others.
    HandOver,
}

impl Writing {
    /// After a wiped list the first apply makes the server note that something was there before; what is ours of that
    /// becomes ours alone, or it would stay when it leaves Git.
    pub(super) async fn repair_ownership(&self) -> Result<Json, ApiError> {
        let nothing = FieldSet::default();
        let applied = self.change(&nothing, true).await?;
        match self.rewrite(Rewrite::SettleFirstApply).await {
            Ok(rewritten) if !rewritten.changed => Ok(applied),
            Err(error) if error.class() != Class::Stale => Err(error),
            _ => {
                let rewrite = Rewrite::SettleFirstApply;
                self.rewritten(rewrite, &nothing, true).await
            }
        }
    }

    /// Names owned fields in terms of versions that are served, and applies. No dry run could say before what that
    /// conflicts with.
    pub(super) async fn migrate(&self) -> Result<Json, ApiError> {
        let nothing = FieldSet::default();
        let error = match self.rewritten(Rewrite::Migrate, &nothing, false).await {
            Err(error) if error.class() == Class::FieldConflict => error,
            done => return done,
        };
        let live = self.api.get(&self.at()).await?.map(Live::new);
        let planned = self.live.as_ref().map(Live::uid);
        let Some(live) = live.filter(|live| Some(live.uid()) == planned) else {
            return Err(error);
        };
        let conflicts = error.refusal().map(|refusal| refusal.conflicts.clone());
        let policy = self.desired.policy.conflicts;
        let resolution = resolve(
            conflicts.unwrap_or_default(),
            policy.unwrap_or(self.options.conflicts),
            live.object(),
            &self.desired.applied,
        );
        let (left, force) = match resolution {
            Resolution::Force(_) => (nothing, true),
            Resolution::Leave(left, _) => (left, false),
            Resolution::Refuse(_) => return Err(error),
        };
        self.apply_at(live.resource_version(), &left, force).await
    }

    /// Rewrites, then applies to what that left; again if somebody writes in between.
    pub(super) async fn rewritten(
        &self,
        rewrite: Rewrite,
        left: &FieldSet,
        force: bool,
    ) -> Result<Json, ApiError> {
        let mut looks = 0;
        loop {
            let applied = self.rewrite_and_apply(rewrite, left, force).await;
            looks += 1;
            match applied {
                Err(error) if error.class() == Class::Stale && looks <= RELOOKS => {}
                done => return done,
            }
        }
    }

    async fn rewrite_and_apply(
        &self,
        rewrite: Rewrite,
        left: &FieldSet,
        force: bool,
    ) -> Result<Json, ApiError> {
        let rewritten = self.rewrite(rewrite).await?;
        self.apply_at(&rewritten.version, left, force).await
    }

    /// Rewrites who owns which field. What is not the object that was planned for stays as it is: an apply at the
    /// version that was planned for is refused.
    async fn rewrite(&self, rewrite: Rewrite) -> Result<Rewritten, ApiError> {
        let at = self.at();
        let live = self.api.get(&at).await?.map(Live::new);
        let planned = self.live.as_ref().map(Live::uid);
        let Some(live) = live.filter(|live| Some(live.uid()) == planned) else {
            return Ok(Rewritten {
                version: self.version().into(),
                changed: false,
            });
        };
        let served = self.kind.gvk.api_version();
        let mut ownership = Ownership::of(live.object());
        match rewrite {
            Rewrite::TakeOver => {
                ownership.take_over(&served);
                let marks = to_remove(live.object(), self.desired.whole.body());
                ownership.claim(marks, &served);
            }
            Rewrite::Migrate => ownership.migrate(&|at| self.served.contains(at), &served),
            Rewrite::SettleFirstApply => ownership.settle_first_apply(live.object(), &served),
            Rewrite::HandOver => {}
        }
        ownership.release(&self.desired.hand_over(&ownership.own_fields()));
        let operations = ownership.patch(live.object());
        let changed = operations.is_some();
        let written = match operations {
            None => live,
            Some(operations) => Live::new(self.api.patch(&at, &operations).await?),
        };
        Ok(Rewritten {
            version: written.resource_version().into(),
            changed,
        })
    }
}

/// What a rewrite left.
struct Rewritten {
    /// The version of the object then.
    version: EcoString,
    /// Whether anything had to be rewritten.
    changed: bool,
}
