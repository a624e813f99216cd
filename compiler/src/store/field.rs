//! Fields of stored JSON, in both directions. What is not as it should be is nothing.

use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::json::{Form, write_characters};

/// Appends the string `text` to `out`.
pub(super) fn write_string(text: &str, out: &mut String) {
    out.push('"');
    write_characters(text, Form::Canonical, out);
    out.push('"');
}

/// Appends a list of what `write` appends for each of `items`.
pub(super) fn write_list<T>(
    items: impl IntoIterator<Item = T>,
    out: &mut String,
    mut write: impl FnMut(T, &mut String),
) {
    out.push('[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(']');
}

/// The text under `key`.
pub(super) fn text<'j>(value: &'j Json, key: &str) -> Option<&'j str> {
    value.get(key)?.as_plain_str()
}

/// The list under `key`.
pub(super) fn list<'j>(value: &'j Json, key: &str) -> Option<&'j [Json]> {
    match value.get(key)? {
        Json::Array(items) => Some(items),
        _ => None,
    }
}

/// The list under `key`, empty where there is none.
pub(super) fn list_or_none<'j>(value: &'j Json, key: &str) -> Option<&'j [Json]> {
    match value.get(key) {
        None => Some(&[]),
        Some(_) => list(value, key),
    }
}

/// `value` as an index.
pub(super) fn index(value: &Json) -> Option<usize> {
    match value {
        Json::Int(index) => usize::try_from(*index).ok(),
        _ => None,
    }
}

/// The words of a map of texts.
pub(super) fn texts(value: &Json) -> Option<Vec<(EcoString, EcoString)>> {
    let Json::Object(object) = value else {
        return None;
    };
    let entry = |(key, value): (&EcoString, &Json)| match value {
        Json::String(text) => Some((key.clone(), text.clone())),
        _ => None,
    };
    object.iter().map(entry).collect()
}
