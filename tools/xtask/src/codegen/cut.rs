//! Cuts a description down to the graph that a merge walks: definitions, the fields that lead to a map or a
//! merged list, and the keys of those lists.
//!
//! Scalars and lists that are replaced as a whole are left out, as nothing below them is ever asked for. Maps
//! in which nothing merges stay: that a map is described matters, because kyaml looks for an embedded object only
//! in what is not.

use super::openapi::{Gvk, Schema};
use std::collections::{BTreeMap, BTreeSet};

/// A shape: a definition by its place, or beyond the definitions a map or list that has no name.
pub(super) type Shape = u16;

/// The graph.
#[derive(Default)]
pub(super) struct Facts {
    /// Names of definitions, ascending.
    pub(super) definitions: Vec<String>,
    /// The definitions of Kustomize's own kinds.
    pub(super) own: Vec<Shape>,
    /// The definition of each kind.
    pub(super) kinds: BTreeMap<Gvk, Shape>,
    /// The shapes of fields.
    pub(super) fields: BTreeMap<(Shape, String), Shape>,
    /// The shape of all values of a map.
    pub(super) values: BTreeMap<Shape, Shape>,
    /// The keys and elements of merged lists.
    pub(super) lists: BTreeMap<Shape, (Vec<String>, Shape)>,
}

type Definitions = BTreeMap<String, Schema>;

/// Cuts both descriptions, as one.
pub(super) fn cut(kubernetes: &Definitions, kustomize: &Definitions) -> Result<Facts, String> {
    let mut all: BTreeMap<&str, &Schema> = BTreeMap::new();
    for (name, schema) in kubernetes.iter().chain(kustomize) {
        if all.insert(name, schema).is_some() {
            return Err(format!("{name} is defined twice"));
        }
    }
    let names = reachable(&all)?;
    let mut cutter = Cutter {
        all,
        ids: names
            .iter()
            .zip(0..)
            .map(|(name, id)| (*name, id))
            .collect(),
        nameless: BTreeMap::new(),
        facts: Facts {
            definitions: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Facts::default()
        },
    };
    for (id, name) in (0..).zip(&names) {
        cutter.definition(id, name)?;
    }
    cutter.facts.own = kustomize
        .keys()
        .filter_map(|name| cutter.ids.get(name.as_str()).copied())
        .collect();
    Ok(cutter.facts)
}

/// Whether lists of this schema are merged.
fn is_merged_list(schema: &Schema) -> bool {
    schema.types == ["array"] && schema.strategies.iter().any(|strategy| strategy == "merge")
}

/// Whether a value of this schema may be a map or a merged list.
fn is_kept(schema: &Schema, all: &BTreeMap<&str, &Schema>) -> Result<bool, String> {
    let schema = resolve(schema, all)?;
    Ok(is_merged_list(schema) || schema.types.is_empty() || schema.types == ["object"])
}

fn resolve<'s>(schema: &'s Schema, all: &BTreeMap<&str, &'s Schema>) -> Result<&'s Schema, String> {
    let Some(name) = &schema.reference else {
        return Ok(schema);
    };
    match all.get(name.as_str()) {
        Some(definition) if definition.reference.is_none() => Ok(definition),
        Some(_) => Err(format!("{name} stands for another definition")),
        None => Err(format!("{name} is not defined")),
    }
}

/// The schemas directly below `schema` that are kept.
fn kept_children<'s>(
    schema: &'s Schema,
    all: &BTreeMap<&str, &'s Schema>,
) -> Result<Vec<&'s Schema>, String> {
    let items = schema.items.iter().filter(|_| is_merged_list(schema));
    let below = schema
        .properties
        .values()
        .chain(schema.values.as_deref())
        .chain(items.map(|items| &**items));
    let mut kept = Vec::new();
    for child in below {
        if is_kept(child, all)? {
            kept.push(child);
        }
    }
    Ok(kept)
}

/// The definitions of kinds, and those that a merge can come to from there.
fn reachable<'s>(all: &BTreeMap<&'s str, &'s Schema>) -> Result<BTreeSet<&'s str>, String> {
    let mut found = BTreeSet::new();
    let roots = all.iter().filter(|(_, schema)| !schema.kinds.is_empty());
    let mut names: Vec<&str> = roots.map(|(name, _)| *name).collect();
    while let Some(name) = names.pop() {
        if !found.insert(name) {
            continue;
        }
        let mut schemas = vec![all[name]];
        while let Some(schema) = schemas.pop() {
            for child in kept_children(schema, all)? {
                match &child.reference {
                    Some(name) => names.push(name),
                    None => schemas.push(child),
                }
            }
        }
    }
    Ok(found)
}

/// A shape without a name, by what it says; equal ones are one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Nameless {
    Map(Vec<(String, Shape)>, Option<Shape>),
    List(Vec<String>, Shape),
}

struct Cutter<'s> {
    all: BTreeMap<&'s str, &'s Schema>,
    ids: BTreeMap<&'s str, Shape>,
    nameless: BTreeMap<Nameless, Shape>,
    facts: Facts,
}

impl Cutter<'_> {
    fn definition(&mut self, id: Shape, name: &str) -> Result<(), String> {
        let schema = self.all[name];
        let Nameless::Map(fields, values) = self.map(schema)? else {
            return Err(format!("{name} is a list"));
        };
        self.record_map(id, fields, values);
        for kind in &schema.kinds {
            if self.facts.kinds.insert(kind.clone(), id).is_some() {
                return Err(format!("{} has two definitions", kind.kind));
            }
        }
        Ok(())
    }

    fn map(&mut self, schema: &Schema) -> Result<Nameless, String> {
        let mut fields = Vec::new();
        for (name, property) in &schema.properties {
            if let Some(shape) = self.shape(property)? {
                fields.push((name.clone(), shape));
            }
        }
        let values = schema
            .values
            .as_deref()
            .map(|values| self.shape(values))
            .transpose()?
            .flatten();
        Ok(Nameless::Map(fields, values))
    }

    /// The shape of `schema`; nothing if it is not kept.
    fn shape(&mut self, schema: &Schema) -> Result<Option<Shape>, String> {
        if !is_kept(schema, &self.all)? {
            return Ok(None);
        }
        if let Some(name) = &schema.reference {
            return Ok(self.ids.get(name.as_str()).copied());
        }
        let nameless = if is_merged_list(schema) {
            let elements = schema
                .items
                .as_deref()
                .map(|items| self.shape(items))
                .transpose()?
                .flatten();
            let elements =
                elements.unwrap_or_else(|| self.nameless(Nameless::Map(Vec::new(), None)));
            Nameless::List(schema.keys.clone(), elements)
        } else {
            self.map(schema)?
        };
        Ok(Some(self.nameless(nameless)))
    }

    fn nameless(&mut self, nameless: Nameless) -> Shape {
        if let Some(known) = self.nameless.get(&nameless) {
            return *known;
        }
        let id = Shape::try_from(self.ids.len() + self.nameless.len())
            .expect("a description has few shapes");
        match &nameless {
            Nameless::Map(fields, values) => self.record_map(id, fields.clone(), *values),
            Nameless::List(keys, elements) => {
                self.facts.lists.insert(id, (keys.clone(), *elements));
            }
        }
        self.nameless.insert(nameless, id);
        id
    }

    fn record_map(&mut self, id: Shape, fields: Vec<(String, Shape)>, values: Option<Shape>) {
        self.facts
            .fields
            .extend(fields.into_iter().map(|(name, shape)| ((id, name), shape)));
        self.facts.values.extend(values.map(|values| (id, values)));
    }
}

#[cfg(test)]
mod tests {
    use super::cut;
    use crate::codegen::openapi::from_json;

    #[test]
    fn only_what_a_merge_asks_for_is_left() {
        let description = from_json(
            br##"{"definitions": {
                "unused": {"type": "object"},
                "item": {"type": "object", "properties": {"any": {}, "text": {"type": "string"}}},
                "root": {
                    "x-kubernetes-group-version-kind": [{"group": "g", "version": "v1", "kind": "Root"}],
                    "properties": {
                        "list": {
                            "type": "array", "items": {"$ref": "#/definitions/item"},
                            "x-kubernetes-patch-strategy": "merge,retainKeys", "x-kubernetes-patch-merge-key": "name"
                        },
                        "replaced": {"type": "array", "items": {"$ref": "#/definitions/unused"}},
                        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                        "count": {"type": "integer"}
                    }
                }
            }}"##,
        )
        .unwrap();
        let facts = cut(&description.definitions, &Default::default()).unwrap();
        assert_eq!(facts.definitions, ["item", "root"]);
        let fields: Vec<_> = facts
            .fields
            .iter()
            .map(|((of, name), to)| (*of, name.as_str(), *to))
            .collect();
        assert_eq!(fields, [(0, "any", 2), (1, "labels", 2), (1, "list", 3)]);
        assert_eq!(facts.lists[&3], (vec!["name".to_owned()], 0));
        assert!(facts.values.is_empty());
    }

    #[test]
    fn a_reference_to_nothing_is_refused() {
        let text = br##"{"definitions": {"root": {
            "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Root"}],
            "properties": {"spec": {"$ref": "#/definitions/spec"}}
        }}}"##;
        let definitions = from_json(text).unwrap().definitions;
        assert_eq!(
            cut(&definitions, &Default::default()).err().unwrap(),
            "spec is not defined"
        );
    }
}
