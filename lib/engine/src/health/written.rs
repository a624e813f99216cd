//! Rules that somebody wrote, evaluated in the order of Flux's `healthCheckExprs`.

use super::live::Live;
use super::rules::KindRule;
use super::status::{Health, Status};
use ecow::eco_format;

/// What `rule` says of `live`.
pub(super) fn health(rule: &KindRule, live: &Live<'_>) -> Health {
    let asked = [
        ("inProgress", rule.in_progress.as_ref(), Status::InProgress),
        ("failed", rule.failed.as_ref(), Status::Failed),
        ("current", Some(&rule.current), Status::Current),
    ];
    for (name, expression, status) in asked {
        let Some(expression) = expression else {
            continue;
        };
        match expression.holds(live.body) {
            Ok(true) => return Health::new(status, said(name, "holds", live)),
            Ok(false) => {}
            Err(why) => {
                let reason =
                    eco_format!("`{name}` of its rule in gitopsc.yaml cannot be evaluated: {why}");
                return Health::new(Status::Unknown, reason);
            }
        }
    }
    Health::in_progress(said("current", "does not hold", live))
}

/// What the rule says, and what the object itself says of being ready.
fn said(name: &str, how: &str, live: &Live<'_>) -> ecow::EcoString {
    let own = live
        .condition("Ready")
        .or_else(|| live.conditions().find(|told| !told.is_true()));
    let own = own.map_or_else(Default::default, |told| eco_format!("; {}", told.says()));
    eco_format!("`{name}` of its rule in gitopsc.yaml {how}{own}")
}
