//! What a plain scalar means, in each of the two dialects.

use crate::node::Tag;

/// Whose rules decide what a plain scalar means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// kubectl's reader (go-yaml v2 through sigs.k8s.io/yaml): `yes` is a boolean, a date is a string.
    Kubectl,
    /// Kustomize's reader of resources (go-yaml v3): `yes` is a string, a date is a timestamp.
    Kustomize,
}

/// The tag of the plain scalar `text`.
#[must_use]
pub fn plain_tag(_text: &str, _dialect: Dialect) -> Tag {
    Tag::Str
}
