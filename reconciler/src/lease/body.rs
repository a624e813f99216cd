//! What a lease looks like on the server.

use super::contest::Of;
use super::{Contest, Last, Read, Record};
use crate::api::Kind;
use gitopsc_core::{EcoString, Gvk, Json};
use gitopsc_engine::applyset::SET;
use gitopsc_engine::timestamp::Timestamp;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const REVISION: &str = "gitopsc.dev/revision";
const DIGEST: &str = "gitopsc.dev/graph";
const RECORDED: &str = "gitopsc.dev/recorded";
/// The UID of the Sync that was last worked for. It stays when that work dies.
const FOR_SYNC: &str = "gitopsc.dev/sync-uid";

pub(super) fn read_of(lease: &Json) -> Read {
    let record = Record {
        revision: annotation(lease, REVISION).unwrap_or_default(),
        digest: annotation(lease, DIGEST).unwrap_or_default(),
    };
    let renewed = lease.str_at(&["spec", "renewTime"]);
    Read {
        record,
        recorded: annotation(lease, RECORDED),
        holder: holder_of(lease),
        sync: annotation(lease, FOR_SYNC),
        renewed: renewed.map(EcoString::from),
        exists: true,
        runs: runs_of(lease),
    }
}

/// How often the lease was taken.
fn runs_of(lease: &Json) -> i64 {
    match lease.at(&["spec", "leaseTransitions"]) {
        Some(Json::Int(runs)) => *runs,
        _ => 0,
    }
}

pub(super) fn holder_of(lease: &Json) -> Option<EcoString> {
    let holder = lease.str_at(&["spec", "holderIdentity"]);
    holder.filter(|name| !name.is_empty()).map(EcoString::from)
}

pub(super) fn version_of(lease: &Json) -> EcoString {
    metadata(lease, "resourceVersion")
}

pub(super) fn uid_of(lease: &Json) -> EcoString {
    metadata(lease, "uid")
}

/// A holding that begins now.
pub(super) fn holding(contest: &Contest, holder: &str, runs: i64) -> Json {
    let now = time_now();
    Json::object([
        ("holderIdentity", Json::string(holder)),
        (
            "leaseDurationSeconds",
            Json::Int(contest.lasts.as_secs().cast_signed()),
        ),
        ("acquireTime", Json::string(now.clone())),
        ("renewTime", Json::string(now)),
        ("leaseTransitions", Json::Int(runs)),
    ])
}

/// Whether these are of the same holding, renewed or not.
pub(super) fn is_same(one: Option<&Json>, other: Option<&Json>) -> bool {
    let of = |spec: Option<&Json>, key: &str| spec?.str_at(&[key]).map(EcoString::from);
    let is_same = |key: &str| of(one, key).is_some() && of(one, key) == of(other, key);
    is_same("holderIdentity") && is_same("acquireTime")
}

/// The lease with `holding`, where `lease` is there or not.
pub(super) fn with_holding(contest: &Contest, holding: &Json, lease: Option<&Json>) -> Json {
    let base = lease.cloned().unwrap_or_else(|| {
        let metadata = Json::object([
            ("name", Json::string(contest.name.clone())),
            ("namespace", Json::string(contest.namespace.clone())),
        ]);
        Json::object([
            ("apiVersion", Json::string("coordination.k8s.io/v1")),
            ("kind", Json::string("Lease")),
            ("metadata", metadata),
        ])
    });
    let marked = match &contest.of {
        Of::Replicas => base,
        Of::Set { sync } => {
            let name = Json::string(contest.name.clone());
            let labelled = base.with(&["metadata", "labels", SET], name);
            match sync {
                Some(sync) => annotated(labelled, FOR_SYNC, sync),
                None => labelled,
            }
        }
    };
    marked.with(&["spec"], holding.clone())
}

pub(super) fn renewed(lease: &Json) -> Json {
    lease.with(&["spec", "renewTime"], Json::string(time_now()))
}

/// The lease as nobody has it, with what is recorded of the set.
pub(super) fn given_back(lease: &Json, last: Last<'_>) -> Json {
    let body = lease.without(&["spec", "holderIdentity"]);
    let nothing = Record::default();
    let (record, recorded) = match last {
        Last::AsBefore => return body,
        Last::Forgotten => (&nothing, EcoString::new()),
        Last::Is(record) => (record, seconds(since_epoch()).to_string().into()),
    };
    let entries = [
        (REVISION, &record.revision),
        (DIGEST, &record.digest),
        (RECORDED, &recorded),
    ];
    let annotate = |body, (name, value): &(&str, &EcoString)| annotated(body, name, value);
    entries.iter().fold(body, annotate)
}

/// The lease with the annotation `name`, or without it if it has nothing to say.
fn annotated(lease: Json, name: &str, value: &EcoString) -> Json {
    let path = ["metadata", "annotations", name];
    match value.is_empty() {
        true => lease.without(&path),
        false => lease.with(&path, Json::string(value.clone())),
    }
}

pub(super) fn kind() -> Kind {
    Kind {
        gvk: Gvk::parse("coordination.k8s.io/v1", "Lease"),
        plural: "leases".into(),
        namespaced: true,
    }
}

fn annotation(lease: &Json, name: &str) -> Option<EcoString> {
    let value = lease.str_at(&["metadata", "annotations", name]);
    value.map(EcoString::from)
}

fn metadata(lease: &Json, name: &str) -> EcoString {
    let value = lease.str_at(&["metadata", name]);
    value.unwrap_or_default().into()
}

fn since_epoch() -> Duration {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default()
}

fn seconds(since: Duration) -> Timestamp {
    Timestamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// The time with microseconds, as a Lease has it.
fn time_now() -> String {
    let since = since_epoch();
    let text = seconds(since).to_string();
    format!(
        "{}.{:06}Z",
        text.trim_end_matches('Z'),
        since.subsec_micros()
    )
}
