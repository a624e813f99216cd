//! What a plain scalar means, in each of the two dialects.
//!
//! The rules are those of `resolve.go` of go-yaml v2 and v3, which share all but a few words. Nothing here
//! knows where a scalar stands or what explicit tag it has.

mod plain;
mod timestamp;

pub use plain::{Plain, resolve};
pub use timestamp::Timestamp;

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
///
/// ```
/// use gitopsc_yaml::{Dialect, Tag, resolve::plain_tag};
/// assert_eq!(plain_tag("yes", Dialect::Kubectl), Tag::Bool);
/// assert_eq!(plain_tag("yes", Dialect::Kustomize), Tag::Str);
/// ```
#[must_use]
pub fn plain_tag(text: &str, dialect: Dialect) -> Tag {
    match resolve(text, dialect) {
        Plain::Str if text == "<<" => Tag::Merge,
        Plain::Timestamp(_) if dialect == Dialect::Kubectl => Tag::Str,
        value => value.tag(),
    }
}
