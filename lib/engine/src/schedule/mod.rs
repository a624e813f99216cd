//! Which object may be applied now: the order of a run, event by event.
//!
//! A [`Schedule`] knows the graph and how far each node is. It is told what happened and says what is released;
//! who applies, watches or counts time is not its matter. A node is released when nothing holds it back:
//!
//! - a need of its own that is not met: hard ones always, soft ones only before a first creation and only until
//!   [`Happened::WaitOver`]; what exists already is held back by hard needs alone, and never waits for readiness;
//! - something of an earlier layer that is on its way: released, and neither ready nor failed nor late.
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

pub use blocked::Blocker;

use crate::graph::{Edge, Exists, Force, ManifestGraph, NodeId, Outside, Wait};
use gate::Gate;
use std::collections::{BTreeMap, BTreeSet};

/// How a node stands before the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// It is not there and is to be made.
    Create,
    /// It is there and is to be changed.
    Change,
    /// It is there, or is not managed by this run, and nothing is to be done.
    Nothing {
        /// Whether it is there.
        exists: bool,
        /// Whether it is ready.
        ready: bool,
    },
    /// Nothing will be done, because it was refused or cannot be known.
    Refused {
        /// Whether it is there all the same.
        exists: bool,
    },
}

/// What happened to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It was applied.
    Applied,
    /// It could not be applied, and will not be tried again.
    Failed,
    /// Its health was looked at: whether it is current.
    Ready(bool),
    /// It has waited for soft needs as long as it may.
    WaitOver,
    /// It has had as long to become ready as it may.
    Late,
}

/// How far a node's own step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Held,
    Released,
    Applied,
    Failed,
    Nothing,
}

#[derive(Clone, Copy, Debug)]
struct State {
    progress: Progress,
    exists: bool,
    ready: bool,
    creates: bool,
    wait_over: bool,
    late: bool,
}

impl State {
    fn of(start: Start) -> State {
        let (progress, exists, ready) = match start {
            Start::Create => (Progress::Held, false, false),
            Start::Change => (Progress::Held, true, false),
            Start::Nothing { exists, ready } => (Progress::Nothing, exists, ready),
            Start::Refused { exists } => (Progress::Failed, exists, false),
        };
        State {
            progress,
            exists,
            ready,
            creates: start == Start::Create,
            wait_over: false,
            late: false,
        }
    }

    /// Whether a later layer waits for it.
    fn is_on_its_way(self) -> bool {
        let under_way = matches!(self.progress, Progress::Released | Progress::Applied);
        under_way && !self.ready && !self.late
    }
}

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

/// Something that no unit has: a controller makes it of an object of the graph, or it is in the cluster.
#[derive(Clone, Debug, Default)]
struct Made {
    seen: bool,
    needed_by: Vec<NodeId>,
}

impl<'g> Schedule<'g> {
    /// A schedule in which node `i` stands as `starts[i]` says, and what can begin at once, in order.
    ///
    /// What has no entry in `starts` has nothing to do and is not there. A node that stands for a unit is
    /// settled by what it needs, whatever its entry says.
    #[must_use]
    pub fn begin(graph: &'g ManifestGraph, starts: &[Start]) -> (Schedule<'g>, Vec<NodeId>) {
        let absent = Start::Nothing {
            exists: false,
            ready: false,
        };
        let start_of = |id: NodeId| match graph.node(id).object() {
            Some(_) => starts.get(id.index()).copied().unwrap_or(absent),
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
        for node in graph.order() {
            schedule.try_release(node, &mut released);
        }
        for node in graph.ids().filter(|id| graph.node(*id).object().is_none()) {
            schedule.try_release(node, &mut released);
        }
        (schedule, released)
    }

    /// Takes note that something happened to `node`, and gives what can begin now, in order.
    pub fn on(&mut self, node: NodeId, happened: Happened) -> Vec<NodeId> {
        let was_on_its_way = self.states[node.index()].is_on_its_way();
        let state = &mut self.states[node.index()];
        match happened {
            Happened::Applied => {
                state.progress = Progress::Applied;
                state.exists = true;
            }
            Happened::Failed => state.progress = Progress::Failed,
            Happened::Ready(ready) => state.ready = ready,
            Happened::WaitOver => state.wait_over = true,
            Happened::Late => state.late = true,
        }
        let mut released = Vec::new();
        self.try_release(node, &mut released);
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

    /// Whether anything was applied that is neither ready nor late.
    #[must_use]
    pub fn is_on_its_way(&self) -> bool {
        self.states.iter().any(|state| state.is_on_its_way())
    }

    /// What is held, in the order of ids.
    pub fn held(&self) -> impl Iterator<Item = NodeId> {
        let objects = self.graph.ids().filter(|id| self.is_object(*id));
        objects.filter(|id| self.is_held(*id))
    }

    fn is_object(&self, node: NodeId) -> bool {
        self.graph.node(node).object().is_some()
    }

    /// Looks again at what a change of `node` may have let go.
    fn settle_around(&mut self, node: NodeId, was_on_its_way: bool, released: &mut Vec<NodeId>) {
        let mut changed = vec![node];
        while let Some(node) = changed.pop() {
            for at in 0..self.needed_by[node.index()].len() {
                let by = self.needed_by[node.index()][at];
                let was_held = self.is_held(by);
                self.try_release(by, released);
                if was_held && !self.is_object(by) && !self.is_held(by) {
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

    fn try_release(&mut self, node: NodeId, released: &mut Vec<NodeId>) {
        if !self.is_held(node) || self.needs(node).any(|need| !need.met) {
            return;
        }
        if !self.is_object(node) {
            let state = &mut self.states[node.index()];
            (state.progress, state.exists, state.ready) = (Progress::Applied, true, true);
            return;
        }
        if !self.gate.enter(self.graph, node) {
            return;
        }
        self.states[node.index()].progress = Progress::Released;
        released.push(node);
    }

    /// The needs that hold `node` back as long as they are not met.
    fn needs(&self, node: NodeId) -> impl Iterator<Item = Need<'g>> {
        let state = self.states[node.index()];
        let is_unit = !self.is_object(node);
        let soft = (state.creates && !state.wait_over) || is_unit;
        let counts = move |force: Force| force == Force::Hard || soft;
        let edges = self.graph.needs(node).iter();
        let edges = edges.filter(move |edge| edge.wait == Wait::Order || counts(edge.force));
        let edges = edges.map(move |edge| Need {
            of: NeedOf::Edge(edge),
            met: self.is_met(edge, state.creates),
        });
        let outside = self.outside.get(&node).into_iter().flatten();
        // What exists already is where it is without them.
        let outside = outside.filter(move |outside| state.creates && counts(outside.force));
        edges.chain(outside.map(|outside| Need {
            of: NeedOf::Outside(outside),
            met: self.is_seen(&anything_of(outside)),
        }))
    }

    fn is_seen(&self, made: &Exists) -> bool {
        self.made.get(made).is_some_and(|made| made.seen)
    }

    fn is_met(&self, edge: &Edge, creates: bool) -> bool {
        let to = self.states[edge.to.index()];
        if let Some(exists) = made_by_another(self.graph, edge) {
            return self.is_seen(exists);
        }
        match edge.wait {
            Wait::Order => to.progress != Progress::Released,
            Wait::Ready if creates && edge.exists.is_none() => to.ready && to.is_done(),
            Wait::Applied | Wait::Ready => to.exists && to.is_done(),
        }
    }
}

impl State {
    /// Whether its own step is over, one way or the other.
    fn is_done(self) -> bool {
        !matches!(self.progress, Progress::Held | Progress::Released)
    }
}

/// What `edge` waits for, if that is not the object itself but what a controller makes of it.
fn made_by_another<'e>(graph: &ManifestGraph, edge: &'e Edge) -> Option<&'e Exists> {
    let exists = edge.exists.as_deref()?;
    (graph.node(edge.to).object() != Some(&exists.object)).then_some(exists)
}

fn made_by_others(graph: &ManifestGraph) -> BTreeMap<Exists, Made> {
    let mut made: BTreeMap<Exists, Made> = BTreeMap::new();
    let mut add = |exists: Exists, by: NodeId| made.entry(exists).or_default().needed_by.push(by);
    for edge in graph.edges() {
        if let Some(exists) = made_by_another(graph, edge) {
            add(exists.clone(), edge.from);
        }
    }
    for outside in graph.outside() {
        add(anything_of(outside), outside.from);
    }
    made
}

/// Whatever is in the object that `outside` names.
fn anything_of(outside: &Outside) -> Exists {
    Exists {
        object: outside.object.clone(),
        keys: BTreeSet::new(),
    }
}

/// A need of a node, and whether it is met.
struct Need<'g> {
    of: NeedOf<'g>,
    met: bool,
}

/// What is needed.
enum NeedOf<'g> {
    Edge(&'g Edge),
    Outside(&'g Outside),
}
