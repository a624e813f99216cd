//! Rules for kinds, under `health` in `gitopsc.yaml`, in the form of Flux's `healthCheckExprs`.
//!
//! ```yaml
//! health:
//! - apiVersion: example.com/v1     # the version does not count
//!   kind: Widget                   # without one: all kinds of the group
//!   current: status.phase == 'Ready'
//!   failed: status.phase == 'Broken'
//! ```

use crate::codes;
use crate::config::Placed;
use gitopsc_core::{Diagnostic, EcoString, Gvk};
use gitopsc_engine::cel::Expression;
use gitopsc_engine::health::KindRule;
use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::BTreeSet;

/// A rule as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct WrittenRule {
    api_version: Spanned<String>,
    kind: Option<String>,
    current: Spanned<String>,
    in_progress: Option<Spanned<String>>,
    failed: Option<Spanned<String>>,
}

/// The rules, compiled.
///
/// # Errors
/// Everything that is no expression, and rules for what has one already.
pub(crate) fn compiled(
    written: Vec<WrittenRule>,
    placed: &dyn Fn(Spanned<String>) -> Placed,
) -> Result<Vec<KindRule>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    let mut rules = Vec::new();
    for rule in written {
        let api_version = placed(rule.api_version);
        let group = Gvk::parse(&api_version.text, "").group;
        let kind = rule.kind.map(EcoString::from);
        if !known.insert((group.clone(), kind.clone())) {
            wrong.push(repeated(&api_version));
        }
        let mut compile = |text: Spanned<String>| expression(&placed(text), &mut wrong);
        let in_progress = rule.in_progress.and_then(&mut compile);
        let failed = rule.failed.and_then(&mut compile);
        if let Some(current) = compile(rule.current) {
            rules.push(KindRule {
                group,
                kind,
                in_progress,
                failed,
                current,
            });
        }
    }
    wrong.sort_by_key(|found| found.labels.first().map(|label| label.span.offset));
    if wrong.is_empty() {
        Ok(rules)
    } else {
        Err(wrong)
    }
}

fn expression(text: &Placed, wrong: &mut Vec<Diagnostic>) -> Option<Expression> {
    match Expression::compile(&text.text) {
        Ok(expression) => Some(expression),
        Err(why) => {
            let message = format!("this is no CEL expression that can be evaluated: {why}");
            wrong.push(
                Diagnostic::error(codes::HEALTH_INVALID, message)
                    .at(text.span, "")
                    .hint("it is true or false, and reads the object by its fields, as in status.phase == 'Ready'"),
            );
            None
        }
    }
}

fn repeated(api_version: &Placed) -> Diagnostic {
    let message = "there is a rule of health for this kind already";
    Diagnostic::error(codes::HEALTH_INVALID, message)
        .at(api_version.span, "")
        .hint("put both in one rule; versions do not count")
}
