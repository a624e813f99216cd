//! Whether a former owner of an object would still delete it: what its own object in the cluster says.

use crate::marks::Owner;
use gitopsc_core::{EcoString, Json, ObjectRef};

/// By what a former owner would delete an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deletes {
    /// It prunes what leaves its source.
    Pruning,
    /// It takes its objects with it when it is deleted itself.
    WithItself,
    /// Its release is still recorded.
    Release,
    /// It could not be read, for this.
    Unknown(EcoString),
}

/// By what `owner`, whose own object is `body`, would delete `object`; nothing if it would not.
#[must_use]
pub fn deletes(owner: &Owner, body: &Json, object: &ObjectRef) -> Option<Deletes> {
    match owner {
        Owner::Flux {
            kind: "Kustomization",
            ..
        } => {
            let prunes = is_true(body, &["spec", "prune"]) && is_in_inventory(body, object);
            prunes.then_some(Deletes::Pruning)
        }
        Owner::Flux { .. } => Some(Deletes::WithItself),
        Owner::Argo(_) if !is_in_resources(body, object) => None,
        Owner::Argo(_) => argo(body),
        Owner::Helm { .. } => Some(Deletes::Release),
        Owner::ApplySet(_) | Owner::Inventory(_) => None,
    }
}

const ARGO_FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";

fn argo(body: &Json) -> Option<Deletes> {
    let automated = ["spec", "syncPolicy", "automated"];
    let says = |field: &str| body.at(&automated).and_then(|of| of.get(field));
    if says("prune") == Some(&Json::Bool(true)) && says("enabled") != Some(&Json::Bool(false)) {
        return Some(Deletes::Pruning);
    }
    let mut finalizers = items(body, &["metadata", "finalizers"]).iter();
    let cascades = |name: &Json| {
        let name = name.as_plain_str().unwrap_or_default();
        let rest = name.strip_prefix(ARGO_FINALIZER);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    finalizers.any(cascades).then_some(Deletes::WithItself)
}

/// Flux names an object `NAMESPACE_NAME_GROUP_KIND`, with two underscores for a colon in its name.
fn is_in_inventory(body: &Json, object: &ObjectRef) -> bool {
    let name = object.name.replace(":", "__");
    let (namespace, group, kind) = (&object.namespace, &object.group, &object.kind);
    let id = format!("{namespace}_{name}_{group}_{kind}");
    let mut entries = items(body, &["status", "inventory", "entries"]).iter();
    entries.any(|entry| entry.str_at(&["id"]) == Some(&id))
}

/// Whether an Application lists `object`; one that lists nothing yet may have it.
fn is_in_resources(body: &Json, object: &ObjectRef) -> bool {
    let resources = items(body, &["status", "resources"]);
    let is_it = |resource: &Json| {
        let is = |field: &str, value: &str| resource.str_at(&[field]).unwrap_or_default() == value;
        is("group", &object.group)
            && is("kind", &object.kind)
            && is("namespace", &object.namespace)
            && is("name", &object.name)
    };
    resources.is_empty() || resources.iter().any(is_it)
}

fn is_true(body: &Json, keys: &[&str]) -> bool {
    body.at(keys) == Some(&Json::Bool(true))
}

fn items<'j>(body: &'j Json, keys: &[&str]) -> &'j [Json] {
    match body.at(keys) {
        Some(Json::Array(items)) => items,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::{Deletes, deletes};
    use crate::marks::Owner;
    use gitopsc_core::ObjectRef;
    use gitopsc_yaml::json::read_json;

    #[test]
    fn an_owner_deletes_what_it_lists_if_it_prunes_or_cascades() {
        let flux = Owner::Flux {
            kind: "Kustomization",
            namespace: "flux-system".into(),
            name: "apps".into(),
        };
        let argo = Owner::Argo("apps".into());
        let role = ObjectRef {
            group: "rbac.authorization.k8s.io".into(),
            kind: "Role".into(),
            namespace: "web".into(),
            name: "a:b".into(),
        };
        let listed = r#""status":{"inventory":{"entries":[{"id":"web_a__b_rbac.authorization.k8s.io_Role","v":"v1"}]}}"#;
        let other = r#""status":{"resources":[{"kind":"ConfigMap","namespace":"web","name":"a"}]}"#;
        let automated = r#"{"spec":{"syncPolicy":{"automated":{"prune":true}}}}"#;
        let cases = [
            (&flux, format!(r#"{{"spec":{{"prune":true}},{listed}}}"#), Some(Deletes::Pruning)),
            (&flux, format!(r#"{{"spec":{{"prune":false}},{listed}}}"#), None),
            (&flux, r#"{"spec":{"prune":true}}"#.to_owned(), None),
            (&argo, automated.to_owned(), Some(Deletes::Pruning)),
            (&argo, automated.replace("true", "true,\"enabled\":false"), None),
            (&argo, automated.replace("{\"spec\"", &format!("{{{other},\"spec\"")), None),
            (
                &argo,
                r#"{"metadata":{"finalizers":["resources-finalizer.argocd.argoproj.io/background"]}}"#
                    .to_owned(),
                Some(Deletes::WithItself),
            ),
        ];
        for (owner, body, expected) in cases {
            let found = deletes(owner, &read_json(&body).unwrap(), &role);
            assert_eq!(found, expected, "{body}");
        }
    }
}
