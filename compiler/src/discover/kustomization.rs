//! What discovery wants to know of a kustomization file: what it builds on, and what it says of itself.
//!
//! This is a lenient reading: a file that is wrong is left to the build, which says so. Field names match
//! without regard to case, as they do there.

use gitopsc_core::EcoString;
use gitopsc_kustomize::Parsed;
use gitopsc_yaml::Node;
use std::collections::BTreeMap;

/// The fields through which one kustomization builds on another.
const BUILDS_ON: [&str; 6] = [
    "resources",
    "bases",
    "components",
    "generators",
    "transformers",
    "validators",
];

/// The prefix of unit settings among annotations.
const PREFIX: &str = "gitopsc.dev/";

/// What one kustomization file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kustomization {
    /// Whether its kind is Component.
    pub component: bool,
    /// Paths under the fields through which it may build on others, in order: files and directories.
    pub names: Vec<EcoString>,
    /// Its annotations `gitopsc.dev/...`, without the prefix.
    pub settings: BTreeMap<EcoString, EcoString>,
}

/// Reads the first document of `parsed`; of a file that is wrong, nothing.
#[must_use]
pub fn read(parsed: &Parsed) -> Kustomization {
    let documents = parsed.documents.as_deref().unwrap_or_default();
    let Some(root) = documents.first().map(|document| &document.root) else {
        return Kustomization::default();
    };
    Kustomization {
        component: field(root, "kind").and_then(Node::as_str) == Some("Component"),
        names: BUILDS_ON
            .iter()
            .filter_map(|name| field(root, name)?.as_sequence())
            .flatten()
            .filter_map(Node::as_str)
            .filter(|name| may_be_path(name))
            .map(EcoString::from)
            .collect(),
        settings: settings(root),
    }
}

/// Whether an entry may name something in the tree: neither text that stands for itself nor an address.
fn may_be_path(entry: &str) -> bool {
    let remote = entry.contains("://") || entry.contains("?ref=") || entry.starts_with("git@");
    !entry.is_empty() && !entry.contains('\n') && !remote
}

fn field<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    let entries = &node.as_mapping()?.entries;
    let named = |key: &Node| {
        key.as_str()
            .is_some_and(|key| key.eq_ignore_ascii_case(name))
    };
    entries
        .iter()
        .rev()
        .find(|entry| named(&entry.key))
        .map(|entry| &entry.value)
}

fn settings(root: &Node) -> BTreeMap<EcoString, EcoString> {
    let annotations = field(root, "metadata").and_then(|metadata| field(metadata, "annotations"));
    let entries = annotations.and_then(Node::as_mapping);
    let setting = |entry: &gitopsc_yaml::Entry| {
        let name = entry.key.as_str()?.strip_prefix(PREFIX)?;
        Some((name.into(), entry.value.as_str()?.into()))
    };
    entries
        .into_iter()
        .flat_map(|map| &map.entries)
        .filter_map(setting)
        .collect()
}
