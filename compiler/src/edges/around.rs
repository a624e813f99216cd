//! What is about workloads: what should be there before them, and what comes after.

use super::references::Found;
use crate::objects::index::{Index, Member};
use crate::objects::path;
use crate::objects::pods;
use crate::objects::selector::{self, Labels};
use gitopsc_core::Json;
use gitopsc_engine::graph::{Edge, Force, NodeId, Reason, Wait};
use std::collections::HashMap;

/// Kinds that bind pods by a selector, and where it is.
const POLICIES: [(&str, &str, &[&str]); 4] = [
    ("", "LimitRange", &[]),
    ("", "ResourceQuota", &[]),
    (
        "cilium.io",
        "CiliumNetworkPolicy",
        &["spec", "endpointSelector"],
    ),
    (
        "networking.k8s.io",
        "NetworkPolicy",
        &["spec", "podSelector"],
    ),
];

/// What binds the pods of namespaces and the rights of service accounts.
#[derive(Default)]
pub(crate) struct Around<'c> {
    policies: HashMap<&'c str, Vec<(NodeId, Option<&'c Json>)>>,
    bindings: HashMap<(&'c str, &'c str), Vec<NodeId>>,
}

impl<'c> Around<'c> {
    pub(crate) fn new(index: &Index<'c>) -> Around<'c> {
        let mut around = Around::default();
        for (group, kind, way) in POLICIES {
            for policy in index.of_kind((group, kind)) {
                let Some(namespace) = policy.namespace else {
                    continue;
                };
                let selector = Some(way).filter(|way| !way.is_empty());
                let selector = selector.and_then(|way| path::at(policy.body(), way));
                let policies = around.policies.entry(namespace).or_default();
                policies.push((policy.id, selector));
            }
        }
        for kind in ["RoleBinding", "ClusterRoleBinding"] {
            for binding in index.of_kind(("rbac.authorization.k8s.io", kind)) {
                around.add_subjects(binding);
            }
        }
        around
    }

    fn add_subjects(&mut self, binding: Member<'c>) {
        for subject in path::items(binding.body(), &["subjects"]) {
            if path::text(subject, &["kind"]) != Some("ServiceAccount") {
                continue;
            }
            let namespace = path::text(subject, &["namespace"]).or(binding.namespace);
            if let (Some(namespace), Some(name)) = (namespace, path::text(subject, &["name"])) {
                self.bindings
                    .entry((namespace, name))
                    .or_default()
                    .push(binding.id);
            }
        }
    }

    /// Adds what should be there before `member`, if it runs pods.
    pub(crate) fn before(&self, member: Member<'c>, found: &mut Found) {
        let (Some(template), Some(namespace)) = (member.template(), member.namespace) else {
            return;
        };
        let labels = Labels::of(template);
        let soft =
            |to: NodeId, reason| Edge::new(member.id, to, reason, Wait::Applied, Force::Soft);
        let policies = self.policies.get(namespace).into_iter().flatten();
        let binding = policies.filter(|(_, selector)| {
            selector.is_none_or(|selector| selector::matches(selector, &labels))
        });
        found
            .edges
            .extend(binding.map(|(policy, _)| soft(*policy, Reason::Policy)));
        let account = (namespace, pods::service_account(template));
        let bindings = self.bindings.get(&account).into_iter().flatten();
        found
            .edges
            .extend(bindings.map(|binding| soft(*binding, Reason::Role)));
    }
}

/// Adds what `member` is about: what it guards, monitors or calls. It comes later and waits for none of it.
pub(crate) fn after<'c>(member: Member<'c>, index: &Index<'c>, found: &mut Found) {
    let about: Vec<NodeId> = if member.is("policy", "PodDisruptionBudget") {
        guarded(member, index)
    } else if member.is("monitoring.coreos.com", "ServiceMonitor") {
        let services = index.of_kind(("", "Service"));
        monitored(member, services.collect())
    } else if member.is("monitoring.coreos.com", "PodMonitor") {
        let namespaces = namespaces(member);
        let workloads = namespaces.iter().flat_map(|name| index.workloads(name));
        monitored(member, workloads.collect())
    } else {
        return;
    };
    let edge = |to| Edge::new(member.id, to, Reason::Watched, Wait::Order, Force::Soft);
    found.edges.extend(about.into_iter().map(edge));
}

fn guarded<'c>(member: Member<'c>, index: &Index<'c>) -> Vec<NodeId> {
    let selector = path::at(member.body(), &["spec", "selector"]);
    let (Some(namespace), Some(selector)) = (member.namespace, selector) else {
        return Vec::new();
    };
    let is_selected = |workload: &Member<'c>| {
        let labels = workload.template().map(Labels::of);
        labels.is_some_and(|labels| selector::matches(selector, &labels))
    };
    let guarded = index.workloads(namespace).filter(is_selected);
    guarded.map(|workload| workload.id).collect()
}

/// The namespaces in which a monitor looks.
fn namespaces<'c>(monitor: Member<'c>) -> Vec<&'c str> {
    let named = path::items(monitor.body(), &["spec", "namespaceSelector", "matchNames"]);
    let named: Vec<&str> = named.iter().filter_map(Json::as_plain_str).collect();
    if named.is_empty() {
        return monitor.namespace.into_iter().collect();
    }
    named
}

/// Those of `candidates`, Services or workloads, that a monitor selects.
fn monitored<'c>(monitor: Member<'c>, candidates: Vec<Member<'c>>) -> Vec<NodeId> {
    let Some(selector) = path::at(monitor.body(), &["spec", "selector"]) else {
        return Vec::new();
    };
    let anywhere = super::kinds::is_true(path::at(
        monitor.body(),
        &["spec", "namespaceSelector", "any"],
    ));
    let namespaces = namespaces(monitor);
    let is_meant = |candidate: &Member<'c>| {
        let labelled = candidate.template().unwrap_or_else(|| candidate.body());
        (anywhere
            || candidate
                .namespace
                .is_some_and(|own| namespaces.contains(&own)))
            && selector::matches(selector, &Labels::of(labelled))
    };
    let meant = candidates.into_iter().filter(is_meant);
    meant.map(|candidate| candidate.id).collect()
}
