//! A status as one JSON document; its schema is docs/reference/schemas/status.schema.json.

use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::health::Health;
use gitopsc_reconciler::status::{SetStatus, UnitStatus};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'s> {
    api_version: &'static str,
    kind: &'static str,
    namespace: &'s str,
    sets: Vec<Set<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Set<'s> {
    name: &'s str,
    is_current: bool,
    applied_at: Option<&'s str>,
    revision: Option<&'s str>,
    graph: Option<&'s str>,
    sync: Option<&'s str>,
    holder: Option<&'s str>,
    renewed_at: Option<&'s str>,
    units: Vec<Unit<'s>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unit<'s> {
    name: &'s str,
    is_current: bool,
    /// How many there are, by status.
    members: BTreeMap<&'static str, usize>,
    not_current: Vec<HowIs<'s>>,
    required: Vec<HowIs<'s>>,
    held_out: Vec<HeldOut<'s>>,
    not_ours: Vec<NotOurs<'s>>,
    unknown_kinds: Vec<UnknownKind<'s>>,
}

#[derive(Serialize)]
struct HowIs<'s> {
    object: Object<'s>,
    status: &'static str,
    reason: &'s str,
}

#[derive(Serialize)]
struct HeldOut<'s> {
    object: Object<'s>,
    annotations: &'s [&'static str],
}

#[derive(Serialize)]
struct NotOurs<'s> {
    object: Object<'s>,
    why: &'s str,
}

#[derive(Serialize)]
struct UnknownKind<'s> {
    group: &'s str,
    kind: &'s str,
    namespace: &'s str,
    why: &'s str,
}

#[derive(Serialize)]
struct Object<'s> {
    group: &'s str,
    kind: &'s str,
    namespace: &'s str,
    name: &'s str,
}

/// The document about `sets`, whose records are in `namespace`.
pub fn document(namespace: &str, sets: &[SetStatus]) -> String {
    let document = Document {
        api_version: "gitopsc.dev/v1alpha1",
        kind: "Status",
        namespace,
        sets: sets.iter().map(set).collect(),
    };
    let text = serde_json::to_string_pretty(&document);
    text.expect("strings and numbers can be written as JSON") + "\n"
}

fn set(set: &SetStatus) -> Set<'_> {
    let lease = &set.lease;
    Set {
        name: &set.name,
        is_current: set.is_current(),
        applied_at: lease.recorded.as_deref(),
        revision: said(&lease.record.revision),
        graph: said(&lease.record.digest),
        sync: set.owner.as_ref().map(|owner| owner.sync.as_str()),
        holder: lease.holder.as_deref(),
        renewed_at: lease.renewed.as_deref(),
        units: set.units.iter().map(unit).collect(),
    }
}

fn said(text: &EcoString) -> Option<&str> {
    Some(text.as_str()).filter(|text| !text.is_empty())
}

fn unit<'s>((name, unit): (&'s EcoString, &'s UnitStatus)) -> Unit<'s> {
    let required = unit.required.iter();
    let required = required.map(|(of, health)| how_is(of, health));
    let not_current = unit.not_current();
    let not_current = not_current.map(|(of, health)| how_is(of, health));
    let members = unit.members.iter();
    let held_out = members.filter(|(_, member)| !member.held_out.is_empty());
    let counts = unit.counts().into_iter();
    Unit {
        name,
        is_current: unit.is_current(),
        members: counts
            .map(|(status, count)| (status.word(), count))
            .collect(),
        not_current: not_current.collect(),
        required: required.collect(),
        held_out: held_out
            .map(|(of, member)| HeldOut {
                object: object(of),
                annotations: &member.held_out,
            })
            .collect(),
        not_ours: unit
            .not_ours
            .iter()
            .map(|(of, why)| NotOurs {
                object: object(of),
                why,
            })
            .collect(),
        unknown_kinds: unit
            .unknown
            .iter()
            .map(|(((group, kind), namespace), why)| UnknownKind {
                group,
                kind,
                namespace,
                why,
            })
            .collect(),
    }
}

fn how_is<'s>(of: &'s ObjectRef, health: &'s Health) -> HowIs<'s> {
    HowIs {
        object: object(of),
        status: health.status.word(),
        reason: &health.reason,
    }
}

fn object(object: &ObjectRef) -> Object<'_> {
    Object {
        group: &object.group,
        kind: &object.kind,
        namespace: &object.namespace,
        name: &object.name,
    }
}

#[cfg(test)]
mod tests {
    use super::document;
    use gitopsc_core::{EcoString, ObjectRef};
    use gitopsc_engine::health::{Health, Status};
    use gitopsc_reconciler::lease;
    use gitopsc_reconciler::status::{Member, SetStatus, UnitStatus};
    use gitopsc_test_support::workspace;
    use std::collections::BTreeMap;

    fn object(name: &str) -> ObjectRef {
        ObjectRef {
            kind: "ConfigMap".into(),
            name: name.into(),
            ..ObjectRef::default()
        }
    }

    fn member(status: Status, held_out: Vec<&'static str>) -> Member {
        Member {
            health: Health::new(status, "so it is"),
            held_out,
        }
    }

    #[test]
    fn a_document_keeps_to_its_schema() {
        let path = workspace().join("docs/reference/schemas/status.schema.json");
        let schema = std::fs::read_to_string(path).unwrap();
        let schema = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let unit = UnitStatus {
            members: BTreeMap::from([
                (object("good"), member(Status::Current, vec!["a: b"])),
                (object("bad"), member(Status::Failed, Vec::new())),
            ]),
            required: vec![(object("wanted"), Health::not_found())],
            not_ours: BTreeMap::from([(object("copied"), EcoString::from("not ours"))]),
            unknown: BTreeMap::from([(
                (("".into(), "Lost".into()), "shop".into()),
                EcoString::from("lost"),
            )]),
            is_recorded: true,
        };
        let sets = [
            SetStatus::default(),
            SetStatus {
                lease: lease::Read {
                    holder: Some("somebody".into()),
                    ..lease::Read::default()
                },
                units: BTreeMap::from([(EcoString::from("apps/a"), unit)]),
                ..SetStatus::default()
            },
        ];
        let sets = sets.map(|set| SetStatus {
            name: "shop".into(),
            ..set
        });
        let document = serde_json::from_str(&document("records", &sets)).unwrap();
        if let Err(error) = validator.validate(&document) {
            panic!("{error}\n{document:#}");
        }
    }
}
