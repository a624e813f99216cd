//! Walking into values by paths such as `spec.volumes.*.secret`.

use gitopsc_core::{EcoString, Json};

/// A way into a value: keys, with `*` for every item of a list or value of a map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path(Vec<EcoString>);

impl Path {
    /// Reads a path with dots.
    pub(crate) fn new(text: &str) -> Path {
        let segments = text.split('.').filter(|segment| !segment.is_empty());
        Path(segments.map(EcoString::from).collect())
    }

    /// Calls `found` with every value that the path leads to.
    pub(crate) fn each<'j>(&self, value: &'j Json, found: &mut dyn FnMut(&'j Json)) {
        walk(&self.0, value, found);
    }
}

fn walk<'j>(segments: &[EcoString], value: &'j Json, found: &mut dyn FnMut(&'j Json)) {
    let Some((segment, rest)) = segments.split_first() else {
        return found(value);
    };
    match value {
        Json::Array(items) if segment == "*" => {
            items.iter().for_each(|item| walk(rest, item, found));
        }
        Json::Object(object) if segment == "*" => {
            object.iter().for_each(|(_, item)| walk(rest, item, found));
        }
        _ => {
            if let Some(value) = value.get(segment) {
                walk(rest, value, found);
            }
        }
    }
}

/// The value under `keys`, one map inside the other.
pub(crate) fn at<'j>(value: &'j Json, keys: &[&str]) -> Option<&'j Json> {
    keys.iter().try_fold(value, |value, key| value.get(key))
}

/// The plain text under `keys`.
pub(crate) fn text<'j>(value: &'j Json, keys: &[&str]) -> Option<&'j str> {
    at(value, keys)?.as_plain_str()
}

/// The items of the list under `keys`; none if there is no list.
pub(crate) fn items<'j>(value: &'j Json, keys: &[&str]) -> &'j [Json] {
    match at(value, keys) {
        Some(Json::Array(items)) => items,
        _ => &[],
    }
}
