//! What went wrong on the way to a cluster, or with a run on a set, as diagnostics.

use crate::codes;
use gitopsc_core::words::some_of;
use gitopsc_core::{Diagnostic, EcoString, ObjectRef};
use gitopsc_engine::observed::GroupKind;
use gitopsc_engine::plan::{Action, Plan, Refusal};
use gitopsc_reconciler::api::{Api, ApiError, Class, ConnectError};
use gitopsc_reconciler::apply::ApplyError;
use gitopsc_reconciler::execute::Pruned;
use gitopsc_reconciler::lease::LeaseError;
use gitopsc_reconciler::owner::Owner;
use gitopsc_reconciler::set::SetName;
use gitopsc_reconciler::status;
use std::error::Error;

/// The system gives no means to wait for several things at once.
pub fn no_runtime(error: &std::io::Error) -> Box<Diagnostic> {
    let message = format!("cannot start: {error}");
    Box::new(Diagnostic::error(codes::THREADS_UNAVAILABLE, message).io())
}

/// There is no way to a cluster.
pub fn no_connection(error: &ConnectError) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(codes::CLUSTER_UNREACHABLE, chain(error)).io();
    Box::new(diagnostic.hint(
        "name a kubeconfig with --kubeconfig or KUBECONFIG, and one of its contexts with --context",
    ))
}

/// The server did not answer what everything depends on.
pub fn unreachable(error: &ApiError) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(codes::CLUSTER_UNREACHABLE, error.chain()).io();
    Box::new(match error.class() {
        Class::Unauthorized => diagnostic.hint("the server does not know these credentials"),
        Class::Forbidden => diagnostic.hint("the records of the set have to be readable, and writable to change it: ConfigMaps and Leases in its namespace"),
        _ => diagnostic,
    })
}

/// The plan could not be carried out by `command`.
pub fn of_run(error: &ApplyError, command: &str) -> Box<Diagnostic> {
    match error {
        ApplyError::Records(error) => unreachable(error),
        ApplyError::Lease(LeaseError::Api { source, .. }) => unreachable(source),
        ApplyError::Lease(error) => {
            let finding = Diagnostic::error(codes::SET_HELD, error.to_string()).refusal();
            Box::new(finding.hint(format!("{command} again once it has ended")))
        }
    }
}

/// The set belongs to `owner`, and nobody said that it is to be taken over.
pub fn owned(set: &SetName, owner: &Owner) -> Box<Diagnostic> {
    let message = format!("the set {} belongs to the Sync {}", set.name, owner.sync);
    let finding = Diagnostic::error(codes::SET_OWNED, message).refusal();
    let hint = "push to the source of the Sync; or suspend it, and say --take-over";
    Box::new(finding.hint(hint))
}

/// The set is taken over from `owner`, which takes no notice of that.
pub fn taken_over(owner: &Owner) -> Diagnostic {
    let message = format!(
        "the Sync {} is not suspended: what differs from its source is put back",
        owner.sync
    );
    let finding = Diagnostic::warning(codes::SET_OWNED, message);
    finding.hint("suspend it with `suspend: true` in its spec")
}

/// Nobody agreed; `done` is what was not done.
pub fn not_confirmed(done: &str, interactive: bool) -> Diagnostic {
    let message = format!("nothing was {done}, because nobody agreed");
    let diagnostic = Diagnostic::error(codes::NOT_CONFIRMED, message).refusal();
    if interactive {
        return diagnostic;
    }
    diagnostic.hint("--yes agrees without being asked")
}

/// The consent that `plan` needs, unless it was given.
pub fn no_consent(plan: &Plan) -> Option<Diagnostic> {
    if plan.consent.is_enough() {
        return None;
    }
    let digest = plan.consent.digest.as_ref()?;
    let needs = |action: &Action| matches!(action, Action::Refuse(Refusal::Consent(_)));
    let steps = plan.steps.iter().filter(|step| needs(&step.action));
    let message = match steps.count() {
        1 => "1 step needs consent".to_owned(),
        count => format!("{count} steps need consent"),
    };
    let finding = Diagnostic::error(codes::CONSENT_NEEDED, message).refusal();
    Some(finding.hint(format!("--approve {digest} consents to just these")))
}

/// The run was stopped before it was done; `command` goes on.
pub fn stopped(command: &str) -> Diagnostic {
    let message = "the work was stopped before it was done";
    let finding = Diagnostic::error(codes::APPLY_STOPPED, message);
    finding.hint(format!("{command} again: what was done is not done twice"))
}

/// There is nothing in the cluster that is called `set`.
pub async fn no_such_set(api: &Api, set: &SetName) -> Box<Diagnostic> {
    let message = format!(
        "there is no set {} in the namespace {}",
        set.name, set.namespace
    );
    let diagnostic = Diagnostic::error(codes::SET_UNKNOWN, message).usage();
    let others = status::sets(api, &set.namespace).await;
    let hint = match others {
        Ok(others) if !others.is_empty() => {
            format!("there are {}", some_of(others, MOST_NAMED))
        }
        _ => "--set-namespace names the namespace of the records of sets".to_owned(),
    };
    Box::new(diagnostic.hint(hint))
}

/// How many sets are named at most.
const MOST_NAMED: usize = 10;

/// `kind` as messages name it, with the namespace, unless it is empty: everywhere.
pub fn kind_in((group, kind): &GroupKind, namespace: &str) -> String {
    let dot = if group.is_empty() { "" } else { "." };
    match namespace {
        "" => format!("{kind}{dot}{group}"),
        namespace => format!("{kind}{dot}{group} in {namespace}"),
    }
}

/// What could not be deleted.
pub fn remaining(pruned: &Pruned) -> impl Iterator<Item = Diagnostic> {
    let finding = |(object, why): (&ObjectRef, &EcoString)| {
        let message = format!("{object} is not gone: {why}");
        Diagnostic::error(codes::PRUNE_FAILED, message)
    };
    pruned.remains.iter().map(finding)
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
