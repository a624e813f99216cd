//! The walk over both states, with what is secret in the desired one beside it.

use super::lists::{all, by_name, names_in};
use super::{Change, Difference, Extent};
use crate::fields::{Element, FieldPath, Scalar};
use crate::record;
use gitopsc_core::Json;
use gitopsc_core::split::holds_secrets;
use gitopsc_yaml::Object;

/// What only the server counts, under `metadata`.
const COUNTED: [&str; 3] = ["managedFields", "resourceVersion", "generation"];
/// Holds a whole former object, secrets included.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

pub(super) fn differences(
    before: &Json,
    after: &Json,
    desired: &Json,
    extent: Extent,
) -> Vec<Difference> {
    let is_secret =
        |object: &Json| object.get("kind").and_then(Json::as_plain_str) == Some("Secret");
    let mut walk = Walk {
        above: Vec::new(),
        found: Vec::new(),
        extent,
        of_secret: is_secret(before) || is_secret(after),
    };
    walk.value(before, after, Twin::Beside(Some(desired)));
    walk.found
}

/// What Git has at a place.
#[derive(Clone, Copy)]
enum Twin<'j> {
    /// This, or nothing.
    Beside(Option<&'j Json>),
    /// Something that must not be shown.
    Hidden,
}

impl<'j> Twin<'j> {
    fn field(self, name: &str) -> Twin<'j> {
        match self {
            Twin::Beside(Some(value)) if value.origins().is_none() => Twin::Beside(value.get(name)),
            Twin::Beside(None) => self,
            _ => Twin::Hidden,
        }
    }

    fn is_hidden(self) -> bool {
        match self {
            Twin::Beside(value) => value.is_some_and(|value| value.origins().is_some()),
            Twin::Hidden => true,
        }
    }
}

struct Walk {
    above: Vec<Element>,
    found: Vec<Difference>,
    extent: Extent,
    of_secret: bool,
}

impl Walk {
    fn value(&mut self, before: &Json, after: &Json, twin: Twin<'_>) {
        match (before, after) {
            (Json::Object(before), Json::Object(after)) => self.fields(before, after, twin),
            (Json::Array(before), Json::Array(after)) => self.items(before, after, twin),
            _ if same(before, after) => {}
            _ => self.push(Change::Changed, Some(before), Some(after), twin),
        }
    }

    fn fields(&mut self, before: &Object, after: &Object, twin: Twin<'_>) {
        let names = all(
            before.iter().map(|(name, _)| name),
            after.iter().map(|(name, _)| name),
        );
        for name in names {
            if self.is_ignored(name) {
                continue;
            }
            let beside = if self.is_hidden(name) {
                Twin::Hidden
            } else {
                twin.field(name)
            };
            let element = Element::Field(name.clone());
            self.step(element, before.get(name), after.get(name), beside);
        }
    }

    fn items(&mut self, before: &[Json], after: &[Json], twin: Twin<'_>) {
        let beside = match twin {
            Twin::Beside(Some(Json::Array(items))) => Some(&**items),
            _ => None,
        };
        let is_secret =
            twin.is_hidden() || beside.is_some_and(|items| items.iter().any(holds_secrets));
        if let Some(names) = names_in(&[before, after])
            && let (Some(before), Some(after)) = (by_name(before, names), by_name(after, names))
        {
            let beside = beside.and_then(|items| by_name(items, names));
            for name in all(before.keys(), after.keys()) {
                let beside = match beside.as_ref() {
                    Some(items) => Twin::Beside(items.get(name).copied()),
                    None if is_secret => Twin::Hidden,
                    None => Twin::Beside(None),
                };
                let (before, after) = (before.get(name), after.get(name));
                self.step(name.clone(), before.copied(), after.copied(), beside);
            }
            return;
        }
        let beside = if is_secret {
            Twin::Hidden
        } else {
            Twin::Beside(None)
        };
        for at in 0..before.len().max(after.len()) {
            self.above.push(Element::Index(at));
            match (before.get(at), after.get(at)) {
                (Some(before), Some(after)) => self.value(before, after, beside),
                (before, after) => self.one_sided(before.is_some(), after, beside),
            }
            self.above.pop();
        }
    }

    fn step(
        &mut self,
        element: Element,
        before: Option<&Json>,
        after: Option<&Json>,
        twin: Twin<'_>,
    ) {
        self.above.push(element);
        let none = Object::new(Vec::new());
        match (before, after) {
            (Some(before), Some(after)) => self.value(before, after, twin),
            // Of maps that we write to ourselves, only the entries of others count.
            (None, Some(Json::Object(after))) if self.is_map_of_marks() => {
                self.fields(&none, after, twin);
            }
            (Some(Json::Object(before)), None) if self.is_map_of_marks() => {
                self.fields(before, &none, twin);
            }
            (Some(_), None) if self.extent == Extent::Desired => {}
            (None, Some(after)) if self.extent == Extent::Desired && is_blank(after) => {}
            (before, after) => self.one_sided(before.is_some(), after, twin),
        }
        self.above.pop();
    }

    fn one_sided(&mut self, was_there: bool, after: Option<&Json>, twin: Twin<'_>) {
        let change = if was_there {
            Change::Removed
        } else {
            Change::Added
        };
        // Nothing tells whether a value that is gone was secret.
        self.push(change, None, after, twin);
    }

    fn push(
        &mut self,
        change: Change,
        before: Option<&Json>,
        after: Option<&Json>,
        twin: Twin<'_>,
    ) {
        let show = |value: Option<&Json>| {
            let value = value.filter(|value| !twin.is_hidden() && is_showable(value));
            value.cloned()
        };
        self.found.push(Difference {
            path: FieldPath(self.above.clone()),
            change,
            before: show(before),
            after: show(after),
        });
    }

    fn is_ignored(&self, name: &str) -> bool {
        match self.above.as_slice() {
            // Controllers write it at any time, and nobody desires it.
            [] => name == "status",
            [Element::Field(one)] if one == "metadata" => COUNTED.contains(&name),
            _ => self.is_map_of_marks() && record::is_ours(name),
        }
    }

    /// Whether this is the map of labels or of annotations.
    fn is_map_of_marks(&self) -> bool {
        match self.above.as_slice() {
            [Element::Field(one), Element::Field(two)] if one == "metadata" => {
                two == "labels" || two == "annotations"
            }
            _ => false,
        }
    }

    fn is_hidden(&self, name: &str) -> bool {
        let in_secret = self.of_secret && self.above.is_empty();
        name == LAST_APPLIED || in_secret && matches!(name, "data" | "stringData")
    }
}

fn same(before: &Json, after: &Json) -> bool {
    match (Scalar::of(before), Scalar::of(after)) {
        (Some(before), Some(after)) => before == after,
        (Some(scalar), None) => scalar.is(after),
        (None, Some(scalar)) => scalar.is(before),
        (None, None) => before == after,
    }
}

fn is_blank(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(object) => object.is_empty(),
        _ => false,
    }
}

fn is_showable(value: &Json) -> bool {
    let is_collection = matches!(value, Json::Array(_) | Json::Object(_));
    !is_collection && value.origins().is_none()
}
