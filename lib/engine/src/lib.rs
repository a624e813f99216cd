//! Pure decisions: which object needs which, in what order they can come, and how healthy a live one is.
//!
//! A [`graph::ManifestGraph`] is made of nodes and of the edges that somebody derived; it settles what
//! contradicts itself and gives the order. Where edges come from is the compiler's matter, what is done
//! in that order the reconciler's: this crate knows neither files nor a cluster.
//!
//! ```
//! use gitopsc_core::{Gvk, ObjectRef, Span};
//! use gitopsc_engine::graph::{Draft, Edge, Force, Node, NodeId, Reason, Wait, What};
//!
//! let map = |name: &str| {
//!     let object = ObjectRef { kind: "ConfigMap".into(), name: name.into(), ..ObjectRef::default() };
//!     let what = What::Object { gvk: Gvk::parse("v1", "ConfigMap"), object };
//!     Node { what, unit: 0, layer: None, span: Span::NONE }
//! };
//! let mut draft = Draft::new(vec![map("first"), map("needy"), map("other")]);
//! draft.add(Edge::new(NodeId(1), NodeId(0), Reason::DependsOn, Wait::Ready, Force::Hard));
//! let (graph, _) = draft.settle();
//! let waves: Vec<usize> = graph.waves().iter().map(|wave| wave.nodes.len()).collect();
//! assert_eq!(waves, [2, 1]);
//! ```

pub mod applyset;
pub mod cel;
pub mod conflict;
pub mod difference;
pub mod drift;
pub mod fields;
pub mod former_owner;
pub mod graph;
pub mod health;
pub mod marks;
pub mod mask;
pub mod normalise;
pub mod observed;
pub mod ownership;
pub mod plan;
pub mod policy;
pub mod reconcile;
pub mod record;
pub mod rules;
pub mod schedule;
pub mod schema;
pub mod timestamp;
pub mod unknown;
