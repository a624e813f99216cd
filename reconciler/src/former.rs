//! Former owners of what is adopted that would still delete it: read only where something is adopted that carries their
//! marks.

use crate::api::{Api, ApiError, Class, Collection, Kinds, List, Resource};
use crate::at_once::at_once;
use gitopsc_core::{EcoString, Json, ObjectRef};
use gitopsc_engine::former_owner::{Deletes, deletes};
use gitopsc_engine::marks::{Owner, foreign_owner};
use gitopsc_engine::observed::Observed;
use gitopsc_engine::plan::{Action, Desired, Step};
use std::collections::BTreeMap;

/// A former owner, and what it would delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    /// Who it was.
    pub owner: Owner,
    /// By what it would delete them.
    pub by: Deletes,
    /// The objects that are adopted from it.
    pub objects: Vec<ObjectRef>,
}

const AT_ONCE: usize = 8;
/// Where Applications are unless somebody wants them elsewhere.
const ARGO_NAMESPACE: &str = "argocd";

/// The former owners that would still delete something that `steps`, of `desired`, adopt.
pub async fn read(
    api: &Api,
    kinds: &Kinds,
    observed: &Observed,
    desired: &[Desired],
    steps: &[Step],
) -> Vec<Former> {
    let mut adopted: BTreeMap<Owner, Vec<ObjectRef>> = BTreeMap::new();
    for (desired, step) in desired.iter().zip(steps) {
        let live = observed.get(&desired.object);
        if let (Action::Adopt { .. }, Some(live)) = (&step.action, live)
            && let Some(owner) = foreign_owner(live.object(), desired.whole.body(), &|_| false)
        {
            let objects = adopted.entry(owner).or_default();
            objects.push(desired.object.clone());
        }
    }
    let reads = adopted.into_iter().map(|(owner, objects)| {
        let (api, kinds) = (api.clone(), kinds.clone());
        async move {
            let found = bodies(&api, &kinds, &owner).await;
            of_owner(&owner, &objects, found)
        }
    });
    let mut former = Vec::new();
    at_once(AT_ONCE, reads, |found| former.extend(found)).await;
    former.sort_by(|a: &Former, b: &Former| (&a.owner, &a.by).cmp(&(&b.owner, &b.by)));
    former
}

fn of_owner(
    owner: &Owner,
    objects: &[ObjectRef],
    found: Result<Vec<Json>, ApiError>,
) -> Vec<Former> {
    let mut by: BTreeMap<Deletes, Vec<ObjectRef>> = BTreeMap::new();
    match found {
        Ok(bodies) => {
            for object in objects {
                let found = bodies.iter().find_map(|body| deletes(owner, body, object));
                if let Some(how) = found {
                    by.entry(how).or_default().push(object.clone());
                }
            }
        }
        Err(error) => {
            let how = Deletes::Unknown(error.chain().into());
            by.insert(how, objects.to_vec());
        }
    }
    let former = by.into_iter().map(|(by, objects)| Former {
        owner: owner.clone(),
        by,
        objects,
    });
    former.collect()
}

/// The objects in the cluster by which `owner` would delete, if there are some.
async fn bodies(api: &Api, kinds: &Kinds, owner: &Owner) -> Result<Vec<Json>, ApiError> {
    match owner {
        Owner::Flux {
            kind,
            namespace,
            name,
        } => {
            let group = match *kind {
                "Kustomization" => "kustomize.toolkit.fluxcd.io",
                _ => "helm.toolkit.fluxcd.io",
            };
            let Some(kind) = kinds.preferred(group, kind) else {
                return Ok(Vec::new());
            };
            let found = api.get(&Resource::of(kind, namespace, name)).await?;
            Ok(found.into_iter().collect())
        }
        Owner::Argo(name) => applications(api, kinds, name).await,
        Owner::Helm { namespace, name } => {
            let Some(secrets) = kinds.preferred("", "Secret") else {
                return Ok(Vec::new());
            };
            // What Helm records of a release in its Secrets is nobody's matter here.
            let list = List::all(Collection::of(secrets, namespace)).metadata();
            all(api, &list.labelled(format!("owner=helm,name={name}"))).await
        }
        Owner::ApplySet(_) | Owner::Inventory(_) => Ok(Vec::new()),
    }
}

/// The Applications of this name. Only those outside of Argo CD's own namespace name theirs, as `NAMESPACE_NAME`.
async fn applications(api: &Api, kinds: &Kinds, name: &str) -> Result<Vec<Json>, ApiError> {
    let Some(kind) = kinds.preferred("argoproj.io", "Application") else {
        return Ok(Vec::new());
    };
    let one = async |namespace: &str, name: &str| {
        let found = api.get(&Resource::of(kind, namespace, name)).await?;
        Ok(found.into_iter().collect())
    };
    if let Some((namespace, name)) = name.split_once('_') {
        return one(namespace, name).await;
    }
    let mut list = List::all(Collection::of(kind, ""));
    list.fields = EcoString::from(format!("metadata.name={name}"));
    match all(api, &list).await {
        Err(error) if error.class() == Class::Forbidden => one(ARGO_NAMESPACE, name).await,
        found => found,
    }
}

async fn all(api: &Api, list: &List) -> Result<Vec<Json>, ApiError> {
    let mut found = Vec::new();
    api.list(list, |object| found.push(object.clone())).await?;
    Ok(found)
}
