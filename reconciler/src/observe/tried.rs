//! Dry runs: what the server would do with an apply of an object that is not as it was left.

use crate::api::{Api, ApiError, Class, Kinds, Patch, Refusal, Resource};
use crate::send;
use crate::set::Options;
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::difference::{Extent, differences};
use gitopsc_engine::fields::entry_of;
use gitopsc_engine::graph::NodeId;
use gitopsc_engine::plan::{Desired, Tried};
use gitopsc_engine::policy::Conflicts;
use gitopsc_engine::record::{self, FIELD_MANAGER};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Tries each of `suspects`, some at once.
pub async fn try_suspects<'d>(
    api: &Api,
    kinds: &Kinds,
    suspects: impl Iterator<Item = &'d Desired>,
    options: &Arc<Options>,
) -> BTreeMap<NodeId, Tried> {
    let mut tried = BTreeMap::new();
    let mut running = JoinSet::new();
    let mut waiting = suspects;
    loop {
        while running.len() < options.in_flight
            && let Some(desired) = waiting.next()
        {
            let Some(kind) = kinds.get(&desired.gvk) else {
                let why = format!("{} is not served", desired.gvk.api_version());
                tried.insert(desired.node, Tried::Invalid(why.into()));
                continue;
            };
            let at = Resource::of(kind, &desired.object.namespace, &desired.object.name);
            let trial = Trial {
                api: api.clone(),
                at,
                copy_at: copy_of(kind, desired),
                desired: desired.clone(),
                options: Arc::clone(options),
            };
            let node = desired.node;
            running.spawn(async move { (node, trial.run().await) });
        }
        let Some(done) = running.join_next().await else {
            return tried;
        };
        let (node, result) = done.expect("a trial neither panics nor is cancelled");
        tried.insert(node, result);
    }
}

struct Trial {
    api: Api,
    at: Resource,
    copy_at: Resource,
    desired: Desired,
    options: Arc<Options>,
}

const COPY: &str = "gitopsc-dry-run-copy";

fn copy_of(kind: &crate::api::Kind, desired: &Desired) -> Resource {
    Resource::of(kind, &desired.object.namespace, COPY)
}

impl Trial {
    async fn run(&self) -> Tried {
        match self.api.get(&self.at).await {
            Ok(Some(live)) => self.against(&live).await,
            Ok(None) => Tried::Unknown("it has just gone".into()),
            Err(error) => Tried::Unknown(error.chain().into()),
        }
    }

    async fn against(&self, live: &Json) -> Tried {
        let desired = &self.desired;
        let body = self.body();
        let accepted = |after: &Json, taken| Tried::Accepted {
            fields: changed(live, after, desired.body.body()),
            taken,
            ownership: own(live) != own(after),
        };
        let error = match self.dry_run(&body, false).await {
            Ok(after) => return accepted(&after, Vec::new()),
            Err(error) => error,
        };
        if error.class() != Class::FieldConflict {
            return self.refused(&error).await;
        }
        let conflicts = send::conflicts_of(&error);
        let policy = desired.policy.conflicts.unwrap_or(self.options.conflicts);
        if !may_take(policy, live, desired) {
            return Tried::Conflicts(conflicts);
        }
        match self.dry_run(&body, true).await {
            Ok(after) => accepted(&after, conflicts),
            Err(error) => self.refused(&error).await,
        }
    }

    fn body(&self) -> Json {
        send::body(&self.desired, &self.options)
    }

    async fn dry_run(&self, body: &Json, force: bool) -> Result<Json, ApiError> {
        let how = Patch {
            force,
            dry_run: true,
            metadata_only: false,
        };
        send::with_retry(self.options.timeout, || self.api.apply(&self.at, body, how)).await
    }

    /// What a refusal means: that the object is wrong, or that just this change of it is not allowed.
    async fn refused(&self, error: &ApiError) -> Tried {
        let why = send::shown(error, self.desired.body.body());
        match error.refusal() {
            Some(refusal) if refusal.class() == Class::Invalid => self.invalid(refusal, why).await,
            Some(refusal) if matches!(refusal.class(), Class::Retry | Class::Unclear) => {
                Tried::Unknown(why)
            }
            Some(_) => Tried::Invalid(why),
            None => Tried::Unknown(why),
        }
    }

    /// The server accepts a new object under another name if only the change is not allowed.
    async fn invalid(&self, refusal: &Refusal, why: EcoString) -> Tried {
        let renamed = self.body().with(&["metadata", "name"], Json::string(COPY));
        let how = Patch {
            dry_run: true,
            ..Patch::default()
        };
        match self.api.apply(&self.copy_at, &renamed, how).await {
            Ok(_) => Tried::Immutable { why, copy: Ok(()) },
            Err(error) if fields_of(error.refusal()) == fields_of(Some(refusal)) => {
                Tried::Invalid(why)
            }
            Err(error) => Tried::Immutable {
                why,
                copy: Err(send::shown(&error, self.desired.body.body())),
            },
        }
    }
}

/// Which fields are wrong, and how.
fn fields_of(refusal: Option<&Refusal>) -> Vec<(&str, &str)> {
    let causes = refusal.into_iter().flat_map(|refusal| &refusal.causes);
    let mut fields: Vec<_> = causes
        .map(|cause| (cause.field.as_str(), cause.reason.as_str()))
        .collect();
    fields.sort_unstable();
    fields
}

/// The fields that an apply would change, as paths.
fn changed(live: &Json, after: &Json, desired: &Json) -> Vec<EcoString> {
    let found = differences(live, after, desired, Extent::Whole);
    found
        .iter()
        .map(|found| EcoString::from(found.path.to_string()))
        .collect()
}

fn own(object: &Json) -> Option<gitopsc_engine::fields::FieldSet> {
    entry_of(object, FIELD_MANAGER).map(|entry| entry.fields)
}

fn may_take(policy: Conflicts, live: &Json, desired: &Desired) -> bool {
    match policy {
        Conflicts::Take => true,
        Conflicts::Fail | Conflicts::Yield => false,
        Conflicts::Mine => record::applied_to(live) == Some(desired.applied),
    }
}
