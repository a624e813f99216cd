//! One step that writes one object: which writes it is made of, and what a refusal means.

use super::gone::until_gone;
use super::rewrite::Rewrite;
use crate::api::{Api, ApiError, Class, Kind, Patch, Resource};
use crate::send;
use crate::set::Options;
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::applyset::Membership;
use gitopsc_engine::fields::{FieldSet, entries};
use gitopsc_engine::observed::Live;
use gitopsc_engine::plan::{Action, Desired, Record, Wrong, is_recorded};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Everything that writing one object needs.
pub(super) struct Writing {
    pub(super) api: Api,
    pub(super) kind: Kind,
    /// The versions at which it is served once this run has come so far.
    pub(super) served: BTreeSet<EcoString>,
    pub(super) desired: Desired,
    pub(super) action: Action,
    pub(super) live: Option<Live>,
    pub(super) options: Arc<Options>,
    /// Whether what the server makes of it is looked at as a whole.
    pub(super) looks: bool,
}

/// Why an object was not written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Failure {
    /// Trying again may help, as long as there is time, and not before so long from now.
    Again(EcoString, Duration),
    /// Trying again will not help.
    Final(Wrong),
}

/// The resource version that no object has: an apply that carries it makes the object, or is refused because it is
/// there. (Tried on 1.36: a server-side apply knows no other way to say that an object must not be there.)
pub(super) const ABSENT: &str = "1";

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
            let why = send::shown(error, self.desired.body.body());
            return Err(Failure::Again(why, Duration::ZERO));
        }
        let is_recorded = |live: &Live| is_recorded(&self.desired, live, &self.options.set.name);
        match live {
            // An attempt before this one was done, and its answer was lost.
            Some(live) if is_recorded(&live) && !self.live.as_ref().is_some_and(is_recorded) => {
                Ok(live.object().clone())
            }
            Some(live) if matches!(self.action, Action::Create { .. }) => {
                let why = format!("{} made it meanwhile", self.maker(&live));
                Err(Failure::Final(EcoString::from(why).into()))
            }
            _ => Err(self.failure(error)),
        }
    }

    /// Who has made what is there.
    fn maker(&self, live: &Live) -> EcoString {
        match live.membership(&self.options.set.name) {
            Membership::Other { set: Some(set), .. } => format!("the set {set}").into(),
            Membership::Other { id, set: None } => format!("the ApplySet {id}").into(),
            Membership::Ours(_) | Membership::None => live.managers(),
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
                record: Record::Versions(_),
            } => self.migrate().await,
            Action::Repair {
                record: Record::Ownership,
            } => self.repair_ownership().await,
            _ => self.change(&nothing, true).await,
        }
    }

    /// The version at which the object was read.
    pub(super) fn version(&self) -> &str {
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

    pub(super) fn at(&self) -> Resource {
        let object = &self.desired.object;
        Resource::of(&self.kind, &object.namespace, &object.name)
    }

    /// Applies to what was read. What is ours and left to others comes to be nobody's before, as the apply would reset
    /// it; and what is owned at a version that this run has stopped to serve comes to a served one.
    pub(super) async fn change(&self, left: &FieldSet, force: bool) -> Result<Json, ApiError> {
        if self.is_owned_at_unserved() {
            return self.rewritten(Rewrite::Migrate, left, force).await;
        }
        let owned = self.live.as_ref().and_then(Live::own_entry);
        let owned = owned.map(|entry| entry.fields).unwrap_or_default();
        match self.desired.hand_over(&owned).is_empty() {
            true => self.apply(self.version(), left, force).await,
            false => self.rewritten(Rewrite::HandOver, left, force).await,
        }
    }

    fn is_owned_at_unserved(&self) -> bool {
        let live = self.live.as_ref().map_or(&Json::Null, Live::object);
        let mut versions = entries(live).into_iter().map(|entry| entry.api_version);
        versions.any(|version| !self.served.contains(&version))
    }

    /// Applies to what was read at `version`. What only a controller has written to since, such as its status, is as
    /// good as what was read.
    pub(super) async fn apply(
        &self,
        version: &str,
        left: &FieldSet,
        force: bool,
    ) -> Result<Json, ApiError> {
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

    pub(super) async fn apply_at(
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
            metadata_only: !self.looks,
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

    pub(super) async fn wait_until_gone(&self, uid: &str) -> Result<(), ApiError> {
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
            Class::Retry | Class::Unclear => {
                let asked = error.refusal().and_then(|refusal| refusal.retry_after);
                Failure::Again(wrong.why, asked.unwrap_or_default())
            }
            // The kind was declared a moment ago, and not every part of the server serves it yet.
            Class::NotFound if may_come => Failure::Again(wrong.why, Duration::ZERO),
            _ => Failure::Final(wrong),
        }
    }
}

/// How long one write is repeated before its place is given to another.
pub(super) const AT_ONCE: Duration = Duration::from_secs(3);

/// How often an object is looked at again that controllers write to all the time.
pub(super) const RELOOKS: usize = 5;
