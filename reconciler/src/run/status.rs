//! What is said of a Sync: its status, made of all that is known, and written by itself.

use super::known::Known;
use super::members::Summary;
use crate::api::{Api, ApiError, Patch, Resource, retry};
use crate::resources::{Counts, GROUP, Is, Pending, SyncStatus, VERSION, conditions, sync_kind};
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::policy::seconds;
use gitopsc_engine::reconcile::{self, Moment, Outcome, Phase, SyncKey};
use gitopsc_yaml::json::read_json;
use std::time::Duration;

/// How often in a row a source has to be away before a Sync is not ready for that alone.
const AWAY: u32 = 3;
/// How many steps that wait for consent are named.
const NAMED: usize = 10;
/// How much of what is wrong is told, in characters.
const TOLD: usize = 1000;

/// The status of the Sync of which this is `known`, and which is `at` this in the state machine.
pub(super) fn of(
    known: &mut Known,
    at: &reconcile::Sync,
    moment: Moment,
    time: &str,
) -> SyncStatus {
    let summary = known.members.summary();
    let is = is(known, at, &summary, moment);
    if is.ready {
        known.good = at.built().cloned();
    }
    let running = match at.phase() {
        Phase::Applying(commit) => Some(commit),
        _ => None,
    };
    known.keep_revisions(&[at.wanted(), at.built(), running.as_ref()]);
    let generation = known.sync.metadata.generation.unwrap_or_default();
    let revision = |of: Option<&EcoString>| of.map(|commit| known.revision(commit));
    let digest = known.built.as_ref().map(|built| built.digest.to_string());
    SyncStatus {
        observed_generation: generation,
        conditions: conditions(&is, generation, &known.status.conditions, time),
        wanted: revision(at.wanted()).or_else(|| known.status.wanted.clone()),
        running: revision(running.as_ref()),
        enforced: revision(at.built()),
        last_good: revision(known.good.as_ref()),
        digest: digest.or_else(|| known.status.digest.clone()),
        counts: known.built.is_some().then(|| counts(&summary)),
        last_error: wrong(known, at, &summary),
        hook: known.hook.clone(),
        pending_approval: known.consent.as_ref().map(|(digest, steps)| Pending {
            digest: digest.to_string(),
            steps: steps.iter().take(NAMED).cloned().collect(),
        }),
        history: known.history.clone(),
    }
}

fn counts(summary: &Summary) -> Counts {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Counts {
        objects: count(summary.objects),
        ready: count(summary.ready),
        in_progress: count(summary.in_progress),
        failed: count(summary.failed),
    }
}

/// What is wrong, in one sentence.
fn wrong(known: &Known, at: &reconcile::Sync, summary: &Summary) -> Option<String> {
    if at.is_broken() {
        return Some(told(&known.broken));
    }
    if let Some(why) = &known.unfetched {
        return Some(told(std::slice::from_ref(why)));
    }
    let ended = known.ended.as_ref();
    let of_apply = ended.filter(|ended| !ended.wrong.is_empty());
    let of_apply = of_apply.map(|ended| told(&ended.wrong));
    of_apply.or_else(|| summary.worst.clone())
}

/// How it is, as conditions have it.
fn is(known: &mut Known, at: &reconcile::Sync, summary: &Summary, moment: Moment) -> Is {
    let is_ready = summary.ready == summary.objects;
    if is_ready {
        known.unready_since = None;
    }
    let enforced = at.built().map(|built| known.revision(built).short);
    let still = match &enforced {
        Some(enforced) => format!("; {enforced} is enforced still"),
        None => String::new(),
    };
    let wanted = at.wanted().map(|wanted| known.revision(wanted).short);
    let wanted = wanted.unwrap_or_default();
    if at.phase() != Phase::Suspended && at.is_broken() {
        let why = told(&known.broken);
        let message = format!("{wanted} cannot be built: {why}{still}");
        return stalled("BuildFailed", message);
    }
    match at.phase() {
        Phase::Suspended => {
            return not_ready(
                "Suspended",
                "nothing is done, because it is suspended".to_owned(),
            );
        }
        Phase::Fetching => {
            return reconciling("Fetching", "its source is being read".to_owned());
        }
        Phase::Applying(commit) if is_news(known, &commit) => {
            let short = known.revision(&commit).short;
            let waits = known.running.as_ref();
            let waits = waits.map(|running| running.progress.borrow().clone());
            let waits = waits.filter(|waits| !waits.is_empty());
            let waits = waits.map(|waits| format!(": {waits}")).unwrap_or_default();
            return reconciling("Applying", format!("{short} is being applied{waits}"));
        }
        _ => {}
    }
    if let Some(why) = &known.unfetched
        && (at.fetch_failures() >= AWAY || enforced.is_none())
    {
        return stalled(
            "SourceFailed",
            format!("its source cannot be read: {why}{still}"),
        );
    }
    match &known.ended {
        None => return reconciling("Applying", "it is about to be applied".to_owned()),
        Some(ended) if ended.outcome == Outcome::Incomplete => {
            return stalled("ApplyFailed", told(&ended.wrong));
        }
        Some(_) => {}
    }
    if let Some((digest, steps)) = &known.consent {
        let what = gitopsc_core::words::counted(steps.len(), "step");
        let how =
            format!("{what} to be agreed to with the annotation gitopsc.dev/approve={digest}");
        return stalled("ApprovalNeeded", how);
    }
    if let Some(worst) = &summary.worst {
        return stalled("Unhealthy", worst.clone());
    }
    if let Some((object, done)) = known.fights.ongoing(moment).next() {
        let message = format!(
            "somebody changes {object} again and again, so it is put back only once a minute: {done}"
        );
        return stalled("Fight", message);
    }
    if !is_ready {
        let since = *known.unready_since.get_or_insert(moment);
        let why = summary.awaited.clone().unwrap_or_default();
        return match moment < since.after(patience(known)) {
            true => reconciling("Progressing", why),
            false => stalled("TimedOut", why),
        };
    }
    Is {
        ready: true,
        reconciling: false,
        stalled: false,
        reason: "Applied",
        message: format!(
            "{} is applied, and {} ready",
            enforced.unwrap_or_default(),
            match summary.objects {
                1 => "1 object is".to_owned(),
                objects => format!("{objects} objects are"),
            }
        ),
    }
}

/// How long objects may take to get ready.
pub(super) fn patience(known: &Known) -> Duration {
    Duration::from_secs(seconds(&known.sync.spec.timeout).unwrap_or(300))
}

/// Whether an apply of `commit` is more than holding the cluster to it.
fn is_news(known: &Known, commit: &EcoString) -> bool {
    let is_enforced = known
        .built
        .as_ref()
        .is_some_and(|built| built.revision == *commit);
    !is_enforced || known.ended.is_none()
}

fn not_ready(reason: &'static str, message: String) -> Is {
    Is {
        ready: false,
        reconciling: false,
        stalled: false,
        reason,
        message,
    }
}

fn reconciling(reason: &'static str, message: String) -> Is {
    Is {
        reconciling: true,
        ..not_ready(reason, message)
    }
}

fn stalled(reason: &'static str, message: String) -> Is {
    Is {
        stalled: true,
        ..not_ready(reason, message)
    }
}

/// What is wrong, the first of it and how much more there is.
fn told(wrong: &[String]) -> String {
    let Some(first) = wrong.first() else {
        return "nobody says why".to_owned();
    };
    let first: String = first.chars().take(TOLD).collect();
    match wrong.len() - 1 {
        0 => first,
        more => format!("{first} (and {more} more)"),
    }
}

/// Writes `status`.
///
/// # Errors
/// It cannot be written.
pub(super) async fn write(api: &Api, key: &SyncKey, status: &SyncStatus) -> Result<(), ApiError> {
    let at = Resource::of(&sync_kind(), &key.namespace, &key.name).status();
    let text = serde_json::to_string(status).expect("a status is made of texts and numbers");
    let status = read_json(&text).expect("what was just written can be read");
    let body = Json::object([
        ("apiVersion", Json::string(format!("{GROUP}/{VERSION}"))),
        ("kind", Json::string("Sync")),
        (
            "metadata",
            Json::object([
                ("name", Json::string(key.name.clone())),
                ("namespace", Json::string(key.namespace.clone())),
            ]),
        ),
        ("status", status),
    ]);
    let how = Patch {
        force: true,
        metadata_only: true,
        ..Patch::default()
    };
    let written = retry::with_retry(retry::RECORDS, || api.apply(&at, &body, how));
    written.await.map(drop)
}
