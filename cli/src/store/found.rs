//! Finding what is asked for among all that a store holds.

use super::unusable;
use crate::codes;
use gitopsc_compiler::secrets::Keys;
use gitopsc_compiler::store::{self, Blobs, StoredGraph};
use gitopsc_core::words::some_of;
use gitopsc_core::{Diagnostic, TreePath, UnitPath};
use gitopsc_host::oci::{Artifact, Layout};
use std::collections::BTreeSet;
use std::path::Path;

/// How few digits of a digest are enough to name something.
const DIGITS: usize = 8;

/// How many units a hint lists.
const MOST: usize = 10;

/// What was found: a graph, and which manifests of it, as unit and place.
pub struct Found {
    /// The graph.
    pub graph: StoredGraph,
    /// The manifests, in the order in which they are printed.
    pub manifests: Vec<(usize, usize)>,
}

/// What `what` names in the store at `directory`, whose secrets are opened with `keys`.
pub fn find(directory: &Path, what: &str, keys: &Keys<'_>) -> Result<Found, Box<Diagnostic>> {
    let layout = Layout::open(directory).map_err(|error| unusable(&error))?;
    let mut found: Vec<(String, Found)> = Vec::new();
    let mut units: BTreeSet<String> = BTreeSet::new();
    for (name, digest) in layout.names().map_err(|error| unusable(&error))? {
        let artifact = layout.get(digest).map_err(|error| unusable(&error))?;
        if artifact.kind.as_deref() != Some(store::KIND) {
            continue;
        }
        let graph = store::read(&blobs(artifact), keys).map_err(|error| broken(&name, &error))?;
        units.extend(graph.units.iter().map(|unit| unit.path.to_string()));
        let is_whole = names(what, &digest.to_string()) || names(what, &graph.root.to_string());
        let (of, manifests) = if is_whole {
            (graph.root.to_string(), whole(&graph))
        } else {
            part(what, &graph)
        };
        if !manifests.is_empty() && found.iter().all(|(other, _)| *other != of) {
            found.push((of, Found { graph, manifests }));
        }
    }
    match found.len() {
        0 => Err(Box::new(nothing(what, &units))),
        1 => Ok(found.remove(0).1),
        _ => {
            let digests = found.iter().map(|(digest, _)| digest.as_str());
            Err(Box::new(several(what, &digests.collect::<Vec<_>>())))
        }
    }
}

fn blobs(artifact: Artifact) -> Blobs {
    let layers = artifact.layers.into_iter();
    let units = layers.filter(|layer| layer.media_type == store::UNIT);
    let units = units.map(|layer| {
        let path = layer.title.unwrap_or_default();
        (UnitPath(TreePath::new(&path)), layer.bytes)
    });
    Blobs {
        graph: artifact.config.bytes,
        units: units.collect(),
    }
}

/// Whether `what` is `digest`, or enough of its beginning.
fn names(what: &str, digest: &str) -> bool {
    let hex = digest.trim_start_matches("sha256:");
    let said = what.strip_prefix("sha256:").unwrap_or(what);
    said.len() >= DIGITS && hex.starts_with(said)
}

/// All manifests, in the order in which they can be applied.
fn whole(graph: &StoredGraph) -> Vec<(usize, usize)> {
    let places = graph.units.iter().enumerate();
    let places = places.flat_map(|(at, unit)| (0..unit.manifests.len()).map(move |of| (at, of)));
    let places: Vec<(usize, usize)> = places.collect();
    if graph.layers.is_empty() {
        return places;
    }
    let order = graph.graph.order().into_iter();
    order.map(|node| places[node.index()]).collect()
}

/// The unit or manifest that `what` names, by digest.
fn part(what: &str, graph: &StoredGraph) -> (String, Vec<(usize, usize)>) {
    let path = TreePath::new(what);
    for (at, unit) in graph.units.iter().enumerate() {
        if unit.path.0 == path || names(what, &unit.digest.to_string()) {
            let all = (0..unit.manifests.len()).map(|of| (at, of)).collect();
            return (unit.digest.to_string(), all);
        }
    }
    let units = graph.units.iter().enumerate();
    let mut manifests = units.flat_map(|(at, unit)| {
        let digests = unit.digests.iter().enumerate();
        digests.map(move |(of, digest)| (at, of, digest.to_string()))
    });
    match manifests.find(|(_, _, digest)| names(what, digest)) {
        Some((at, of, digest)) => (digest, vec![(at, of)]),
        None => (String::new(), Vec::new()),
    }
}

fn nothing(what: &str, units: &BTreeSet<String>) -> Diagnostic {
    let message = format!("`{what}` is neither a unit nor a digest in this store");
    let diagnostic = Diagnostic::error(codes::NOT_IN_STORE, message).usage();
    let hint = if units.is_empty() {
        "it holds no units; write some with `gitopsc build --store`".to_owned()
    } else {
        format!("its units are {}", some_of(units, MOST))
    };
    diagnostic.hint(hint)
}

fn several(what: &str, digests: &[&str]) -> Diagnostic {
    let message = format!("`{what}` names different things in this store");
    let diagnostic = Diagnostic::error(codes::NOT_IN_STORE, message).usage();
    diagnostic.hint(format!("name one of them: {}", digests.join(", ")))
}

fn broken(name: &str, error: &store::ReadError) -> Diagnostic {
    let message = format!("what is stored as `{name}` cannot be read: {error}");
    let diagnostic = Diagnostic::error(codes::STORE_UNUSABLE, message).io();
    diagnostic.hint("store it again with `gitopsc build --store`")
}
