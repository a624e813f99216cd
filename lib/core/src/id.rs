//! Names of objects and kinds.

use ecow::EcoString;
use std::fmt;

/// Group, version and kind. The core group is empty.
///
/// ```
/// use gitopsc_core::Gvk;
/// let deployment = Gvk::parse("apps/v1", "Deployment");
/// assert_eq!((deployment.group.as_str(), deployment.version.as_str()), ("apps", "v1"));
/// assert_eq!(Gvk::parse("v1", "Secret").api_version(), "v1");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gvk {
    /// API group; empty for the core group.
    pub group: EcoString,
    /// API version.
    pub version: EcoString,
    /// Kind.
    pub kind: EcoString,
}

impl Gvk {
    /// Splits an `apiVersion` at its first slash.
    #[must_use]
    pub fn parse(api_version: &str, kind: &str) -> Gvk {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Gvk {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        }
    }

    /// The `apiVersion` field of this group and version.
    #[must_use]
    pub fn api_version(&self) -> EcoString {
        if self.group.is_empty() {
            return self.version.clone();
        }
        let mut joined = self.group.clone();
        joined.push('/');
        joined.push_str(&self.version);
        joined
    }
}

/// Names an object: group, kind, namespace, name, deliberately without a version.
///
/// Displays as `Deployment.apps web/frontend`; without a namespace as `Namespace web`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// API group; empty for the core group.
    pub group: EcoString,
    /// Kind.
    pub kind: EcoString,
    /// Namespace as written; empty if none is.
    pub namespace: EcoString,
    /// `metadata.name`.
    pub name: EcoString,
}

impl ObjectRef {
    /// The kind with its group behind a dot, as kubectl takes it: `Deployment.apps`, `Service`.
    #[must_use]
    pub fn kind_and_group(&self) -> EcoString {
        let mut kind = self.kind.clone();
        if !self.group.is_empty() {
            kind.push('.');
            kind.push_str(&self.group);
        }
        kind
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind_and_group())?;
        if self.namespace.is_empty() {
            return write!(f, " {}", self.name);
        }
        write!(f, " {}/{}", self.namespace, self.name)
    }
}
