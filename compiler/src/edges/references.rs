//! Edges from the fields that the table of references names.

use super::index::{Index, Member};
use super::path;
use super::rules::{GroupField, Kind, Reference, Rules};
use crate::scope::Scopes;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::{Edge, Exists, Force, NodeId, Outside, Reason, Wait};
use std::collections::{BTreeSet, HashMap};

/// What is found for one object.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) edges: Vec<Edge>,
    pub(crate) outside: Vec<Outside>,
}

/// Who makes objects that are not among the manifests, by kind, namespace and name.
pub(crate) type Makers = HashMap<(Kind, Option<EcoString>, EcoString), NodeId>;

/// The makers among the objects, by the table's `makes`.
pub(crate) fn makers(index: &Index<'_>, rules: &Rules) -> Makers {
    let mut makers = Makers::new();
    for member in index.members() {
        for product in rules.products(&kind_of(*member)) {
            let mut add = |name: &str| {
                let name = format!("{name}{}", product.suffix).into();
                let namespace = member.namespace.map(EcoString::from);
                makers
                    .entry((product.kind.clone(), namespace, name))
                    .or_insert(member.id);
            };
            let own = member.object().name.as_str();
            match &product.name {
                None => add(own),
                Some(way) => {
                    let mut any = false;
                    way.each(member.body(), &mut |value| {
                        if let Some(name) = value.as_plain_str() {
                            any = true;
                            add(name);
                        }
                    });
                    if !any && product.or_own {
                        add(own);
                    }
                }
            }
        }
    }
    makers
}

pub(crate) fn kind_of(member: Member<'_>) -> Kind {
    Kind {
        group: member.gvk().group.clone(),
        kind: member.gvk().kind.clone(),
    }
}

/// Adds what the fields of `member` refer to.
pub(crate) fn derive<'c>(member: Member<'c>, tables: &Tables<'_, 'c>, found: &mut Found) {
    let search = Search { member, tables };
    let rules = tables.rules;
    if let Some(spec) = member.template().and_then(|template| template.get("spec")) {
        for rule in &rules.pods {
            search.all(rule, spec, found);
        }
    }
    for rule in rules.references(&kind_of(member)) {
        search.all(rule, member.body(), found);
    }
}

/// What references are looked up in.
pub(crate) struct Tables<'t, 'c> {
    pub(crate) index: &'t Index<'c>,
    pub(crate) rules: &'t Rules,
    pub(crate) makers: &'t Makers,
    pub(crate) scopes: &'t Scopes,
}

struct Search<'s, 'c> {
    member: Member<'c>,
    tables: &'s Tables<'s, 'c>,
}

impl<'c> Search<'_, 'c> {
    fn all(&self, rule: &Reference, value: &'c Json, found: &mut Found) {
        rule.at.each(value, &mut |reference| {
            self.one(rule, reference, found);
        });
    }

    fn one(&self, rule: &Reference, reference: &'c Json, found: &mut Found) {
        let field = |name: &EcoString| path::text(reference, &[name.as_str()]);
        let name = reference.as_plain_str().or_else(|| field(&rule.name));
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return;
        };
        let kind = written_kind(rule, reference);
        if rule.only.as_ref().is_some_and(|only| *only != kind.kind) {
            return;
        }
        let namespace = rule.namespace.as_ref().and_then(field);
        let namespace = namespace.or(self.member.namespace);
        let is_optional = rule
            .optional
            .as_ref()
            .is_some_and(|optional| matches!(reference.get(optional), Some(Json::Bool(true))));
        let wait = if is_optional { Wait::Order } else { rule.wait };
        let pair = (kind.group.as_str(), kind.kind.as_str());
        let target = self.tables.index.find(pair, namespace, name);
        let made_by = || {
            let key = (kind.clone(), namespace.map(EcoString::from), name.into());
            self.tables.makers.get(&key).copied()
        };
        let object = ObjectRef {
            group: kind.group.clone(),
            kind: kind.kind.clone(),
            namespace: self.namespace_of(&kind, target, namespace).into(),
            name: name.into(),
        };
        match target.map(|target| target.id).or_else(made_by) {
            Some(to) => {
                let mut edge = Edge::new(self.member.id, to, rule.reason, wait, rule.force);
                if is_data(&kind) {
                    let keys = keys(rule, reference);
                    edge = edge.met_by(Exists { object, keys });
                }
                found.edges.push(edge);
            }
            None if wait == Wait::Order || is_always_there(&object, rule.reason) => {}
            None => found.outside.push(Outside {
                from: self.member.id,
                object,
                reason: rule.reason,
                force: rule.force,
                span: self.member.manifest.span,
            }),
        }
    }
}

impl Search<'_, '_> {
    /// The namespace of what is referred to, as far as it is known to have one.
    fn namespace_of<'n>(
        &self,
        kind: &Kind,
        target: Option<Member<'n>>,
        meant: Option<&'n str>,
    ) -> &'n str {
        let namespace = match target {
            Some(target) => target.namespace,
            None if self
                .tables
                .scopes
                .is_kind_cluster_scoped(&kind.group, &kind.kind) =>
            {
                None
            }
            None => meant,
        };
        namespace.unwrap_or_default()
    }
}

fn written_kind(rule: &Reference, reference: &Json) -> Kind {
    let field = |name: &EcoString| path::text(reference, &[name.as_str()]);
    let kind = rule.kind_field.as_ref().and_then(field);
    let kind = kind.filter(|kind| !kind.is_empty());
    let group = match &rule.group_field {
        None => None,
        Some(GroupField::Group(name)) => field(name),
        Some(GroupField::ApiVersion(name)) => {
            field(name).map(|version| version.split_once('/').map_or("", |(group, _)| group))
        }
    };
    Kind {
        group: group.map_or_else(|| rule.kind.group.clone(), EcoString::from),
        kind: kind.map_or_else(|| rule.kind.kind.clone(), EcoString::from),
    }
}

fn is_data(kind: &Kind) -> bool {
    kind.group.is_empty() && matches!(kind.kind.as_str(), "Secret" | "ConfigMap")
}

fn keys(rule: &Reference, reference: &Json) -> BTreeSet<EcoString> {
    let mut keys = BTreeSet::new();
    if let Some(way) = &rule.keys {
        way.each(reference, &mut |key| {
            keys.extend(key.as_plain_str().map(EcoString::from));
        });
    }
    keys
}

/// What every cluster has by itself.
fn is_always_there(object: &ObjectRef, reason: Reason) -> bool {
    let name = object.name.as_str();
    match (reason, object.kind.as_str()) {
        (Reason::ServiceAccount, _) => name == "default",
        (Reason::ConfigMap, _) => name == "kube-root-ca.crt",
        (Reason::Class, "PriorityClass") => name.starts_with("system-"),
        (Reason::Role, _) => {
            name.starts_with("system:")
                || matches!(name, "cluster-admin" | "admin" | "edit" | "view")
        }
        _ => false,
    }
}

/// A hard need of `from` that no object answers.
pub(crate) fn outside(from: Member<'_>, object: ObjectRef, reason: Reason) -> Outside {
    Outside {
        from: from.id,
        object,
        reason,
        force: Force::Hard,
        span: from.manifest.span,
    }
}
