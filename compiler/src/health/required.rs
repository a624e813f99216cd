//! `gitopsc.dev/health`: objects of any unit, or of the cluster, that a unit is healthy only with.
//!
//! One object a line, as `KIND[.GROUP]/[NAMESPACE/]NAME`. Behind `: ` may stand the CEL expression that has to hold
//! instead of the rules for its kind. Objects without one may also stand on one line, with commas.

use crate::codes;
use crate::compilation::Unit;
use crate::edges::Named;
use gitopsc_core::{Diagnostic, EcoString, ObjectRef, Span};
use gitopsc_engine::cel::Expression;
use std::fmt;

/// The name of the annotation, without the prefix of all settings.
const SETTING: &str = "health";

/// An object that has to be healthy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required {
    /// The object.
    pub object: ObjectRef,
    /// What has to hold for it instead of the rules for its kind.
    pub current: Option<Expression>,
}

impl fmt::Display for Required {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = &self.object;
        f.write_str(&object.kind)?;
        if !object.group.is_empty() {
            write!(f, ".{}", object.group)?;
        }
        if !object.namespace.is_empty() {
            write!(f, "/{}", object.namespace)?;
        }
        write!(f, "/{}", object.name)?;
        match &self.current {
            Some(current) => write!(f, ": {}", current.text()),
            None => Ok(()),
        }
    }
}

/// The objects that `text` names, each as it is displayed, on a line of its own. What cannot be read is left out.
///
/// ```
/// let required = gitopsc_compiler::health::required("Deployment.apps/web/front\nJob/x: has(self.status)");
/// assert_eq!(required[0].to_string(), "Deployment.apps/web/front");
/// assert_eq!(required[1].to_string(), "Job/x: has(self.status)");
/// ```
#[must_use]
pub fn required(text: &str) -> Vec<Required> {
    items(text).into_iter().filter_map(Result::ok).collect()
}

impl Unit {
    /// The objects that this unit is healthy only with. What cannot be read is left out; a diagnostic says so.
    #[must_use]
    pub fn required(&self) -> Vec<Required> {
        let text = self.settings.get(SETTING);
        text.map(|text| required(text)).unwrap_or_default()
    }
}

/// What is wrong with the objects that `units` require.
pub(crate) fn invalid(units: &[Unit]) -> Vec<Diagnostic> {
    let wrong = |unit: &Unit| {
        let items = unit.settings.get(SETTING).map(|text| items(text));
        let wrong = items.into_iter().flatten().filter_map(Result::err);
        let told = wrong.map(|why| {
            let message = format!("gitopsc.dev/health of {}: {why}", unit.path);
            Diagnostic::warning(codes::HEALTH_INVALID, message)
                .at(Span::NONE, "")
                .hint("write one object a line, as KIND[.GROUP]/[NAMESPACE/]NAME, and behind `: ` what has to hold")
        });
        told.collect::<Vec<_>>()
    };
    units.iter().flat_map(wrong).collect()
}

/// The items of an annotation, or what is wrong with them.
fn items(text: &str) -> Vec<Result<Required, String>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .flat_map(|line| match line.split_once(": ") {
            Some((object, expression)) => vec![with_expression(object, expression)],
            None => {
                let objects = line.split(',').map(str::trim);
                let objects = objects.filter(|object| !object.is_empty());
                objects.map(|object| item(object, None)).collect()
            }
        })
        .collect()
}

fn with_expression(object: &str, text: &str) -> Result<Required, String> {
    let expression =
        Expression::compile(text).map_err(|why| format!("`{object}` has no expression: {why}"))?;
    item(object.trim(), Some(expression))
}

fn item(text: &str, current: Option<Expression>) -> Result<Required, String> {
    let named = Named::parse(text).ok_or_else(|| format!("`{text}` names no object"))?;
    let object = ObjectRef {
        group: named.kind.group,
        kind: named.kind.kind,
        namespace: named.namespace.unwrap_or(EcoString::new()),
        name: named.name,
    };
    Ok(Required { object, current })
}

#[cfg(test)]
mod tests {
    use super::items;

    #[test]
    fn objects_stand_on_lines_or_between_commas() {
        let text = "Deployment.apps/web/front, Service/web/front\n\nClusterRole.rbac.authorization.k8s.io/system:node: has(self.rules)\nWidget.example.com/a/b: status.list.exists(x, x in ['a', 'b'])\n";
        let told: Vec<String> = items(text)
            .into_iter()
            .map(|item| {
                let item = item.unwrap();
                let current = item.current.as_ref();
                let current = current.map_or("", |expression| expression.text());
                format!("{} [{current}]", item.object)
            })
            .collect();
        let wanted = [
            "Deployment.apps web/front []",
            "Service web/front []",
            "ClusterRole.rbac.authorization.k8s.io system:node [has(self.rules)]",
            "Widget.example.com a/b [status.list.exists(x, x in ['a', 'b'])]",
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn what_names_no_object_and_what_is_no_expression_is_told() {
        for text in [
            "front",
            "Service/a/b/c",
            "service/front",
            "Service/front: a =",
            "Service/: a",
        ] {
            assert!(items(text).iter().all(Result::is_err), "{text}");
        }
    }
}
