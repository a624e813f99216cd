//! Which objects a rule is about.

use gitopsc_core::{EcoString, Json};
use std::collections::BTreeMap;

/// Objects by what they are. In texts `*` stands for any text; what is not said does not matter.
///
/// ```
/// use gitopsc_engine::rules::Selector;
/// use gitopsc_yaml::json::read_json;
/// let object = r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"api","namespace":"web-a"}}"#;
/// let selector = Selector { group: Some("apps".into()), namespace: Some("web-*".into()), ..Selector::default() };
/// assert!(selector.matches(&read_json(object).unwrap()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// The group; empty for that of ConfigMaps.
    pub group: Option<EcoString>,
    /// The kind.
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
        let text = |keys: &[&str]| object.str_at(keys).unwrap_or_default();
        let group = text(&["apiVersion"]).split_once('/');
        let mut labels = self.labels.iter();
        fits(self.group.as_ref(), group.map_or("", |(group, _)| group))
            && fits(self.kind.as_ref(), text(&["kind"]))
            && fits(self.namespace.as_ref(), text(&["metadata", "namespace"]))
            && fits(self.name.as_ref(), text(&["metadata", "name"]))
            && labels.all(|(key, pattern)| {
                let value = object.str_at(&["metadata", "labels", key]);
                value.is_some_and(|value| is_like(pattern, value))
            })
    }
}

/// Which kinds are meant, whatever their version: all that fit everything that is said. In each text `*` stands for any
/// text.
///
/// ```
/// use gitopsc_engine::rules::KindSelector;
/// let databases = KindSelector { group: Some("db.example.com".into()), kind: None };
/// assert!(databases.matches("db.example.com", "Cluster"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KindSelector {
    /// The group; empty for that of ConfigMaps.
    pub group: Option<EcoString>,
    /// The kind.
    pub kind: Option<EcoString>,
}

impl KindSelector {
    /// Whether the kind is one of them.
    #[must_use]
    pub fn matches(&self, group: &str, kind: &str) -> bool {
        fits(self.group.as_ref(), group) && fits(self.kind.as_ref(), kind)
    }
}

fn fits(pattern: Option<&EcoString>, text: &str) -> bool {
    pattern.is_none_or(|pattern| is_like(pattern, text))
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
