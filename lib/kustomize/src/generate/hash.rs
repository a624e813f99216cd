//! The hash that Kustomize appends to the names of generated objects (api/hasher/hasher.go).

use crate::codes;
use gitopsc_core::Diagnostic;
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form, write_json};
use gitopsc_yaml::lower::{LowerError, go_value};
use gitopsc_yaml::{Json, Node, NodeValue, Object};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// How many digits of the digest are used.
const LENGTH: usize = 10;

/// The ten letters for the content of `node`, a ConfigMap or Secret.
///
/// It is the same for a secret text as for a plain one, as in Kustomize, and no key goes into it.
///
/// # Errors
/// The content has no JSON form, or `node` is of another kind: Kustomize then hashes comments and line numbers too.
pub fn content_hash(node: &Node) -> Result<String, Vec<Diagnostic>> {
    let kind = node.get("kind").and_then(Node::as_str).unwrap_or_default();
    let mut entries = match kind {
        "ConfigMap" => optional(node, "binaryData")?,
        "Secret" => optional(node, "stringData")?,
        _ => return Err(vec![unsupported(node)]),
    };
    entries.push(("kind".into(), Json::String(kind.into())));
    // Kustomize looks for the name under a field that never is there.
    entries.push(("name".into(), Json::String("".into())));
    entries.push(("data".into(), field(node, "data")?));
    if kind == "Secret" {
        entries.push(("type".into(), field(node, "type")?));
    }
    let mut text = String::new();
    write_json(
        &Json::Object(Object::new(entries)),
        Form::Go,
        Secrets::Reveal,
        &mut text,
    );
    Ok(letters(&text))
}

/// The field `name`, if it is a map or list.
fn optional(
    node: &Node,
    name: &str,
) -> Result<Vec<(gitopsc_core::EcoString, Json)>, Vec<Diagnostic>> {
    match node.get(name) {
        Some(value) if value.as_text().is_none() => Ok(vec![(name.into(), field(node, name)?)]),
        _ => Ok(Vec::new()),
    }
}

/// The value of the field `name`: of a scalar its source text, of a list null, of what is not there an empty string.
fn field(node: &Node, name: &str) -> Result<Json, Vec<Diagnostic>> {
    let Some(value) = node.get(name) else {
        return Ok(Json::String("".into()));
    };
    match &value.value {
        NodeValue::Scalar(text) => Ok(Json::from(text.clone())),
        NodeValue::Sequence(_) => Ok(Json::Null),
        NodeValue::Mapping(_) => go_value(value).map_err(|errors| {
            errors
                .iter()
                .map(|error| unprintable(name, error))
                .collect()
        }),
    }
}

fn letters(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let mut hex = String::with_capacity(LENGTH);
    for byte in &digest[..LENGTH / 2] {
        let done = write!(hex, "{byte:02x}");
        debug_assert!(done.is_ok());
    }
    let letter = |digit: char| match digit {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    };
    hex.chars().map(letter).collect()
}

fn unsupported(node: &Node) -> Diagnostic {
    let message = "a hash is wanted of a resource that is neither ConfigMap nor Secret";
    Diagnostic::error(codes::HASH_UNSUPPORTED, message)
        .at(node.span, "generated here")
        .hint("set `disableNameSuffixHash: true`, or do not patch its kind")
}

fn unprintable(field: &str, error: &LowerError) -> Diagnostic {
    Diagnostic::error(
        codes::UNPRINTABLE,
        format!("{field}.{}: {}", error.path, error.message),
    )
    .at(error.span, "this value")
    .hint("correct the value where it is written")
}
