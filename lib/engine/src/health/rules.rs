//! The rules in force: those built in, those that `gitopsc.yaml` adds, and what other objects tell about kinds.

use super::kinds::{self, Rule};
use super::live::{items, text};
use crate::cel::Expression;
use gitopsc_core::{EcoString, Gvk, Json};
use std::collections::BTreeMap;

/// A rule that somebody wrote for a kind, or for all kinds of a group. Versions do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindRule {
    /// The group; empty for the core group.
    pub group: EcoString,
    /// The kind; nothing for all of the group that have no rule of their own.
    pub kind: Option<EcoString>,
    /// When it is on its way; asked first.
    pub in_progress: Option<Expression>,
    /// When it has failed; asked next.
    pub failed: Option<Expression>,
    /// When it is as it was asked to be. If this does not hold either, it is on its way.
    pub current: Expression,
}

/// The rules by which health is told.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    written: BTreeMap<(EcoString, Option<EcoString>), KindRule>,
    declared: BTreeMap<(EcoString, EcoString), Declared>,
    binding: BTreeMap<EcoString, Binding>,
}

/// What a CustomResourceDefinition says of the status of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Declared {
    /// There is none.
    NoStatus,
    /// It has conditions.
    Conditions,
    /// It has something else, or does not say.
    Other,
}

/// When a storage class binds its claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    /// At once.
    Immediate,
    /// When the first pod wants one.
    FirstConsumer,
}

impl Rules {
    /// The rules that are built in.
    #[must_use]
    pub fn builtin() -> Rules {
        Rules::default()
    }

    /// Adds a rule, which goes before what is built in.
    pub fn add(&mut self, rule: KindRule) {
        self.written
            .insert((rule.group.clone(), rule.kind.clone()), rule);
    }

    /// Learns what `object` tells about others: a CustomResourceDefinition of its kind, a StorageClass of its
    /// claims. Other objects tell nothing.
    pub fn learn(&mut self, object: &Json) {
        match (text(object, "apiVersion"), text(object, "kind")) {
            (Some(version), Some("CustomResourceDefinition"))
                if version.starts_with("apiextensions.k8s.io/") =>
            {
                let group = text(object, "spec.group").unwrap_or_default();
                let kind = text(object, "spec.names.kind").unwrap_or_default();
                let key = (group.into(), kind.into());
                self.declared.insert(key, Declared::of(object));
            }
            (Some(version), Some("StorageClass")) if version.starts_with("storage.k8s.io/") => {
                let name = text(object, "metadata.name").unwrap_or_default();
                let binding = match text(object, "volumeBindingMode") {
                    Some("WaitForFirstConsumer") => Binding::FirstConsumer,
                    _ => Binding::Immediate,
                };
                self.binding.insert(name.into(), binding);
            }
            _ => {}
        }
    }

    /// Whether anything is known of a kind: a rule that is built in or written, or its definition.
    #[must_use]
    pub fn knows(&self, gvk: &Gvk) -> bool {
        let is_built_in = || kinds::rule(&gvk.group, &gvk.kind).is_some();
        self.written(gvk).is_some() || is_built_in() || self.declared(gvk).is_some()
    }

    /// Whether it is known when the storage class of this name binds its claims.
    #[must_use]
    pub fn knows_class(&self, name: &str) -> bool {
        self.binding(name).is_some()
    }

    /// The rule that somebody wrote for a kind.
    pub(super) fn written(&self, gvk: &Gvk) -> Option<&KindRule> {
        if self.written.is_empty() {
            return None;
        }
        let exact = (gvk.group.clone(), Some(gvk.kind.clone()));
        let group = (gvk.group.clone(), None);
        self.written
            .get(&exact)
            .or_else(|| self.written.get(&group))
    }

    /// What its definition says of the status of a kind.
    pub(super) fn declared(&self, gvk: &Gvk) -> Option<Declared> {
        let key = (gvk.group.clone(), gvk.kind.clone());
        self.declared.get(&key).copied()
    }

    /// When a storage class binds.
    pub(super) fn binding(&self, class: &str) -> Option<Binding> {
        self.binding.get(class).copied()
    }
}

impl Declared {
    /// What the version that is stored says; all versions hold the same.
    fn of(definition: &Json) -> Declared {
        let versions = items(definition, "spec.versions");
        let is_stored = |version: &&Json| version.get("storage") == Some(&Json::Bool(true));
        let Some(version) = versions.iter().find(is_stored) else {
            return Declared::Other;
        };
        let status = super::live::at(version, "schema.openAPIV3Schema.properties.status");
        match status {
            Some(status) if super::live::at(status, "properties.conditions").is_some() => {
                Declared::Conditions
            }
            Some(_) => Declared::Other,
            None if super::live::at(version, "schema.openAPIV3Schema.properties").is_some() => {
                Declared::NoStatus
            }
            None => Declared::Other,
        }
    }
}

/// Whether more than the metadata of a kind tells its health, so that a watch has to bring the whole object.
///
/// Custom resources that nothing is known of may have conditions.
#[must_use]
pub fn has_rule(gvk: &Gvk, rules: &Rules) -> bool {
    if rules.written(gvk).is_some() {
        return true;
    }
    match kinds::rule(&gvk.group, &gvk.kind) {
        Some(rule) => !matches!(rule, Rule::Exists),
        None => rules.declared(gvk) != Some(Declared::NoStatus),
    }
}

#[cfg(test)]
mod tests {
    use super::{KindRule, Rules, has_rule};
    use crate::cel::Expression;
    use gitopsc_core::Gvk;
    use gitopsc_yaml::json::read_json;

    fn rule(kind: Option<&str>, current: &str) -> KindRule {
        KindRule {
            group: "example.com".into(),
            kind: kind.map(Into::into),
            in_progress: None,
            failed: None,
            current: Expression::compile(current).unwrap(),
        }
    }

    #[test]
    fn the_rule_of_a_kind_goes_before_that_of_its_group() {
        let mut rules = Rules::builtin();
        rules.add(rule(None, "true"));
        rules.add(rule(Some("Widget"), "false"));
        let of = |kind| {
            let rule = rules.written(&Gvk::parse("example.com/v2", kind));
            rule.unwrap().current.text()
        };
        assert_eq!((of("Widget"), of("Gadget")), ("false", "true"));
        assert_eq!(rules.written(&Gvk::parse("example.org/v1", "Widget")), None);
    }

    #[test]
    fn metadata_suffices_for_kinds_whose_being_there_is_all() {
        let mut rules = Rules::builtin();
        rules.learn(
            &read_json(
                r#"{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","spec":{
                    "group":"example.com","names":{"kind":"Mute"},"versions":[{"name":"v1","storage":true,
                    "schema":{"openAPIV3Schema":{"properties":{"spec":{}}}}}]}}"#,
            )
            .unwrap(),
        );
        for (version, kind, wanted) in [
            ("v1", "ConfigMap", false),
            ("v1", "Secret", false),
            ("rbac.authorization.k8s.io/v1", "ClusterRole", false),
            ("apps/v1", "Deployment", true),
            ("cert-manager.io/v1", "Issuer", true),
            ("example.com/v1", "Mute", false),
            ("example.com/v1", "Unheard", true),
        ] {
            assert_eq!(
                has_rule(&Gvk::parse(version, kind), &rules),
                wanted,
                "{kind}"
            );
        }
        rules.add(rule(Some("Mute"), "true"));
        assert!(has_rule(&Gvk::parse("example.com/v1", "Mute"), &rules));
    }
}
