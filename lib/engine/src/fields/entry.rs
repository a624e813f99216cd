//! The entries of `metadata.managedFields`: who owns which fields.

use super::set::FieldSet;
use gitopsc_core::{EcoString, Json};

/// How a manager came to its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// By server-side apply.
    Apply,
    /// By any other write.
    Update,
}

/// One entry of `metadata.managedFields`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedEntry {
    /// Who.
    pub manager: EcoString,
    /// How.
    pub operation: Operation,
    /// The version in whose terms the fields are named.
    pub api_version: EcoString,
    /// Through which subresource; empty for the object itself.
    pub subresource: EcoString,
    /// When, as the server wrote it; may be empty.
    pub time: EcoString,
    /// Which fields.
    pub fields: FieldSet,
}

impl ManagedEntry {
    /// Reads one entry; nothing if it is none that the API server would write.
    #[must_use]
    pub fn parse(entry: &Json) -> Option<ManagedEntry> {
        let text = |field: &str| {
            let text = entry.get(field).and_then(Json::as_plain_str);
            EcoString::from(text.unwrap_or_default())
        };
        let operation = match text("operation").as_str() {
            "Apply" => Operation::Apply,
            "Update" => Operation::Update,
            _ => return None,
        };
        let fields = match entry.get("fieldsV1") {
            None | Some(Json::Null) => FieldSet::default(),
            Some(fields) => FieldSet::parse(fields).ok()?,
        };
        Some(ManagedEntry {
            manager: text("manager"),
            operation,
            api_version: text("apiVersion"),
            subresource: text("subresource"),
            time: text("time"),
            fields,
        })
    }

    /// Whether this is what `manager` applied to the object itself.
    #[must_use]
    pub fn is_apply_of(&self, manager: &str) -> bool {
        self.operation == Operation::Apply && self.manager == manager && self.subresource.is_empty()
    }
}

/// The entries of a live object. What is none is left out.
#[must_use]
pub fn entries(live: &Json) -> Vec<ManagedEntry> {
    written(live)
        .iter()
        .filter_map(ManagedEntry::parse)
        .collect()
}

/// What `manager` applied to a live object.
#[must_use]
pub fn entry_of(live: &Json, manager: &str) -> Option<ManagedEntry> {
    let entries = written(live).iter().filter(|entry| {
        let has =
            |field: &str, text: &str| entry.get(field).and_then(Json::as_plain_str) == Some(text);
        has("manager", manager) && has("operation", "Apply")
    });
    entries
        .filter_map(ManagedEntry::parse)
        .find(|entry| entry.is_apply_of(manager))
}

/// The entries as they stand.
pub(crate) fn written(live: &Json) -> &[Json] {
    let entries = live
        .get("metadata")
        .and_then(|metadata| metadata.get("managedFields"));
    match entries {
        Some(Json::Array(entries)) => entries,
        _ => &[],
    }
}
