//! The blob of the graph: units in their order, edges between their objects, the root digest.
//!
//! Edges name objects by number: all objects of all units in order, then the units that stand in the graph
//! themselves.

use super::field::{self, write_list, write_string};
use super::manifest::append;
use crate::compilation::{Compilation, Unit, UnitKind};
use crate::digest::{GraphDigest, InputDigest, UnitDigest};
use gitopsc_core::{Digest, EcoString, Json, ObjectRef, Span, TreePath, UnitPath};
use gitopsc_engine::graph::{
    Edge, Exists, Force, ManifestGraph, NodeId, Outside, Reason, Wait, What,
};
use std::collections::BTreeMap;

/// The blob of `graph` over the units of `compilation`.
pub(super) fn write(
    compilation: &Compilation,
    graph: &ManifestGraph,
    root: GraphDigest,
) -> Vec<u8> {
    let mut out = String::from("{\"edges\":");
    write_list(graph.edges(), &mut out, write_edge);
    out.push_str(",\"layers\":");
    let layers = compilation.layers.iter();
    write_list(layers, &mut out, |layer, out| {
        write_string(&layer.name, out)
    });
    out.push_str(",\"outside\":");
    write_list(graph.outside(), &mut out, write_outside);
    append(
        &mut out,
        format_args!(",\"root\":\"{root}\",\"unitNodes\":"),
    );
    let nodes = graph.nodes().iter();
    let units = nodes.filter(|node| matches!(node.what, What::Unit));
    write_list(units, &mut out, |node, out| {
        append(out, format_args!("{}", node.unit));
    });
    out.push_str(",\"units\":");
    write_list(&compilation.units, &mut out, write_unit);
    out.push('}');
    out.into_bytes()
}

fn write_edge(edge: &Edge, out: &mut String) {
    let (from, to) = (edge.from.0, edge.to.0);
    let (reason, wait, force) = (edge.reason.word(), edge.wait.word(), edge.force.word());
    append(
        out,
        format_args!("[{from},{to},\"{reason}\",\"{wait}\",\"{force}\""),
    );
    if let Some(exists) = &edge.exists {
        out.push(',');
        write_object(&exists.object, out);
        out.push(',');
        write_list(&exists.keys, out, |key, out| write_string(key, out));
    }
    out.push(']');
}

fn write_outside(outside: &Outside, out: &mut String) {
    let (from, reason, force) = (outside.from.0, outside.reason.word(), outside.force.word());
    append(out, format_args!("[{from},\"{reason}\",\"{force}\","));
    write_object(&outside.object, out);
    out.push(']');
}

fn write_object(object: &ObjectRef, out: &mut String) {
    let parts = [&object.group, &object.kind, &object.namespace, &object.name];
    write_list(parts, out, |part, out| write_string(part, out));
}

fn write_unit(unit: &Unit, out: &mut String) {
    out.push('{');
    if let Some(output) = unit.output {
        append(out, format_args!("\"digest\":\"{output}\","));
    }
    append(
        out,
        format_args!(
            "\"input\":\"{}\",\"kind\":\"{}\"",
            unit.input,
            unit.kind.word()
        ),
    );
    if let Some(layer) = unit.layer {
        append(out, format_args!(",\"layer\":{layer}"));
    }
    out.push_str(",\"path\":");
    write_string(unit.path.0.as_str(), out);
    out.push_str(",\"settings\":{");
    for (at, (name, value)) in unit.settings.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_string(name, out);
        out.push(':');
        write_string(value, out);
    }
    out.push_str("}}");
}

/// What the graph's blob says, nothing of it checked against units.
pub(super) struct Listed {
    pub(super) root: GraphDigest,
    pub(super) layers: Vec<EcoString>,
    pub(super) units: Vec<ListedUnit>,
    pub(super) unit_nodes: Vec<usize>,
    pub(super) edges: Vec<Edge>,
    pub(super) outside: Vec<Outside>,
}

/// A unit as the graph's blob lists it.
pub(super) struct ListedUnit {
    pub(super) path: UnitPath,
    pub(super) layer: Option<usize>,
    pub(super) kind: UnitKind,
    pub(super) settings: BTreeMap<EcoString, EcoString>,
    pub(super) input: InputDigest,
    pub(super) digest: UnitDigest,
}

/// What the blob `stored` says; nothing if it is none.
pub(super) fn read(stored: &Json) -> Option<Listed> {
    let all = |key: &str| field::list(stored, key).map(<[Json]>::iter);
    let layer = |layer: &Json| layer.as_plain_str().map(EcoString::from);
    Some(Listed {
        root: Digest::parse(field::text(stored, "root")?)?,
        layers: all("layers")?.map(layer).collect::<Option<_>>()?,
        units: all("units")?.map(read_unit).collect::<Option<_>>()?,
        unit_nodes: all("unitNodes")?.map(field::index).collect::<Option<_>>()?,
        edges: all("edges")?.map(read_edge).collect::<Option<_>>()?,
        outside: all("outside")?.map(read_outside).collect::<Option<_>>()?,
    })
}

fn read_unit(stored: &Json) -> Option<ListedUnit> {
    let kind = field::text(stored, "kind")?;
    let layer = match stored.get("layer") {
        None => None,
        Some(layer) => Some(field::index(layer)?),
    };
    Some(ListedUnit {
        path: UnitPath(TreePath::new(field::text(stored, "path")?)),
        layer,
        kind: UnitKind::ALL
            .into_iter()
            .find(|known| known.word() == kind)?,
        settings: field::texts(stored.get("settings")?)?.into_iter().collect(),
        input: Digest::parse(field::text(stored, "input")?)?,
        digest: Digest::parse(field::text(stored, "digest")?)?,
    })
}

fn read_edge(stored: &Json) -> Option<Edge> {
    let Json::Array(parts) = stored else {
        return None;
    };
    let (head, exists) = parts.split_first_chunk::<5>()?;
    let [from, to, reason, wait, force] = head;
    let exists = match exists {
        [] => None,
        [object, Json::Array(keys)] => Some(Exists {
            object: read_object(object)?,
            keys: keys
                .iter()
                .map(|key| key.as_plain_str().map(EcoString::from))
                .collect::<Option<_>>()?,
        }),
        _ => return None,
    };
    let edge = Edge::new(
        node(from)?,
        node(to)?,
        word(reason, Reason::ALL, Reason::word)?,
        word(wait, Wait::ALL, Wait::word)?,
        word(force, Force::ALL, Force::word)?,
    );
    Some(match exists {
        Some(exists) => edge.met_by(exists),
        None => edge,
    })
}

fn read_outside(stored: &Json) -> Option<Outside> {
    let Json::Array(parts) = stored else {
        return None;
    };
    let [from, reason, force, object] = &**parts else {
        return None;
    };
    Some(Outside {
        from: node(from)?,
        object: read_object(object)?,
        reason: word(reason, Reason::ALL, Reason::word)?,
        force: word(force, Force::ALL, Force::word)?,
        span: Span::NONE,
    })
}

fn read_object(stored: &Json) -> Option<ObjectRef> {
    let Json::Array(parts) = stored else {
        return None;
    };
    let [group, kind, namespace, name] = &**parts else {
        return None;
    };
    let text = |part: &Json| part.as_plain_str().map(EcoString::from);
    Some(ObjectRef {
        group: text(group)?,
        kind: text(kind)?,
        namespace: text(namespace)?,
        name: text(name)?,
    })
}

fn node(stored: &Json) -> Option<NodeId> {
    u32::try_from(field::index(stored)?).ok().map(NodeId)
}

/// The one of `all` whose word `stored` is.
fn word<T: Copy>(stored: &Json, all: &[T], word: fn(T) -> &'static str) -> Option<T> {
    let said = stored.as_plain_str()?;
    all.iter().copied().find(|one| word(*one) == said)
}
