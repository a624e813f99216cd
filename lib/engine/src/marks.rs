//! Marks that tools leave on what they own: who else owns an object, and what goes when it is adopted.
//!
//! Names of managers and of instances never count, nor does a mark that the desired object sets itself.

use crate::fields::FieldPath;
use crate::record::PART_OF;
use gitopsc_core::{EcoString, Json};
use std::fmt;

const FLUX: [(&str, &str); 2] = [
    ("Kustomization", "kustomize.toolkit.fluxcd.io"),
    ("HelmRelease", "helm.toolkit.fluxcd.io"),
];
const ARGO: &str = "argocd.argoproj.io/tracking-id";
const HELM_NAME: &str = "meta.helm.sh/release-name";
const HELM_NAMESPACE: &str = "meta.helm.sh/release-namespace";
const INVENTORY: &str = "config.k8s.io/owning-inventory";

/// What else goes with the marks when an object is adopted, by map.
const COMPANIONS: [(&str, &str); 4] = [
    (
        "annotations",
        "kubectl.kubernetes.io/last-applied-configuration",
    ),
    ("annotations", "argocd.argoproj.io/installation-id"),
    ("annotations", "kustomize.toolkit.fluxcd.io/checksum"),
    ("labels", "argocd.argoproj.io/instance"),
];

/// Who owns an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// Another ApplySet, by its id.
    ApplySet(EcoString),
    /// An Argo CD Application, as the tracking id names it.
    Argo(EcoString),
    /// A Flux object.
    Flux {
        /// Its kind.
        kind: &'static str,
        /// Its namespace; may be empty.
        namespace: EcoString,
        /// Its name.
        name: EcoString,
    },
    /// A Helm release.
    Helm {
        /// Its namespace; may be empty.
        namespace: EcoString,
        /// Its name.
        name: EcoString,
    },
    /// An inventory, by its id: that of kpt, or of Talos.
    Inventory(EcoString),
}

/// Who else owns `live`, as its marks say; `is_ours` tells our own ApplySets from others by their ids.
///
/// A release of Helm that a Flux object made is the Flux object's.
#[must_use]
pub fn foreign_owner(live: &Json, desired: &Json, is_ours: &dyn Fn(&str) -> bool) -> Option<Owner> {
    let marks = Marks { live, desired };
    let apply_set = marks
        .label(PART_OF)
        .filter(|id| !is_ours(id))
        .map(|id| Owner::ApplySet(id.into()));
    apply_set
        .or_else(|| marks.argo())
        .or_else(|| {
            FLUX.iter()
                .find_map(|(kind, group)| marks.flux(kind, group))
        })
        .or_else(|| marks.helm())
        .or_else(|| {
            let id = marks.annotation(INVENTORY)?;
            Some(Owner::Inventory(id.into()))
        })
}

/// The marks of other owners on `live`, and what goes with them, that `desired` does not set: adopting removes
/// them. The label of an ApplySet is no such mark, for ours takes its place.
#[must_use]
pub fn to_remove(live: &Json, desired: &Json) -> Vec<FieldPath> {
    let marks = Marks { live, desired };
    let flux = FLUX.iter().flat_map(|(_, group)| {
        let names = ["name", "namespace"].map(|name| format!("{group}/{name}"));
        names.map(|name| ("labels", name))
    });
    let annotations = [ARGO, HELM_NAME, HELM_NAMESPACE, INVENTORY];
    let annotations = annotations.map(|name| ("annotations", name.to_owned()));
    let companions = COMPANIONS.map(|(map, name)| (map, name.to_owned()));
    let helm = ("labels", "app.kubernetes.io/managed-by".to_owned());
    let is_helm = marks.helm().is_some() && marks.label(&helm.1) == Some("Helm");
    let all = flux.chain(annotations).chain(companions);
    let all = all.chain(is_helm.then_some(helm));
    let present = all.filter(|(map, name)| marks.text(map, name).is_some());
    present
        .map(|(map, name)| FieldPath::fields(["metadata", map, name.as_str()]))
        .collect()
}

struct Marks<'a> {
    live: &'a Json,
    desired: &'a Json,
}

impl<'a> Marks<'a> {
    fn label(&self, key: &str) -> Option<&'a str> {
        self.text("labels", key)
    }

    fn annotation(&self, key: &str) -> Option<&'a str> {
        self.text("annotations", key)
    }

    /// What the live object has, unless the desired one has the same.
    fn text(&self, map: &str, key: &str) -> Option<&'a str> {
        let of = |object: &'a Json| object.get("metadata")?.get(map)?.get(key)?.as_plain_str();
        let found = of(self.live)?;
        (of(self.desired) != Some(found) && !found.is_empty()).then_some(found)
    }

    fn flux(&self, kind: &'static str, group: &str) -> Option<Owner> {
        let name = self.label(&format!("{group}/name"))?;
        let namespace = self.label(&format!("{group}/namespace"));
        Some(Owner::Flux {
            kind,
            namespace: namespace.unwrap_or_default().into(),
            name: name.into(),
        })
    }

    fn helm(&self) -> Option<Owner> {
        let name = self.annotation(HELM_NAME)?;
        let namespace = self.annotation(HELM_NAMESPACE);
        Some(Owner::Helm {
            namespace: namespace.unwrap_or_default().into(),
            name: name.into(),
        })
    }

    /// A tracking id is `APPLICATION:GROUP/KIND:NAMESPACE/NAME`. One that names another object was copied from
    /// there, and Argo CD does not count it either.
    fn argo(&self) -> Option<Owner> {
        let id = self.annotation(ARGO)?;
        let (application, object) = id.split_once(':')?;
        let (kind, object) = object.split_once(':')?;
        let (_, kind) = kind.split_once('/')?;
        let (_, name) = object.split_once('/')?;
        let metadata = self.live.get("metadata")?;
        let is =
            |value: Option<&Json>, text: &str| value.and_then(Json::as_plain_str) == Some(text);
        let names_it = is(self.live.get("kind"), kind) && is(metadata.get("name"), name);
        names_it.then(|| Owner::Argo(application.into()))
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let placed = |namespace: &str, name: &str| match namespace {
            "" => name.to_owned(),
            namespace => format!("{namespace}/{name}"),
        };
        match self {
            Owner::ApplySet(id) => write!(f, "ApplySet {id}"),
            Owner::Argo(name) => write!(f, "Argo CD Application {name}"),
            Owner::Flux {
                kind,
                namespace,
                name,
            } => write!(f, "Flux {kind} {}", placed(namespace, name)),
            Owner::Helm { namespace, name } => {
                write!(f, "Helm release {}", placed(namespace, name))
            }
            Owner::Inventory(id) => write!(f, "inventory {id}"),
        }
    }
}
