//! Who owns an object: ApplySets (KEP-3659), one a unit, all of them in one set.
//!
//! Labels are the truth: a member carries the id of its ApplySet and the name of the set. Annotations of the parent
//! only say where to look.

use crate::record::{PART_OF, SYNC};
use base64::Engine as _;
use gitopsc_core::{EcoString, Json};
use sha2::{Digest as _, Sha256};
use std::borrow::Borrow;
use std::fmt;

/// Label of a parent: its id.
pub const ID: &str = "applyset.kubernetes.io/id";
/// Annotation of a parent: the tool that keeps it, which no other tool may touch.
pub const TOOLING: &str = "applyset.kubernetes.io/tooling";
/// Annotation of a parent: the kinds of its members.
pub const CONTAINS: &str = "applyset.kubernetes.io/contains-group-kinds";
/// Annotation of a parent: the namespaces of its members beside its own.
pub const NAMESPACES: &str = "applyset.kubernetes.io/additional-namespaces";
/// Label of a parent: the set. Not the members' label, or a parent would be taken for a member.
pub const SET: &str = "gitopsc.dev/set";
/// Annotation of a parent: the unit.
pub const UNIT: &str = "gitopsc.dev/unit";
/// What [`TOOLING`] says; before the slash, the tool.
pub const TOOL: &str = "gitopsc/v1alpha1";

/// The id of an ApplySet.
///
/// ```
/// use gitopsc_engine::applyset::ApplySetId;
/// let id = ApplySetId::of_parent("web", "default", "ConfigMap", "");
/// assert_eq!(id.as_str(), "applyset-IYdi3vvhrGq-RtA5r-S9japVmXqDHiKSxhjtQ1RXhsU-v1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplySetId(EcoString);

impl ApplySetId {
    /// The id of the ApplySet of this parent, as kubectl computes it.
    #[must_use]
    pub fn of_parent(name: &str, namespace: &str, kind: &str, group: &str) -> ApplySetId {
        let digest = Sha256::digest(format!("{name}.{namespace}.{kind}.{group}"));
        let encoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest);
        ApplySetId(format!("applyset-{encoded}-v1").into())
    }

    /// The id as the label has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ApplySetId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApplySetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of the ConfigMap that is the parent of `unit` in `set`: for people to read, and a digest that tells
/// units apart whose names look alike.
#[must_use]
pub fn parent_name(set: &str, unit: &str) -> EcoString {
    let digest = Sha256::digest(format!("{set}\n{unit}"));
    let mut name = slug(&format!("{set}-{unit}"));
    for byte in &digest[..5] {
        use fmt::Write as _;
        let _ = write!(name, "{byte:02x}");
    }
    name.into()
}

/// How long the readable part of a name may be.
const SLUG: usize = 60;

fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in text.chars().take(SLUG) {
        match character.to_ascii_lowercase() {
            plain @ ('a'..='z' | '0'..='9') => slug.push(plain),
            _ if slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    let mut slug = slug.trim_matches('-').to_owned();
    slug.push('-');
    slug
}

/// Whether `name` can be the name of a set: it is the value of a label.
#[must_use]
pub fn is_set_name(name: &str) -> bool {
    let is_end = |byte: u8| byte.is_ascii_alphanumeric();
    let is_inner = |byte: u8| is_end(byte) || matches!(byte, b'-' | b'_' | b'.');
    let bytes = name.as_bytes();
    matches!(bytes, [first, .., last] if is_end(*first) && is_end(*last))
        .then(|| bytes.len() <= 63 && bytes.iter().all(|byte| is_inner(*byte)))
        .unwrap_or(bytes.len() == 1 && is_end(bytes[0]))
}

/// What a live object's labels say of who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership<'o> {
    /// In no ApplySet.
    None,
    /// In an ApplySet of this set.
    Ours(&'o str),
    /// In another ApplySet, of the named set if it is one of ours.
    Other {
        /// The id.
        id: &'o str,
        /// The set, where the label says so.
        set: Option<&'o str>,
    },
}

impl<'o> Membership<'o> {
    /// What the labels of `object` say, seen from `set`.
    #[must_use]
    pub fn of(object: &'o Json, set: &str) -> Membership<'o> {
        let label = |name: &str| object.str_at(&["metadata", "labels", name]);
        match (label(PART_OF), label(SYNC)) {
            (None, _) => Membership::None,
            (Some(id), Some(own)) if own == set => Membership::Ours(id),
            (Some(id), other) => Membership::Other { id, set: other },
        }
    }
}
