//! Rewriting `metadata.managedFields`: the only change to a live object besides applying and deleting it.
//!
//! A rewrite is put together from moves and becomes one JSON patch, which the server refuses with a conflict if
//! the object changed in between. It never changes a value: what an entry loses or gains decides what the next
//! apply removes and what it leaves.

mod former;
mod kept;
mod patch;

pub use former::{Tool, former};
pub use kept::kept;

use crate::fields::{FieldPath, FieldSet, ManagedEntry, Operation, not_in};
use crate::record::FIELD_MANAGER;
use gitopsc_core::{EcoString, Json};
use gitopsc_yaml::json::read_json;

/// The manager that the server makes up for what was there before the first apply it knows of.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";
/// Removing it would restart every pod.
const RESTARTED_AT: [&str; 5] = [
    "spec",
    "template",
    "metadata",
    "annotations",
    "kubectl.kubernetes.io/restartedAt",
];

/// The entries of an object on their way to other owners.
#[derive(Clone, Debug)]
pub struct Ownership {
    entries: Vec<Entry>,
}

/// One entry, and how it stands in the object while it is unchanged. What cannot be read stays as it stands.
#[derive(Clone, Debug)]
struct Entry {
    written: Option<Json>,
    parsed: Option<ManagedEntry>,
}

impl Ownership {
    /// That of a live object.
    #[must_use]
    pub fn of(live: &Json) -> Ownership {
        let entries = crate::fields::written(live).iter().map(|entry| Entry {
            parsed: ManagedEntry::parse(entry),
            written: Some(entry.clone()),
        });
        Ownership {
            entries: entries.collect(),
        }
    }

    /// Names the fields of entries at versions that are not served any more in terms of `version`: no apply
    /// succeeds before.
    pub fn migrate(&mut self, is_served: &dyn Fn(&str) -> bool, version: &str) {
        let mut moved = Vec::new();
        self.entries.retain_mut(|entry| match &entry.parsed {
            Some(parsed) if !is_served(&parsed.api_version) => {
                moved.extend(entry.parsed.take());
                false
            }
            _ => true,
        });
        for mut entry in moved {
            entry.api_version = version.into();
            self.add(entry);
        }
    }

    /// Takes over from every tool that is known to apply whole objects: the next apply removes what they set
    /// and it does not. What webhooks and controllers set stays theirs, and so does the time of a restart.
    pub fn take_over(&mut self, version: &str) {
        let kept = FieldSet::of([FieldPath::fields(RESTARTED_AT)]);
        self.fold(version, &|entry| {
            former(entry)?;
            Some(entry.fields.difference(&entry.fields.under(&kept)))
        });
    }

    /// Settles what the server put down as there before the first apply, after an apply of `live`: what we own
    /// is ours alone. Of the rest we take what is surely nobody else's, the data of ConfigMaps and Secrets and
    /// what kubectl wrote down that it applied; whose the others are nobody knows, and they stay.
    pub fn settle_first_apply(&mut self, live: &Json, version: &str) {
        let ours = self.ours().map(|entry| entry.fields.clone());
        let Some(ours) = ours else {
            return;
        };
        let roots = ours.union(&data_of(live));
        let last_applied = last_applied(live);
        self.fold(version, &|entry| {
            if entry.manager != BEFORE_FIRST_APPLY || entry.operation != Operation::Update {
                return None;
            }
            let fields = &entry.fields;
            let known = fields.intersection(&ours).union(&fields.under(&roots));
            let applied = last_applied
                .as_ref()
                .map(|object| fields.difference(&not_in(fields, object)));
            Some(known.union(&applied.unwrap_or_default()))
        });
    }

    /// Makes these fields ours alone, whoever owns them: the next apply removes them.
    pub fn claim(&mut self, paths: impl IntoIterator<Item = FieldPath>, version: &str) {
        let claimed = FieldSet::of(paths);
        if claimed.is_empty() {
            return;
        }
        self.fold(version, &|entry| Some(entry.fields.under(&claimed)));
        self.add(apply_of_ours(version, claimed));
    }

    /// Gives up `fields`: the next apply leaves their values as they are. What nobody else owns is nobody's then, as
    /// what the server sets by default is, so that whoever comes next meets no conflict.
    pub fn release(&mut self, fields: &FieldSet) {
        for entry in &mut self.entries {
            if let Some(parsed) = &mut entry.parsed
                && parsed.is_apply_of(FIELD_MANAGER)
            {
                let kept = parsed.fields.difference(fields);
                if kept != parsed.fields {
                    parsed.fields = kept;
                    entry.written = None;
                }
            }
        }
    }

    /// The fields that we own.
    #[must_use]
    pub fn own_fields(&self) -> FieldSet {
        let ours = self.ours().map(|entry| entry.fields.clone());
        ours.unwrap_or_default()
    }

    fn ours(&self) -> Option<&ManagedEntry> {
        let mut parsed = self
            .entries
            .iter()
            .filter_map(|entry| entry.parsed.as_ref());
        parsed.find(|entry| entry.is_apply_of(FIELD_MANAGER))
    }

    /// Moves into our entry what `taken` says of each entry of others. If there is none of ours, it comes to be
    /// at the version of the first that something is taken from.
    fn fold(&mut self, version: &str, taken: &dyn Fn(&ManagedEntry) -> Option<FieldSet>) {
        let mut moved: Option<ManagedEntry> = None;
        for entry in &mut self.entries {
            let Some(parsed) = &mut entry.parsed else {
                continue;
            };
            if parsed.is_apply_of(FIELD_MANAGER) || !parsed.subresource.is_empty() {
                continue;
            }
            let Some(fields) = taken(parsed).filter(|fields| !fields.is_empty()) else {
                continue;
            };
            parsed.fields = parsed.fields.difference(&fields);
            entry.written = None;
            let sum = moved.get_or_insert_with(|| apply_of_ours(version, FieldSet::default()));
            sum.fields = sum.fields.union(&fields);
        }
        if let Some(moved) = moved {
            self.add(moved);
        }
    }

    /// Adds fields to the entry that has the same identity, or a new one.
    fn add(&mut self, added: ManagedEntry) {
        if added.fields.is_empty() {
            return;
        }
        for entry in &mut self.entries {
            if let Some(parsed) = &mut entry.parsed
                && is_same(parsed, &added)
            {
                let fields = parsed.fields.union(&added.fields);
                if fields != parsed.fields {
                    parsed.fields = fields;
                    entry.written = None;
                }
                return;
            }
        }
        self.entries.push(Entry {
            written: None,
            parsed: Some(added),
        });
    }
}

/// Whether the server takes both for one entry: what was applied is one whatever its version (apimachinery,
/// managedfields/internal/managedfields.go).
fn is_same(one: &ManagedEntry, other: &ManagedEntry) -> bool {
    one.manager == other.manager
        && one.operation == other.operation
        && one.subresource == other.subresource
        && (one.operation == Operation::Apply || one.api_version == other.api_version)
}

fn apply_of_ours(version: &str, fields: FieldSet) -> ManagedEntry {
    ManagedEntry {
        manager: FIELD_MANAGER.into(),
        operation: Operation::Apply,
        api_version: version.into(),
        subresource: EcoString::new(),
        time: EcoString::new(),
        fields,
    }
}

/// The maps of a ConfigMap or Secret that hold nothing but what somebody put there.
fn data_of(live: &Json) -> FieldSet {
    let text = |field: &str| live.get(field).and_then(Json::as_plain_str);
    let holds_data =
        text("apiVersion") == Some("v1") && matches!(text("kind"), Some("ConfigMap" | "Secret"));
    let maps = ["data", "binaryData"].map(|name| FieldPath::fields([name]));
    FieldSet::of(maps.into_iter().filter(|_| holds_data))
}

fn last_applied(live: &Json) -> Option<Json> {
    let annotations = live.get("metadata")?.get("annotations")?;
    let text = annotations.get("kubectl.kubernetes.io/last-applied-configuration")?;
    read_json(text.as_plain_str()?).ok()
}
