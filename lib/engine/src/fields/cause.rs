//! The field that a server says is wrong, as a place in the object that was sent.

use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::pointer;

/// The JSON pointer to `field` of `body`, or to the part of it that `body` has. `field` is written as
/// `k8s.io/apimachinery/pkg/util/validation/field` does: `spec.ports[0].name`, `metadata.labels[app]`.
#[must_use]
pub fn place_of(field: &str, body: &Json) -> EcoString {
    let mut place = EcoString::new();
    let mut value = body;
    for part in parts(field) {
        let item = match (value, part.parse::<usize>()) {
            (Json::Array(items), Ok(at)) => {
                items.get(at).map(|item| (pointer::item(&place, at), item))
            }
            _ => value
                .get(part)
                .map(|item| (pointer::below(&place, part), item)),
        };
        match item {
            Some(found) => (place, value) = found,
            None => break,
        }
    }
    place
}

/// The names, keys and indices of a path. A key in brackets may have dots.
fn parts(field: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = field;
    while !rest.is_empty() {
        let (part, after) = match rest.strip_prefix('[') {
            Some(inner) => inner.split_once(']').unwrap_or((inner, "")),
            None => rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len())),
        };
        parts.push(part);
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::place_of;
    use gitopsc_yaml::json::read_json;

    #[test]
    fn a_field_is_found_as_far_as_the_object_has_it() {
        let body =
            r#"{"metadata": {"labels": {"a.b/c": "x"}}, "spec": {"ports": [{"name": "a"}]}}"#;
        let body = read_json(body).expect("it is JSON");
        for (field, wanted) in [
            ("spec.ports[0].name", "/spec/ports/0/name"),
            ("spec.ports[0].nodePort", "/spec/ports/0"),
            ("spec.ports[3]", "/spec/ports"),
            ("metadata.labels[a.b/c]", "/metadata/labels/a.b~1c"),
            ("data[x]", ""),
            ("<nil>", ""),
            ("spec..[", "/spec"),
        ] {
            assert_eq!(place_of(field, &body), wanted, "{field}");
        }
    }
}
