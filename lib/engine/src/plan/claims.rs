//! What would take a claim with it when it is deleted: what owns one, at whatever remove, and what has one deleted by its
//! own policy.
//!
//! It is told of claims and of their owners as they were read; who reads them is not its matter. A claim that a Pod
//! owns is as short-lived as the Pod, and counts for nobody.

use super::step::Need;
use crate::observed::Live;
use gitopsc_core::{EcoString, Json, ObjectRef};
use std::collections::{BTreeMap, BTreeSet};

/// Who owns claims, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// A claim that would go with an object, by the UID of the object.
    held: BTreeMap<EcoString, ObjectRef>,
    /// The UIDs of StatefulSets whose claims go with them.
    by_policy: BTreeSet<EcoString>,
    /// Namespaces whose claims, or the owners of these, cannot be known, and why.
    unknown: BTreeMap<EcoString, EcoString>,
}

/// An object that owns another, as that one says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// Its API version.
    pub api_version: EcoString,
    /// Its kind.
    pub kind: EcoString,
    /// Its name.
    pub name: EcoString,
    /// Its UID.
    pub uid: EcoString,
}

impl Claims {
    /// Adds a claim, and gives those that own it.
    pub fn add_claim(&mut self, claim: &ObjectRef, live: &Live) -> Vec<Owner> {
        self.pass_on(claim, live)
    }

    /// Passes on to its owners what `live` holds, and gives those that did not hold it yet.
    pub fn add_owner(&mut self, live: &Live) -> Vec<Owner> {
        match self.held.get(live.uid()).cloned() {
            Some(claim) => self.pass_on(&claim, live),
            None => Vec::new(),
        }
    }

    fn pass_on(&mut self, claim: &ObjectRef, live: &Live) -> Vec<Owner> {
        let mut owners = owners(live.object());
        owners.retain(|owner| owner.kind != "Pod" && !self.held.contains_key(&owner.uid));
        for owner in &owners {
            self.held.insert(owner.uid.clone(), claim.clone());
        }
        owners
    }

    /// Adds a StatefulSet: its policy may say that its claims go with it.
    pub fn add_stateful_set(&mut self, body: &Json) {
        let policy = [
            "spec",
            "persistentVolumeClaimRetentionPolicy",
            "whenDeleted",
        ];
        let templates = body.at(&["spec", "volumeClaimTemplates"]);
        let has_claims = matches!(templates, Some(Json::Array(templates)) if !templates.is_empty());
        if let Some(uid) = body.str_at(&["metadata", "uid"])
            && body.str_at(&policy) == Some("Delete")
            && has_claims
        {
            self.by_policy.insert(uid.into());
        }
    }

    /// Says that the claims in `namespace` cannot be known, for `why`.
    pub fn add_unknown(&mut self, namespace: EcoString, why: EcoString) {
        self.unknown.entry(namespace).or_insert(why);
    }

    /// Why deleting `object`, which is there as `live`, would delete a claim, or may.
    pub(super) fn why_held(&self, object: &ObjectRef, live: &Live) -> Option<Need> {
        if let Some(claim) = self.held.get(live.uid()) {
            return Some(ecow::eco_format!("it owns {claim}"));
        }
        if self.by_policy.contains(live.uid()) {
            return Some("its policy has its claims deleted with it".into());
        }
        let why = self.unknown.get(&object.namespace)?;
        may_own(object).then(|| ecow::eco_format!("whether it owns a claim is not known: {why}"))
    }
}

/// Whether objects of its kind are known to own claims: that of StatefulSets, and whatever operators bring.
fn may_own(object: &ObjectRef) -> bool {
    let group = object.group.as_str();
    let is_custom = group.contains('.') && !group.ends_with(".k8s.io");
    is_custom || (group, object.kind.as_str()) == ("apps", "StatefulSet")
}

fn owners(object: &Json) -> Vec<Owner> {
    let Some(Json::Array(owners)) = object.at(&["metadata", "ownerReferences"]) else {
        return Vec::new();
    };
    let owner = |reference: &Json| {
        let text = |field: &str| reference.str_at(&[field]).map(EcoString::from);
        Some(Owner {
            api_version: text("apiVersion")?,
            kind: text("kind")?,
            name: text("name")?,
            uid: text("uid")?,
        })
    };
    owners.iter().filter_map(owner).collect()
}

#[cfg(test)]
mod tests {
    use super::Claims;
    use crate::observed::Live;
    use gitopsc_core::{Json, ObjectRef};
    use gitopsc_yaml::json::read_json;

    fn live(text: &str) -> Live {
        Live::new(read_json(text).unwrap())
    }

    fn object(group: &str, kind: &str, name: &str) -> ObjectRef {
        ObjectRef {
            group: group.into(),
            kind: kind.into(),
            namespace: "db".into(),
            name: name.into(),
        }
    }

    #[test]
    fn an_owner_at_any_remove_holds_the_claim_and_a_pod_none() {
        let mut claims = Claims::default();
        let claim = object("", "PersistentVolumeClaim", "data-0");
        let owners = claims.add_claim(
            &claim,
            &live(
                r#"{"metadata":{"uid":"c","ownerReferences":[
                {"apiVersion":"apps/v1","kind":"StatefulSet","name":"db","uid":"set"},
                {"apiVersion":"v1","kind":"Pod","name":"db-0","uid":"pod"}]}}"#,
            ),
        );
        assert_eq!(owners.len(), 1);
        let of_set = r#"{"metadata":{"uid":"set","ownerReferences":[
            {"apiVersion":"db.example.com/v1","kind":"Database","name":"db","uid":"database"}]}}"#;
        assert_eq!(claims.add_owner(&live(of_set)).len(), 1);
        // Told once more, it has nothing new to say.
        assert_eq!(claims.add_owner(&live(of_set)), []);
        let database = object("db.example.com", "Database", "db");
        let why = claims.why_held(&database, &live(r#"{"metadata":{"uid":"database"}}"#));
        let expected = "it owns PersistentVolumeClaim db/data-0";
        assert_eq!(why.as_deref(), Some(expected));
        let pod = live(r#"{"metadata":{"uid":"pod"}}"#);
        assert_eq!(claims.why_held(&object("", "Pod", "db-0"), &pod), None);
    }

    #[test]
    fn a_stateful_set_whose_policy_deletes_claims_that_it_has_holds_them() {
        let with = |when: &str, templates: &str| {
            let policy =
                format!(r#""persistentVolumeClaimRetentionPolicy":{{"whenDeleted":"{when}"}}"#);
            let text = format!(
                r#"{{"metadata":{{"uid":"set"}},"spec":{{{policy},"volumeClaimTemplates":[{templates}]}}}}"#
            );
            let body: Json = read_json(&text).unwrap();
            let mut claims = Claims::default();
            claims.add_stateful_set(&body);
            claims.why_held(&object("apps", "StatefulSet", "db"), &Live::new(body))
        };
        assert!(with("Delete", "{}").is_some());
        assert_eq!(with("Retain", "{}"), None);
        assert_eq!(with("Delete", ""), None);
    }

    #[test]
    fn where_claims_cannot_be_known_what_may_own_some_counts_as_if() {
        let mut claims = Claims::default();
        claims.add_unknown("db".into(), "forbidden".into());
        let nothing = live("{}");
        let why = |object: ObjectRef| claims.why_held(&object, &nothing);
        assert!(why(object("apps", "StatefulSet", "db")).is_some());
        assert!(why(object("db.example.com", "Database", "db")).is_some());
        assert_eq!(why(object("", "ConfigMap", "db")), None);
        assert_eq!(why(object("networking.k8s.io", "Ingress", "db")), None);
    }
}
