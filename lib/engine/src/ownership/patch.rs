//! A rewrite as the JSON patch that is sent.

use super::{Entry, Ownership};
use crate::fields::{ManagedEntry, Operation};
use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::Object;

impl Ownership {
    /// The JSON patch that makes `live` owned so; nothing if it is.
    ///
    /// The resourceVersion is set to what it was read as: the server answers 409 if it is another by now,
    /// where a `test` would be answered with an unspecific 422 (client-go, util/csaupgrade/upgrade.go).
    #[must_use]
    pub fn patch(&self, live: &Json) -> Option<Json> {
        let metadata = live.get("metadata")?;
        let version = metadata.get("resourceVersion")?.clone();
        let entries = self.entries.iter().filter_map(Entry::to_json);
        let entries = Json::Array(entries.collect());
        if metadata.get("managedFields") == Some(&entries) {
            return None;
        }
        // An `add` replaces what is there, and does not fail if nothing is.
        let set = |path: &str, value: Json| {
            map([
                ("op", Json::String("add".into())),
                ("path", Json::String(path.into())),
                ("value", value),
            ])
        };
        let steps = [
            set("/metadata/managedFields", entries),
            set("/metadata/resourceVersion", version),
        ];
        Some(Json::Array(Box::new(steps)))
    }
}

impl Entry {
    /// The entry as it is sent; nothing if it owns nothing any more.
    fn to_json(&self) -> Option<Json> {
        match (&self.written, &self.parsed) {
            (Some(written), _) => Some(written.clone()),
            (None, Some(parsed)) if !parsed.fields.is_empty() => Some(entry(parsed)),
            _ => None,
        }
    }
}

fn entry(parsed: &ManagedEntry) -> Json {
    let operation = match parsed.operation {
        Operation::Apply => "Apply",
        Operation::Update => "Update",
    };
    let texts = [
        ("manager", &parsed.manager),
        ("operation", &operation.into()),
        ("apiVersion", &parsed.api_version),
        ("time", &parsed.time),
        ("subresource", &parsed.subresource),
        ("fieldsType", &"FieldsV1".into()),
    ];
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let texts = texts.map(|(name, text)| (name, Json::String(text.clone())));
    let fields = ("fieldsV1", parsed.fields.to_fields_v1());
    map(texts.chain([fields]))
}

fn map<'n>(entries: impl IntoIterator<Item = (&'n str, Json)>) -> Json {
    let entries = entries.into_iter();
    let entries = entries.map(|(name, value)| (EcoString::from(name), value));
    Json::Object(Object::new(entries.collect()))
}
