//! One step that writes one object.

use super::gone::until_gone;
use crate::api::{Api, ApiError, Class, Deletion, Kind, Owned, Patch, Resource};
use crate::send;
use crate::set::Options;
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::fields::FieldSet;
use gitopsc_engine::marks::to_remove;
use gitopsc_engine::observed::Live;
use gitopsc_engine::ownership::Ownership;
use gitopsc_engine::plan::{Action, Desired, Record, Wrong, is_recorded};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Everything that writing one object needs.
pub(super) struct Writing {
    pub(super) api: Api,
    pub(super) kind: Kind,
    pub(super) desired: Desired,
    pub(super) action: Action,
    pub(super) live: Option<Live>,
    pub(super) options: Arc<Options>,
}

/// Why an object was not written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Failure {
    /// Trying again may help, as long as there is time.
    Again(EcoString),
    /// Trying again will not help.
    Final(Wrong),
}

/// The resource version that no object has: an apply that carries it makes the object, or is refused because it is
/// there. (Tried on 1.36: a server-side apply knows no other way to say that an object must not be there.)
const ABSENT: &str = "1";

impl Writing {
    /// Writes, and gives the object as it is then.
    pub(super) async fn run(&self) -> Result<Json, Failure> {
        match self.write().await {
            Err(error) if error.class() == Class::Stale => self.instead(&error).await,
            written => written.map_err(|error| self.failure(&error)),
        }
    }

    /// What a refusal means that says that the object is not as it was: only a look at it tells.
    async fn instead(&self, error: &ApiError) -> Result<Json, Failure> {
        let live = self.api.get_metadata(&self.at()).await;
        let live = live.map_err(|error| self.failure(&error))?.map(Live::new);
        let version =
            |live: &Option<Live>| live.as_ref().map(|live| live.resource_version().to_owned());
        if version(&live) == version(&self.live) {
            // It is as it was: what was changed in between is something of the server's, such as a quota.
            return Err(Failure::Again(send::shown(error, self.desired.body.body())));
        }
        let is_recorded = |live: &Live| is_recorded(&self.desired, live, &self.options.set.name);
        match live {
            // An attempt before this one was done, and its answer was lost.
            Some(live) if is_recorded(&live) && !self.live.as_ref().is_some_and(is_recorded) => {
                Ok(live.object().clone())
            }
            _ => Err(self.failure(error)),
        }
    }

    async fn write(&self) -> Result<Json, ApiError> {
        let nothing = FieldSet::default();
        match &self.action {
            Action::Recreate { .. } => self.recreate().await,
            Action::Create { .. } => {
                let version = self.version_of_new().await?;
                self.apply(&version, &nothing, false).await
            }
            Action::Defer(_) => {
                if let Some(live) = &self.live {
                    self.wait_until_gone(live.uid()).await?;
                }
                self.apply(ABSENT, &nothing, false).await
            }
            Action::Patch { taken, left, .. } => self.change(left, !taken.is_empty()).await,
            Action::Adopt {
                whole: true, taken, ..
            } => {
                let force = !taken.is_empty();
                self.rewritten(Rewrite::TakeOver, &nothing, force).await
            }
            Action::Adopt { taken, .. } => self.change(&nothing, !taken.is_empty()).await,
            Action::Repair {
                record: Record::Versions,
            } => self.rewritten(Rewrite::Migrate, &nothing, false).await,
            Action::Repair {
                record: Record::Ownership,
            } => self.repair_ownership().await,
            _ => self.change(&nothing, true).await,
        }
    }

    /// The version at which the object was read.
    fn version(&self) -> &str {
        self.live.as_ref().map_or(ABSENT, Live::resource_version)
    }

    /// The version at which something new is made: that of nothing, but for the namespace of the set's records, which
    /// this run has made before.
    async fn version_of_new(&self) -> Result<EcoString, ApiError> {
        let object = &self.desired.object;
        let is_namespace = object.group.is_empty() && object.kind == "Namespace";
        if !is_namespace || object.name != self.options.set.namespace {
            return Ok(ABSENT.into());
        }
        let at = self.at();
        let made = send::with_retry(AT_ONCE, || self.api.get_metadata(&at)).await?;
        let made = made.map(Live::new);
        Ok(made.map_or(ABSENT.into(), |made| made.resource_version().into()))
    }

    fn at(&self) -> Resource {
        let object = &self.desired.object;
        Resource::of(&self.kind, &object.namespace, &object.name)
    }

    /// Applies to what was read. What is ours and left to others comes to be nobody's before, as the apply would reset
    /// it.
    async fn change(&self, left: &FieldSet, force: bool) -> Result<Json, ApiError> {
        let owned = self.live.as_ref().and_then(Live::own_entry);
        let owned = owned.map(|entry| entry.fields).unwrap_or_default();
        match self.desired.hand_over(&owned).is_empty() {
            true => self.apply(self.version(), left, force).await,
            false => self.rewritten(Rewrite::HandOver, left, force).await,
        }
    }

    /// Applies to what was read at `version`. What only a controller has written to since, such as its status, is as
    /// good as what was read.
    async fn apply(&self, version: &str, left: &FieldSet, force: bool) -> Result<Json, ApiError> {
        let mut version = EcoString::from(version);
        for _ in 0..RELOOKS {
            let error = match self.apply_at(&version, left, force).await {
                Err(error) if error.class() == Class::Stale => error,
                done => return done,
            };
            match self.version_of_the_same().await? {
                Some(at) if at != version => version = at,
                _ => return Err(error),
            }
        }
        self.apply_at(&version, left, force).await
    }

    async fn apply_at(
        &self,
        version: &str,
        left: &FieldSet,
        force: bool,
    ) -> Result<Json, ApiError> {
        let sent = match version {
            ABSENT => &self.desired.whole,
            _ => &self.desired.body,
        };
        let body = send::body(&self.desired, &sent.without(left), &self.options);
        let body = body.with(&["metadata", "resourceVersion"], Json::string(version));
        let how = Patch {
            force,
            dry_run: false,
            metadata_only: true,
        };
        let at = self.at();
        send::apply(&self.api, &at, &self.kind.gvk, &body, how, AT_ONCE).await
    }

    /// The version of the object as it is now, if nothing of it has changed that the plan goes by.
    async fn version_of_the_same(&self) -> Result<Option<EcoString>, ApiError> {
        let Some(planned) = &self.live else {
            return Ok(None);
        };
        let at = self.at();
        let now = send::with_retry(AT_ONCE, || self.api.get_metadata(&at)).await?;
        let now = now.map(Live::new);
        let same = now.filter(|now| now.is_as_planned_for(planned));
        Ok(same.map(|now| now.resource_version().into()))
    }

    /// After a wiped list the first apply makes the server note that something was there before; what is ours of that
    /// becomes ours alone, or it would stay when it leaves Git.
    async fn repair_ownership(&self) -> Result<Json, ApiError> {
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

    /// Rewrites, then applies to what that left; again if somebody writes in between.
    async fn rewritten(
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
            Rewrite::Migrate => ownership.migrate(&|at| *at == *served, &served),
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

    /// Deletes and makes again; what the server has accepted in a dry run. The old one is put back if the new one is
    /// refused after all.
    async fn recreate(&self) -> Result<Json, ApiError> {
        let Some(live) = &self.live else {
            return self.apply(ABSENT, &FieldSet::default(), false).await;
        };
        let old = self.api.get(&self.at()).await?;
        let deletion = Deletion {
            uid: live.uid().into(),
            resource_version: live.resource_version().into(),
            owned: match self.desired.object.kind == "StatefulSet" {
                true => Owned::Stays,
                false => Owned::GoesLater,
            },
        };
        self.api.delete(&self.at(), &deletion).await?;
        self.wait_until_gone(live.uid()).await?;
        let made = self.apply(ABSENT, &FieldSet::default(), false).await;
        if let (Err(_), Some(old)) = (&made, old) {
            self.put_back(&old).await?;
        }
        made
    }

    async fn put_back(&self, old: &Json) -> Result<(), ApiError> {
        let mut body = old.without(&["status"]);
        for field in [
            "resourceVersion",
            "uid",
            "creationTimestamp",
            "managedFields",
            "generation",
        ] {
            body = body.without(&["metadata", field]);
        }
        let object = &self.desired.object;
        let within = crate::api::Collection::of(&self.kind, &object.namespace);
        self.api.create(&within, &body).await.map(drop)
    }

    async fn wait_until_gone(&self, uid: &str) -> Result<(), ApiError> {
        let until = Instant::now() + self.options.timeout;
        match until_gone(&self.api, &self.at(), uid, until, &|| false, &|_| {}).await? {
            None => Ok(()),
            Some(why) => Err(ApiError::StillThere { why }),
        }
    }

    fn failure(&self, error: &ApiError) -> Failure {
        let wrong = send::wrong(error, self.desired.whole.body());
        let may_come = self.desired.kind_is_made && error.class() == Class::NotFound;
        match error.class() {
            Class::Retry | Class::Unclear => Failure::Again(wrong.why),
            // The kind was declared a moment ago, and not every part of the server serves it yet.
            Class::NotFound if may_come => Failure::Again(wrong.why),
            Class::Stale => Failure::Final(stale(&self.action, wrong.why).into()),
            _ => Failure::Final(wrong),
        }
    }
}

/// How long one write is repeated before its place is given to another.
const AT_ONCE: Duration = Duration::from_secs(3);

/// How often an object is looked at again that controllers write to all the time.
const RELOOKS: usize = 5;

/// A way in which ownership of fields is rewritten.
#[derive(Clone, Copy)]
enum Rewrite {
    /// From every tool that applied the object before.
    TakeOver,
    /// To a version that is served.
    Migrate,
    /// From what the server notes as there before the first apply.
    SettleFirstApply,
    /// From us to nobody, which every rewrite does with what is left to others.
    HandOver,
}

/// What a rewrite left.
struct Rewritten {
    /// The version of the object then.
    version: EcoString,
    /// Whether anything had to be rewritten.
    changed: bool,
}

fn stale(action: &Action, why: EcoString) -> EcoString {
    match action {
        Action::Create { .. } => "somebody else made it meanwhile".into(),
        _ => why,
    }
}
