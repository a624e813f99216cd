//! Dry runs: what the server would do with an apply of an object that is not as it was left.

use crate::api::{Api, ApiError, Class, Kinds, Patch, Refusal, Resource};
use crate::at_once::at_once;
use crate::pace::Pace;
use crate::send;
use crate::set::{Options, Trying};
use crate::versions;
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::conflict::{self, Conflict, Resolution};
use gitopsc_engine::difference::{Extent, Verdict, compare, differences};
use gitopsc_engine::fields::{FieldSet, ManagedEntry, entries, entry_of};
use gitopsc_engine::graph::NodeId;
use gitopsc_engine::normalise::Normalised;
use gitopsc_engine::observed::Live;
use gitopsc_engine::ownership::{former, kept};
use gitopsc_engine::plan::{Desired, Record, Tried, Wrong, is_recorded};
use gitopsc_engine::record::FIELD_MANAGER;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Tries each of `suspects`, some at once.
pub async fn try_suspects<'d>(
    api: &Api,
    kinds: &Kinds,
    suspects: impl Iterator<Item = &'d Desired>,
    options: &Arc<Options>,
) -> BTreeMap<NodeId, Tried> {
    let mut tried = BTreeMap::new();
    let mut not_served = BTreeMap::new();
    let trials = suspects.filter_map(|desired| {
        let Some(kind) = kinds.get(&desired.gvk) else {
            let why = format!("{} is not served", desired.gvk.api_version());
            not_served.insert(desired.node, Tried::Invalid(EcoString::from(why).into()));
            return None;
        };
        let trial = Trial {
            api: api.clone(),
            at: Resource::of(kind, &desired.object.namespace, &desired.object.name),
            copy_at: copy_of(kind, desired),
            desired: desired.clone(),
            options: Arc::clone(options),
            served: versions::served(kinds, &desired.gvk),
        };
        let node = desired.node;
        Some(async move { (node, trial.run().await) })
    });
    at_once(
        Pace::new(api, options.in_flight),
        trials,
        |(node, result)| {
            tried.insert(node, result);
        },
    )
    .await;
    tried.extend(not_served);
    tried
}

struct Trial {
    api: Api,
    at: Resource,
    copy_at: Resource,
    desired: Desired,
    options: Arc<Options>,
    /// The versions that the kind is served at.
    served: BTreeSet<EcoString>,
}

/// How long a dry run is repeated while the server, or a webhook, is in trouble.
const TRYING: Duration = Duration::from_secs(10);

const COPY: &str = "gitopsc-dry-run-copy";

fn copy_of(kind: &crate::api::Kind, desired: &Desired) -> Resource {
    Resource::of(kind, &desired.object.namespace, COPY)
}

impl Trial {
    async fn run(&self) -> Tried {
        match self.api.get(&self.at).await {
            Ok(Some(live)) => self.against(&live).await,
            Ok(None) if self.options.trying == Trying::Everything => self.making().await,
            Ok(None) => Tried::Unknown("it has just gone".into()),
            Err(error) => Tried::Unknown(error.chain().into()),
        }
    }

    async fn against(&self, live: &Json) -> Tried {
        if self.options.trying == Trying::Nothing {
            return self.estimated(live);
        }
        let unserved = self.owners_at_unserved(live);
        if !unserved.is_empty() {
            return Tried::Unserved(unserved);
        }
        let nothing = FieldSet::default();
        let sent = self.after_handing_over(live);
        let error = match self.dry_run(&sent, false).await {
            Ok(after) => return self.accepted(live, &after, Vec::new(), nothing),
            Err(error) => error,
        };
        if error.class() != Class::FieldConflict {
            return self.refused(&error).await;
        }
        let conflicts = error.refusal().map(|refusal| refusal.conflicts.clone());
        let conflicts = self.of_others(live, conflicts.unwrap_or_default());
        let policy = self
            .desired
            .policy
            .conflicts
            .unwrap_or(self.options.conflicts);
        let resolution = conflict::resolve(conflicts, policy, live, &self.desired.applied);
        let (left, taken, force) = match resolution {
            Resolution::Refuse(conflicts) => return Tried::Conflicts(conflicts),
            Resolution::Force(taken) => (nothing, taken, true),
            Resolution::Leave(left, _) => (left, Vec::new(), false),
        };
        match self.dry_run(&sent.without(&left), force).await {
            Ok(after) => self.accepted(live, &after, taken, left),
            Err(error) => self.refused(&error).await,
        }
    }

    /// Who owns fields at a version that is not served any more, and at which.
    fn owners_at_unserved(&self, live: &Json) -> Vec<EcoString> {
        let entries = entries(live).into_iter();
        let unserved = entries.filter(|entry| !self.served.contains(&entry.api_version));
        let owners = unserved.map(|entry| format!("{} at {}", entry.manager, entry.api_version));
        let owners: BTreeSet<EcoString> = owners.map(EcoString::from).collect();
        owners.into_iter().collect()
    }

    /// What an apply would change, as far as comparing tells: not what defaults and webhooks make of it.
    fn estimated(&self, live: &Json) -> Tried {
        let desired = self.desired.body.body();
        let found = differences(live, desired, desired, Extent::Desired);
        let fields = found
            .iter()
            .map(|found| EcoString::from(found.path.to_string()));
        let live = Live::new(live.clone());
        let is_recorded = is_recorded(&self.desired, &live, &self.options.set.name);
        Tried::Accepted {
            fields: fields.collect(),
            taken: Vec::new(),
            left: FieldSet::default(),
            kept: Vec::new(),
            record: (!is_recorded).then_some(Record::Digest),
        }
    }

    /// Whether the server would make the object. Where it has no place yet, nobody knows.
    async fn making(&self) -> Tried {
        let nothing = FieldSet::default();
        match self.dry_run(&self.desired.whole, false).await {
            Ok(after) => self.accepted(&Json::Null, &after, Vec::new(), nothing),
            Err(error) if error.class() == Class::NotFound => {
                Tried::Unknown("its namespace is not there yet".into())
            }
            Err(error) if matches!(error.class(), Class::Retry | Class::Unclear) => {
                Tried::Unknown(self.shown(&error))
            }
            Err(error) => Tried::Invalid(send::wrong(&error, self.desired.whole.body())),
        }
    }

    /// The conflicts that stay when a former owner is followed.
    fn of_others(&self, live: &Json, conflicts: Vec<Conflict>) -> Vec<Conflict> {
        if !self.options.adopting.allows(&self.desired) {
            return conflicts;
        }
        let entries = entries(live);
        let is_former = |conflict: &Conflict| {
            let of = |entry: &&ManagedEntry| {
                entry.manager == conflict.manager && entry.operation == conflict.operation
            };
            entries
                .iter()
                .find(of)
                .is_some_and(|entry| former(entry).is_some())
        };
        conflicts
            .into_iter()
            .filter(|conflict| !is_former(conflict))
            .collect()
    }

    fn accepted(&self, live: &Json, after: &Json, taken: Vec<Conflict>, left: FieldSet) -> Tried {
        let owned = own(live) != own(after);
        let (fields, differs) = match compare(live, after, self.desired.whole.body()) {
            Verdict::Same => (Vec::new(), false),
            Verdict::Record => (Vec::new(), true),
            Verdict::Differs(found) => {
                let paths = found
                    .iter()
                    .map(|found| EcoString::from(found.path.to_string()));
                (paths.collect(), true)
            }
        };
        let record = match (owned, differs) {
            (true, _) => Some(Record::Ownership),
            (false, true) => Some(Record::Digest),
            (false, false) => None,
        };
        Tried::Accepted {
            fields,
            taken,
            left,
            kept: kept(live, after),
            record,
        }
    }

    /// What says the same as what will be applied. Fields that are given up and still ours are nobody's by then, which a
    /// dry run cannot try: with the values that they have, it leaves them as they are.
    fn after_handing_over(&self, live: &Json) -> Normalised {
        let owned = own(live).unwrap_or_default();
        let handed_over = self.desired.hand_over(&owned);
        self.desired.body.overlaid(live, &handed_over)
    }

    async fn dry_run(&self, sent: &Normalised, force: bool) -> Result<Json, ApiError> {
        let body = send::body(&self.desired, sent, &self.options);
        let how = Patch {
            force,
            dry_run: true,
            metadata_only: false,
        };
        let gvk = &self.desired.gvk;
        send::apply(&self.api, &self.at, gvk, &body, how, TRYING).await
    }

    /// What a refusal means: that the object is wrong, or that just this change of it is not allowed.
    async fn refused(&self, error: &ApiError) -> Tried {
        let wrong = send::wrong(error, self.desired.whole.body());
        match error.refusal() {
            Some(refusal) if !refusal.misfits.is_empty() => Tried::Invalid(wrong),
            Some(refusal) if refusal.class() == Class::Invalid => {
                self.invalid(refusal, wrong).await
            }
            Some(refusal) if matches!(refusal.class(), Class::Retry | Class::Unclear) => {
                Tried::Unknown(wrong.why)
            }
            Some(_) => Tried::Invalid(wrong),
            None => Tried::Unknown(wrong.why),
        }
    }

    fn shown(&self, error: &ApiError) -> EcoString {
        send::shown(error, self.desired.whole.body())
    }

    /// The server accepts a new object under another name if only the change is not allowed.
    async fn invalid(&self, refusal: &Refusal, wrong: Wrong) -> Tried {
        let body = send::body(&self.desired, &self.desired.whole, &self.options);
        let renamed = body.with(&["metadata", "name"], Json::string(COPY));
        let how = Patch {
            dry_run: true,
            ..Patch::default()
        };
        let applied = send::with_retry(TRYING, || self.api.apply(&self.copy_at, &renamed, how));
        match applied.await {
            Ok(_) => Tried::Immutable {
                why: wrong.why,
                copy: Ok(()),
            },
            Err(error) if fields_of(error.refusal()) == fields_of(Some(refusal)) => {
                Tried::Invalid(wrong)
            }
            Err(error) => Tried::Immutable {
                why: wrong.why,
                copy: Err(self.shown(&error)),
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

fn own(object: &Json) -> Option<FieldSet> {
    entry_of(object, FIELD_MANAGER).map(|entry| entry.fields)
}
