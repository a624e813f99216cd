//! What else in the cluster tells how members are.

use crate::api::{Api, Kinds};
use crate::learned::learn_classes;
use crate::parents::Parents;
use gitopsc_engine::health::Rules;

/// The rules that are built in, with what storage classes say of claims, if there are claims and the classes may be
/// read.
pub(super) async fn learned(api: &Api, kinds: &Kinds, parents: &Parents) -> Rules {
    let mut rules = Rules::builtin();
    let claims = ("".into(), "PersistentVolumeClaim".into());
    let has_claims = |parent: &crate::parents::Parent| parent.scope.kinds.contains(&claims);
    if !parents.values().any(has_claims) {
        return rules;
    }
    learn_classes(api, kinds, &mut rules).await;
    rules
}
