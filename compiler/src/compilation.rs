//! What a compilation gives.

use crate::candidates::Candidates;
use crate::digest::{InputDigest, UnitDigest, UnitsDigest};
use crate::files::FileTable;
use crate::secrets::OpenedFiles;
use gitopsc_core::manifest::ManifestDigest;
use gitopsc_core::{Diagnostic, EcoString, Layer, Manifest, ObjectRef, TreePath, UnitPath};
use gitopsc_engine::health::KindRule;
use gitopsc_engine::rules::Rule;
use gitopsc_kustomize::TransformInfo;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What the target turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A directory with a kustomization: one unit named `.`, no layer.
    Kustomization,
    /// A cluster: layers with units.
    Cluster,
    /// Neither; a diagnostic of class usage says what could have been meant.
    Nothing,
}

/// The result of one compilation.
#[derive(Debug)]
pub struct Compilation {
    /// What the target turned out to be.
    pub meaning: Meaning,
    /// The directory that was compiled.
    pub root: TreePath,
    /// The layers that are there, in order.
    pub layers: Vec<Layer>,
    /// The units, by layer, then by path. Printed one after the other they are the output.
    pub units: Vec<Unit>,
    /// What is in the layers and is no unit, and why; by path.
    pub left_out: Vec<LeftOut>,
    /// What is wrong beyond single units.
    pub diagnostics: Vec<Diagnostic>,
    /// The references that `gitopsc.yaml` adds to the built-in table; see [`crate::edges`].
    pub references: Vec<crate::edges::Written>,
    /// The rules of health that `gitopsc.yaml` adds; see [`crate::health::rules`].
    pub health: Vec<KindRule>,
    /// The rules of `gitopsc.yaml` for fields that are left to others.
    pub fields: Vec<Rule>,
    /// What `gitopsc.yaml` says of kinds.
    pub kinds: crate::config::Kinds,
    /// What `gitopsc.yaml` says of Talos.
    pub talos: crate::talos::Settings,
    /// What could have been meant, where the target is nothing that can be built.
    pub candidates: Candidates,
    /// The files that spans point into.
    pub files: FileTable,
    /// The encrypted files that were opened. If there are none, nothing here is secret.
    pub secrets: OpenedFiles,
    /// The digest of all units; nothing if anything failed. That of the graph has the edges too: see
    /// [`crate::digest::of_graph`].
    pub digest: Option<UnitsDigest>,
}

impl Compilation {
    /// All diagnostics: those of units in the units' order, then those of the whole.
    pub fn all_diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let units = self.units.iter().flat_map(|unit| &unit.diagnostics);
        units.chain(&self.diagnostics)
    }

    /// All manifests, unit by unit.
    pub fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        self.units.iter().flat_map(|unit| &unit.manifests)
    }

    /// Whether anything at all is wrong enough that the output is not whole.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.units.iter().any(|unit| unit.failed)
            || self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Whether `path`, seen from the cluster, is in one of `layers`.
#[must_use]
pub fn lies_in_a_layer(path: &TreePath, layers: &[Layer]) -> bool {
    layers
        .iter()
        .any(|layer| path.is_within(&TreePath::new(&layer.name)))
}

/// How a unit's manifests come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// A Kustomize build.
    Kustomization,
    /// The manifests that lie in its directory.
    Plain,
}

impl UnitKind {
    /// All of them.
    pub const ALL: [UnitKind; 2] = [UnitKind::Kustomization, UnitKind::Plain];

    /// One word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            UnitKind::Kustomization => "kustomization",
            UnitKind::Plain => "plain",
        }
    }
}

/// One unit, built or failed.
#[derive(Debug)]
pub struct Unit {
    /// Its name.
    pub path: UnitPath,
    /// Index of its layer; nothing for a lone kustomization.
    pub layer: Option<usize>,
    /// Its directory in the tree.
    pub directory: TreePath,
    /// How it was built.
    pub kind: UnitKind,
    /// Its settings: the annotations `gitopsc.dev/...` of its kustomization and `units.settings` of
    /// `gitopsc.yaml`, without the prefix.
    pub settings: BTreeMap<EcoString, EcoString>,
    /// The objects of other engines that describe its directory.
    pub described_by: BTreeSet<ObjectRef>,
    /// Its manifests in the order of output; none if it failed.
    pub manifests: Vec<Manifest>,
    /// The digests of its manifests, in the same order.
    pub digests: Vec<ManifestDigest>,
    /// The transformer applications that trails refer to.
    pub transforms: Vec<TransformInfo>,
    /// What was found in it.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether it could not be built.
    pub failed: bool,
    /// The digest of all that it asked for.
    pub input: InputDigest,
    /// The digest of its manifests; nothing if it failed.
    pub output: Option<UnitDigest>,
}

/// A directory in a layer that is no unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// Its path below the cluster.
    pub path: TreePath,
    /// Why.
    pub reason: Reason,
}

/// Why a directory is no unit. Paths are below the cluster where they lie in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The kustomization of another directory builds on it.
    BuiltOn(TreePath),
    /// It is a Component.
    Component,
    /// The kustomization above lists others of its sub-directories, but not this one.
    Unlisted(TreePath),
    /// It holds a Helm chart.
    Chart,
    /// Its files are no manifests: values, configuration of tools.
    NotManifests,
    /// Excluded by an option or by `gitopsc.yaml`.
    Excluded,
    /// Its annotation `gitopsc.dev/unit` says so.
    Annotated,
}

impl Reason {
    /// One word for tables.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Reason::BuiltOn(_) => "base",
            Reason::Component => "component",
            Reason::Unlisted(_) => "off",
            Reason::Chart => "chart",
            Reason::NotManifests => "skipped",
            Reason::Excluded => "excluded",
            Reason::Annotated => "annotated",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::BuiltOn(by) => write!(f, "{by} builds on it"),
            Reason::Component => f.write_str("a Component is never a unit"),
            Reason::Unlisted(above) => {
                write!(
                    f,
                    "{above} lists others of its sub-directories, but not this one"
                )
            }
            Reason::Chart => f.write_str("Helm charts are not rendered"),
            Reason::NotManifests => f.write_str("its files are no manifests"),
            Reason::Excluded => f.write_str("it is excluded"),
            Reason::Annotated => f.write_str("its annotation gitopsc.dev/unit says so"),
        }
    }
}
