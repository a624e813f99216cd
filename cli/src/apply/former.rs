//! Former owners that would still delete what is adopted, as diagnostics: what is to be done there.

use crate::codes;
use gitopsc_core::words::some_of;
use gitopsc_core::{Diagnostic, Span};
use gitopsc_engine::former_owner::Deletes;
use gitopsc_engine::marks::Owner;
use gitopsc_reconciler::former::Former;

/// How many objects are named before the rest is counted.
const NAMED: usize = 3;

/// The warning about one former owner.
pub fn finding(former: &Former) -> Diagnostic {
    let owner = &former.owner;
    let objects = some_of(&former.objects, NAMED);
    let message = match &former.by {
        Deletes::Pruning => {
            format!("{owner} prunes what leaves its source, and still has {objects}")
        }
        Deletes::WithItself => {
            format!("{owner} takes its objects with it when it is deleted, and still has {objects}")
        }
        Deletes::Release => format!(
            "{owner} is still recorded in its Secrets: helm deletes {objects} when it is uninstalled or upgraded"
        ),
        Deletes::Unknown(why) => {
            format!("whether {owner} would still delete {objects} is not known: {why}")
        }
    };
    let finding = Diagnostic::warning(codes::FORMER_OWNER_DELETES, message).at(Span::NONE, "");
    finding.hint(hint(owner, &former.by))
}

/// What is to be done there.
fn hint(owner: &Owner, by: &Deletes) -> String {
    match (owner, by) {
        (_, Deletes::Unknown(_)) => "look there before something is changed".to_owned(),
        (Owner::Argo(_), Deletes::Pruning) => {
            "switch off its automated sync before the objects leave its source, then delete it without its finalizer: argocd app delete --cascade=false".to_owned()
        }
        (Owner::Argo(_), _) => {
            "delete it without its finalizer: argocd app delete --cascade=false".to_owned()
        }
        (Owner::Flux { .. }, Deletes::Pruning) => {
            "set its spec.prune to false before the objects leave its source; suspended (spec.suspend), it can be deleted without its objects".to_owned()
        }
        (Owner::Flux { .. }, _) => {
            "suspended (spec.suspend), it can be deleted without its release; then delete the Secrets of the release".to_owned()
        }
        (Owner::Helm { namespace, name }, _) => format!(
            "kubectl delete secrets -n {namespace} -l owner=helm,name={name} forgets the release and deletes nothing of it"
        ),
        (Owner::ApplySet(_) | Owner::Inventory(_), _) => {
            "take the objects out of its hands".to_owned()
        }
    }
}
