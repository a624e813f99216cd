//! A stored graph as it was, once every digest in it was made anew.

use super::graph::{self, Listed, ListedUnit};
use super::manifest::Files;
use super::{Blobs, unit};
use crate::compilation::UnitKind;
use crate::digest::{self, GraphDigest, InputDigest, UnitDigest, UnitFacts};
use crate::memo::FileContent;
use crate::secrets::{Keys, OpenedFile, OpenedFiles};
use gitopsc_core::manifest::ManifestDigest;
use gitopsc_core::{Digest, EcoString, FileId, Json, Layer, Manifest, Span, UnitPath};
use gitopsc_engine::graph::{Draft, ManifestGraph, Node, NodeId, What};
use gitopsc_yaml::json::read_json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was stored.
#[derive(Debug)]
pub struct StoredGraph {
    /// The digest of everything.
    pub root: GraphDigest,
    /// The layers, in order.
    pub layers: Vec<Layer>,
    /// The units, in order.
    pub units: Vec<StoredUnit>,
    /// The graph of their objects, numbered in order.
    pub graph: ManifestGraph,
    /// The files whose keys could be derived: with them, secrets can be masked.
    pub secrets: OpenedFiles,
    /// Why those of others could not, each file once; units have indices into it.
    pub unopened: Vec<gitopsc_sops::Error>,
}

/// A unit that was stored.
#[derive(Debug)]
pub struct StoredUnit {
    /// Its name.
    pub path: UnitPath,
    /// Index of its layer; nothing for a lone kustomization.
    pub layer: Option<usize>,
    /// How it was built.
    pub kind: UnitKind,
    /// Its settings.
    pub settings: BTreeMap<EcoString, EcoString>,
    /// The digest of all that it asked for. It is told, not checked.
    pub input: InputDigest,
    /// The digest of its manifests.
    pub digest: UnitDigest,
    /// Its manifests, in the order of output. They know nothing of files any more.
    pub manifests: Vec<Manifest>,
    /// The digests of its manifests, in the same order.
    pub digests: Vec<ManifestDigest>,
    /// Which manifests have secrets that no key opened: `<secret>` stands in their place, and they are marked as
    /// not to be applied.
    pub locked: Vec<usize>,
    /// The files that its secrets came from and that no key opened.
    pub unopened: Vec<usize>,
}

/// Blobs are not what was stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The graph's blob is none.
    #[error("the graph is not one that this version can read")]
    Graph,
    /// A unit's blob is none, or a digest or seal in it is wrong.
    #[error("the unit {0} is damaged, or not one that this version can read")]
    Unit(UnitPath),
    /// A unit is not there.
    #[error("the unit {0} is not there")]
    Missing(UnitPath),
    /// A unit is another than the graph says.
    #[error("the unit {0} is not the one that the graph was made of")]
    Other(UnitPath),
    /// The units and edges are not those of the root digest.
    #[error("the graph is not the one that its root digest names")]
    Root,
}

/// What `blobs` hold; what is sealed in them is opened with `keys`, which are asked for only if something is.
///
///
/// # Errors
/// The blobs are not what [`super::write`] wrote.
pub fn read(blobs: &Blobs, keys: &Keys<'_>) -> Result<StoredGraph, ReadError> {
    let listed = json(&blobs.graph).and_then(|stored| graph::read(&stored));
    let listed = listed.ok_or(ReadError::Graph)?;
    let mut by_path: BTreeMap<&UnitPath, &[u8]> = BTreeMap::new();
    by_path.extend(
        blobs
            .units
            .iter()
            .map(|(path, blob)| (path, blob.as_slice())),
    );
    let mut chest = Chest::new(keys);
    let mut units = Vec::with_capacity(listed.units.len());
    for unit in &listed.units {
        let blob = by_path.get(&unit.path);
        let blob = blob.ok_or_else(|| ReadError::Missing(unit.path.clone()))?;
        units.push(chest.unit(unit, blob)?);
    }
    let graph = draft(&listed, &units).ok_or(ReadError::Graph)?;
    let layers = listed.layers.iter().cloned().enumerate();
    let layers: Vec<Layer> = layers.map(|(index, name)| Layer { index, name }).collect();
    let root = digest::of_facts(&layers, &facts(&layers, &units), &graph);
    if root != listed.root {
        return Err(ReadError::Root);
    }
    Ok(StoredGraph {
        root,
        layers,
        units,
        graph,
        secrets: OpenedFiles::new(chest.opened),
        unopened: chest.unopened,
    })
}

fn json(blob: &[u8]) -> Option<Json> {
    read_json(std::str::from_utf8(blob).ok()?).ok()
}

fn facts<'s>(layers: &'s [Layer], units: &'s [StoredUnit]) -> Vec<UnitFacts<'s>> {
    let facts = units.iter().map(|unit| UnitFacts {
        path: &unit.path,
        layer: unit.layer.and_then(|layer| layers.get(layer)),
        kind: unit.kind,
        settings: &unit.settings,
        output: Some(unit.digest),
    });
    facts.collect()
}

/// The graph of `units` with the edges that are `listed`; nothing if these name what is not there.
fn draft(listed: &Listed, units: &[StoredUnit]) -> Option<ManifestGraph> {
    let mut nodes = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        nodes.extend(unit.manifests.iter().map(|manifest| Node {
            what: What::Object {
                gvk: manifest.gvk.clone(),
                object: manifest.object.clone(),
            },
            unit: at,
            layer: unit.layer,
            span: Span::NONE,
        }));
    }
    for at in &listed.unit_nodes {
        nodes.push(Node {
            what: What::Unit,
            unit: *at,
            layer: units.get(*at)?.layer,
            span: Span::NONE,
        });
    }
    let count = nodes.len();
    let is_there = |node: NodeId| node.index() < count;
    let mut draft = Draft::new(nodes);
    for edge in &listed.edges {
        if !is_there(edge.from) || !is_there(edge.to) {
            return None;
        }
        draft.add(edge.clone());
    }
    for outside in &listed.outside {
        if !is_there(outside.from) {
            return None;
        }
        draft.add_outside(outside.clone());
    }
    Some(draft.settle().0)
}

/// The files of all units, each opened once.
struct Chest<'k> {
    keys: &'k Keys<'k>,
    ids: BTreeMap<Digest<FileContent>, FileId>,
    opened: BTreeMap<FileId, Arc<OpenedFile>>,
    /// Which of `unopened` a file has.
    locked: BTreeMap<FileId, usize>,
    unopened: Vec<gitopsc_sops::Error>,
}

impl<'k> Chest<'k> {
    fn new(keys: &'k Keys<'k>) -> Chest<'k> {
        Chest {
            keys,
            ids: BTreeMap::new(),
            opened: BTreeMap::new(),
            locked: BTreeMap::new(),
            unopened: Vec::new(),
        }
    }

    fn unit(&mut self, listed: &ListedUnit, blob: &[u8]) -> Result<StoredUnit, ReadError> {
        let damaged = || ReadError::Unit(listed.path.clone());
        let stored = json(blob).ok_or_else(damaged)?;
        let files = self.files(&stored).ok_or_else(damaged)?;
        let read = unit::read_manifests(&stored, &files).ok_or_else(damaged)?;
        let (mut manifests, mut digests, mut locked) = (Vec::new(), Vec::new(), Vec::new());
        for (manifest, digest, is_locked) in read {
            if is_locked {
                locked.push(manifests.len());
            }
            manifests.push(manifest);
            digests.push(digest);
        }
        if digest::of_unit(&digests) != listed.digest {
            return Err(ReadError::Other(listed.path.clone()));
        }
        Ok(StoredUnit {
            path: listed.path.clone(),
            layer: listed.layer,
            kind: listed.kind,
            settings: listed.settings.clone(),
            input: listed.input,
            digest: listed.digest,
            manifests,
            digests,
            locked,
            unopened: files
                .ids
                .iter()
                .filter_map(|id| self.locked.get(id).copied())
                .collect(),
        })
    }

    /// The files of the unit `stored`.
    fn files(&mut self, stored: &Json) -> Option<Files> {
        let mut ids = Vec::new();
        for (digest, envelope) in unit::read_files(stored)? {
            if let Some(known) = self.ids.get(&digest) {
                ids.push(*known);
                continue;
            }
            let id = FileId(u32::try_from(self.ids.len()).ok()?);
            self.ids.insert(digest, id);
            ids.push(id);
            match envelope.open(&(self.keys)()) {
                Err(error) => {
                    self.locked.insert(id, self.unopened.len());
                    self.unopened.push(error);
                }
                Ok(key) => {
                    let file = OpenedFile {
                        place: Span::NONE,
                        digest,
                        key,
                        envelope,
                    };
                    self.opened.insert(id, Arc::new(file));
                }
            }
        }
        let opened = OpenedFiles::new(self.opened.clone());
        Some(Files { ids, opened })
    }
}
