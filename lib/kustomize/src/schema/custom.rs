//! An OpenAPI description of the user's own, read from JSON or YAML and cut down to what merging asks for.

use crate::codes;
use crate::decode::describe;
use crate::documents::syntax_error;
use crate::files::Content;
use gitopsc_core::{Diagnostic, EcoString, Gvk};
use gitopsc_yaml::{Dialect, Entry, Limits, Node};
use std::collections::{BTreeMap, VecDeque};

const GVK: &str = "x-kubernetes-group-version-kind";
const PATCH_STRATEGY: &str = "x-kubernetes-patch-strategy";
const PATCH_MERGE_KEY: &str = "x-kubernetes-patch-merge-key";
const LIST_MAP_KEYS: &str = "x-kubernetes-list-map-keys";

/// The definitions of a description, and the scopes that its paths tell.
#[derive(Debug, Default)]
pub(super) struct Description {
    shapes: Vec<CustomShape>,
    definitions: BTreeMap<EcoString, u32>,
    kinds: BTreeMap<Gvk, u32>,
    namespaced: BTreeMap<Gvk, bool>,
}

#[derive(Debug, Default)]
struct CustomShape {
    /// The definition that this stands for.
    reference: Option<EcoString>,
    fields: BTreeMap<EcoString, u32>,
    values: Option<u32>,
    elements: Option<u32>,
    /// The keys of a merged list.
    merge_keys: Option<Vec<EcoString>>,
}

impl Description {
    /// Reads the description in `content`.
    ///
    /// # Errors
    /// All of why it is none.
    pub(super) fn parse(
        content: &Content,
        limits: &Limits,
    ) -> Result<Description, Vec<Diagnostic>> {
        let documents =
            gitopsc_yaml::parse_bytes(&content.bytes, content.file, Dialect::Kubectl, limits);
        let documents =
            documents.map_err(|errors| errors.iter().map(syntax_error).collect::<Vec<_>>())?;
        let root = documents
            .into_iter()
            .next()
            .map_or_else(Node::mapping, |document| document.root);
        let mut reader = Reader::default();
        reader.read(&root);
        if reader.problems.is_empty() {
            Ok(reader.description)
        } else {
            Err(reader.problems)
        }
    }

    pub(super) fn is_namespaced(&self, gvk: &Gvk) -> Option<bool> {
        self.namespaced.get(gvk).copied()
    }

    pub(super) fn of_kind(&self, group: &str, version: &str, kind: &str) -> Option<u32> {
        let gvk = Gvk {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        };
        self.kinds.get(&gvk).copied()
    }

    pub(super) fn definition(&self, name: &str) -> Option<u32> {
        self.definitions.get(name).copied()
    }

    pub(super) fn reference(&self, shape: u32) -> Option<&str> {
        self.shape(shape).reference.as_deref()
    }

    pub(super) fn field(&self, shape: u32, name: &str) -> Option<u32> {
        let shape = self.shape(shape);
        shape.fields.get(name).copied().or(shape.values)
    }

    pub(super) fn merge_keys(&self, shape: u32) -> Option<&[EcoString]> {
        self.shape(shape).merge_keys.as_deref()
    }

    pub(super) fn elements(&self, shape: u32) -> Option<u32> {
        self.shape(shape).elements
    }

    fn shape(&self, shape: u32) -> &CustomShape {
        &self.shapes[shape as usize]
    }
}

/// Reads a description; schemas below schemas wait in a queue, so that depth costs no stack.
#[derive(Default)]
struct Reader<'n> {
    description: Description,
    waiting: VecDeque<(u32, &'n Node)>,
    problems: Vec<Diagnostic>,
}

impl<'n> Reader<'n> {
    fn read(&mut self, root: &'n Node) {
        self.map(root, "an OpenAPI description");
        for entry in self.entries(root.get("definitions")) {
            let shape = self.add(&entry.value);
            let name = EcoString::from(entry.key.as_str().unwrap_or_default());
            self.description.definitions.insert(name, shape);
            for gvk in entry
                .value
                .get(GVK)
                .and_then(Node::as_sequence)
                .into_iter()
                .flatten()
            {
                if let Some(gvk) = self.gvk(gvk) {
                    self.description.kinds.insert(gvk, shape);
                }
            }
        }
        while let Some((shape, node)) = self.waiting.pop_front() {
            self.description.shapes[shape as usize] = self.shape(node);
        }
        for entry in self.entries(root.get("paths")) {
            self.path(entry);
        }
    }

    /// A place for the schema in `node`, which is read later.
    fn add(&mut self, node: &'n Node) -> u32 {
        let shapes = &mut self.description.shapes;
        let shape = u32::try_from(shapes.len())
            .expect("a text of less than 4 GB has fewer schemas than that");
        shapes.push(CustomShape::default());
        self.waiting.push_back((shape, node));
        shape
    }

    fn shape(&mut self, node: &'n Node) -> CustomShape {
        self.map(node, "a schema");
        let mut shape = CustomShape::default();
        if let Some(pointer) = self.text(node, "$ref") {
            // What a pointer to anything else points to is unknown here, and so is a name that nothing has.
            shape.reference = Some(
                pointer
                    .strip_prefix("#/definitions/")
                    .unwrap_or_default()
                    .into(),
            );
        }
        for entry in self.entries(node.get("properties")) {
            let field = self.add(&entry.value);
            shape
                .fields
                .insert(entry.key.as_str().unwrap_or_default().into(), field);
        }
        let is_map = |node: &&Node| node.as_mapping().is_some();
        shape.values = node
            .get("additionalProperties")
            .filter(is_map)
            .map(|values| self.add(values));
        if is_array(node.get("type")) {
            shape.elements = node
                .get("items")
                .filter(is_map)
                .map(|items| self.add(items));
        }
        shape.merge_keys = self.merge_keys(node);
        shape
    }

    /// The keys of a merged list; kyaml's `PatchStrategyAndKeyList`.
    fn merge_keys(&mut self, node: &'n Node) -> Option<Vec<EcoString>> {
        let strategies = self.text(node, PATCH_STRATEGY)?;
        if !strategies.split(',').any(|strategy| strategy == "merge") {
            return None;
        }
        let Some(keys) = node.get(LIST_MAP_KEYS) else {
            return Some(
                self.text(node, PATCH_MERGE_KEY)
                    .map(EcoString::from)
                    .into_iter()
                    .collect(),
            );
        };
        let names = keys
            .as_sequence()
            .and_then(|keys| keys.iter().map(Node::as_str).collect::<Option<Vec<_>>>());
        if names.is_none() {
            self.wrong_type(keys, "a list of field names");
        }
        Some(names?.into_iter().map(EcoString::from).collect())
    }

    /// Kinds whose objects can be got under a path with a namespace are namespaced.
    fn path(&mut self, entry: &'n Entry) {
        let Some(gvk) = entry
            .value
            .get_path(&["get", GVK])
            .filter(|gvk| gvk.as_mapping().is_some())
        else {
            return;
        };
        if let Some(gvk) = self.gvk(gvk) {
            let path = entry.key.as_str().unwrap_or_default();
            *self.description.namespaced.entry(gvk).or_default() |=
                path.contains("namespaces/{namespace}");
        }
    }

    fn gvk(&mut self, node: &'n Node) -> Option<Gvk> {
        node.as_mapping()?;
        let text = |field: &str| node.get(field).and_then(Node::as_str);
        let (Some(version), Some(kind)) = (text("version"), text("kind")) else {
            self.wrong_type(node, "a group, a version and a kind");
            return None;
        };
        let group = text("group").unwrap_or_default();
        Some(Gvk {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        })
    }

    fn text(&mut self, node: &'n Node, field: &str) -> Option<&'n str> {
        let value = node.get(field).filter(|value| !value.is_null())?;
        if value.as_str().is_none() {
            self.wrong_type(value, "a string");
        }
        value.as_str()
    }

    fn entries(&mut self, node: Option<&'n Node>) -> &'n [Entry] {
        let Some(node) = node.filter(|node| !node.is_null()) else {
            return &[];
        };
        self.map(node, "a map");
        node.as_mapping().map_or(&[], |mapping| &mapping.entries)
    }

    fn map(&mut self, node: &'n Node, wanted: &str) {
        if node.as_mapping().is_none() {
            self.wrong_type(node, wanted);
        }
    }

    fn wrong_type(&mut self, node: &Node, wanted: &str) {
        let message = format!("expected {wanted}, found {}", describe(node));
        let problem = Diagnostic::error(codes::OPENAPI_INVALID, message)
            .at(node.span, "in this OpenAPI description");
        self.problems
            .push(problem.hint(
                "the file of `openapi.path` has to be what `kustomize openapi fetch` prints",
            ));
    }
}

fn is_array(types: Option<&Node>) -> bool {
    let single = types
        .and_then(Node::as_sequence)
        .filter(|types| types.len() == 1);
    single
        .map_or(types, |types| types.first())
        .and_then(Node::as_str)
        == Some("array")
}
