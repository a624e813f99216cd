//! Identity of a resource during a build, by the rules of kyaml's resid.

use crate::schema::Schema;
use gitopsc_core::{EcoString, Gvk};
use std::fmt;
use std::hash::{Hash, Hasher};

/// The effective namespace of everything known to be cluster-scoped.
pub const CLUSTER_SCOPED: &str = "_non_namespaceable_";

/// The effective namespace of a resource that names none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// Group, version, kind, name and namespace of a resource at one moment of a build.
///
/// Equality and hash use the effective namespace: none and `default` are one, and a cluster-scoped
/// resource has none whatever it writes.
#[derive(Clone, Debug)]
pub struct ResId {
    /// Group, version, kind.
    pub gvk: Gvk,
    /// `metadata.name`.
    pub name: EcoString,
    /// `metadata.namespace` as written; empty if it is not.
    pub namespace: EcoString,
    /// Whether the schema knows the kind as cluster-scoped.
    pub cluster_scoped: bool,
}

impl ResId {
    /// An id whose scope is looked up in `schema`.
    #[must_use]
    pub fn new(gvk: Gvk, name: EcoString, namespace: EcoString, schema: &Schema) -> ResId {
        let cluster_scoped = schema.is_certainly_cluster_scoped(&gvk);
        ResId {
            gvk,
            name,
            namespace,
            cluster_scoped,
        }
    }

    /// The namespace that counts when ids are compared.
    #[must_use]
    pub fn effective_namespace(&self) -> &str {
        if self.cluster_scoped {
            return CLUSTER_SCOPED;
        }
        if self.namespace.is_empty() {
            return DEFAULT_NAMESPACE;
        }
        &self.namespace
    }

    /// Whether the effective namespaces are equal.
    #[must_use]
    pub fn is_namespace_equal(&self, other: &ResId) -> bool {
        self.effective_namespace() == other.effective_namespace()
    }

    /// Whether group, version, kind and name are equal.
    #[must_use]
    pub fn is_gvkn_equal(&self, other: &ResId) -> bool {
        self.name == other.name && self.gvk == other.gvk
    }

    /// kyaml's `IsSelectedBy`: empty fields of `selector` match anything.
    #[must_use]
    pub fn is_selected_by(&self, selector: &ResId) -> bool {
        (selector.name.is_empty() || selector.name == self.name)
            && (selector.namespace.is_empty() || selector.is_namespace_equal(self))
            && is_selected(&self.gvk, &selector.gvk)
    }
}

/// kyaml's `Gvk.IsSelected`: empty fields of `selector` match anything.
#[must_use]
pub fn is_selected(gvk: &Gvk, selector: &Gvk) -> bool {
    let matches = |own: &EcoString, wanted: &EcoString| wanted.is_empty() || own == wanted;
    matches(&gvk.group, &selector.group)
        && matches(&gvk.version, &selector.version)
        && matches(&gvk.kind, &selector.kind)
}

impl PartialEq for ResId {
    fn eq(&self, other: &ResId) -> bool {
        self.is_gvkn_equal(other) && self.is_namespace_equal(other)
    }
}

impl Eq for ResId {}

impl Hash for ResId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.gvk.hash(state);
        self.name.hash(state);
        self.effective_namespace().hash(state);
    }
}

impl fmt::Display for ResId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.gvk.kind)?;
        if !self.gvk.group.is_empty() {
            write!(f, ".{}", self.gvk.group)?;
        }
        if self.namespace.is_empty() {
            return write!(f, " {}", self.name);
        }
        write!(f, " {}/{}", self.namespace, self.name)
    }
}
