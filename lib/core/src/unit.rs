//! Layers and units by name.

use crate::path::TreePath;
use ecow::EcoString;
use std::fmt;

/// A folder of a cluster tree; layers are ordered: bootstrap, platform, apps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Layer {
    /// Position, from 0.
    pub index: usize,
    /// The folder's path below the cluster, such as `platform` or `k8s/apps`.
    pub name: EcoString,
}

/// Names a unit: its path below the cluster, such as `platform/cert-manager`, or `.` for a lone kustomization.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitPath(pub TreePath);

impl fmt::Display for UnitPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
