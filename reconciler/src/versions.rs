//! At which versions of a kind fields may be owned: an entry at any other makes every apply fail.

use crate::api::Kinds;
use gitopsc_core::{EcoString, Gvk, Json};
use std::collections::BTreeSet;

/// The versions at which the kind of `gvk` is served now, each as an apiVersion.
pub fn served(kinds: &Kinds, gvk: &Gvk) -> BTreeSet<EcoString> {
    let versions = kinds.versions(&gvk.group, &gvk.kind).iter();
    versions.map(|kind| kind.gvk.api_version()).collect()
}

/// Those of `served` that `crd`, which declares the kind, does not stop to serve.
pub fn still_served(served: BTreeSet<EcoString>, crd: &Json) -> BTreeSet<EcoString> {
    let group = crd.str_at(&["spec", "group"]).unwrap_or_default();
    let versions = match crd.at(&["spec", "versions"]) {
        Some(Json::Array(versions)) => &versions[..],
        _ => &[],
    };
    let stops = |version: &&Json| version.get("served") == Some(&Json::Bool(false));
    let stopped = versions.iter().filter(stops);
    let stopped = stopped.filter_map(|version| version.str_at(&["name"]));
    let stopped: BTreeSet<String> = stopped.map(|name| format!("{group}/{name}")).collect();
    let is_kept = |version: &EcoString| !stopped.contains(version.as_str());
    served.into_iter().filter(is_kept).collect()
}

#[cfg(test)]
mod tests {
    use super::still_served;
    use gitopsc_core::EcoString;
    use gitopsc_yaml::json::read_json;
    use std::collections::BTreeSet;

    #[test]
    fn what_a_crd_stops_to_serve_is_not_served_any_more() {
        let crd = r#"{"spec": {"group": "example.com", "versions": [
            {"name": "v1alpha1", "served": false}, {"name": "v1", "served": true}]}}"#;
        let of = |versions: &[&str]| -> BTreeSet<EcoString> {
            versions.iter().copied().map(EcoString::from).collect()
        };
        let served = of(&["example.com/v1", "example.com/v1alpha1", "example.com/v0"]);
        let still = still_served(served, &read_json(crd).unwrap());
        assert_eq!(still, of(&["example.com/v0", "example.com/v1"]));
    }
}
