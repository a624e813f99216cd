//! Label selectors, as in `spec.selector` of workloads, policies and webhooks.

use super::path;
use gitopsc_core::Json;

/// Whether the labels (a map, or nothing) match a `LabelSelector`: one that is empty matches everything.
pub(crate) fn matches(selector: &Json, labels: &Labels<'_>) -> bool {
    let pairs = selector.get("matchLabels");
    let expressions = path::items(selector, &["matchExpressions"]);
    pairs.is_none_or(|pairs| has_all(pairs, labels))
        && expressions
            .iter()
            .all(|expression| holds(expression, labels))
}

/// Whether the labels have all `pairs` of a map.
pub(crate) fn has_all(pairs: &Json, labels: &Labels<'_>) -> bool {
    let Json::Object(pairs) = pairs else {
        return true;
    };
    pairs
        .iter()
        .all(|(key, value)| labels.get(key) == value.as_plain_str())
}

fn holds(expression: &Json, labels: &Labels<'_>) -> bool {
    let text = |field: &str| path::text(expression, &[field]).unwrap_or_default();
    let value = labels.get(text("key"));
    let is_listed = || {
        let listed = path::items(expression, &["values"]).iter();
        value.is_some_and(|value| {
            listed
                .filter_map(Json::as_plain_str)
                .any(|item| item == value)
        })
    };
    match text("operator") {
        "In" => is_listed(),
        "NotIn" => !is_listed(),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        _ => false,
    }
}

/// Labels of an object, and one that the API server adds to namespaces by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Labels<'j> {
    written: Option<&'j Json>,
    namespace: Option<&'j str>,
}

impl<'j> Labels<'j> {
    /// The labels under `metadata` of an object or template.
    pub(crate) fn of(object: &'j Json) -> Labels<'j> {
        Labels {
            written: path::at(object, &["metadata", "labels"]),
            namespace: None,
        }
    }

    /// Those of a namespace, whose object may be unknown.
    pub(crate) fn of_namespace(name: &'j str, object: Option<&'j Json>) -> Labels<'j> {
        Labels {
            namespace: Some(name),
            ..object.map(Labels::of).unwrap_or_default()
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'j str> {
        if key == "kubernetes.io/metadata.name" && self.namespace.is_some() {
            return self.namespace;
        }
        self.written?.get(key)?.as_plain_str()
    }
}
