//! What a build may be told, and what it gives back.

use crate::resource::Resource;
use gitopsc_core::EcoString;
use gitopsc_yaml::Limits;

/// Options of one build: the flags of `kustomize build` that change its output.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--load-restrictor`.
    pub load_restriction: LoadRestriction,
    /// `--reorder`, where it was given.
    pub reorder: Option<Reorder>,
    /// `--enable-managedby-label`.
    pub managed_by_label: bool,
    /// The absolute path of the tree's root, `/`-separated: absolute paths in kustomization files are
    /// looked up below it.
    pub root_path: Option<EcoString>,
    /// Whether manifests keep where each of their values came from.
    pub provenance: bool,
    /// Bounds of every YAML text read.
    pub limits: Limits,
}

/// Which files a kustomization may name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LoadRestriction {
    /// Files in or below the kustomization's own directory, links resolved.
    #[default]
    RootOnly,
    /// Any file of the tree.
    None,
}

/// The order of output asked for on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reorder {
    /// Kustomize's order of kinds.
    Legacy,
    /// As accumulated.
    None,
}

/// What a build gives.
#[derive(Clone, Debug)]
pub struct Built {
    /// The finished resources in the order of output; [`crate::manifest`] lowers each.
    pub resources: Vec<Resource>,
    /// The transformer applications that trails refer to.
    pub transforms: Vec<TransformInfo>,
}

/// One application of one transformer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransformInfo {
    /// Its name, such as `PatchTransformer`.
    pub name: &'static str,
    /// Where it is configured.
    pub span: gitopsc_core::Span,
}
