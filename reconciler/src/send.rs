//! How requests about one object are sent: again where that may help, and with refusals that quote no secret.

use crate::api::ApiError;
pub use crate::api::retry::with_retry;
use crate::set::Options;
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::fields::FieldSet;
use gitopsc_engine::plan::Desired;
use gitopsc_engine::record::{self, PART_OF, SYNC};

/// What is sent for `desired`: its body without what is `left` to others, what marks it as a member, and the digest of what was applied.
#[must_use]
pub fn body(desired: &Desired, left: &FieldSet, options: &Options) -> Json {
    let labels = [
        (PART_OF, desired.apply_set.as_str()),
        (SYNC, options.set.name.as_str()),
    ];
    if left.is_empty() {
        return record::recorded(&desired.body, &desired.applied, &labels);
    }
    record::recorded(&desired.body.without(left), &desired.applied, &labels)
}

/// `error` in words, with a mask in place of what came out of decryption in `body`.
#[must_use]
pub fn shown(error: &ApiError, body: &Json) -> EcoString {
    EcoString::from(gitopsc_engine::mask::masked(&error.chain(), body))
}
