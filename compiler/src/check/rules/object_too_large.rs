//! Objects that are larger than the API server or its store admit.

use crate::check::context::Context;
use crate::codes;
use crate::objects::index::Member;
use crate::objects::path::{self, Pointer};
use gitopsc_core::{Diagnostic, Json};

/// What etcd takes in one request: its default for `--max-request-bytes`.
const ETCD: usize = 1_572_864;

/// What the data of a ConfigMap or Secret may add up to (k8s.io/api/core/v1/types.go, MaxSecretSize).
const DATA: usize = 1_048_576;

/// What annotations may add up to
/// (k8s.io/apimachinery/pkg/api/validation/objectmeta.go, TotalAnnotationSizeLimitB).
const ANNOTATIONS: usize = 262_144;

/// An error for what is too large, the smallest part of it that is.
pub(crate) fn check(member: Member<'_>, context: &Context<'_>) -> Vec<Diagnostic> {
    let body = member.body();
    let annotations = ["metadata", "annotations"];
    let holds_data = member.is("", "ConfigMap") || member.is("", "Secret");
    let parts = [
        ("the annotations", &annotations[..], ANNOTATIONS, true),
        ("the data", &["data"], DATA, holds_data),
        ("all fields", &[], ETCD, true),
    ];
    let sizes = parts.into_iter().filter(|(.., counts)| *counts);
    let mut sizes = sizes.map(|(what, keys, most, _)| {
        let size = path::at(body, keys).map_or(0, |part| size(part, what == "the data"));
        (what, keys, size, most)
    });
    let too_large = sizes.find(|(.., size, most)| size > most);
    let diagnostic = too_large.map(|(what, keys, size, most)| {
        let object = member.object();
        let message =
            format!("{what} of {object} add up to {size} bytes, and at most {most} can be stored");
        Diagnostic::error(codes::OBJECT_TOO_LARGE, message)
            .at(context.places.of(member, &Pointer::of(keys)), "")
            .hint("split it into several objects, or keep the data elsewhere")
    });
    diagnostic.into_iter().collect()
}

/// How long `value` is as compact JSON, or only its texts, escapes not counted.
fn size(value: &Json, only_texts: bool) -> usize {
    let (mut size, mut pending) = (0, vec![value]);
    let around = |bytes: usize| if only_texts { 0 } else { bytes };
    while let Some(value) = pending.pop() {
        size += match value {
            Json::Null | Json::Bool(true) => around(5),
            Json::Bool(false) => around(6),
            Json::Int(_) | Json::UInt(_) | Json::Float(_) => around(4),
            Json::String(text) => text.len() + around(3),
            Json::SecretLiteral(_) => around(4),
            Json::Secret(secret) => secret.reveal().len() + around(3),
            Json::Array(items) => {
                pending.extend(items.iter());
                around(brackets(items.len()))
            }
            Json::Object(object) => {
                pending.extend(object.iter().map(|(_, value)| value));
                let keys: usize = object.iter().map(|(key, _)| key.len() + around(3)).sum();
                keys + around(brackets(object.len()))
            }
        };
    }
    size
}

/// What brackets and a comma after them add; the comma of the last item is none.
fn brackets(items: usize) -> usize {
    if items == 0 { 3 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::size;
    use gitopsc_core::Json;
    use gitopsc_yaml::Object;

    #[test]
    fn the_size_is_about_that_of_the_json_text() {
        let list = Json::Array([Json::Null, Json::Bool(true)].into());
        let body = Object::new(vec![
            ("a".into(), Json::String("bc".into())),
            ("d".into(), list),
        ]);
        let body = Json::Object(body);
        let text = r#"{"a":"bc","d":[null,true]},"#;
        assert_eq!(size(&body, false), text.len());
        assert_eq!(size(&body, true), "abcd".len());
    }
}
