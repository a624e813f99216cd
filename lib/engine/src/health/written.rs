//! Rules that somebody wrote, evaluated in the order of Flux's `healthCheckExprs`, and single expressions.

use super::live::Live;
use super::rules::KindRule;
use super::status::{Health, Status};
use crate::cel::Expression;
use ecow::{EcoString, eco_format};

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
            Ok(true) => return Health::new(status, said(&rule_of(name), "holds", live)),
            Ok(false) => {}
            Err(why) => return cannot_be_evaluated(&rule_of(name), &why),
        }
    }
    Health::in_progress(said(&rule_of("current"), "does not hold", live))
}

/// What it means for `live` that `expression` has to hold, whatever the rules for its kind are.
pub(super) fn by(expression: &Expression, live: &Live<'_>) -> Health {
    let name = eco_format!("`{}`", expression.text());
    match expression.holds(live.body) {
        Ok(true) => Health::current(said(&name, "holds", live)),
        Ok(false) => Health::in_progress(said(&name, "does not hold", live)),
        Err(why) => cannot_be_evaluated(&name, &why),
    }
}

fn rule_of(name: &str) -> EcoString {
    eco_format!("`{name}` of its rule in gitopsc.yaml")
}

fn cannot_be_evaluated(name: &str, why: &dyn std::fmt::Display) -> Health {
    Health::new(
        Status::Unknown,
        eco_format!("{name} cannot be evaluated: {why}"),
    )
}

/// What came of an expression, and what the object itself says of being ready.
fn said(name: &str, how: &str, live: &Live<'_>) -> EcoString {
    let own = live
        .condition("Ready")
        .or_else(|| live.conditions().find(|told| !told.is_true()));
    let own = own.map_or_else(Default::default, |told| eco_format!("; {}", told.says()));
    eco_format!("{name} {how}{own}")
}

#[cfg(test)]
mod tests {
    use crate::cel::Expression;
    use crate::health::{KindRule, Rules, Status, of};
    use crate::timestamp::Timestamp;
    use gitopsc_yaml::json::read_json;

    fn rules(in_progress: Option<&str>, failed: Option<&str>, current: &str) -> Rules {
        let compile = |text: &str| Expression::compile(text).unwrap();
        let mut rules = Rules::builtin();
        rules.add(KindRule {
            group: "example.com".into(),
            kind: None,
            in_progress: in_progress.map(compile),
            failed: failed.map(compile),
            current: compile(current),
        });
        rules
    }

    #[test]
    fn expressions_are_asked_in_the_order_of_flux() {
        let all = rules(
            Some("status.p == 'a'"),
            Some("status.p != 'c'"),
            "status.p in ['b', 'c']",
        );
        let bad = rules(None, None, "status.p + 1 == 2");
        for (rules, status, wanted) in [
            (&all, r#"{"p":"a"}"#, Status::InProgress),
            (&all, r#"{"p":"b"}"#, Status::Failed),
            (&all, r#"{"p":"c"}"#, Status::Current),
            (&all, "{}", Status::InProgress),
            (
                &all,
                r#"{"p":"c","observedGeneration":1}"#,
                Status::InProgress,
            ),
            (&bad, r#"{"p":"hunter2"}"#, Status::Unknown),
        ] {
            let text = format!(
                r#"{{"apiVersion":"example.com/v1","kind":"Widget","metadata":{{"generation":2}},"status":{status}}}"#
            );
            let health = of(&read_json(&text).unwrap(), rules, Timestamp(0));
            assert_eq!(health.status, wanted, "{status}: {health}");
            assert!(!health.reason.contains("hunter2"));
        }
    }

    #[test]
    fn a_rule_says_nothing_of_what_is_being_deleted() {
        let text = r#"{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z"}}"#;
        let health = of(
            &read_json(text).unwrap(),
            &rules(None, None, "true"),
            Timestamp(0),
        );
        assert_eq!(health.status, Status::Terminating);
    }
}
