//! The parts of an OpenAPI description that say how lists merge and what is namespaced.
//!
//! Kustomize embeds two: Kubernetes' as a protocol buffer (gnostic's OpenAPIv2.proto, whose field numbers
//! stand here), its own kinds as JSON.

use super::wire;
use gitopsc_yaml::{Dialect, FileId, Limits, Node};
use std::collections::BTreeMap;

const GVK: &str = "x-kubernetes-group-version-kind";
const PATCH_STRATEGY: &str = "x-kubernetes-patch-strategy";
const PATCH_MERGE_KEY: &str = "x-kubernetes-patch-merge-key";
const LIST_MAP_KEYS: &str = "x-kubernetes-list-map-keys";

/// What is wanted of a description.
#[derive(Default)]
pub struct Description {
    /// Definitions by name.
    pub definitions: BTreeMap<String, Schema>,
    /// What can be got under which path.
    pub paths: Vec<(String, Gvk)>,
}

/// Kind, group and version; in this order they sort by kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gvk {
    pub kind: String,
    pub group: String,
    pub version: String,
}

/// A schema, cut down to what merging asks for.
#[derive(Default)]
pub struct Schema {
    /// The definition that it stands for.
    pub reference: Option<String>,
    pub types: Vec<String>,
    pub properties: BTreeMap<String, Schema>,
    /// The schema of all values of a map.
    pub values: Option<Box<Schema>>,
    pub items: Option<Box<Schema>>,
    /// The patch strategies, such as `merge`.
    pub strategies: Vec<String>,
    /// The keys that tell the elements of a merged list apart.
    pub keys: Vec<String>,
    /// The kinds of which this is the whole object.
    pub kinds: Vec<Gvk>,
}

/// Reads gnostic's `Document`.
pub fn from_protobuf(document: &[u8]) -> Result<Description, String> {
    let mut description = Description::default();
    if let Some(definitions) = wire::message(document, 9)? {
        for named in wire::messages(definitions, 1)? {
            let schema = schema_message(wire::message(named, 2)?.unwrap_or_default())?;
            description
                .definitions
                .insert(wire::text(named, 1)?, schema);
        }
    }
    if let Some(paths) = wire::message(document, 8)? {
        for named in wire::messages(paths, 2)? {
            let item = wire::message(named, 2)?.unwrap_or_default();
            let Some(get) = wire::message(item, 2)? else {
                continue;
            };
            if let Some(gvk) = extensions(get, 13)?.get(GVK) {
                description
                    .paths
                    .push((wire::text(named, 1)?, gvk_of(gvk)?));
            }
        }
    }
    Ok(description)
}

fn schema_message(message: &[u8]) -> Result<Schema, String> {
    let mut schema = Schema {
        reference: reference(&wire::text(message, 1)?)?,
        ..Schema::default()
    };
    if let Some(values) = wire::message(message, 21)?
        .map(|values| wire::message(values, 1))
        .transpose()?
        .flatten()
    {
        schema.values = Some(Box::new(schema_message(values)?));
    }
    if let Some(types) = wire::message(message, 22)? {
        for word in wire::messages(types, 1)? {
            schema
                .types
                .push(String::from_utf8_lossy(word).into_owned());
        }
    }
    if let Some(items) = wire::message(message, 23)?
        .map(|items| wire::message(items, 1))
        .transpose()?
        .flatten()
    {
        schema.items = Some(Box::new(schema_message(items)?));
    }
    if let Some(properties) = wire::message(message, 25)? {
        for named in wire::messages(properties, 1)? {
            let property = schema_message(wire::message(named, 2)?.unwrap_or_default())?;
            schema.properties.insert(wire::text(named, 1)?, property);
        }
    }
    schema.extend(&extensions(message, 31)?)?;
    Ok(schema)
}

/// The vendor extensions in field `number` of `message`, by name.
fn extensions(message: &[u8], number: u64) -> Result<BTreeMap<String, Node>, String> {
    let mut extensions = BTreeMap::new();
    for named in wire::messages(message, number)? {
        let any = wire::message(named, 2)?.unwrap_or_default();
        extensions.insert(
            wire::text(named, 1)?,
            parse(wire::text(any, 2)?.as_bytes())?,
        );
    }
    Ok(extensions)
}

/// Reads a description written as JSON.
pub fn from_json(text: &[u8]) -> Result<Description, String> {
    let root = parse(text)?;
    let mut description = Description::default();
    for (name, definition) in entries(root.get("definitions")) {
        description
            .definitions
            .insert(name, schema_node(definition)?);
    }
    Ok(description)
}

fn schema_node(node: &Node) -> Result<Schema, String> {
    let text = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default();
    let mut schema = Schema {
        reference: reference(text("$ref"))?,
        ..Schema::default()
    };
    schema
        .types
        .extend(node.get("type").and_then(Node::as_str).map(str::to_owned));
    for (name, property) in entries(node.get("properties")) {
        schema.properties.insert(name, schema_node(property)?);
    }
    if let Some(items) = node.get("items") {
        schema.items = Some(Box::new(schema_node(items)?));
    }
    if let Some(values) = node
        .get("additionalProperties")
        .filter(|values| values.as_mapping().is_some())
    {
        schema.values = Some(Box::new(schema_node(values)?));
    }
    let extensions = entries(Some(node))
        .into_iter()
        .map(|(name, value)| (name, value.clone()));
    schema.extend(&extensions.collect())?;
    Ok(schema)
}

impl Schema {
    /// Takes over what the vendor extensions say.
    fn extend(&mut self, extensions: &BTreeMap<String, Node>) -> Result<(), String> {
        let text = |name: &str| extensions.get(name).and_then(Node::as_str);
        self.strategies = text(PATCH_STRATEGY)
            .iter()
            .flat_map(|words| words.split(','))
            .map(str::to_owned)
            .collect();
        self.keys = match extensions.get(LIST_MAP_KEYS).and_then(Node::as_sequence) {
            Some(keys) => keys
                .iter()
                .filter_map(Node::as_str)
                .map(str::to_owned)
                .collect(),
            None => text(PATCH_MERGE_KEY)
                .map(str::to_owned)
                .into_iter()
                .collect(),
        };
        let kinds = extensions.get(GVK).and_then(Node::as_sequence);
        self.kinds = kinds
            .into_iter()
            .flatten()
            .map(gvk_of)
            .collect::<Result<_, _>>()?;
        Ok(())
    }
}

fn gvk_of(node: &Node) -> Result<Gvk, String> {
    let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
    let gvk = || {
        Some(Gvk {
            kind: text("kind")?,
            group: text("group")?,
            version: text("version")?,
        })
    };
    gvk().ok_or_else(|| "a kind without group, version or kind".to_owned())
}

/// The name of the definition that a `$ref` points to; nothing for no `$ref`.
fn reference(pointer: &str) -> Result<Option<String>, String> {
    match pointer.strip_prefix("#/definitions/") {
        Some(name) => Ok(Some(name.to_owned())),
        None if pointer.is_empty() => Ok(None),
        None => Err(format!("the reference {pointer} is no definition")),
    }
}

fn parse(text: &[u8]) -> Result<Node, String> {
    let documents =
        gitopsc_yaml::parse_bytes(text, FileId(0), Dialect::Kubectl, &Limits::default()).map_err(
            |errors| {
                errors
                    .into_iter()
                    .map(|error| error.message)
                    .collect::<Vec<_>>()
                    .join("; ")
            },
        )?;
    documents
        .into_iter()
        .next()
        .map(|document| document.root)
        .ok_or_else(|| "an empty document".to_owned())
}

fn entries(node: Option<&Node>) -> Vec<(String, &Node)> {
    let entries = node
        .and_then(Node::as_mapping)
        .map_or(&[][..], |mapping| &mapping.entries);
    entries
        .iter()
        .filter_map(|entry| Some((entry.key.as_str()?.to_owned(), &entry.value)))
        .collect()
}
