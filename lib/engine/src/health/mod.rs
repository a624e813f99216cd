//! Health: how a live object is, in the words of kstatus, with a reason for people.
//!
//! [`of`] is a function of one object, the rules and a time. It knows neither what was asked for nor other
//! objects; [`explain_workload`] adds what the pods of a workload say. Which kinds have which rule is in
//! `docs/reference/health.md`.
//!
//! ```
//! use gitopsc_engine::health::{self, Rules};
//! use gitopsc_engine::timestamp::Timestamp;
//! use gitopsc_yaml::json::read_json;
//! let live = read_json(r#"{"apiVersion":"v1","kind":"PersistentVolumeClaim","status":{"phase":"Bound"}}"#).unwrap();
//! let health = health::of(&live, &Rules::builtin(), Timestamp(0));
//! assert_eq!(health.to_string(), "Current: it is bound");
//! ```

mod condition;
mod containers;
mod expect;
mod explain;
mod generic;
mod kinds;
mod live;
mod needs;
mod phase;
mod rules;
mod status;
mod terminating;
mod written;

pub use explain::{explain_workload, pod_selector};
pub use needs::{established, secret_has_keys};
pub use rules::{KindRule, Rules, has_rule};
pub use status::{Health, Status};

use crate::cel::Expression;
use crate::timestamp::Timestamp;
use gitopsc_core::{Gvk, Json};
use live::Live;

/// How `live` is at `now`.
#[must_use]
pub fn of(live: &Json, rules: &Rules, now: Timestamp) -> Health {
    let live = Live {
        body: live,
        rules,
        now,
    };
    let gvk = Gvk::parse(
        live.text("apiVersion").unwrap_or_default(),
        live.text("kind").unwrap_or_default(),
    );
    if let Some(terminating) = terminating::health(&live) {
        return terminating;
    }
    if let Some(rule) = rules.written(&gvk) {
        return generic::observed(&live).unwrap_or_else(|| written::health(rule, &live));
    }
    let rule = kinds::rule(&gvk.group, &gvk.kind);
    rule.and_then(|rule| rule.suspended(&live))
        .or_else(|| generic::observed(&live))
        .or_else(|| generic::standard(&live))
        .unwrap_or_else(|| match rule {
            Some(rule) => rule.health(&live),
            None => generic::unknown(&live, &gvk),
        })
}

/// How `live` is where `current` has to hold instead of the rules for its kind.
///
/// ```
/// use gitopsc_engine::cel::Expression;
/// use gitopsc_engine::health;
/// use gitopsc_yaml::json::read_json;
/// let live = read_json(r#"{"status":{"phase":"Busy"}}"#).unwrap();
/// let current = Expression::compile("status.phase == 'Ready'").unwrap();
/// assert_eq!(health::by(&live, &current).to_string(), "InProgress: `status.phase == 'Ready'` does not hold");
/// ```
#[must_use]
pub fn by(live: &Json, current: &Expression) -> Health {
    let live = Live {
        body: live,
        rules: &Rules::builtin(),
        now: Timestamp(0),
    };
    terminating::health(&live)
        .or_else(|| generic::observed(&live))
        .unwrap_or_else(|| written::by(current, &live))
}
