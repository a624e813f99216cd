//! The names of files that hold one manifest each, as Kustomize names them
//! (kustomize/commands/build/writer.go).

use gitopsc_core::{Gvk, Json, Manifest};
use gitopsc_kustomize::Schema;
use gitopsc_kustomize::id::DEFAULT_NAMESPACE;
use std::collections::BTreeSet;

/// A file name for each of `manifests`, which are those of one build.
///
/// Namespaced ones come first: where two have one name, Kustomize lets the later one stay.
pub fn in_order(manifests: &[Manifest]) -> Vec<(String, &Manifest)> {
    let schema = Schema::builtin();
    let (cluster, namespaced): (Vec<&Manifest>, Vec<&Manifest>) = manifests
        .iter()
        .partition(|manifest| schema.is_certainly_cluster_scoped(&manifest.gvk));
    let namespaces: BTreeSet<&str> = namespaced
        .iter()
        .map(|manifest| namespace(manifest))
        .collect();
    let several = namespaces.len() > 1;
    let named = namespaced.into_iter().map(|manifest| {
        let name = file_name(manifest);
        if several {
            return (
                format!("{}_{name}", namespace(manifest).to_lowercase()),
                manifest,
            );
        }
        (name, manifest)
    });
    let cluster = cluster
        .into_iter()
        .map(|manifest| (file_name(manifest), manifest));
    named.chain(cluster).collect()
}

/// The namespace in the manifest itself: the name of an object may be without one that its body has.
fn namespace(manifest: &Manifest) -> &str {
    let written = manifest
        .body
        .get("metadata")
        .and_then(|metadata| metadata.get("namespace"));
    match written.and_then(Json::as_plain_str) {
        None | Some("") => DEFAULT_NAMESPACE,
        Some(namespace) => namespace,
    }
}

fn file_name(manifest: &Manifest) -> String {
    let Gvk {
        group,
        version,
        kind,
    } = &manifest.gvk;
    let parts = [group, version, kind]
        .into_iter()
        .filter(|part| !part.is_empty());
    let gvk: Vec<&str> = parts.map(|part| part.as_str()).collect();
    format!("{}_{}.yaml", gvk.join("_"), manifest.object.name).to_lowercase()
}
