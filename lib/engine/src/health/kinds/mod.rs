//! The rules of kinds, a module for each family.

mod claim;
mod daemon_set;
mod definition;
mod deployment;
mod job;
mod pod;
mod replica_set;
mod replicas;
mod service;
mod stateful_set;

use super::expect::Expect;
use super::live::Live;
use super::status::Health;

/// How the health of a kind is told, behind what holds for every kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// It is well as soon as it is there: nothing acts on it, or nothing says how that went.
    Exists,
    /// By these conditions.
    Conditions(Expect),
    /// By its fields.
    Fields(fn(&Live<'_>) -> Health),
}

impl Rule {
    /// What the rule says of `live`.
    pub(super) fn health(&self, live: &Live<'_>) -> Health {
        match self {
            Rule::Exists => Health::current("it exists"),
            Rule::Conditions(expect) => expect.health(live),
            Rule::Fields(health) => health(live),
        }
    }
}

/// The rule of a kind; nothing for one that is not known here.
pub(super) fn rule(group: &str, kind: &str) -> Option<Rule> {
    Some(match (group, kind) {
        ("", "Pod") => Rule::Fields(pod::health),
        ("", "Service") => Rule::Fields(service::health),
        ("", "PersistentVolumeClaim") => Rule::Fields(claim::health),
        ("", "ConfigMap" | "Secret") | ("batch", "CronJob") | ("policy", "PodDisruptionBudget") => {
            Rule::Exists
        }
        ("apps" | "extensions", "Deployment") => Rule::Fields(deployment::health),
        ("apps", "StatefulSet") => Rule::Fields(stateful_set::health),
        ("apps" | "extensions", "DaemonSet") => Rule::Fields(daemon_set::health),
        ("apps" | "extensions", "ReplicaSet") | ("", "ReplicationController") => {
            Rule::Fields(replica_set::health)
        }
        ("batch", "Job") => Rule::Fields(job::health),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => Rule::Fields(definition::health),
        _ => return None,
    })
}
