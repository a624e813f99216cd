//! What of an object the cluster did not keep as it was applied: an admission webhook or a policy has rewritten it.
//!
//! The server itself writes some values in another form, and leaves out what says nothing; that is no rewriting.

use super::Extent;
use super::amount::is_same_amount;
use super::walk::differences;
use crate::fields::{Element, FieldPath, entry_of};
use crate::record::FIELD_MANAGER;
use gitopsc_core::Json;

/// The fields of `sent` that are ours in `kept`, which the server gave back for it, and have another value there, or that
/// are gone. Of lists whose items have no names nobody can tell.
///
/// ```
/// use gitopsc_engine::difference::rewritten;
/// use gitopsc_yaml::json::read_json;
/// let read = |text: &str| read_json(text).unwrap();
/// let sent = read(r#"{"spec":{"image":"web","memory":"1024Mi","paused":false}}"#);
/// let kept = read(
///     r#"{"metadata":{"managedFields":[{"manager":"gitopsc","operation":"Apply","apiVersion":"v1",
///         "fieldsV1":{"f:spec":{"f:image":{},"f:memory":{}}}}]},
///         "spec":{"image":"mirror/web","memory":"1Gi"}}"#,
/// );
/// let paths: Vec<String> = rewritten(&sent, &kept).iter().map(|path| path.to_string()).collect();
/// assert_eq!(paths, ["spec.image"]);
/// ```
#[must_use]
pub fn rewritten(sent: &Json, kept: &Json) -> Vec<FieldPath> {
    let own = entry_of(kept, FIELD_MANAGER);
    let own = own.map(|entry| entry.fields).unwrap_or_default();
    let found = differences(kept, sent, sent, Extent::Desired).into_iter();
    let is_rewritten = |path: &FieldPath| match (path.value(sent), path.value(kept)) {
        _ if path.0.iter().any(|at| matches!(at, Element::Index(_))) => false,
        (Some(sent), Some(kept)) => own.contains(path) && !is_same_amount(sent, kept),
        (Some(sent), None) => !says_nothing(sent),
        (None, _) => false,
    };
    found.map(|found| found.path).filter(is_rewritten).collect()
}

/// Whether the server may leave `value` out, because it is that of what is not there.
fn says_nothing(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) | Json::Int(0) => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.iter().all(|(_, value)| says_nothing(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::rewritten;
    use gitopsc_core::Json;
    use gitopsc_yaml::json::read_json;

    fn kept(spec: &str) -> Json {
        let owned = r#"{"f:spec":{"f:a":{},"f:items":{"k:{\"name\":\"x\"}":{"f:a":{}}}}}"#;
        let entry = format!(
            r#"{{"manager":"gitopsc","operation":"Apply","apiVersion":"v1","fieldsV1":{owned}}}"#
        );
        let text = format!(r#"{{"metadata":{{"managedFields":[{entry}]}},"spec":{spec}}}"#);
        read_json(&text).unwrap()
    }

    #[test]
    fn only_values_that_say_something_else_are_rewritten() {
        let table = [
            (r#"{"a":"1"}"#, r#"{"a":"2"}"#, "spec.a"),
            (r#"{"a":"1"}"#, "{}", "spec.a"),
            (r#"{"a":"1"}"#, r#"{"a":"1","more":true}"#, ""),
            // The same, written in another way.
            (r#"{"a":1.5}"#, r#"{"a":"1500m"}"#, ""),
            (r#"{"a":false}"#, "{}", ""),
            (r#"{"b":{"c":{"d":0,"e":""}}}"#, "{}", ""),
            (r#"{"b":{"c":{"d":0,"e":"f"}}}"#, "{}", "spec.b"),
            // What another owns is a conflict that was settled otherwise.
            (r#"{"b":"1"}"#, r#"{"b":"2"}"#, ""),
            (
                r#"{"items":[{"name":"x","a":1}]}"#,
                r#"{"items":[{"name":"in"},{"name":"x","a":2}]}"#,
                "spec.items[name=x].a",
            ),
            (r#"{"items":["x","y"]}"#, r#"{"items":["y","x"]}"#, ""),
        ];
        for (sent, left, expected) in table {
            let sent_whole = read_json(&format!(r#"{{"spec":{sent}}}"#)).unwrap();
            let found = rewritten(&sent_whole, &kept(left));
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found.join(" "), expected, "{sent} as {left}");
        }
    }
}
