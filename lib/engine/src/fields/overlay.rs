//! A body with some of the fields of another one: what an apply would leave, seen before it is made.

use super::element::Element;
use super::items::pair;
use super::set::{Branch, FieldSet};
use gitopsc_core::Json;
use gitopsc_yaml::Object;

/// `body` with what `other` has at and below the paths of `fields`. What is below an item that `body` lacks is
/// left out: it went with the item.
///
/// ```
/// use gitopsc_engine::fields::{FieldSet, overlaid};
/// use gitopsc_yaml::json::read_json;
/// let read = |text: &str| read_json(text).unwrap();
/// let body = read(r#"{"spec":{"paused":true}}"#);
/// let live = read(r#"{"spec":{"paused":false,"replicas":5}}"#);
/// let fields = FieldSet::parse(&read(r#"{"f:spec":{"f:replicas":{}}}"#)).unwrap();
/// assert_eq!(overlaid(&body, &live, &fields), read(r#"{"spec":{"paused":true,"replicas":5}}"#));
/// ```
#[must_use]
pub fn overlaid(body: &Json, other: &Json, fields: &FieldSet) -> Json {
    laid(Some(body), other, fields)
}

fn laid(body: Option<&Json>, other: &Json, fields: &FieldSet) -> Json {
    match other {
        Json::Object(other) => {
            let mut entries = match body {
                Some(Json::Object(entries)) => entries.as_slice().to_vec(),
                _ => Vec::new(),
            };
            for (name, value) in other.iter() {
                if let Some(branch) = fields.branch(&Element::Field(name.clone())) {
                    let own = entries.iter().find(|(own, _)| own == name);
                    let laid = below(own.map(|(_, value)| value), value, branch);
                    // Of two entries with one key the last one stays.
                    entries.push((name.clone(), laid));
                }
            }
            Json::Object(Object::new(entries))
        }
        Json::Array(other) => Json::Array(items(body, other, fields)),
        value => value.clone(),
    }
}

fn items(body: Option<&Json>, other: &[Json], fields: &FieldSet) -> Box<[Json]> {
    let mut items = match body {
        Some(Json::Array(items)) => items.to_vec(),
        _ => Vec::new(),
    };
    let own = pair(fields, &items);
    for (item, element) in other.iter().zip(pair(fields, other)) {
        let Some(element) = element else { continue };
        let branch = &fields.0[element].1;
        match own.iter().position(|own| *own == Some(element)) {
            Some(at) => items[at] = below(Some(&items[at]), item, branch),
            None if branch.owned => items.push(item.clone()),
            None => {}
        }
    }
    items.into_boxed_slice()
}

fn below(body: Option<&Json>, other: &Json, branch: &Branch) -> Json {
    if branch.below.is_empty() {
        return other.clone();
    }
    laid(body, other, &branch.below)
}

#[cfg(test)]
mod tests {
    use super::overlaid;
    use crate::fields::FieldSet;
    use gitopsc_yaml::json::read_json;

    #[test]
    fn items_are_found_by_what_names_them() {
        let read = |text: &str| read_json(text).unwrap();
        let live = r#"{"c":[{"name":"a","image":"1"},{"name":"b","image":"2"},{"name":"c","image":"3"}],"f":["x","y"]}"#;
        let body = r#"{"c":[{"name":"b","args":["-v"]}],"f":["z"]}"#;
        for (fields, wanted) in [
            (
                r#"{"f:c":{"k:{\"name\":\"b\"}":{"f:image":{}}}}"#,
                r#"{"c":[{"name":"b","args":["-v"],"image":"2"}],"f":["z"]}"#,
            ),
            (
                r#"{"f:c":{"k:{\"name\":\"c\"}":{".":{},"f:name":{},"f:image":{}}}}"#,
                r#"{"c":[{"name":"b","args":["-v"]},{"name":"c","image":"3"}],"f":["z"]}"#,
            ),
            // The item is gone, and so is what was given up in it.
            (r#"{"f:c":{"k:{\"name\":\"a\"}":{"f:image":{}}}}"#, body),
            (
                r#"{"f:f":{"v:\"y\"":{}}}"#,
                r#"{"c":[{"name":"b","args":["-v"]}],"f":["z","y"]}"#,
            ),
        ] {
            let set = FieldSet::parse(&read(fields)).unwrap();
            assert_eq!(
                overlaid(&read(body), &read(live), &set),
                read(wanted),
                "{fields}"
            );
        }
    }
}
