//! The table of references: which fields refer to what, and which objects make others.
//!
//! Built in from `references.yaml`; `references` in `gitopsc.yaml` adds to it in the same form.

use crate::objects::path::Path;
use gitopsc_core::EcoString;
use gitopsc_engine::graph::{Force, Reason, Wait};
use serde::Deserialize;
use std::collections::HashMap;

const BUILTIN: &str = include_str!("references.yaml");

/// What stands for the pods of every kind in `from`.
const POD_SPEC: &str = "PodSpec";

/// What one kind refers to and makes, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    from: String,
    #[serde(default)]
    to: Vec<WrittenReference>,
    #[serde(default)]
    makes: Vec<WrittenProduct>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WrittenReference {
    at: String,
    kind: String,
    name: Option<String>,
    namespace: Option<String>,
    kind_field: Option<String>,
    group_field: Option<String>,
    api_version_field: Option<String>,
    only: Option<String>,
    keys: Option<String>,
    optional: Option<String>,
    #[serde(default)]
    reason: WrittenReason,
    #[serde(default)]
    wait: WrittenWait,
    #[serde(default)]
    force: WrittenForce,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WrittenProduct {
    kind: String,
    name: Option<String>,
    #[serde(default)]
    or_own: bool,
    #[serde(default)]
    suffix: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenWait {
    Order,
    #[default]
    Applied,
    Ready,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenForce {
    #[default]
    Soft,
    Hard,
}

/// A word of [`Reason`].
#[derive(Clone, Copy, Debug)]
struct WrittenReason(Reason);

impl Default for WrittenReason {
    fn default() -> WrittenReason {
        WrittenReason(Reason::Reference)
    }
}

impl<'de> Deserialize<'de> for WrittenReason {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let found = Reason::ALL.iter().find(|reason| reason.word() == word);
        found.map(|reason| WrittenReason(*reason)).ok_or_else(|| {
            let words: Vec<&str> = Reason::ALL.iter().map(|reason| reason.word()).collect();
            serde::de::Error::custom(format!(
                "there is no reason `{word}`; the words are {}",
                words.join(", ")
            ))
        })
    }
}

/// A kind without its version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Kind {
    pub(crate) group: EcoString,
    pub(crate) kind: EcoString,
}

impl Kind {
    /// Reads `KIND` or `KIND.GROUP`.
    pub(crate) fn parse(text: &str) -> Kind {
        let (kind, group) = text.split_once('.').unwrap_or((text, ""));
        Kind {
            group: group.into(),
            kind: kind.into(),
        }
    }
}

/// One field that refers to something.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) at: Path,
    pub(crate) kind: Kind,
    pub(crate) name: EcoString,
    pub(crate) namespace: Option<EcoString>,
    pub(crate) kind_field: Option<EcoString>,
    pub(crate) group_field: Option<GroupField>,
    /// The only kind for which it counts.
    pub(crate) only: Option<EcoString>,
    pub(crate) keys: Option<Path>,
    pub(crate) optional: Option<EcoString>,
    pub(crate) reason: Reason,
    pub(crate) wait: Wait,
    pub(crate) force: Force,
}

/// The field that says the group of what is referred to.
#[derive(Clone, Debug)]
pub(crate) enum GroupField {
    /// By the group alone.
    Group(EcoString),
    /// By group and version.
    ApiVersion(EcoString),
}

/// An object that comes into being by another.
#[derive(Clone, Debug)]
pub(crate) struct Product {
    pub(crate) kind: Kind,
    /// The way to its name; without one it is called like its maker.
    pub(crate) name: Option<Path>,
    /// Whether the maker's name counts where that way leads to nothing.
    pub(crate) or_own: bool,
    /// What follows the name.
    pub(crate) suffix: EcoString,
}

/// All rules by the kind they are for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) pods: Vec<Reference>,
    references: HashMap<Kind, Vec<Reference>>,
    products: HashMap<Kind, Vec<Product>>,
}

impl Rules {
    /// The built-in table with `added`.
    pub(crate) fn new(added: &[Written]) -> Rules {
        let builtin: Vec<Written> =
            serde_yaml::from_str(BUILTIN).expect("the built-in table is read by a test");
        let mut rules = Rules::default();
        for written in builtin.iter().chain(added) {
            rules.add(written);
        }
        rules
    }

    fn add(&mut self, written: &Written) {
        let references = written.to.iter().map(WrittenReference::compile);
        if written.from == POD_SPEC {
            self.pods.extend(references);
            return;
        }
        let kind = Kind::parse(&written.from);
        let products = written.makes.iter().map(WrittenProduct::compile);
        self.products
            .entry(kind.clone())
            .or_default()
            .extend(products);
        self.references.entry(kind).or_default().extend(references);
    }

    /// What objects of a kind refer to.
    pub(crate) fn references(&self, kind: &Kind) -> &[Reference] {
        self.references.get(kind).map_or(&[], Vec::as_slice)
    }

    /// What objects of a kind make.
    pub(crate) fn products(&self, kind: &Kind) -> &[Product] {
        self.products.get(kind).map_or(&[], Vec::as_slice)
    }
}

fn own(text: Option<&String>) -> Option<EcoString> {
    text.map(|text| EcoString::from(text.as_str()))
}

impl WrittenReference {
    fn compile(&self) -> Reference {
        let group = own(self.group_field.as_ref()).map(GroupField::Group);
        let version = own(self.api_version_field.as_ref()).map(GroupField::ApiVersion);
        Reference {
            at: Path::new(&self.at),
            kind: Kind::parse(&self.kind),
            name: own(self.name.as_ref()).unwrap_or_else(|| "name".into()),
            namespace: own(self.namespace.as_ref()),
            kind_field: own(self.kind_field.as_ref()),
            group_field: group.or(version),
            only: own(self.only.as_ref()),
            keys: self.keys.as_deref().map(Path::new),
            optional: own(self.optional.as_ref()),
            reason: self.reason.0,
            wait: match self.wait {
                WrittenWait::Order => Wait::Order,
                WrittenWait::Applied => Wait::Applied,
                WrittenWait::Ready => Wait::Ready,
            },
            force: match self.force {
                WrittenForce::Soft => Force::Soft,
                WrittenForce::Hard => Force::Hard,
            },
        }
    }
}

impl WrittenProduct {
    fn compile(&self) -> Product {
        Product {
            kind: Kind::parse(&self.kind),
            name: self.name.as_deref().map(Path::new),
            or_own: self.or_own,
            suffix: self.suffix.as_str().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Rules};

    #[test]
    fn the_built_in_table_is_whole() {
        let rules = Rules::new(&[]);
        assert!(rules.pods.len() > 20);
        let certificate = Kind::parse("Certificate.cert-manager.io");
        assert_eq!(rules.references(&certificate).len(), 1);
        assert_eq!(rules.products(&certificate).len(), 1);
    }
}
