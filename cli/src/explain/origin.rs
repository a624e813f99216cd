//! The object that is explained, and the places that its parts have.

use crate::diagnostics::{Paths, Place, Sources};
use crate::graph::View;
use gitopsc_compiler::explain::Found;
use gitopsc_compiler::{Compilation, Unit};
use gitopsc_core::{Manifest, Span, TransformId, ValueOrigin};
use gitopsc_engine::graph::{Edge, NodeId, Outside};
use std::collections::BTreeMap;

/// An object with all that is asked about it.
pub struct Object<'o> {
    pub found: Found,
    pub node: NodeId,
    pub compilation: &'o Compilation,
    pub view: &'o View<'o>,
    pub sources: &'o Sources<'o>,
    pub paths: &'o Paths,
}

/// A transformer that the object went through.
pub struct Through<'o> {
    id: TransformId,
    /// Its number among these, from 1: first those that put values in place, in the order in which they ran.
    pub number: usize,
    /// How many values stand as it put them.
    pub values: usize,
    pub name: &'static str,
    pub place: Option<Place<'o>>,
}

/// The number of the transformer that put a value there.
pub fn number(through: &[Through<'_>], origin: &ValueOrigin) -> Option<usize> {
    let id = origin.transform?;
    let one = through.iter().find(|one| one.id == id)?;
    Some(one.number)
}

impl<'o> Object<'o> {
    pub fn unit(&self) -> &'o Unit {
        self.found.unit(self.compilation)
    }

    pub fn manifest(&self) -> &'o Manifest {
        self.found.manifest(self.compilation)
    }

    /// The name of the unit's layer.
    pub fn layer(&self) -> &'o str {
        let layer = self.unit().layer;
        layer.map_or("", |layer| &self.compilation.layers[layer].name)
    }

    /// The place of `span`; nothing if it is in no file.
    pub fn place(&self, span: Span) -> Option<Place<'o>> {
        let source = self.sources.source(span)?;
        Some(Place {
            path: source.path,
            position: source.text.as_ref().map(|text| text.position(span)),
        })
    }

    /// The transformers that the object went through, without those that nobody asked for and that did nothing.
    pub fn through(&self) -> Vec<Through<'o>> {
        let mut values: BTreeMap<TransformId, usize> = BTreeMap::new();
        values.extend(self.manifest().trail.0.iter().map(|id| (*id, 0)));
        for id in self.origins().iter().filter_map(|origin| origin.transform) {
            *values.entry(id).or_default() += 1;
        }
        let mut through = Vec::new();
        let (traced, others): (Vec<_>, Vec<_>) =
            values.into_iter().partition(|(_, values)| *values > 0);
        for (id, values) in traced.into_iter().chain(others) {
            let Some(transform) = self.unit().transforms.get(id.0 as usize) else {
                continue;
            };
            let place = self.place(transform.span);
            if values > 0 || place.is_some() {
                through.push(Through {
                    id,
                    number: through.len() + 1,
                    values,
                    name: transform.name,
                    place,
                });
            }
        }
        through
    }

    /// Where each value came from, by pointer, ascending.
    pub fn origins(&self) -> &'o [ValueOrigin] {
        match &self.manifest().provenance {
            Some(provenance) => &provenance.0,
            None => &[],
        }
    }

    /// What the object needs, its unit's needs with it.
    pub fn needs(&self) -> Vec<&'o Edge> {
        let graph = self.view.graph;
        let of_unit = self.unit_node().into_iter();
        let of_unit = of_unit.flat_map(|node| graph.needs(node));
        let of_unit = of_unit.filter(|edge| !self.is_inside(edge.to));
        graph.needs(self.node).iter().chain(of_unit).collect()
    }

    /// What the object needs and no unit has.
    pub fn outside(&self) -> Vec<&'o Outside> {
        let outside = self.view.graph.outside().iter();
        outside.filter(|need| need.from == self.node).collect()
    }

    /// What needs the object, and what needs its unit as a whole.
    pub fn needed_by(&self) -> Vec<&'o Edge> {
        let graph = self.view.graph;
        let unit = self.unit_node();
        let of_unit = unit.into_iter().flat_map(|node| graph.needed_by(node));
        let own = graph
            .needed_by(self.node)
            .filter(|edge| Some(edge.from) != unit);
        own.chain(of_unit).collect()
    }

    /// The node that stands for the unit as a whole, if there is one.
    fn unit_node(&self) -> Option<NodeId> {
        let graph = self.view.graph;
        graph.ids().find(|id| {
            let node = graph.node(*id);
            node.unit == self.found.unit && node.object().is_none()
        })
    }

    /// Whether a node is of the object's own unit.
    fn is_inside(&self, id: NodeId) -> bool {
        self.view.graph.node(id).unit == self.found.unit
    }
}
