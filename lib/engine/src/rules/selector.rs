//! Which objects a rule is about.

use gitopsc_core::{EcoString, Json};
use std::collections::BTreeMap;

/// Objects by what they are. In texts `*` stands for any text; what is not said does not matter.
///
/// ```
/// use gitopsc_engine::rules::Selector;
/// use gitopsc_yaml::json::read_json;
/// let object = r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api","namespace":"web-a"}}"#;
/// let selector = Selector { kind: Some("Deployment.apps".into()), namespace: Some("web-*".into()), ..Selector::default() };
/// assert!(selector.matches(&read_json(object).unwrap()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// `KIND` of any group, or `KIND.GROUP`.
    pub kind: Option<EcoString>,
    /// The namespace.
    pub namespace: Option<EcoString>,
    /// The name.
    pub name: Option<EcoString>,
    /// Labels that all have to be there.
    pub labels: BTreeMap<EcoString, EcoString>,
}

impl Selector {
    /// Whether `object` is one of them.
    #[must_use]
    pub fn matches(&self, object: &Json) -> bool {
        let plain = |value: Option<&'_ Json>| {
            let text = value.and_then(Json::as_plain_str);
            EcoString::from(text.unwrap_or_default())
        };
        let metadata = object.get("metadata").unwrap_or(&Json::Null);
        let fits = |pattern: &Option<EcoString>, text: &str| {
            let pattern = pattern.as_ref();
            pattern.is_none_or(|pattern| is_like(pattern, text))
        };
        let labels = metadata.get("labels").unwrap_or(&Json::Null);
        let mut wanted = self.labels.iter();
        self.is_kind(object)
            && fits(&self.namespace, &plain(metadata.get("namespace")))
            && fits(&self.name, &plain(metadata.get("name")))
            && wanted.all(|(key, pattern)| {
                let value = labels.get(key).and_then(Json::as_plain_str);
                value.is_some_and(|value| is_like(pattern, value))
            })
    }

    fn is_kind(&self, object: &Json) -> bool {
        let Some(wanted) = &self.kind else {
            return true;
        };
        let text = |field: &str| object.get(field).and_then(Json::as_plain_str);
        let kind = text("kind").unwrap_or_default();
        let group = text("apiVersion").and_then(|version| version.split_once('/'));
        match (wanted.split_once('.'), group) {
            (Some((name, wanted)), Some((group, _))) => {
                is_like(name, kind) && is_like(wanted, group)
            }
            (Some(_), None) => false,
            (None, _) => is_like(wanted, kind),
        }
    }
}

/// Whether `text` is `pattern`, in which `*` stands for any text.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.split_once(part) {
            Some((_, after)) => text = after,
            None => return false,
        }
    }
    text.ends_with(last)
}
