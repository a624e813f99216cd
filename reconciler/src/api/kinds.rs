//! Which kinds the server has, where they are, and which of them cannot be known now.

use super::{Api, ApiError};
use gitopsc_core::{EcoString, Gvk, Json};
use std::collections::BTreeMap;

/// A kind that the server has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// Group, version, kind.
    pub gvk: Gvk,
    /// Its name in paths.
    pub plural: EcoString,
    /// Whether its objects are in namespaces.
    pub namespaced: bool,
}

/// All kinds that the server has, as its discovery tells.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    /// By group and kind, the versions, the preferred one first.
    kinds: BTreeMap<(EcoString, EcoString), Vec<Kind>>,
    /// Groups of which a version could not be discovered: what serves it does not answer.
    stale: BTreeMap<EcoString, Vec<EcoString>>,
}

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

impl Kinds {
    /// The kind, if it is served at this version.
    #[must_use]
    pub fn get(&self, gvk: &Gvk) -> Option<&Kind> {
        let versions = self.versions(&gvk.group, &gvk.kind);
        versions.iter().find(|kind| kind.gvk == *gvk)
    }

    /// The kind at the version that the server prefers.
    #[must_use]
    pub fn preferred(&self, group: &str, kind: &str) -> Option<&Kind> {
        self.versions(group, kind).first()
    }

    /// The versions at which a kind is served, the preferred one first.
    #[must_use]
    pub fn versions(&self, group: &str, kind: &str) -> &[Kind] {
        let key = (EcoString::from(group), EcoString::from(kind));
        self.kinds.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Whether what serves `group` does not answer, so that its kinds cannot be known.
    #[must_use]
    pub fn is_stale(&self, group: &str) -> bool {
        self.stale.contains_key(group)
    }

    /// Whether an object of this kind is in a namespace; nothing if the kind is not known.
    #[must_use]
    pub fn is_namespaced(&self, gvk: &Gvk) -> Option<bool> {
        let kind = self
            .get(gvk)
            .or_else(|| self.preferred(&gvk.group, &gvk.kind));
        kind.map(|kind| kind.namespaced)
    }

    fn add(&mut self, groups: &Json) {
        for group in list(groups, "items") {
            let name = group.str_at(&["metadata", "name"]).unwrap_or_default();
            for version in list(group, "versions") {
                let text = version.str_at(&["version"]).unwrap_or_default();
                if version.str_at(&["freshness"]) == Some("Stale") {
                    self.stale.entry(name.into()).or_default().push(text.into());
                }
                for resource in list(version, "resources") {
                    self.add_resource(name, text, resource);
                }
            }
        }
    }

    fn add_resource(&mut self, group: &str, version: &str, resource: &Json) {
        let kind = resource.str_at(&["responseKind", "kind"]);
        let plural = resource.str_at(&["resource"]);
        let (Some(kind), Some(plural)) = (kind, plural) else {
            return;
        };
        let verbs = list(resource, "verbs");
        let can = |verb: &str| verbs.iter().any(|has| has.as_plain_str() == Some(verb));
        // Reviews and the like are asked, not kept.
        if !can("get") || !can("patch") {
            return;
        }
        let kind = Kind {
            gvk: Gvk {
                // Some resources answer in a kind of another group, but their path has this one.
                group: group.into(),
                version: version.into(),
                kind: kind.into(),
            },
            plural: plural.into(),
            namespaced: resource.str_at(&["scope"]) == Some("Namespaced"),
        };
        let key = (kind.gvk.group.clone(), kind.gvk.kind.clone());
        self.kinds.entry(key).or_default().push(kind);
    }
}

impl Api {
    /// Asks which kinds there are: two requests.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn kinds(&self) -> Result<Kinds, ApiError> {
        let mut kinds = Kinds::default();
        for root in ["/api", "/apis"] {
            kinds.add(&self.document(root, AGGREGATED).await?);
        }
        Ok(kinds)
    }
}

fn list<'j>(of: &'j Json, field: &str) -> &'j [Json] {
    match of.get(field) {
        Some(Json::Array(items)) => items,
        _ => &[],
    }
}
