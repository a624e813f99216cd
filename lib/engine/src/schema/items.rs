//! Items that a list may hold only once.

use gitopsc_core::Json;
use std::collections::BTreeSet;

/// The places of items that stand in `items` for the second time, where `schema` says that a list has none.
pub(super) fn repeated<'d>(
    schema: &'d Json,
    items: &[Json],
    resolved: &dyn Fn(&'d Json) -> &'d Json,
) -> Vec<usize> {
    let keys = match schema.str_at(&["x-kubernetes-list-type"]) {
        Some("set") => None,
        Some("map") => Some((keys_of(schema), schema.get("items").map(resolved))),
        _ => return Vec::new(),
    };
    let identity = |item: &Json| match &keys {
        None => Some(shown(item)),
        Some((keys, of)) => identity(item, keys, *of),
    };
    let mut seen = BTreeSet::new();
    let places = items.iter().enumerate();
    let repeated = places.filter(|(_, item)| identity(item).is_some_and(|of| !seen.insert(of)));
    repeated.map(|(at, _)| at).collect()
}

fn keys_of(schema: &Json) -> Vec<&str> {
    match schema.get("x-kubernetes-list-map-keys") {
        Some(Json::Array(keys)) => keys.iter().filter_map(Json::as_plain_str).collect(),
        _ => Vec::new(),
    }
}

/// What tells an item of a map from others: the values of its keys, given or by default.
fn identity(item: &Json, keys: &[&str], schema: Option<&Json>) -> Option<String> {
    let value = |key: &&str| {
        let default = || schema?.at(&["properties", key, "default"]);
        item.get(key).or_else(default).map(shown)
    };
    match item {
        Json::Object(_) => Some(format!("{:?}", keys.iter().map(value).collect::<Vec<_>>())),
        _ => None,
    }
}

/// A value as text that equals only that of an equal one. What came out of decryption equals nothing but itself,
/// and its text never leaves this module.
fn shown(value: &Json) -> String {
    use gitopsc_yaml::emit::Secrets;
    use gitopsc_yaml::json::{Form, write_json};
    let mut text = String::new();
    write_json(value, Form::Canonical, Secrets::Reveal, &mut text);
    text
}
