//! Defaults of a schema, filled in before an object is looked at, as the API server does.

use super::limits::is_on;
use crate::check::schema::MOST_DEEP;
use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::Object;

/// `value` with the defaults of `schema`; nothing if there is none to fill in.
pub(super) fn filled(schema: &Json, value: &Json) -> Option<Json> {
    fill(schema, value, 0)
}

fn fill(schema: &Json, value: &Json, depth: usize) -> Option<Json> {
    if depth > MOST_DEEP {
        return None;
    }
    match value {
        Json::Object(object) => fill_map(schema, object, depth),
        Json::Array(list) => {
            let of_items = schema.get("items")?;
            let filled: Vec<Option<Json>> = list
                .iter()
                .map(|item| fill(of_items, item, depth + 1))
                .collect();
            if filled.iter().all(Option::is_none) {
                return None;
            }
            let items = filled.into_iter().zip(list.iter());
            let items = items.map(|(filled, item)| filled.unwrap_or_else(|| item.clone()));
            Some(Json::Array(items.collect()))
        }
        _ => None,
    }
}

fn fill_map(schema: &Json, object: &Object, depth: usize) -> Option<Json> {
    let properties = match schema.get("properties") {
        Some(Json::Object(properties)) => properties.as_slice(),
        _ => &[],
    };
    let of_all = schema.get("additionalProperties");
    let of_key = |key: &EcoString| {
        let at = properties.binary_search_by(|(name, _)| name.cmp(key));
        at.map_or(of_all, |at| Some(&properties[at].1))
    };
    let mut changed = false;
    let mut entries: Vec<(EcoString, Json)> = Vec::with_capacity(object.len());
    for (key, value) in object.iter() {
        let filled = of_key(key).and_then(|schema| fill(schema, value, depth + 1));
        changed |= filled.is_some();
        entries.push((key.clone(), filled.unwrap_or_else(|| value.clone())));
    }
    for (name, field) in properties {
        let absent = match object.get(name) {
            None => true,
            Some(value) => *value == Json::Null && !is_on(field, "nullable"),
        };
        if let Some(default) = field.get("default").filter(|_| absent) {
            let filled = fill(field, default, depth + 1);
            entries.push((name.clone(), filled.unwrap_or_else(|| default.clone())));
            changed = true;
        }
    }
    changed.then(|| Json::Object(Object::new(entries)))
}

#[cfg(test)]
mod tests {
    use super::super::sample::json;
    use super::filled;

    #[test]
    fn defaults_are_filled_in_at_every_depth() {
        let schema = json(
            "properties:\n  a: {default: 1}\n  b: {default: {}, properties: {c: {default: x}}}\n  d: {items: {properties: {e: {default: true}}}}\n  f: {additionalProperties: {properties: {g: {default: 2}}}}\n",
        );
        let value = json("{a: null, d: [{}, {e: false}], f: {k: {}}}");
        let wanted = json("{a: 1, b: {c: x}, d: [{e: true}, {e: false}], f: {k: {g: 2}}}");
        assert_eq!(filled(&schema, &value), Some(wanted));
        assert_eq!(filled(&schema, &json("{a: 5, b: {c: y}}")), None);
    }
}
