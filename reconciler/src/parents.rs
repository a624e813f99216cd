//! The parents of ApplySets: one ConfigMap a unit, which says where the unit's members are.
//!
//! Their scope is widened before the first write and narrowed after the last prune, so that a run that is killed in
//! between leaves no member that nobody looks for.

use crate::api::{Api, ApiError, Class, Collection, Kind, List, Patch, Resource, retry};
use crate::set::SetName;
use gitopsc_compiler::health::{Required, required};
use gitopsc_core::{EcoString, Gvk, Json, ObjectRef};
use gitopsc_engine::applyset::{CONTAINS, ID, NAMESPACES, SET, TOOL, TOOLING, UNIT};
use gitopsc_engine::observed::{GroupKind, kind_of};
use std::collections::{BTreeMap, BTreeSet};

/// Where the members of a unit may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Kinds of members.
    pub kinds: BTreeSet<GroupKind>,
    /// Namespaces of members.
    pub namespaces: BTreeSet<EcoString>,
}

impl Scope {
    /// What is in this or in `other`.
    #[must_use]
    pub fn widened(&self, other: &Scope) -> Scope {
        Scope {
            kinds: self.kinds.union(&other.kinds).cloned().collect(),
            namespaces: self.namespaces.union(&other.namespaces).cloned().collect(),
        }
    }

    /// Takes in where `object` is.
    pub fn add(&mut self, object: &ObjectRef) {
        self.kinds.insert(kind_of(object));
        if !object.namespace.is_empty() {
            self.namespaces.insert(object.namespace.clone());
        }
    }
}

/// What the parent of a unit says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parent {
    /// Where the members may be.
    pub scope: Scope,
    /// What has run to its end, with the digest of what was applied then.
    pub ran: Ran,
    /// What the unit requires.
    pub requires: Vec<Required>,
    /// Whether its members stay when they leave Git.
    pub keeps: bool,
}

/// Objects that have run to their end, as `KIND[.GROUP] NAMESPACE/NAME`, each with the digest of what was applied.
pub type Ran = BTreeMap<EcoString, EcoString>;

/// The parents of a set, by unit.
pub type Parents = BTreeMap<EcoString, Parent>;

/// Reads the parents of `set`.
///
/// # Errors
/// They cannot be listed.
pub async fn read(api: &Api, set: &SetName) -> Result<Parents, ApiError> {
    let collection = Collection::of(&config_map(), &set.namespace);
    let list = List::all(collection).labelled(format!("{SET}={}", set.name));
    let mut parents = Parents::new();
    api.list(&list, |parent| {
        let annotation = |name: &str| parent.str_at(&["metadata", "annotations", name]);
        if let Some(unit) = annotation(UNIT) {
            let scope = Scope {
                kinds: items(annotation(CONTAINS)).map(group_kind).collect(),
                namespaces: items(annotation(NAMESPACES)).map(EcoString::from).collect(),
            };
            let says = Parent {
                scope,
                ran: ran_of(parent),
                keeps: parent.str_at(&["data", PRUNE]) == Some(DISABLED),
                requires: required(parent.str_at(&["data", REQUIRES]).unwrap_or_default()),
            };
            parents.insert(unit.into(), says);
        }
    })
    .await?;
    Ok(parents)
}

/// The units of which `parents` say that their members stay.
#[must_use]
pub fn keeping(parents: &Parents) -> BTreeSet<EcoString> {
    let keeping = parents.iter().filter(|(_, says)| says.keeps);
    keeping.map(|(unit, _)| unit.clone()).collect()
}

/// The sets that have parents in `namespace`.
///
/// # Errors
/// They cannot be listed.
pub async fn sets(api: &Api, namespace: &str) -> Result<BTreeSet<EcoString>, ApiError> {
    let list = List::all(Collection::of(&config_map(), namespace)).labelled(SET);
    let mut sets = BTreeSet::new();
    api.list(&list.metadata(), |parent| {
        let name = parent.str_at(&["metadata", "labels", SET]);
        sets.extend(name.map(EcoString::from));
    })
    .await?;
    Ok(sets)
}

/// Writes the parent of `unit`.
///
/// # Errors
/// It cannot be written.
pub async fn write(api: &Api, set: &SetName, unit: &str, says: &Parent) -> Result<(), ApiError> {
    let at = Resource::of(&config_map(), &set.namespace, &set.parent(unit));
    let how = Patch {
        force: true,
        metadata_only: true,
        ..Patch::default()
    };
    let body = body(set, unit, says);
    let written = retry::with_retry(retry::RECORDS, || api.apply(&at, &body, how));
    written.await.map(drop)
}

/// Deletes the parent of a unit that has no members any more.
///
/// # Errors
/// It cannot be deleted.
pub async fn remove(api: &Api, set: &SetName, unit: &str) -> Result<(), ApiError> {
    let at = Resource::of(&config_map(), &set.namespace, &set.parent(unit));
    retry::with_retry(retry::RECORDS, || api.delete_own(&at)).await
}

/// Makes the namespace of the set's records, if it is not there.
///
/// # Errors
/// It can neither be read nor made.
pub async fn ensure_namespace(api: &Api, set: &SetName) -> Result<(), ApiError> {
    let kind = core("Namespace", "namespaces", false);
    let at = Resource::of(&kind, "", &set.namespace);
    match api.get_metadata(&at).await {
        Ok(None) => {}
        // Who may not look at it may still have a place in it; writing the records will tell.
        Err(error) if error.class() == Class::Forbidden => return Ok(()),
        found => return found.map(drop),
    }
    let namespace = Json::object([
        ("apiVersion", Json::string("v1")),
        ("kind", Json::string("Namespace")),
        (
            "metadata",
            Json::object([("name", Json::string(set.namespace.clone()))]),
        ),
    ]);
    let within = Collection::of(&kind, "");
    match retry::with_retry(retry::RECORDS, || api.create(&within, &namespace)).await {
        // Somebody else was faster.
        Err(error) if error.class() == Class::Stale => Ok(()),
        made => made.map(drop),
    }
}

fn body(set: &SetName, unit: &str, says: &Parent) -> Json {
    let scope = &says.scope;
    let kinds: Vec<String> = scope.kinds.iter().map(shown).collect();
    // That of the parent too, if members are there: who may list only some namespaces has to know which.
    let namespaces: Vec<&str> = scope.namespaces.iter().map(EcoString::as_str).collect();
    let labels = Json::object([
        (ID, Json::string(set.apply_set(unit).as_str())),
        (SET, Json::string(set.name.clone())),
    ]);
    let annotations = Json::object([
        (TOOLING, Json::string(TOOL)),
        (UNIT, Json::string(unit)),
        (CONTAINS, Json::string(kinds.join(","))),
        (NAMESPACES, Json::string(namespaces.join(","))),
    ]);
    let metadata = Json::object([
        ("name", Json::string(set.parent(unit))),
        ("namespace", Json::string(set.namespace.clone())),
        ("labels", labels),
        ("annotations", annotations),
    ]);
    let mut data = vec![(RAN, Json::string(ran_text(&says.ran)))];
    if !says.requires.is_empty() {
        let lines = says.requires.iter().map(|required| format!("{required}\n"));
        data.push((REQUIRES, Json::string(lines.collect::<String>())));
    }
    if says.keeps {
        data.push((PRUNE, Json::string(DISABLED)));
    }
    Json::object([
        ("apiVersion", Json::string("v1")),
        ("kind", Json::string("ConfigMap")),
        ("metadata", metadata),
        ("data", Json::object(data)),
    ])
}

/// The key under which a parent says that members of its unit stay, as the unit says it.
const PRUNE: &str = "prune";
const DISABLED: &str = "disabled";

/// The key under which a parent says what its unit requires, one object a line.
const REQUIRES: &str = "requires";

/// The key under which a parent says what has run.
const RAN: &str = "ran";

/// One line an object: its name, two spaces, the digest.
fn ran_text(ran: &Ran) -> String {
    let lines = ran
        .iter()
        .map(|(object, digest)| format!("{object}  {digest}\n"));
    lines.collect()
}

fn ran_of(parent: &Json) -> Ran {
    let text = parent.str_at(&["data", RAN]).unwrap_or_default();
    let entries = text.lines().filter_map(|line| line.split_once("  "));
    entries
        .map(|(object, digest)| (object.into(), digest.into()))
        .collect()
}

/// The kind as KEP-3659 writes it: `Deployment.apps`.
fn shown((group, kind): &GroupKind) -> String {
    if group.is_empty() {
        return kind.to_string();
    }
    format!("{kind}.{group}")
}

fn group_kind(shown: &str) -> GroupKind {
    let (kind, group) = shown.split_once('.').unwrap_or((shown, ""));
    (group.into(), kind.into())
}

fn items(list: Option<&str>) -> impl Iterator<Item = &str> {
    let items = list.unwrap_or_default().split(',').map(str::trim);
    items.filter(|item| !item.is_empty())
}

fn config_map() -> Kind {
    core("ConfigMap", "configmaps", true)
}

fn core(kind: &str, plural: &str, namespaced: bool) -> Kind {
    Kind {
        gvk: Gvk::parse("v1", kind),
        plural: plural.into(),
        namespaced,
    }
}
