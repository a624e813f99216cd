//! Admission webhooks: who calls what, and which objects they admit.
//!
//! What the backend of a webhook itself needs, transitively, gets no edge to that webhook: it has to come
//! before it. Webhooks are taken one after the other, those that fail closed first, so that two that
//! match each other's backends do not wait for each other.

use super::backends;
use super::kinds::{guessed_plural, plurals};
use super::references::kind_of;
use super::rules::Kind;
use crate::objects::index::{Index, Member};
use crate::objects::path;
use crate::objects::selector::{self, Labels};
use gitopsc_core::{EcoString, Json};
use gitopsc_engine::graph::{Edge, Force, NodeId, Reason, Wait};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::HashMap;

const CONFIGURATIONS: [&str; 2] = [
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// One webhook of a configuration.
struct Hook<'c> {
    configuration: Member<'c>,
    body: &'c Json,
    force: Force,
}

impl<'c> Hook<'c> {
    fn service(&self) -> Option<&'c Json> {
        path::at(self.body, &["clientConfig", "service"])
    }
}

/// Edges from configurations to what they call; to be there before [`matched`] looks for what backends need.
pub(crate) fn called(index: &Index<'_>) -> Vec<Edge> {
    let edges = hooks(index).into_iter().filter_map(|hook| {
        let service = hook.service()?;
        Some(backends::edges(
            hook.configuration,
            service,
            hook.force,
            index,
        ))
    });
    edges.flatten().collect()
}

/// Edges from objects to the webhooks that admit them; `edges` are all others.
pub(crate) fn matched(index: &Index<'_>, edges: &[Edge]) -> Vec<Edge> {
    let mut hooks = hooks(index);
    hooks.sort_by_key(|hook| (Reverse(hook.force), hook.configuration.id));
    let mut needs = Needs::new(index.members().len(), edges);
    let names = Names::new(index);
    let mut matched = Vec::new();
    for hook in hooks {
        let before = needs.of_backend(&hook, index);
        let admitted: Vec<NodeId> = index
            .members()
            .par_iter()
            .filter(|member| !before[member.id.index()] && admits(&hook, **member, index, &names))
            .map(|member| member.id)
            .collect();
        for from in admitted {
            let to = hook.configuration.id;
            needs.add(from, to);
            matched.push(Edge::new(
                from,
                to,
                Reason::Webhook,
                Wait::Ready,
                hook.force,
            ));
        }
    }
    matched
}

fn hooks<'c>(index: &Index<'c>) -> Vec<Hook<'c>> {
    let mut hooks = Vec::new();
    for kind in CONFIGURATIONS {
        for configuration in index.of_kind(("admissionregistration.k8s.io", kind)) {
            for body in path::items(configuration.body(), &["webhooks"]) {
                let ignores = path::text(body, &["failurePolicy"]) == Some("Ignore");
                hooks.push(Hook {
                    configuration,
                    body,
                    force: if ignores { Force::Soft } else { Force::Hard },
                });
            }
        }
    }
    hooks
}

/// What needs what, for going down from a backend.
struct Needs(Vec<Vec<NodeId>>);

impl Needs {
    fn new(nodes: usize, edges: &[Edge]) -> Needs {
        let mut needs = Needs(vec![Vec::new(); nodes]);
        for edge in edges.iter().filter(|edge| edge.wait != Wait::Order) {
            needs.add(edge.from, edge.to);
        }
        needs
    }

    fn add(&mut self, from: NodeId, to: NodeId) {
        if let Some(targets) = self.0.get_mut(from.index()) {
            targets.push(to);
        }
    }

    /// By node: whether it is the configuration of `hook`, behind it, or needed by what is.
    fn of_backend(&self, hook: &Hook<'_>, index: &Index<'_>) -> Vec<bool> {
        let mut needed = vec![false; self.0.len()];
        let mut pending = vec![hook.configuration.id];
        if let Some(reference) = hook.service() {
            pending.extend(backends::service(reference, index).map(|service| service.id));
            let workloads = backends::workloads(reference, index);
            pending.extend(workloads.iter().map(|workload| workload.id));
        }
        while let Some(node) = pending.pop() {
            let Some(seen) = needed.get_mut(node.index()) else {
                continue;
            };
            if !std::mem::replace(seen, true) {
                pending.extend(&self.0[node.index()]);
            }
        }
        needed
    }
}

/// Plural names of kinds, as rules write them.
struct Names(HashMap<Kind, EcoString>);

impl Names {
    fn new(index: &Index<'_>) -> Names {
        Names(plurals(index))
    }

    fn plural(&self, member: Member<'_>) -> EcoString {
        let kind = kind_of(member);
        let known = self.0.get(&kind).cloned();
        known.unwrap_or_else(|| guessed_plural(&kind.kind).into())
    }
}

/// Whether `hook` admits the object, or the pods of its template.
fn admits(hook: &Hook<'_>, member: Member<'_>, index: &Index<'_>, names: &Names) -> bool {
    let rules = path::items(hook.body, &["rules"]);
    let scope = match member.namespace {
        Some(_) => "Namespaced",
        None => "Cluster",
    };
    let group = member.gvk().group.as_str();
    let itself = rules
        .iter()
        .any(|rule| is_ruled(rule, group, scope, || names.plural(member)));
    if itself && is_selected(hook, member.labels(), member, index) {
        return true;
    }
    let Some(template) = member.template() else {
        return false;
    };
    let pods = || "pods".into();
    rules
        .iter()
        .any(|rule| is_ruled(rule, "", "Namespaced", pods))
        && is_selected(hook, Labels::of(template), member, index)
}

/// Whether `rule` is for creating or changing objects of this group, scope and plural name.
fn is_ruled(rule: &Json, group: &str, scope: &str, plural: impl Fn() -> EcoString) -> bool {
    let lists = |field: &str, accepted: &dyn Fn(&str) -> bool| {
        let mut items = path::items(rule, &[field]).iter();
        items.any(|item| item.as_plain_str().is_some_and(accepted))
    };
    let wanted = path::text(rule, &["scope"]).unwrap_or("*");
    (wanted == "*" || wanted == scope)
        && lists("operations", &|item| {
            matches!(item, "*" | "CREATE" | "UPDATE")
        })
        && lists("apiGroups", &|item| item == "*" || item == group)
        && {
            let plural = plural();
            lists("resources", &|item| {
                matches!(item, "*" | "*/*") || item == plural || item == format!("{plural}/*")
            })
        }
}

fn is_selected(hook: &Hook<'_>, labels: Labels<'_>, member: Member<'_>, index: &Index<'_>) -> bool {
    let selects = |field: &str, labels: &Labels<'_>| {
        hook.body
            .get(field)
            .is_none_or(|selector| selector::matches(selector, labels))
    };
    // The selector of namespaces is for what is in one, and for namespaces themselves.
    let in_namespace = match member.namespace {
        Some(name) => {
            let namespace = index.namespace(name).map(|namespace| namespace.body());
            selects("namespaceSelector", &Labels::of_namespace(name, namespace))
        }
        None if member.is("", "Namespace") => {
            let labels = Labels::of_namespace(&member.object().name, Some(member.body()));
            selects("namespaceSelector", &labels)
        }
        None => true,
    };
    in_namespace && selects("objectSelector", &labels)
}
