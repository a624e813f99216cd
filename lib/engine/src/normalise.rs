//! Desired objects in the form in which they are sent: nothing in them that the server sets, folds or ignores.
//!
//! Plan, digest and apply work on this form, so that they agree on what was asked for. Values that the server
//! treats differently from their absence stay: null, empty maps and lists anywhere but where this file says.

use crate::fields::{FieldSet, overlaid, without};
use crate::record;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gitopsc_core::{EcoString, Json, Text};
use gitopsc_yaml::Object;

/// Whether objects of a kind lie in namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// They do not.
    Cluster,
    /// They do.
    Namespaced,
}

/// What only the server sets under `metadata`.
const SERVER_SET: [&str; 9] = [
    "managedFields",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "selfLink",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "clusterName",
];

/// A desired object in the form in which it is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Normalised(Json);

impl Normalised {
    /// The object.
    #[must_use]
    pub fn body(&self) -> &Json {
        &self.0
    }

    /// The object, given away.
    #[must_use]
    pub fn into_body(self) -> Json {
        self.0
    }

    /// The same without some of its fields.
    #[must_use]
    pub fn without(&self, fields: &FieldSet) -> Normalised {
        Normalised(without(&self.0, fields))
    }

    /// The same with some of the fields of a live object.
    #[must_use]
    pub fn overlaid(&self, live: &Json, fields: &FieldSet) -> Normalised {
        Normalised(overlaid(&self.0, live, fields))
    }
}

/// The desired object `body`, whose kind has this scope, if that is known. `namespace` is where a namespaced
/// object goes that names none; if it is empty, it stays without.
///
/// ```
/// use gitopsc_engine::normalise::{Scope, normalise};
/// use gitopsc_yaml::json::read_json;
/// let read = |text: &str| read_json(text).unwrap();
/// let secret = read(r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"stringData":{"k":"v"}}"#);
/// let sent = normalise(&secret, Some(Scope::Namespaced), "web");
/// let expected = r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"web"},"data":{"k":"dg=="}}"#;
/// assert_eq!(*sent.body(), read(expected));
/// ```
#[must_use]
pub fn normalise(body: &Json, scope: Option<Scope>, namespace: &str) -> Normalised {
    let Json::Object(fields) = body else {
        return Normalised(body.clone());
    };
    let folded = folded_data(body);
    let mut entries: Vec<(EcoString, Json)> = Vec::with_capacity(fields.len());
    for (name, value) in fields.iter() {
        match name.as_str() {
            // What a status says is never desired, and the server drops it. CRDs carry an empty one.
            "status" => {}
            "metadata" => entries.push((name.clone(), metadata(value, scope, namespace))),
            "data" | "stringData" if folded.is_some() => {}
            _ => entries.push((name.clone(), value.clone())),
        }
    }
    if let Some(Folded(Some(data))) = folded {
        entries.push(("data".into(), data));
    }
    Normalised(Json::Object(Object::new(entries)))
}

/// What people set of `metadata`, with the namespace that the scope asks for.
fn metadata(metadata: &Json, scope: Option<Scope>, namespace: &str) -> Json {
    let Json::Object(fields) = metadata else {
        return metadata.clone();
    };
    let mut entries: Vec<(EcoString, Json)> = Vec::with_capacity(fields.len() + 1);
    for (name, value) in fields.iter() {
        match name.as_str() {
            name if SERVER_SET.contains(&name) => {}
            "namespace" if scope == Some(Scope::Cluster) || is_blank(value) => {}
            // The labels and annotations of the record join them, so that an empty map says nothing.
            "labels" | "annotations" => {
                let value = without_record(value);
                if !is_blank(&value) {
                    entries.push((name.clone(), value));
                }
            }
            _ => entries.push((name.clone(), value.clone())),
        }
    }
    let named = entries.iter().any(|(name, _)| name == "namespace");
    if scope == Some(Scope::Namespaced) && !named && !namespace.is_empty() {
        entries.push(("namespace".into(), Json::String(namespace.into())));
    }
    Json::Object(Object::new(entries))
}

fn is_blank(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Object(object) => object.is_empty(),
        _ => false,
    }
}

fn without_record(map: &Json) -> Json {
    let Json::Object(entries) = map else {
        return map.clone();
    };
    let entries = entries.iter().filter(|(key, _)| !record::is_ours(key));
    let entries = entries.map(|(key, value)| (key.clone(), value.clone()));
    Json::Object(Object::new(entries.collect()))
}

/// The `data` that takes the place of `data` and `stringData`, if one is left.
struct Folded(Option<Json>);

/// The `data` of a Secret with its `stringData` in it, as the server keeps them; nothing where there is nothing
/// to fold, or where `stringData` holds what the server will refuse.
fn folded_data(body: &Json) -> Option<Folded> {
    let is = |field: &str, text: &str| body.get(field).and_then(Json::as_plain_str) == Some(text);
    if !is("kind", "Secret") || !is("apiVersion", "v1") {
        return None;
    }
    let written = match body.get("stringData")? {
        Json::Null => &Object::default(),
        Json::Object(written) => written,
        _ => return None,
    };
    let mut data = match body.get("data") {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Object(data)) => data.as_slice().to_vec(),
        Some(_) => return None,
    };
    if written.is_empty() {
        return Some(Folded(body.get("data").cloned()));
    }
    for (key, value) in written.iter() {
        let text = value.as_text()?;
        let encoded = Text::derive(STANDARD.encode(text.as_str()), [&text]);
        data.push((key.clone(), encoded.into()));
    }
    // Of two entries with one key the last one stays: stringData wins.
    Some(Folded(Some(Json::Object(Object::new(data)))))
}
