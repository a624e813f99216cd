//! What was read from the cluster, perhaps stale.

use crate::applyset::Membership;
use crate::fields::{ManagedEntry, entries, entry_of};
use crate::record::{self, AppliedDigest, FIELD_MANAGER};
use crate::unknown::Unknown;
use gitopsc_core::{EcoString, Json, ObjectRef};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Group and kind, without a version.
pub type GroupKind = (EcoString, EcoString);

/// What was read, by object.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The objects that are there, of those that were looked for.
    pub objects: BTreeMap<ObjectRef, Live>,
    /// Of what nothing can be known now, and why.
    pub unknown: Unknown,
    /// Kinds that the server does not have.
    pub missing: BTreeSet<GroupKind>,
    /// Namespaces that are desired and not there.
    pub absent_namespaces: BTreeSet<EcoString>,
}

impl Observed {
    /// The object, if it is there.
    #[must_use]
    pub fn get(&self, object: &ObjectRef) -> Option<&Live> {
        self.objects.get(object)
    }

    /// Why nothing can be known of this object now.
    #[must_use]
    pub fn why_unknown(&self, object: &ObjectRef) -> Option<&EcoString> {
        self.unknown.why(object)
    }

    /// Whether the server has this kind.
    #[must_use]
    pub fn has_kind(&self, object: &ObjectRef) -> bool {
        !self.missing.contains(&kind_of(object))
    }
}

/// Group and kind of `object`.
#[must_use]
pub fn kind_of(object: &ObjectRef) -> GroupKind {
    (object.group.clone(), object.kind.clone())
}

/// The generation of a live object: how often what is desired of it was changed; 0 for kinds that have none.
#[must_use]
pub fn generation(live: &Json) -> i64 {
    match live.at(&["metadata", "generation"]) {
        Some(Json::Int(generation)) => *generation,
        _ => 0,
    }
}

/// A live object: its metadata, shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Live(Arc<Json>);

impl Live {
    /// The object, of which `metadata` is enough.
    #[must_use]
    pub fn new(object: Json) -> Live {
        Live(Arc::new(object))
    }

    /// The object as it was read, at least its metadata.
    #[must_use]
    pub fn object(&self) -> &Json {
        &self.0
    }

    /// Its UID.
    #[must_use]
    pub fn uid(&self) -> &str {
        self.metadata("uid").unwrap_or_default()
    }

    /// Whether a plan that was made for `earlier` still holds for this: it is the same object, with the same of it
    /// desired and the same of it ours. A controller may have written its status since. Where no generation tells what
    /// is desired, nobody may have written anything else.
    #[must_use]
    pub fn is_as_planned_for(&self, earlier: &Live) -> bool {
        let fields = |live: &Live| live.own_entry().map(|entry| entry.fields);
        let written = |live: &Live| {
            let entries = entries(&live.0).into_iter();
            let whole = entries.filter(|entry| entry.subresource.is_empty());
            whole
                .map(|entry| (entry.manager, entry.fields))
                .collect::<Vec<_>>()
        };
        self.uid() == earlier.uid()
            && !self.is_terminating()
            && generation(&self.0) == generation(&earlier.0)
            && fields(self) == fields(earlier)
            && (generation(&self.0) > 0 || written(self) == written(earlier))
    }

    /// Its resource version.
    #[must_use]
    pub fn resource_version(&self) -> &str {
        self.metadata("resourceVersion").unwrap_or_default()
    }

    /// Whether it is being deleted.
    #[must_use]
    pub fn is_terminating(&self) -> bool {
        self.metadata("deletionTimestamp").is_some()
    }

    /// What it waits for before it is gone, for people; empty if for nothing.
    #[must_use]
    pub fn waits_for(&self) -> EcoString {
        let Some(Json::Array(names)) = self.0.at(&["metadata", "finalizers"]) else {
            return EcoString::new();
        };
        let names = names.iter().filter_map(Json::as_plain_str);
        let words = names.map(|name| match name {
            "foregroundDeletion" => "what it owns",
            name => name,
        });
        words.collect::<Vec<_>>().join(", ").into()
    }

    /// The digest of what was last applied to it.
    #[must_use]
    pub fn applied(&self) -> Option<AppliedDigest> {
        record::applied_to(&self.0)
    }

    /// The fields that we own by apply.
    #[must_use]
    pub fn own_entry(&self) -> Option<ManagedEntry> {
        entry_of(&self.0, FIELD_MANAGER)
    }

    /// Who has written it, for people.
    #[must_use]
    pub fn managers(&self) -> EcoString {
        let mut names: Vec<EcoString> = Vec::new();
        for entry in entries(&self.0) {
            if entry.subresource.is_empty() && !names.contains(&entry.manager) {
                names.push(entry.manager);
            }
        }
        names.sort_unstable();
        match names.as_slice() {
            [] => "nobody that is known".into(),
            names => names.join(", ").into(),
        }
    }

    /// The value of an annotation.
    #[must_use]
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.0.str_at(&["metadata", "annotations", name])
    }

    /// The value of a label.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&str> {
        self.0.str_at(&["metadata", "labels", name])
    }

    /// Who owns it, seen from `set`.
    #[must_use]
    pub fn membership(&self, set: &str) -> Membership<'_> {
        Membership::of(&self.0, set)
    }

    /// The kind and name of the controller that owns it.
    #[must_use]
    pub fn controller(&self) -> Option<(&str, &str)> {
        let Some(Json::Array(owners)) = self.0.at(&["metadata", "ownerReferences"]) else {
            return None;
        };
        let controls = |owner: &&Json| owner.get("controller") == Some(&Json::Bool(true));
        let owner = owners.iter().find(controls)?;
        Some((owner.str_at(&["kind"])?, owner.str_at(&["name"])?))
    }

    /// Why it is not ours although it carries our label, as controllers, backups and people copy labels.
    #[must_use]
    pub fn why_not_ours(&self) -> Option<EcoString> {
        if let Some((kind, name)) = self.controller() {
            return Some(format!("{kind} {name} controls it").into());
        }
        self.own_entry()
            .is_none()
            .then(|| "we have applied nothing of it".into())
    }

    fn metadata(&self, name: &str) -> Option<&str> {
        self.0.str_at(&["metadata", name])
    }
}
