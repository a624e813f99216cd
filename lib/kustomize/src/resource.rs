//! One resource of a build: its node, and beside it what Kustomize keeps in internal annotations.

use crate::edit;
use crate::id::ResId;
use crate::provenance::Touched;
use crate::schema::Schema;
use crate::shared::Shared;
use gitopsc_core::{EcoString, Gvk, Trail};
use gitopsc_yaml::{Node, NodeValue, Text};
use std::collections::BTreeMap;

/// What a generated resource does to one that exists with its id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behavior {
    /// Not said, or a word that Kustomize does not know: an error if the id exists.
    #[default]
    Unspecified,
    /// `create`: an error if the id exists.
    Create,
    /// `replace`: takes its place, keeping its metadata.
    Replace,
    /// `merge`: its data is joined.
    Merge,
}

impl Behavior {
    /// The behavior that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Behavior {
        match word {
            "create" => Behavior::Create,
            "replace" => Behavior::Replace,
            "merge" => Behavior::Merge,
            _ => Behavior::Unspecified,
        }
    }

    /// The word for it, as in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Behavior::Unspecified => "unspecified",
            Behavior::Create => "create",
            Behavior::Replace => "replace",
            Behavior::Merge => "merge",
        }
    }
}

/// An id that the resource had before a transformer changed it. Group and version are always today's, as in Kustomize.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousId {
    /// The effective namespace then.
    pub namespace: EcoString,
    /// The name then.
    pub name: EcoString,
    /// The kind then.
    pub kind: EcoString,
}

/// What Kustomize carries in the annotations `internal.config.kubernetes.io/*` of the resource itself.
///
/// It is lost where those annotations would be: when a strategic merge patch takes all
/// annotations away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Ids before each change, the oldest first.
    pub previous: Vec<PreviousId>,
    /// Name prefixes in the order they were put on.
    pub prefixes: Vec<EcoString>,
    /// Name suffixes in the order they were put on.
    pub suffixes: Vec<EcoString>,
    /// Whether a hash of the content is to be appended to the name.
    pub needs_hash: bool,
    /// What a generator wants done with an existing resource of this id.
    pub behavior: Option<Behavior>,
    /// For patches: whether it may change its target's name.
    pub allow_name_change: bool,
    /// For patches: whether it may change its target's kind.
    pub allow_kind_change: bool,
}

impl State {
    /// Whether Kustomize would have written any internal annotation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == State::default()
    }

    /// The annotations that Kustomize would keep this in; those with a list hold it with commas.
    #[must_use]
    pub fn annotations(&self) -> Vec<(&'static str, EcoString)> {
        let previous = |part: fn(&PreviousId) -> &EcoString| joined(self.previous.iter().map(part));
        let enabled = |set: bool| {
            if set {
                "enabled".into()
            } else {
                EcoString::new()
            }
        };
        let behavior = self.behavior.map_or("", Behavior::word);
        let all = [
            (
                "internal.config.kubernetes.io/previousKinds",
                previous(|id| &id.kind),
            ),
            (
                "internal.config.kubernetes.io/previousNames",
                previous(|id| &id.name),
            ),
            (
                "internal.config.kubernetes.io/previousNamespaces",
                previous(|id| &id.namespace),
            ),
            (
                "internal.config.kubernetes.io/prefixes",
                joined(&self.prefixes),
            ),
            (
                "internal.config.kubernetes.io/suffixes",
                joined(&self.suffixes),
            ),
            (
                "internal.config.kubernetes.io/needsHashSuffix",
                enabled(self.needs_hash),
            ),
            (
                "internal.config.kubernetes.io/generatorBehavior",
                behavior.into(),
            ),
            (
                "internal.config.kubernetes.io/allowNameChange",
                enabled(self.allow_name_change),
            ),
            (
                "internal.config.kubernetes.io/allowKindChange",
                enabled(self.allow_kind_change),
            ),
        ];
        all.into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }
}

fn joined<'t>(texts: impl IntoIterator<Item = &'t EcoString>) -> EcoString {
    let mut list = EcoString::new();
    for (at, text) in texts.into_iter().enumerate() {
        if at > 0 {
            list.push(',');
        }
        list.push_str(text);
    }
    list
}

/// One resource of a build.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The object; a map, or a null node once a transformer emptied it.
    pub node: Node,
    /// What Kustomize would keep in internal annotations.
    pub state: State,
    /// Names of the vars that take their value from here.
    pub var_names: Vec<EcoString>,
    /// The transformer applications it went through.
    pub trail: Trail,
    /// Which of its values transformers put there; kept only where [`crate::Options::provenance`] is set.
    pub touched: Touched,
    /// Where the values stand that it has at several places as one.
    pub shared: Shared,
}

impl Resource {
    /// A resource that was just read.
    #[must_use]
    pub fn new(node: Node) -> Resource {
        Resource {
            node,
            state: State::default(),
            var_names: Vec::new(),
            trail: Trail::default(),
            touched: Touched::new(),
            shared: Shared::new(),
        }
    }

    /// The text of the top-level field `name`; empty if it is not there, as in kyaml.
    fn top(&self, name: &str) -> EcoString {
        self.node.get(name).map(scalar_text).unwrap_or_default()
    }

    /// `kind`, empty if there is none.
    #[must_use]
    pub fn kind(&self) -> EcoString {
        self.top("kind")
    }

    /// `apiVersion`, empty if there is none.
    #[must_use]
    pub fn api_version(&self) -> EcoString {
        self.top("apiVersion")
    }

    /// Group, version and kind as they are now.
    #[must_use]
    pub fn gvk(&self) -> Gvk {
        let kind = self
            .node
            .get("kind")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let api_version = self
            .node
            .get("apiVersion")
            .and_then(Node::as_str)
            .unwrap_or_default();
        Gvk::parse(api_version, kind)
    }

    fn metadata_text(&self, field: &str) -> EcoString {
        self.node
            .get("metadata")
            .filter(|metadata| !metadata.is_null_or_empty())
            .and_then(|metadata| metadata.get(field))
            .filter(|value| !value.is_null_or_empty())
            .map(scalar_text)
            .unwrap_or_default()
    }

    /// `metadata.name`, empty if there is none.
    #[must_use]
    pub fn name(&self) -> EcoString {
        self.metadata_text("name")
    }

    /// Whether `metadata.name` is `name`; cheaper than [`Resource::name`].
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        let found = self
            .node
            .get_path(&["metadata", "name"])
            .filter(|value| !value.is_null_or_empty());
        found.and_then(Node::as_str).unwrap_or_default() == name
    }

    /// `metadata.namespace`, empty if there is none.
    #[must_use]
    pub fn namespace(&self) -> EcoString {
        self.metadata_text("namespace")
    }

    /// The id as it is now; unique in a build.
    #[must_use]
    pub fn id(&self, schema: &Schema) -> ResId {
        ResId::new(self.gvk(), self.name(), self.namespace(), schema)
    }

    /// All ids it had before, the oldest first, with today's group and version.
    #[must_use]
    pub fn previous_ids(&self) -> Vec<ResId> {
        if self.state.previous.is_empty() {
            return Vec::new();
        }
        let gvk = self.gvk();
        let id = |previous: &PreviousId| ResId {
            gvk: Gvk {
                kind: previous.kind.clone(),
                ..gvk.clone()
            },
            name: previous.name.clone(),
            namespace: previous.namespace.clone(),
            cluster_scoped: false,
        };
        self.state.previous.iter().map(id).collect()
    }

    /// The first id it had.
    #[must_use]
    pub fn original_id(&self, schema: &Schema) -> ResId {
        self.previous_ids()
            .into_iter()
            .next()
            .unwrap_or_else(|| self.id(schema))
    }

    /// Whether `matches` holds for the present id or any earlier one.
    pub fn has_id(&self, schema: &Schema, matches: impl Fn(&ResId) -> bool) -> bool {
        matches(&self.id(schema)) || self.previous_ids().iter().any(matches)
    }

    /// Remembers the present id as an earlier one, before a change.
    pub fn store_previous_id(&mut self, schema: &Schema) {
        let id = self.id(schema);
        self.state.previous.push(PreviousId {
            namespace: id.effective_namespace().into(),
            name: id.name.clone(),
            kind: id.gvk.kind.clone(),
        });
    }

    /// kyaml's `SetName`.
    pub fn set_name(&mut self, name: Text) {
        edit::set_in_metadata(&mut self.node, "name", Node::scalar(name));
    }

    /// kyaml's `SetNamespace`: an empty one removes the field.
    pub fn set_namespace(&mut self, namespace: Text) {
        if namespace.as_str().is_empty() {
            if let Some(metadata) = self.node.get_mut("metadata").and_then(Node::as_mapping_mut) {
                metadata.remove("namespace");
            }
            return;
        }
        edit::set_in_metadata(&mut self.node, "namespace", Node::scalar(namespace));
    }

    /// kyaml's `SetKind`.
    pub fn set_kind(&mut self, kind: &str) {
        edit::set_field(&mut self.node, "kind", Node::scalar(kind));
    }

    /// kyaml's `SetApiVersion`.
    pub fn set_api_version(&mut self, api_version: &str) {
        edit::set_field(&mut self.node, "apiVersion", Node::scalar(api_version));
    }

    /// The annotations as texts, by key; of a repeated key the last one.
    #[must_use]
    pub fn annotations(&self) -> BTreeMap<EcoString, Text> {
        self.metadata_map("annotations")
    }

    /// The labels as texts, by key; of a repeated key the last one.
    #[must_use]
    pub fn labels(&self) -> BTreeMap<EcoString, Text> {
        self.metadata_map("labels")
    }

    fn metadata_map(&self, field: &str) -> BTreeMap<EcoString, Text> {
        let Some(map) = self
            .node
            .get_path(&["metadata", field])
            .and_then(Node::as_mapping)
        else {
            return BTreeMap::new();
        };
        let text = |node: &Node| node.as_text().cloned().unwrap_or_default();
        let entries = map.entries.iter();
        entries
            .map(|entry| (scalar_text(&entry.key), text(&entry.value)))
            .collect()
    }

    /// kyaml's `SetAnnotations`: all values become strings, keys ascend, an empty map removes the field.
    pub fn set_annotations(&mut self, annotations: BTreeMap<EcoString, Text>) {
        self.set_metadata_map("annotations", annotations);
    }

    /// kyaml's `SetLabels`, likewise.
    pub fn set_labels(&mut self, labels: BTreeMap<EcoString, Text>) {
        self.set_metadata_map("labels", labels);
    }

    fn set_metadata_map(&mut self, field: &str, map: BTreeMap<EcoString, Text>) {
        let spans = edit::value_spans(self.node.get_path(&["metadata", field]));
        let Some(metadata) = edit::metadata_mut(&mut self.node) else {
            return;
        };
        edit::remove_field(metadata, field);
        if map.is_empty() {
            return;
        }
        let mut node = Node::mapping();
        for (key, text) in map {
            let span = spans.get(&key).copied().unwrap_or(gitopsc_core::Span::NONE);
            edit::set_field(&mut node, &key, Node::string(text).at(span));
        }
        // A value that is written anew is shared with no other place any more; see `shared`.
        let entries = node.as_mapping_mut().into_iter();
        for entry in entries.flat_map(|mapping| &mut mapping.entries) {
            entry.key.span = gitopsc_core::Span::NONE;
        }
        edit::set_field(metadata, field, node);
    }

    /// Whether a transformer emptied it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.node.is_null_or_empty()
    }
}

/// The text of a scalar, without regard to its tag; empty for collections, as `yaml.Node.Value` is in Go.
#[must_use]
pub fn scalar_text(node: &Node) -> EcoString {
    match &node.value {
        NodeValue::Scalar(Text::Plain(text)) => text.clone(),
        NodeValue::Scalar(secret) => secret.as_str().into(),
        _ => EcoString::new(),
    }
}
