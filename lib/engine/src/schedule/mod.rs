//! Which object may be applied now: the order of a run, event by event.
//!
//! A [`Schedule`] knows the graph and how far each node is. It is told what happened and says what is released;
//! who applies, watches or counts time is not its matter. A node is released when nothing holds it back:
//!
//! - a need of its own that is not met: hard ones always, soft ones only before a first creation and only until
//!   [`Happened::WaitOver`]; what exists already is held back by hard needs alone, and never waits for readiness;
//! - something of an earlier layer that is on its way: released, and neither ready nor failed nor late. What an earlier
//!   run has sent and is on its way still holds back only what is to be made.
//!
//! A node that stands for a unit is there as soon as the unit's objects are, and ready as soon as they are and all that
//! the unit requires besides is told to be current.
//!
//! ```
//! use gitopsc_core::{Gvk, ObjectRef, Span};
//! use gitopsc_engine::graph::{Draft, Edge, Force, Node, NodeId, Reason, Wait, What};
//! use gitopsc_engine::schedule::{Happened, Schedule, Start};
//! let map = |name: &str| {
//!     let object = ObjectRef { kind: "ConfigMap".into(), name: name.into(), ..ObjectRef::default() };
//!     let what = What::Object { gvk: Gvk::parse("v1", "ConfigMap"), object };
//!     Node { what, unit: 0, layer: None, span: Span::NONE }
//! };
//! let mut draft = Draft::new(vec![map("first"), map("needy")]);
//! draft.add(Edge::new(NodeId(1), NodeId(0), Reason::DependsOn, Wait::Ready, Force::Hard));
//! let (graph, _) = draft.settle();
//! let (mut schedule, released) = Schedule::begin(&graph, &[Start::Create, Start::Create]);
//! assert_eq!(released, [NodeId(0)]);
//! assert_eq!(schedule.on(NodeId(0), Happened::Applied), []);
//! assert_eq!(schedule.on(NodeId(0), Happened::Ready(true)), [NodeId(1)]);
//! ```

mod blocked;
mod gate;
mod needs;
mod state;

pub use blocked::Blocker;
pub use state::{Happened, Start};

use crate::graph::{Exists, ManifestGraph, NodeId, Outside, Wait};
use gate::{Gate, layer_of};
use needs::{Level, Made, made_by_others};
use state::{Progress, State};
use std::collections::BTreeMap;

/// How far each node of a graph is.
#[derive(Clone, Debug)]
pub struct Schedule<'g> {
    graph: &'g ManifestGraph,
    states: Vec<State>,
    needed_by: Vec<Vec<NodeId>>,
    gate: Gate,
    /// What is made by somebody else, once it was seen, with who needs it.
    made: BTreeMap<Exists, Made>,
    /// What each node needs that is in no unit.
    outside: BTreeMap<NodeId, Vec<&'g Outside>>,
}

impl<'g> Schedule<'g> {
    /// A schedule in which node `i` stands as `starts[i]` says, and what can begin at once, in order.
    ///
    /// What has no entry in `starts` has nothing to do and is not there. A node that stands for a unit is
    /// settled by what it needs, whatever its entry says; one that [`Start::Requires`] more is released when its
    /// objects are there, and is ready only once that was told.
    #[must_use]
    pub fn begin(graph: &'g ManifestGraph, starts: &[Start]) -> (Schedule<'g>, Vec<NodeId>) {
        let absent = Start::Nothing {
            exists: false,
            ready: false,
        };
        let start_of = |id: NodeId| match graph.node(id).object() {
            Some(_) => starts.get(id.index()).copied().unwrap_or(absent),
            None if starts.get(id.index()) == Some(&Start::Requires) => Start::Requires,
            None => Start::Create,
        };
        let mut needed_by = vec![Vec::new(); graph.nodes().len()];
        for edge in graph.edges() {
            needed_by[edge.to.index()].push(edge.from);
        }
        let mut schedule = Schedule {
            graph,
            states: graph.ids().map(|id| State::of(start_of(id))).collect(),
            needed_by,
            gate: Gate::new(graph),
            made: made_by_others(graph),
            outside: BTreeMap::new(),
        };
        for outside in graph.outside() {
            let of = schedule.outside.entry(outside.from);
            of.or_default().push(outside);
        }
        let mut released = Vec::new();
        schedule.settle_units(&mut released);
        schedule.begin_with_what_was_sent();
        for node in graph.order() {
            schedule.try_release(node, &mut released);
        }
        (schedule, released)
    }

    /// Takes note that something happened to `node`, and gives what can begin now, in order.
    pub fn on(&mut self, node: NodeId, happened: Happened) -> Vec<NodeId> {
        let was_on_its_way = self.states[node.index()].is_on_its_way();
        let is_object = self.is_object(node);
        let state = &mut self.states[node.index()];
        match happened {
            Happened::Applied => {
                state.progress = Progress::Applied;
                state.exists = true;
            }
            Happened::Failed => state.progress = Progress::Failed,
            Happened::Ready(ready) if is_object => state.ready = ready,
            Happened::Ready(ready) => state.requires = !ready,
            Happened::WaitOver => state.wait_over = true,
            Happened::Late => state.late = true,
        }
        let mut released = Vec::new();
        if is_object {
            self.try_release(node, &mut released);
        } else {
            self.settle_unit(node, &mut released);
        }
        self.settle_around(node, was_on_its_way, &mut released);
        released
    }

    /// Takes note that what is in `made` was seen, and gives what can begin now, in order.
    pub fn on_made(&mut self, made: &Exists) -> Vec<NodeId> {
        let mut released = Vec::new();
        if let Some(entry) = self.made.get_mut(made) {
            entry.seen = true;
            for node in entry.needed_by.clone() {
                self.try_release(node, &mut released);
            }
        }
        released
    }

    /// What somebody waits for that is made by others, and was not seen yet.
    pub fn awaited(&self) -> impl Iterator<Item = &Exists> {
        let unseen = self.made.iter().filter(|(_, made)| !made.seen);
        let waited = unseen.filter(|(_, made)| made.needed_by.iter().any(|by| self.is_held(*by)));
        waited.map(|(exists, _)| exists)
    }

    /// Whether `node` still waits for its turn.
    #[must_use]
    pub fn is_held(&self, node: NodeId) -> bool {
        self.states[node.index()].progress == Progress::Held
    }

    /// Whether anything is released and not applied yet.
    #[must_use]
    pub fn is_at_work(&self) -> bool {
        let at_work = |state: &State| state.progress == Progress::Released;
        self.states.iter().any(at_work)
    }

    /// Whether any object was applied that is neither ready nor late.
    #[must_use]
    pub fn is_on_its_way(&self) -> bool {
        let mut objects = self.graph.ids().filter(|id| self.is_object(*id));
        objects.any(|id| self.states[id.index()].is_on_its_way())
    }

    /// What is held, in the order of ids.
    pub fn held(&self) -> impl Iterator<Item = NodeId> {
        let objects = self.graph.ids().filter(|id| self.is_object(*id));
        objects.filter(|id| self.is_held(*id))
    }

    fn is_object(&self, node: NodeId) -> bool {
        self.graph.node(node).object().is_some()
    }

    /// Settles the units whose objects are as they should be before anything was done.
    fn settle_units(&mut self, released: &mut Vec<NodeId>) {
        let is_unit = |id: &NodeId| self.graph.node(*id).object().is_none();
        let units: Vec<NodeId> = self.graph.ids().filter(is_unit).collect();
        let mut changed = true;
        while changed {
            changed = false;
            for unit in &units {
                changed |= self.settle_unit(*unit, released);
            }
        }
    }

    /// Counts what an earlier run has sent as on its way, but for what itself waits for something that is to be made of a
    /// later layer: for that the order of layers gives way.
    fn begin_with_what_was_sent(&mut self) {
        let latest = self.latest_needed();
        for node in self.graph.ids() {
            let state = &mut self.states[node.index()];
            if state.settles && latest[node.index()] > Some(layer_of(self.graph, node)) {
                state.settles = false;
            } else if state.settles {
                self.gate.begin(self.graph, node);
            }
        }
    }

    /// For each node the last layer of which something is to be made that it needs, through whatever else.
    fn latest_needed(&self) -> Vec<Option<usize>> {
        let mut latest = vec![None; self.graph.nodes().len()];
        for node in self.graph.order() {
            for edge in self.graph.needs(node) {
                let to = edge.to;
                let is_made = self.states[to.index()].creates && self.is_object(to);
                let own = is_made.then(|| layer_of(self.graph, to));
                if edge.wait != Wait::Order {
                    latest[node.index()] = latest[node.index()].max(latest[to.index()]).max(own);
                }
            }
        }
        latest
    }

    /// Looks again at what a change of `node` may have let go.
    fn settle_around(&mut self, node: NodeId, was_on_its_way: bool, released: &mut Vec<NodeId>) {
        let mut changed = vec![node];
        while let Some(node) = changed.pop() {
            for at in 0..self.needed_by[node.index()].len() {
                let by = self.needed_by[node.index()][at];
                if self.is_object(by) {
                    self.try_release(by, released);
                } else if self.settle_unit(by, released) {
                    changed.push(by);
                }
            }
        }
        if was_on_its_way && !self.states[node.index()].is_on_its_way() {
            for waiting in self.gate.leave(self.graph, node) {
                self.try_release(waiting, released);
            }
        }
    }

    /// Takes note of how far the objects of a unit are, and gives whether that is further than before.
    fn settle_unit(&mut self, unit: NodeId, released: &mut Vec<NodeId>) -> bool {
        let before = self.states[unit.index()];
        let is_up_to = |level| self.needs_up_to(unit, level).all(|need| need.met);
        if !before.is_done() && !is_up_to(Level::There) {
            return false;
        }
        let ready = before.ready || (!before.requires && is_up_to(Level::Ready));
        let state = &mut self.states[unit.index()];
        (state.progress, state.exists, state.ready) = (Progress::Applied, true, ready);
        if !before.is_done() && before.requires {
            released.push(unit);
        }
        !before.is_done() || before.ready != ready
    }

    fn try_release(&mut self, node: NodeId, released: &mut Vec<NodeId>) {
        if !self.is_held(node) || self.needs(node).any(|need| !need.met) {
            return;
        }
        let made = self.states[node.index()].creates;
        if !self.gate.enter(self.graph, node, made) {
            return;
        }
        self.states[node.index()].progress = Progress::Released;
        released.push(node);
    }
}
