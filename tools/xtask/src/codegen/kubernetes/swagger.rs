//! Fields, types, required fields and keys of lists, from the published OpenAPI of one version.

use super::lives::Gvk;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const GVK: &str = "x-kubernetes-group-version-kind";
const LIST_TYPE: &str = "x-kubernetes-list-type";
const LIST_MAP_KEYS: &str = "x-kubernetes-list-map-keys";

/// What one version takes.
pub(super) struct Schemas {
    /// The definition of each kind.
    pub(super) kinds: BTreeMap<Gvk, String>,
    /// Definitions by name: what can be reached from a kind.
    pub(super) definitions: BTreeMap<String, BTreeMap<String, Field>>,
}

/// A field of a definition.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) shape: Shape,
    pub(super) required: bool,
}

/// What a field may hold.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// A kind of scalar, or anything, by the letter that the table has for it.
    Plain(&'static str),
    /// A string that is one of these.
    Enum(Vec<String>),
    /// A map with values of one shape.
    Map(Box<Shape>),
    /// A list.
    List(Box<Shape>, Keys),
    /// A definition.
    Definition(String),
}

/// What tells the items of a list apart.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Keys {
    None,
    /// The item itself.
    Itself,
    /// These fields, each with what counts where it is not written.
    Fields(Vec<(String, Option<String>)>),
}

/// Definitions that stand for something simpler.
const STAND_FOR: [(&str, &str); 6] = [
    ("io.k8s.apimachinery.pkg.api.resource.Quantity", "q"),
    ("io.k8s.apimachinery.pkg.util.intstr.IntOrString", "p"),
    ("io.k8s.apimachinery.pkg.runtime.RawExtension", "x"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", "x"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", "t"),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Time", "t"),
];

/// Fields that the description says are required and the API server does not miss: their zero value is valid.
const NOT_MISSED: [(&str, &str); 13] = [
    ("apiextensions/v1.CustomResourceDefinitionVersion", "served"),
    (
        "apiextensions/v1.CustomResourceDefinitionVersion",
        "storage",
    ),
    ("apps/v1.StatefulSetSpec", "serviceName"),
    ("core/v1.ISCSIPersistentVolumeSource", "lun"),
    ("core/v1.ISCSIVolumeSource", "lun"),
    ("core/v1.LimitRangeSpec", "limits"),
    ("discovery/v1.EndpointSlice", "endpoints"),
    ("networking/v1.NetworkPolicySpec", "podSelector"),
    ("rbac/v1.ClusterRole", "rules"),
    ("rbac/v1.Role", "rules"),
    ("scheduling/v1.PriorityClass", "value"),
    ("storage/v1.CSIDriver", "spec"),
    ("storage/v1.CSINode", "spec"),
];

/// Reads the description in `directory`.
pub(super) fn read(directory: &Path) -> Result<Schemas, String> {
    let json = |path: &Path| -> Result<Value, String> {
        let text = super::read(path)?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    };
    let described = json(&directory.join("swagger.json"))?;
    let defaults = defaults(&json(&directory.join("v3/api__v1_openapi.json"))?);
    let definitions = described["definitions"]
        .as_object()
        .ok_or("the description has no definitions")?;
    let reader = Reader {
        definitions,
        defaults,
    };
    let mut schemas = Schemas {
        kinds: BTreeMap::new(),
        definitions: BTreeMap::new(),
    };
    let mut wanted = Vec::new();
    for (name, definition) in definitions {
        if let Some(gvk) = kind_of(definition) {
            schemas.kinds.insert(gvk, short(name));
            wanted.push(name.as_str());
        }
    }
    let mut seen = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        if !seen.insert(name) {
            continue;
        }
        let fields = reader.fields(name, &mut wanted)?;
        schemas.definitions.insert(short(name), fields);
    }
    Ok(schemas)
}

/// The kind that a definition is, if objects of it can be kept in Git: they have metadata of their own.
fn kind_of(definition: &Value) -> Option<Gvk> {
    let metadata = definition["properties"]["metadata"]["$ref"].as_str()?;
    let [kind] = definition[GVK].as_array()?.as_slice() else {
        return None;
    };
    let text = |field: &str| kind[field].as_str().map(str::to_owned);
    let kept = metadata.ends_with(".ObjectMeta");
    let gvk = (text("group")?, text("version")?, text("kind")?);
    kept.then_some(gvk)
}

/// The defaults of fields, by definition and field, of the core group: keys of lists are among them.
fn defaults(described: &Value) -> BTreeMap<(String, String), String> {
    let mut defaults = BTreeMap::new();
    let schemas = described["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(default) = property["default"].as_str().filter(|text| !text.is_empty()) {
                defaults.insert((name.clone(), field.clone()), default.to_owned());
            }
        }
    }
    defaults
}

struct Reader<'d> {
    definitions: &'d serde_json::Map<String, Value>,
    defaults: BTreeMap<(String, String), String>,
}

impl<'d> Reader<'d> {
    fn fields(
        &self,
        name: &str,
        wanted: &mut Vec<&'d str>,
    ) -> Result<BTreeMap<String, Field>, String> {
        let definition = &self.definitions[name];
        let required: Vec<&str> = definition["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let short = short(name);
        let properties = definition["properties"].as_object().into_iter().flatten();
        properties
            .map(|(field, schema)| {
                let shape = self.shape(schema, wanted)?;
                let missed = !NOT_MISSED.contains(&(short.as_str(), field.as_str()));
                let required = missed && required.contains(&field.as_str());
                Ok((field.clone(), Field { shape, required }))
            })
            .collect()
    }

    fn shape(&self, schema: &'d Value, wanted: &mut Vec<&'d str>) -> Result<Shape, String> {
        if let Some(pointer) = schema["$ref"].as_str() {
            let name = pointer
                .strip_prefix("#/definitions/")
                .ok_or_else(|| format!("{pointer} is no definition"))?;
            return Ok(self.definition(name, wanted));
        }
        let kind = schema["type"].as_str().unwrap_or_default();
        let format = schema["format"].as_str().unwrap_or_default();
        Ok(match (kind, format) {
            ("array", _) => {
                let items = self.shape(&schema["items"], wanted)?;
                let keys = self.keys(schema, &schema["items"]);
                Shape::List(Box::new(items), keys)
            }
            ("object", _) if schema["additionalProperties"].is_object() => {
                let values = self.shape(&schema["additionalProperties"], wanted)?;
                Shape::Map(Box::new(values))
            }
            _ => Shape::Plain(letter(kind, format)?),
        })
    }

    fn definition(&self, name: &str, wanted: &mut Vec<&'d str>) -> Shape {
        if let Some((_, letter)) = STAND_FOR.iter().find(|(known, _)| *known == name) {
            return Shape::Plain(letter);
        }
        let Some((name, definition)) = self.definitions.get_key_value(name) else {
            return Shape::Plain("x");
        };
        if !definition["properties"].is_object() {
            return Shape::Plain("x");
        }
        wanted.push(name);
        Shape::Definition(short(name))
    }

    fn keys(&self, list: &Value, items: &Value) -> Keys {
        let of = items["$ref"].as_str().unwrap_or_default();
        let of = of.strip_prefix("#/definitions/").unwrap_or_default();
        match list[LIST_TYPE].as_str() {
            Some("set") => Keys::Itself,
            Some("map") => {
                let keys = list[LIST_MAP_KEYS].as_array().into_iter().flatten();
                let keys = keys.filter_map(Value::as_str).map(|key| {
                    let default = self.defaults.get(&(of.to_owned(), key.to_owned()));
                    (key.to_owned(), default.cloned())
                });
                Keys::Fields(keys.collect())
            }
            _ => Keys::None,
        }
    }
}

fn letter(kind: &str, format: &str) -> Result<&'static str, String> {
    Ok(match (kind, format) {
        ("string", "byte") => "y",
        ("string", "date-time") => "t",
        ("string", "int-or-string") => "p",
        ("string", _) => "s",
        ("integer", "int32") => "i",
        ("integer", _) => "l",
        ("number", _) => "n",
        ("boolean", _) => "b",
        ("object" | "", _) => "x",
        _ => return Err(format!("nothing is known of {kind} {format}")),
    })
}

/// The name of a definition as the table has it: `core/v1.Container`.
fn short(name: &str) -> String {
    const PREFIXES: [(&str, &str); 4] = [
        ("io.k8s.api.", ""),
        ("io.k8s.apimachinery.pkg.apis.", ""),
        ("io.k8s.apiextensions-apiserver.pkg.apis.", ""),
        ("io.k8s.kube-aggregator.pkg.apis.", ""),
    ];
    let found = PREFIXES
        .iter()
        .find_map(|(prefix, with)| Some(format!("{with}{}", name.strip_prefix(prefix)?)));
    found
        .unwrap_or_else(|| name.to_owned())
        .replacen('.', "/", 1)
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn names_are_those_of_go_packages() {
        assert_eq!(short("io.k8s.api.core.v1.Pod"), "core/v1.Pod");
        assert_eq!(
            short("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"),
            "meta/v1.ObjectMeta"
        );
    }
}
