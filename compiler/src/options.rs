//! What a compilation may be told.

use crate::secrets::Decryption;
use gitopsc_core::{EcoString, TreePath, UnitPath};
use gitopsc_yaml::Limits;
use std::fmt;

/// Whether discovery leaves a path out because Git ignores it; the flag says that it is a directory.
pub type Ignored<'a> = dyn Fn(&TreePath, bool) -> bool + Sync + 'a;

/// Options of one compilation.
#[derive(Clone)]
pub struct Options<'a> {
    /// What is to be compiled: a directory of the tree.
    pub target: TreePath,
    /// Whether the user named the target. If not, and it is neither a kustomization nor a cluster, the
    /// folder `cluster` in it is taken where it is one of these.
    pub target_given: bool,
    /// The layers by name, in order (`--layers`); empty: those of `gitopsc.yaml`, or the three usual ones.
    pub layers: Vec<EcoString>,
    /// Directories below the cluster that are units whatever the rules say; see [`crate::config`].
    pub include: Vec<EcoString>,
    /// Directories below the cluster that are left out with everything in them.
    pub exclude: Vec<EcoString>,
    /// Options of every Kustomize build; limits and provenance follow from the fields below.
    pub kustomize: gitopsc_kustomize::Options,
    /// How much one YAML file may ask of its reader.
    pub limits: Limits,
    /// What Git ignores; nothing, if unset. Only discovery leaves it out.
    pub ignored: Option<&'a Ignored<'a>>,
    /// What may be decrypted, and with which keys.
    pub decryption: Decryption<'a>,
    /// The units whose manifests keep where each of their values came from.
    pub provenance: Vec<UnitPath>,
    /// Whether the texts of all files are kept, not just of those that findings point into: for what comes to light
    /// after the compilation.
    pub keep_texts: bool,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            target: TreePath::root(),
            target_given: false,
            layers: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            kustomize: gitopsc_kustomize::Options::default(),
            limits: Limits::default(),
            ignored: None,
            decryption: Decryption::default(),
            provenance: Vec::new(),
            keep_texts: false,
        }
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("target", &self.target)
            .field("layers", &self.layers)
            .field("include", &self.include)
            .field("exclude", &self.exclude)
            .finish_non_exhaustive()
    }
}
