//! Conditions as kstatus and `kubectl wait` read them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that is so, or is not.
#[derive(JsonSchema, Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// What.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True` or `False`.
    pub status: String,
    /// The generation of the Sync that this was said of.
    #[serde(default)]
    pub observed_generation: i64,
    /// Since when.
    pub last_transition_time: String,
    /// Why, in one word for machines.
    pub reason: String,
    /// Why, in one sentence.
    pub message: String,
}

/// How a Sync is, as one of its conditions has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Is {
    /// Whether everything is as it should be.
    pub ready: bool,
    /// Whether something is being done about it, or expected to happen.
    pub reconciling: bool,
    /// Whether it will not get better by itself soon.
    pub stalled: bool,
    /// Why, in one word.
    pub reason: &'static str,
    /// Why, in one sentence.
    pub message: String,
}

/// The conditions that say what `is`, as of `now`; what was so `before` keeps its time.
#[must_use]
pub fn conditions(is: &Is, generation: i64, before: &[Condition], now: &str) -> Vec<Condition> {
    let condition = |kind: &str, holds: bool| {
        let status = if holds { "True" } else { "False" };
        let same = before.iter().find(|before| before.kind == kind);
        let same = same.filter(|same| same.status == status);
        let since = same.map_or(now, |same| &same.last_transition_time);
        Condition {
            kind: kind.to_owned(),
            status: status.to_owned(),
            observed_generation: generation,
            last_transition_time: since.to_owned(),
            reason: is.reason.to_owned(),
            message: is.message.clone(),
        }
    };
    let mut conditions = vec![condition("Ready", is.ready)];
    for (kind, holds) in [("Reconciling", is.reconciling), ("Stalled", is.stalled)] {
        // That it is not so says nothing, and kstatus takes it for nothing.
        if holds {
            conditions.push(condition(kind, true));
        }
    }
    conditions
}

#[cfg(test)]
mod tests {
    use super::{Is, conditions};

    #[test]
    fn what_stays_so_keeps_its_time_and_what_is_not_so_is_left_out() {
        let mut is = Is {
            ready: false,
            reconciling: true,
            stalled: false,
            reason: "Applying",
            message: "it is being applied".to_owned(),
        };
        let first = conditions(&is, 1, &[], "then");
        let kinds: Vec<&str> = first.iter().map(|of| of.kind.as_str()).collect();
        assert_eq!(kinds, ["Ready", "Reconciling"]);
        (is.reconciling, is.stalled) = (false, true);
        let second = conditions(&is, 2, &first, "now");
        let times: Vec<_> = second
            .iter()
            .map(|of| (of.kind.as_str(), of.last_transition_time.as_str()))
            .collect();
        assert_eq!(times, [("Ready", "then"), ("Stalled", "now")]);
    }
}
