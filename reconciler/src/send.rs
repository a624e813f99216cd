//! How requests about one object are sent: again where that may help, and with refusals that quote no secret.

use crate::api::retry;
pub use crate::api::retry::with_retry;
use crate::api::{Api, ApiError, Patch, Resource};
use crate::set::Options;
use gitopsc_core::{EcoString, Gvk, Json};
use gitopsc_engine::normalise::Normalised;
use gitopsc_engine::plan::{Desired, Wrong};
use gitopsc_engine::record::{self, PART_OF, SYNC};
use std::time::Duration;

/// Applies `body` to what is at `at`, of the kind `gvk`, again until it succeeds, fails for good, or `within` is over. A
/// write that comes to a busy server is not sent again: while it waits, its place is another's.
///
/// # Errors
/// The last failure; with what does not fit the schema, if the server gave no reason.
pub async fn apply(
    api: &Api,
    at: &Resource,
    gvk: &Gvk,
    body: &Json,
    how: Patch,
    within: Duration,
) -> Result<Json, ApiError> {
    let once = || async {
        match api.apply(at, body, how).await {
            Err(error) => Err(api.with_misfits(error, gvk, body).await),
            done => done,
        }
    };
    let gives_way = |error: &ApiError| !how.dry_run && error.is_too_many();
    retry::with_retry_unless(gives_way, within, once).await
}

/// What is sent of `desired` as `sent`, the whole of it or what is not left to others: with what marks it as a member, and
/// the digest of what was applied.
#[must_use]
pub fn body(desired: &Desired, sent: &Normalised, options: &Options) -> Json {
    let labels = [
        (PART_OF, desired.apply_set.as_str()),
        (SYNC, options.set.name.as_str()),
    ];
    record::recorded(sent, &desired.applied, &labels)
}

/// What `error` says is wrong with `body`.
#[must_use]
pub fn wrong(error: &ApiError, body: &Json) -> Wrong {
    let places = error.refusal().map(|refusal| refusal.places(body));
    Wrong {
        why: shown(error, body),
        at: places.unwrap_or_default(),
    }
}

/// `error` in words, with a mask in place of what came out of decryption in `body`.
#[must_use]
pub fn shown(error: &ApiError, body: &Json) -> EcoString {
    let masked = gitopsc_engine::mask::masked(&error.chain(), body);
    // Some messages are a diff of many lines, and what is told of one object is one line.
    let words: Vec<&str> = masked.split_whitespace().collect();
    EcoString::from(words.join(" "))
}
