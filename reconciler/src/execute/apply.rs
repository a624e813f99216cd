//! One step that writes one object.

use crate::api::{Api, ApiError, Class, Deletion, Kind, Patch, Resource};
use crate::send;
use crate::set::Options;
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::fields::FieldSet;
use gitopsc_engine::marks::to_remove;
use gitopsc_engine::observed::Live;
use gitopsc_engine::ownership::Ownership;
use gitopsc_engine::plan::{Action, Desired, Record, is_recorded};
use std::sync::Arc;
use std::time::Duration;

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
    Final(EcoString),
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
            Action::Create { .. } => self.apply(ABSENT, &nothing, false).await,
            Action::Defer(_) => {
                if let Some(live) = &self.live {
                    self.wait_until_gone(live.uid()).await?;
                }
                self.apply(ABSENT, &nothing, false).await
            }
            Action::Patch { taken, left, .. } => {
                let version = self.version();
                self.apply(version, left, !taken.is_empty()).await
            }
            Action::Adopt {
                whole: true, taken, ..
            } => {
                let version = self.rewrite(Rewrite::TakeOver).await?;
                self.apply(&version, &nothing, !taken.is_empty()).await
            }
            Action::Adopt { taken, .. } => {
                self.apply(self.version(), &nothing, !taken.is_empty())
                    .await
            }
            Action::Repair {
                record: Record::Versions,
            } => {
                let version = self.rewrite(Rewrite::Migrate).await?;
                self.apply(&version, &nothing, false).await
            }
            Action::Repair {
                record: Record::Ownership,
            } => self.repair_ownership().await,
            _ => self.apply(self.version(), &nothing, true).await,
        }
    }

    /// The version at which the object was read.
    fn version(&self) -> &str {
        self.live.as_ref().map_or(ABSENT, Live::resource_version)
    }

    fn at(&self) -> Resource {
        let object = &self.desired.object;
        Resource::of(&self.kind, &object.namespace, &object.name)
    }

    async fn apply(&self, version: &str, left: &FieldSet, force: bool) -> Result<Json, ApiError> {
        let body = send::body(&self.desired, left, &self.options);
        let body = body.with(&["metadata", "resourceVersion"], Json::string(version));
        let how = Patch {
            force,
            dry_run: false,
            metadata_only: true,
        };
        let at = self.at();
        send::with_retry(AT_ONCE, || self.api.apply(&at, &body, how)).await
    }

    /// After a wiped list the first apply makes the server note that something was there before; what is ours of that
    /// becomes ours alone, or it would stay when it leaves Git.
    async fn repair_ownership(&self) -> Result<Json, ApiError> {
        let nothing = FieldSet::default();
        let applied = self.apply(self.version(), &nothing, true).await?;
        let before = self.version().to_owned();
        let version = self.rewrite(Rewrite::SettleFirstApply).await?;
        if version == before {
            return Ok(applied);
        }
        self.apply(&version, &nothing, true).await
    }

    /// Rewrites who owns which field, and gives the version that the object has then.
    async fn rewrite(&self, rewrite: Rewrite) -> Result<EcoString, ApiError> {
        let at = self.at();
        let Some(live) = self.api.get(&at).await? else {
            return Ok(ABSENT.into());
        };
        let version = self.kind.gvk.api_version();
        let mut ownership = Ownership::of(&live);
        match rewrite {
            Rewrite::TakeOver => {
                ownership.take_over(&version);
                ownership.claim(to_remove(&live, self.desired.body.body()), &version);
            }
            Rewrite::Migrate => ownership.migrate(&|at| *at == *version, &version),
            Rewrite::SettleFirstApply => ownership.settle_first_apply(&live, &version),
        }
        let written = match ownership.patch(&live) {
            None => live,
            Some(operations) => self.api.patch(&at, &operations).await?,
        };
        let version = written.str_at(&["metadata", "resourceVersion"]);
        Ok(version.unwrap_or_default().into())
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
            orphan: self.desired.object.kind == "StatefulSet",
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
        let mut wait = Duration::from_millis(50);
        let started = std::time::Instant::now();
        while started.elapsed() < self.options.timeout {
            let live = self.api.get_metadata(&self.at()).await?;
            let is_there = live.is_some_and(|live| live.str_at(&["metadata", "uid"]) == Some(uid));
            if !is_there {
                return Ok(());
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(2));
        }
        Err(ApiError::Late {
            operation: "delete",
            target: EcoString::from(self.at().to_string()),
            after: self.options.timeout,
        })
    }

    fn failure(&self, error: &ApiError) -> Failure {
        let why = send::shown(error, self.desired.body.body());
        let may_come = self.desired.kind_is_made && error.class() == Class::NotFound;
        match error.class() {
            Class::Retry | Class::Unclear => Failure::Again(why),
            // The kind was declared a moment ago, and not every part of the server serves it yet.
            Class::NotFound if may_come => Failure::Again(why),
            Class::Stale => Failure::Final(stale(&self.action, why)),
            _ => Failure::Final(why),
        }
    }
}

/// How long one write is repeated before its place is given to another.
const AT_ONCE: Duration = Duration::from_secs(3);

/// A way in which ownership of fields is rewritten.
#[derive(Clone, Copy)]
enum Rewrite {
    /// From every tool that applied the object before.
    TakeOver,
    /// To a version that is served.
    Migrate,
    /// From what the server notes as there before the first apply.
    SettleFirstApply,
}

fn stale(action: &Action, why: EcoString) -> EcoString {
    match action {
        Action::Create { .. } => "somebody else made it meanwhile".into(),
        _ => why,
    }
}
