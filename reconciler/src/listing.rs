//! Lists of a kind: everywhere at once, or namespace by namespace where that is forbidden.

use crate::api::{Api, ApiError, Class, Collection, Kind, List};
use gitopsc_core::{EcoString, Json};
use std::collections::{BTreeMap, BTreeSet};

/// What came of a list.
#[derive(Debug, Default)]
pub struct Listing {
    /// From where a watch goes on; nothing if there were several lists.
    pub version: Option<EcoString>,
    /// The namespaces that could not be listed, and why.
    pub unlisted: BTreeMap<EcoString, EcoString>,
}

/// Hands each object of `kind` that `of` asks for to `each`; where the whole may not be listed, those in `namespaces`.
///
/// # Errors
/// The list fails for another reason, or the kind has no namespaces.
pub async fn list(
    api: &Api,
    kind: &Kind,
    namespaces: &BTreeSet<EcoString>,
    of: &(dyn Fn(Collection) -> List + Sync),
    each: &mut (dyn FnMut(&Json) + Send),
) -> Result<Listing, ApiError> {
    let everywhere = of(Collection::of(kind, ""));
    match api.list(&everywhere, &mut *each).await {
        Ok(version) => Ok(Listing {
            version: Some(version),
            unlisted: BTreeMap::new(),
        }),
        Err(error) if error.class() == Class::Forbidden && kind.namespaced => {
            Ok(by_namespace(api, kind, namespaces, of, each).await)
        }
        Err(error) => Err(error),
    }
}

/// The same, namespace by namespace from the first.
pub async fn by_namespace(
    api: &Api,
    kind: &Kind,
    namespaces: &BTreeSet<EcoString>,
    of: &(dyn Fn(Collection) -> List + Sync),
    each: &mut (dyn FnMut(&Json) + Send),
) -> Listing {
    let mut listing = Listing::default();
    for namespace in namespaces.iter().filter(|name| !name.is_empty()) {
        let within = of(Collection::of(kind, namespace));
        if let Err(error) = api.list(&within, &mut *each).await {
            let why = error.chain().into();
            listing.unlisted.insert(namespace.clone(), why);
        }
    }
    listing
}
