//! What the API servers of several Kubernetes versions take, as far as it is published.
//!
//! The table is text (`api.txt`), made by `cargo xtask codegen` from the sources of these versions. It is read for one
//! version, at the beginning of a check; a build never reads it.

mod read;
mod version;

pub use version::{KubeVersion, VersionError};

use gitopsc_core::Gvk;
use std::collections::{BTreeMap, HashMap};

/// The table for all versions.
const TABLE: &str = include_str!("api.txt");

/// What one version takes.
#[derive(Debug)]
pub(crate) struct Api {
    /// The version that was asked for.
    pub(crate) asked: KubeVersion,
    /// The known version that is nearest to it: fields and kinds are those of this one.
    pub(crate) version: KubeVersion,
    kinds: BTreeMap<Kind, Served>,
    lives: BTreeMap<Kind, Life>,
    /// Only look-ups are made.
    definitions: HashMap<&'static str, Definition>,
}

/// Group, version, kind.
type Kind = (&'static str, &'static str, &'static str);

/// A kind that some version has.
#[derive(Clone, Copy, Debug)]
struct Served {
    definition: &'static str,
    /// The first and the last version, among those that are known.
    span: (u8, u8),
}

/// Since when an API is deprecated, and when it goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    /// The minor version in which it was deprecated.
    pub(crate) deprecated: Option<u8>,
    /// The first minor version that does not have it.
    pub(crate) removed: Option<u8>,
    /// The `apiVersion` that replaces it, with the kind if that is another one.
    pub(crate) replacement: Option<&'static str>,
}

/// The fields of a definition.
#[derive(Debug, Default)]
pub(crate) struct Definition {
    /// Ascending by name.
    pub(crate) fields: Vec<(&'static str, Field)>,
}

/// A field.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) shape: Shape,
    pub(crate) required: bool,
}

/// What a value may be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Any,
    String,
    Base64,
    Time,
    Quantity,
    IntOrString,
    Int32,
    Int64,
    Number,
    Bool,
    Enum(Vec<&'static str>),
    Map(Box<Shape>),
    List(Box<Shape>, Keys),
    Definition(&'static str),
}

/// What tells the items of a list apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    None,
    /// The item itself.
    Itself,
    /// These fields, each with what counts where it is not written.
    Fields(Vec<(&'static str, Option<&'static str>)>),
}

/// What is known of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// The version has it; its definition.
    Here(&'static str),
    /// An earlier or later version has it, from and to.
    Elsewhere(u8, u8),
    /// No version has it.
    Nowhere,
}

impl Api {
    /// What `version` takes, or the version nearest to it that is known.
    pub(crate) fn of(version: KubeVersion) -> Api {
        read::read(TABLE, version)
    }

    /// Whether this version has the kind.
    pub(crate) fn kind(&self, gvk: &Gvk) -> Known {
        match self.kinds.get(&key(gvk)) {
            None => Known::Nowhere,
            Some(served) => {
                let (from, to) = served.span;
                if (from..=to).contains(&self.version.minor) {
                    Known::Here(served.definition)
                } else {
                    Known::Elsewhere(from, to)
                }
            }
        }
    }

    /// How long the kind lives, where that is not for ever.
    pub(crate) fn life(&self, gvk: &Gvk) -> Option<Life> {
        self.lives.get(&key(gvk)).copied()
    }

    /// The `apiVersion` of the most stable other version that serves the kind, if it is more stable.
    pub(crate) fn best_version(&self, gvk: &Gvk) -> Option<String> {
        let versions = self.versions_of(&gvk.group, &gvk.kind);
        let best = versions
            .into_iter()
            .max_by_key(|version| stability(version))?;
        let better = stability(best) > stability(&gvk.version);
        better.then(|| match gvk.group.as_str() {
            "" => best.to_owned(),
            group => format!("{group}/{best}"),
        })
    }

    /// The fields of a definition.
    pub(crate) fn definition(&self, name: &str) -> Option<&Definition> {
        self.definitions.get(name)
    }

    /// The kinds of `group` in `version`, ascending.
    pub(crate) fn kinds_of(&self, group: &str, version: &str) -> Vec<&'static str> {
        let of_group = self.kinds.iter().filter(|((of, in_version, _), served)| {
            let (from, to) = served.span;
            *of == group && *in_version == version && (from..=to).contains(&self.version.minor)
        });
        of_group.map(|((_, _, kind), _)| *kind).collect()
    }

    /// The versions of the API that serve a kind of `group`, ascending.
    pub(crate) fn versions_of(&self, group: &str, kind: &str) -> Vec<&'static str> {
        let of_kind = self.kinds.iter().filter(|((of, _, named), served)| {
            let (from, to) = served.span;
            *of == group && *named == kind && (from..=to).contains(&self.version.minor)
        });
        of_kind.map(|((_, version, _), _)| *version).collect()
    }
}

/// How stable a version is, so that the most stable one is the greatest: v1, v1beta2, v1beta1, v1alpha1.
fn stability(version: &str) -> (u8, &str) {
    let stage = match (version.contains("alpha"), version.contains("beta")) {
        (true, _) => 0,
        (_, true) => 1,
        _ => 2,
    };
    (stage, version)
}

impl Definition {
    /// The field `name`.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        let at = self
            .fields
            .binary_search_by(|(known, _)| (*known).cmp(name));
        Some(&self.fields[at.ok()?].1)
    }
}

fn key(gvk: &Gvk) -> (&str, &str, &str) {
    (&gvk.group, &gvk.version, &gvk.kind)
}
