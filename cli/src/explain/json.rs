//! An explanation as one JSON document; its schema is docs/reference/schemas/explanation.schema.json.
//!
//! Values are not in it, so that none of them can be a secret: `gitopsc build` prints them.

use super::origin::{Object, number};
use crate::diagnostics::Place;
use gitopsc_core::ObjectRef;
use gitopsc_engine::graph::{Edge, NodeId, Outside};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Explanation<'e> {
    api_version: &'static str,
    kind: &'static str,
    object: Named<'e>,
    unit: Unit<'e>,
    digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At<'e>>,
    transformers: Vec<Transformer<'e>>,
    fields: Vec<Field<'e>>,
    needs: Vec<Need<'e>>,
    needed_by: Vec<Need<'e>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Named<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    api_version: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    group: &'e str,
    kind: &'e str,
    #[serde(skip_serializing_if = "str::is_empty")]
    namespace: &'e str,
    name: &'e str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unit<'e> {
    path: &'e str,
    #[serde(skip_serializing_if = "str::is_empty")]
    layer: &'e str,
    input_digest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_digest: Option<String>,
}

#[derive(Serialize)]
struct At<'e> {
    file: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

#[derive(Serialize)]
struct Transformer<'e> {
    id: usize,
    name: &'static str,
    /// How many values stand as it put them.
    values: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At<'e>>,
}

#[derive(Serialize)]
struct Field<'e> {
    pointer: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transformer: Option<usize>,
}

#[derive(Serialize)]
struct Need<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<Named<'e>>,
    /// The unit of the other object, or the unit itself; nothing if it is in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'e str>,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wait: Option<&'static str>,
    force: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<&'e str>,
}

/// One document of kind Explanation.
pub fn render(object: &Object<'_>) -> String {
    let (unit, manifest) = (object.unit(), object.manifest());
    let place = |span| object.place(span).map(at);
    let through = object.through();
    let transformers = through.iter().map(|one| Transformer {
        id: one.number,
        name: one.name,
        values: one.values,
        place: one.place.map(at),
    });
    let fields = object.origins().iter().map(|origin| Field {
        pointer: &origin.pointer,
        place: place(origin.span),
        transformer: number(&through, origin),
    });
    let here = object.needs().into_iter();
    let here = here.map(|edge| need(object, edge, edge.to));
    let outside = object.outside().into_iter().map(not_here);
    let explanation = Explanation {
        api_version: "gitopsc.dev/v1alpha1",
        kind: "Explanation",
        object: named(
            &manifest.object,
            Some(manifest.gvk.api_version().to_string()),
        ),
        unit: Unit {
            path: unit.path.0.as_str(),
            layer: object.layer(),
            input_digest: unit.input.to_string(),
            output_digest: unit.output.map(|digest| digest.to_string()),
        },
        digest: unit.digests[object.found.manifest].to_string(),
        place: place(manifest.span),
        transformers: transformers.collect(),
        fields: fields.collect(),
        needs: here.chain(outside).collect(),
        needed_by: object
            .needed_by()
            .into_iter()
            .map(|edge| need(object, edge, edge.from))
            .collect(),
    };
    let mut text = serde_json::to_string_pretty(&explanation).expect("texts and numbers are JSON");
    text.push('\n');
    text
}

fn named(object: &ObjectRef, api_version: Option<String>) -> Named<'_> {
    Named {
        group: if api_version.is_some() {
            ""
        } else {
            &object.group
        },
        api_version,
        kind: &object.kind,
        namespace: &object.namespace,
        name: &object.name,
    }
}

fn at(place: Place<'_>) -> At<'_> {
    At {
        file: place.path.as_str(),
        line: place.position.map(|position| position.line),
        column: place.position.map(|position| position.column),
    }
}

/// The need that `edge` is, seen from the object; `other` is at its other end.
fn need<'e>(object: &Object<'e>, edge: &'e Edge, other: NodeId) -> Need<'e> {
    let node = object.view.graph.node(other);
    let version = node.gvk().map(|gvk| gvk.api_version().to_string());
    let keys = edge.exists.iter().flat_map(|exists| &exists.keys);
    Need {
        object: node.object().map(|object| named(object, version)),
        unit: Some(object.view.unit(other)),
        reason: edge.reason.word(),
        wait: Some(edge.wait.word()),
        force: edge.force.word(),
        keys: keys.map(|key| key.as_str()).collect(),
    }
}

/// A need for something that is in no unit.
fn not_here(need: &Outside) -> Need<'_> {
    Need {
        object: Some(named(&need.object, None)),
        unit: None,
        reason: need.reason.word(),
        wait: None,
        force: need.force.word(),
        keys: Vec::new(),
    }
}
