//! The parts of an OpenAPI description that say how lists merge and what is namespaced.
//!
//! Kustomize embeds two: Kubernetes' as a protocol buffer (gnostic's OpenAPIv2.proto, whose field numbers
//! stand here), its own kinds as JSON.

use super::wire;
use serde_json::Value;
use std::collections::BTreeMap;

const GVK: &str = "x-kubernetes-group-version-kind";
const PATCH_STRATEGY: &str = "x-kubernetes-patch-strategy";
const PATCH_MERGE_KEY: &str = "x-kubernetes-patch-merge-key";
const LIST_MAP_KEYS: &str = "x-kubernetes-list-map-keys";

/// What is wanted of a description.
#[derive(Default)]
pub(super) struct Description {
    /// Definitions by name.
    pub(super) definitions: BTreeMap<String, Schema>,
    /// What can be got under which path.
    pub(super) paths: Vec<(String, Gvk)>,
}

/// Kind, group and version; in this order they sort by kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gvk {
    pub(super) kind: String,
    pub(super) group: String,
    pub(super) version: String,
}

/// A schema, cut down to what merging asks for.
#[derive(Default)]
pub(super) struct Schema {
    /// The definition that it stands for.
    pub(super) reference: Option<String>,
    pub(super) types: Vec<String>,
    pub(super) properties: BTreeMap<String, Schema>,
    /// The schema of all values of a map.
    pub(super) values: Option<Box<Schema>>,
    pub(super) items: Option<Box<Schema>>,
    /// The patch strategies, such as `merge`.
    pub(super) strategies: Vec<String>,
    /// The keys that tell the elements of a merged list apart.
    pub(super) keys: Vec<String>,
    /// The kinds of which this is the whole object.
    pub(super) kinds: Vec<Gvk>,
}

/// Reads gnostic's `Document`.
pub(super) fn from_protobuf(document: &[u8]) -> Result<Description, String> {
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
    let child = |number| -> Result<Option<&[u8]>, String> {
        let wrapper = wire::message(message, number)?;
        Ok(wrapper
            .map(|wrapper| wire::message(wrapper, 1))
            .transpose()?
            .flatten())
    };
    let boxed = |child: Option<&[u8]>| child.map(schema_message).transpose();
    let mut schema = Schema {
        reference: reference(&wire::text(message, 1)?)?,
        values: boxed(child(21)?)?.map(Box::new),
        items: boxed(child(23)?)?.map(Box::new),
        ..Schema::default()
    };
    for types in wire::messages(message, 22)? {
        let words = wire::messages(types, 1)?.into_iter();
        schema
            .types
            .extend(words.map(|word| String::from_utf8_lossy(word).into_owned()));
    }
    for properties in wire::messages(message, 25)? {
        for named in wire::messages(properties, 1)? {
            let property = schema_message(wire::message(named, 2)?.unwrap_or_default())?;
            schema.properties.insert(wire::text(named, 1)?, property);
        }
    }
    schema.extend(&extensions(message, 31)?)?;
    Ok(schema)
}

/// The vendor extensions in field `number` of `message`, by name. Their values are YAML.
fn extensions(message: &[u8], number: u64) -> Result<BTreeMap<String, Value>, String> {
    let mut extensions = BTreeMap::new();
    for named in wire::messages(message, number)? {
        let any = wire::message(named, 2)?.unwrap_or_default();
        extensions.insert(wire::text(named, 1)?, value(&wire::text(any, 2)?));
    }
    Ok(extensions)
}

/// Reads YAML as gnostic writes it for the extensions that are wanted: a text, a list of texts, a map of
/// texts, a list of such maps. Anything else comes out as something that nobody asks for.
fn value(yaml: &str) -> Value {
    if let Some(items) = yaml.strip_prefix("- ") {
        return items
            .split("\n- ")
            .map(|item| value(&item.replace("\n  ", "\n")))
            .collect();
    }
    let pairs: Option<serde_json::Map<String, Value>> = yaml
        .lines()
        .map(|line| line.split_once(": "))
        .map(|pair| pair.map(|(key, text)| (key.to_owned(), scalar(text))))
        .collect();
    pairs.map_or_else(|| scalar(yaml), Value::Object)
}

fn scalar(text: &str) -> Value {
    Value::String(text.trim().trim_matches('"').to_owned())
}

/// Reads a description written as JSON.
pub(super) fn from_json(text: &[u8]) -> Result<Description, String> {
    let root: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    let mut description = Description::default();
    for (name, definition) in root["definitions"].as_object().into_iter().flatten() {
        description
            .definitions
            .insert(name.clone(), schema_json(definition)?);
    }
    Ok(description)
}

fn schema_json(json: &Value) -> Result<Schema, String> {
    let boxed = |child: &Value| {
        let child = child.is_object().then(|| schema_json(child)).transpose();
        child.map(|child| child.map(Box::new))
    };
    let mut schema = Schema {
        reference: reference(json["$ref"].as_str().unwrap_or_default())?,
        types: json["type"]
            .as_str()
            .map(str::to_owned)
            .into_iter()
            .collect(),
        values: boxed(&json["additionalProperties"])?,
        items: boxed(&json["items"])?,
        ..Schema::default()
    };
    for (name, property) in json["properties"].as_object().into_iter().flatten() {
        schema
            .properties
            .insert(name.clone(), schema_json(property)?);
    }
    let fields = json.as_object().into_iter().flatten();
    let fields = fields.map(|(name, value)| (name.clone(), value.clone()));
    schema.extend(&fields.collect())?;
    Ok(schema)
}

impl Schema {
    /// Takes over what the vendor extensions say.
    fn extend(&mut self, extensions: &BTreeMap<String, Value>) -> Result<(), String> {
        let text = |name: &str| extensions.get(name).and_then(Value::as_str);
        let words = text(PATCH_STRATEGY)
            .into_iter()
            .flat_map(|words| words.split(','));
        self.strategies = words.map(str::to_owned).collect();
        self.keys = match extensions.get(LIST_MAP_KEYS).and_then(Value::as_array) {
            Some(keys) => keys
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            None => text(PATCH_MERGE_KEY)
                .map(str::to_owned)
                .into_iter()
                .collect(),
        };
        let kinds = extensions.get(GVK).and_then(Value::as_array);
        self.kinds = kinds
            .into_iter()
            .flatten()
            .map(gvk_of)
            .collect::<Result<_, _>>()?;
        Ok(())
    }
}

fn gvk_of(json: &Value) -> Result<Gvk, String> {
    let text = |key: &str| json[key].as_str().map(str::to_owned);
    let gvk = || {
        Some(Gvk {
            kind: text("kind")?,
            group: text("group")?,
            version: text("version")?,
        })
    };
    gvk().ok_or_else(|| format!("{json} lacks group, version or kind"))
}

/// The name of the definition that a `$ref` points to; nothing for no `$ref`.
fn reference(pointer: &str) -> Result<Option<String>, String> {
    match pointer.strip_prefix("#/definitions/") {
        Some(name) => Ok(Some(name.to_owned())),
        None if pointer.is_empty() => Ok(None),
        None => Err(format!("the reference {pointer} is no definition")),
    }
}

#[cfg(test)]
mod tests {
    use super::value;
    use serde_json::json;

    #[test]
    fn yaml_of_extensions_is_read() {
        assert_eq!(value("merge,retainKeys\n"), json!("merge,retainKeys"));
        assert_eq!(value("- port\n- protocol\n"), json!(["port", "protocol"]));
        let gvk = json!({"group": "", "kind": "Pod", "version": "v1"});
        assert_eq!(value("group: \"\"\nkind: Pod\nversion: v1\n"), gvk);
        let other = json!({"group": "apps", "kind": "Pod", "version": "v1"});
        let both = "- group: \"\"\n  kind: Pod\n  version: v1\n- group: apps\n  kind: Pod\n  version: v1\n";
        assert_eq!(value(both), json!([gvk, other]));
    }
}
