//! Edges from the fields that the table of references names.

use super::rules::{self, GroupField, Kind, Rules};
use crate::objects::index::{Index, Member};
use crate::objects::path::{self, Pointer, Step};
use crate::objects::pods;
use crate::scope::Scopes;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::graph::{Edge, Exists, Force, NodeId, Outside, Reason, Wait};
use gitopsc_sops::is_encrypted_value;
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
                    way.each(member.body(), &mut |_, value| {
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
    each(member, tables, &mut |reference| match reference.answer() {
        Some(to) => found.edges.push(reference.edge(member.id, to)),
        None if reference.wait == Wait::Order || reference.is_always_there() => {}
        None => found.outside.push(Outside {
            from: member.id,
            object: reference.object,
            reason: reference.rule.reason,
            force: reference.rule.force,
            span: member.manifest.span,
        }),
    });
}

/// Calls `found` with everything that the fields of `member` refer to, looked up.
pub(crate) fn each<'t, 'c: 't>(
    member: Member<'c>,
    tables: &'t Tables<'t, 'c>,
    found: &mut dyn FnMut(Reference<'_, 'c>),
) {
    let mut all = |rules: &[rules::Reference], from: &[&[&str]], value: &'c Json| {
        for rule in rules {
            rule.at.each(value, &mut |steps, value| {
                let place = Place { from, steps };
                if let Some(reference) = look_up(member, tables, rule, place, value) {
                    found(reference);
                }
            });
        }
    };
    if let Some(spec) = member.template().and_then(|template| template.get("spec")) {
        let way = pods::way(member.gvk()).unwrap_or_default();
        all(&tables.rules.pods, &[way, &["spec"]], spec);
    }
    let rules = tables.rules.references(&kind_of(member));
    all(rules, &[], member.body());
}

/// What references are looked up in.
pub(crate) struct Tables<'t, 'c> {
    pub(crate) index: &'t Index<'c>,
    pub(crate) rules: &'t Rules,
    pub(crate) makers: &'t Makers,
    pub(crate) scopes: &'t Scopes,
}

/// A reference of one object to another, as it was looked up.
pub(crate) struct Reference<'r, 'c> {
    /// The rule that knows the field.
    pub(crate) rule: &'r rules::Reference,
    /// What stands in the field.
    pub(crate) value: &'c Json,
    /// What is meant.
    pub(crate) object: ObjectRef,
    /// The object that is meant, if it is among the manifests.
    pub(crate) target: Option<Member<'c>>,
    /// Who makes it.
    pub(crate) maker: Option<NodeId>,
    /// Whether it is marked as optional.
    pub(crate) optional: bool,
    /// What is waited for; nothing for what is optional.
    pub(crate) wait: Wait,
    place: Place<'r>,
}

/// Where a field is: two ways one after the other, and the steps from there.
#[derive(Clone, Copy)]
struct Place<'r> {
    from: &'r [&'r [&'r str]],
    steps: &'r [Step<'r>],
}

impl Reference<'_, '_> {
    /// The node that answers.
    pub(crate) fn answer(&self) -> Option<NodeId> {
        self.target.map(|target| target.id).or(self.maker)
    }

    /// The place of the name in the field.
    pub(crate) fn name_pointer(&self) -> Pointer {
        let field = self.pointer();
        match self.value {
            Json::Object(_) => field.key(&self.rule.name),
            _ => field,
        }
    }

    /// The place of the field.
    pub(crate) fn pointer(&self) -> Pointer {
        let from: Vec<&str> = self.place.from.concat();
        Pointer::of(&from).then(self.place.steps)
    }

    /// The keys of the object's data that are read.
    pub(crate) fn keys(&self) -> BTreeSet<EcoString> {
        let mut keys = BTreeSet::new();
        if let Some(way) = &self.rule.keys {
            way.each(self.value, &mut |_, key| {
                keys.extend(key.as_plain_str().map(EcoString::from));
            });
        }
        keys
    }

    /// Whether every cluster has by itself what is meant.
    pub(crate) fn is_always_there(&self) -> bool {
        is_always_there(&self.object, self.rule.reason)
    }

    fn edge(&self, from: NodeId, to: NodeId) -> Edge {
        let edge = Edge::new(from, to, self.rule.reason, self.wait, self.rule.force);
        if !is_data(&self.object) {
            return edge;
        }
        edge.met_by(Exists {
            object: self.object.clone(),
            keys: self.keys(),
        })
    }
}

/// Looks up what `value` means by `rule`; nothing if it names nothing, or its name was passed through encrypted.
fn look_up<'r, 'c>(
    member: Member<'c>,
    tables: &Tables<'_, 'c>,
    rule: &'r rules::Reference,
    place: Place<'r>,
    value: &'c Json,
) -> Option<Reference<'r, 'c>> {
    let field = |name: &EcoString| path::text(value, &[name.as_str()]);
    let name = value.as_plain_str().or_else(|| field(&rule.name));
    let name = name.filter(|name| !name.is_empty() && !is_encrypted_value(name))?;
    let kind = written_kind(rule, value);
    if rule.only.as_ref().is_some_and(|only| *only != kind.kind) {
        return None;
    }
    let namespace = rule.namespace.as_ref().and_then(field);
    let namespace = namespace.or(member.namespace);
    let is_optional = rule
        .optional
        .as_ref()
        .is_some_and(|optional| matches!(value.get(optional), Some(Json::Bool(true))));
    let pair = (kind.group.as_str(), kind.kind.as_str());
    let target = tables.index.find(pair, namespace, name);
    let made_by = || {
        let key = (kind.clone(), namespace.map(EcoString::from), name.into());
        tables.makers.get(&key).copied()
    };
    let maker = if target.is_none() { made_by() } else { None };
    Some(Reference {
        object: ObjectRef {
            namespace: namespace_of(&kind, target, namespace, tables.scopes).into(),
            name: name.into(),
            group: kind.group,
            kind: kind.kind,
        },
        rule,
        value,
        target,
        maker,
        optional: is_optional,
        wait: if is_optional { Wait::Order } else { rule.wait },
        place,
    })
}

/// The namespace of what is referred to, as far as it is known to have one.
fn namespace_of<'n>(
    kind: &Kind,
    target: Option<Member<'n>>,
    meant: Option<&'n str>,
    scopes: &Scopes,
) -> &'n str {
    let namespace = match target {
        Some(target) => target.namespace,
        None if scopes.is_kind_cluster_scoped(&kind.group, &kind.kind) => None,
        None => meant,
    };
    namespace.unwrap_or_default()
}

fn written_kind(rule: &rules::Reference, reference: &Json) -> Kind {
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

fn is_data(object: &ObjectRef) -> bool {
    object.group.is_empty() && matches!(object.kind.as_str(), "Secret" | "ConfigMap")
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
                || name == "extension-apiserver-authentication-reader"
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
