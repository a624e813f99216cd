//! Whether a set covers what an object says, and what is in it beyond that.

use super::element::{Element, Scalar};
use super::items::pair;
use super::path::{FieldPath, items_of};
use super::set::{Branch, FieldSet};
use gitopsc_core::Json;

/// What the API server keeps out of every entry (apimachinery, managedfields/internal/stripmeta.go).
const NEVER_OWNED: [&str; 9] = [
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
];

/// Whether `entry` covers every field that the body `desired` sets.
///
/// ```
/// use gitopsc_engine::fields::{FieldSet, covers};
/// use gitopsc_yaml::json::read_json;
/// let desired = read_json(r#"{"kind":"Service","spec":{"ports":[{"port":80,"name":"http"}]}}"#).unwrap();
/// let entry = r#"{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}}}"#;
/// let entry = FieldSet::parse(&read_json(entry).unwrap()).unwrap();
/// let missing = covers(&entry, &desired).unwrap_err();
/// assert_eq!(missing[0].to_string(), "spec.ports[port=80,protocol=TCP].name");
/// ```
///
/// # Errors
/// The paths that it does not cover.
pub fn covers(entry: &FieldSet, desired: &Json) -> Result<(), Vec<FieldPath>> {
    let mut walk = Walk::default();
    if let Json::Object(fields) = desired {
        for (name, value) in fields.iter() {
            match name.as_str() {
                "apiVersion" | "kind" => {}
                "metadata" => walk.metadata(entry, value),
                name => walk.field(entry, name, value),
            }
        }
    }
    if walk.missing.is_empty() {
        return Ok(());
    }
    Err(walk.missing)
}

/// What is in `entry` and not in the body `desired`: what the next apply of that body gives up.
#[must_use]
pub fn not_in(entry: &FieldSet, desired: &Json) -> FieldSet {
    FieldSet(match desired {
        Json::Object(fields) => {
            let branches = entry.0.iter().filter_map(|(element, branch)| {
                let value = match element {
                    Element::Field(name) => fields.get(name),
                    _ => None,
                };
                left(element, branch, value)
            });
            branches.collect()
        }
        Json::Array(items) => {
            let mut found = vec![None; entry.0.len()];
            for (item, at) in items.iter().zip(pair(entry, items)) {
                if let Some(at) = at {
                    found[at] = Some(item);
                }
            }
            let branches = entry.0.iter().zip(found);
            let branches =
                branches.filter_map(|((element, branch), value)| left(element, branch, value));
            branches.collect()
        }
        _ => entry.0.clone(),
    })
}

/// What is left of a branch beside `value`.
fn left(element: &Element, branch: &Branch, value: Option<&Json>) -> Option<(Element, Branch)> {
    let Some(value) = value else {
        return Some((element.clone(), branch.clone()));
    };
    let below = not_in(&branch.below, value);
    let owned = false;
    (!below.is_empty()).then(|| (element.clone(), Branch { owned, below }))
}

#[derive(Default)]
struct Walk {
    above: Vec<Element>,
    missing: Vec<FieldPath>,
}

impl Walk {
    fn metadata(&mut self, set: &FieldSet, value: &Json) {
        let name = Element::Field("metadata".into());
        let none = FieldSet::default();
        let below = set.branch(&name).map_or(&none, |branch| &branch.below);
        self.above.push(name);
        if let Json::Object(fields) = value {
            for (name, value) in fields.iter() {
                if !NEVER_OWNED.contains(&name.as_str()) {
                    self.field(below, name, value);
                }
            }
        }
        self.above.pop();
    }

    fn field(&mut self, set: &FieldSet, name: &str, value: &Json) {
        let element = Element::Field(name.into());
        let branch = set.branch(&element);
        self.above.push(element);
        match branch {
            // A field set to null is none, for typed objects and for structural ones.
            None if *value == Json::Null => {}
            None => self.miss(),
            Some(branch) => self.branch(branch, value),
        }
        self.above.pop();
    }

    fn branch(&mut self, branch: &Branch, value: &Json) {
        if branch.below.is_empty() {
            return;
        }
        match value {
            Json::Object(fields) if !fields.is_empty() => {
                for (name, value) in fields.iter() {
                    self.field(&branch.below, name, value);
                }
            }
            Json::Array(items) if !items.is_empty() => self.items(&branch.below, items),
            _ if branch.owned || *value == Json::Null => {}
            _ => self.miss(),
        }
    }

    fn items(&mut self, set: &FieldSet, items: &[Json]) {
        for (at, (item, found)) in items.iter().zip(pair(set, items)).enumerate() {
            let found = found.map(|found| &set.0[found]);
            self.above.push(match found {
                Some((element, _)) => element.clone(),
                None => name_of(set, item, at),
            });
            match found {
                Some((_, branch)) => self.branch(branch, item),
                None => self.miss(),
            }
            self.above.pop();
        }
    }

    fn miss(&mut self) {
        self.missing.push(FieldPath(self.above.clone()));
    }
}

/// The name of an item that `set` does not have, in the form in which it has others.
fn name_of(set: &FieldSet, item: &Json, at: usize) -> Element {
    let like = set.0.first().map(|(element, _)| element);
    let name = match like {
        Some(Element::Key(fields)) => {
            let fields = fields.iter().filter_map(|(name, _)| {
                let value = item.get(name)?;
                Some(Scalar::of(value).map(|value| (name.clone(), value)))
            });
            fields.collect::<Option<_>>().map(Element::Key)
        }
        Some(Element::Value(_)) if items_of(item).is_none() => Scalar::of(item).map(Element::Value),
        _ => None,
    };
    name.unwrap_or(Element::Index(at))
}
