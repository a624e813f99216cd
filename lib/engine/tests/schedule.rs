//! What a schedule releases, and when: nodes that stand for units, and what an earlier run has sent.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gitopsc_core::{Gvk, ObjectRef, Span};
use gitopsc_engine::graph::{Draft, Edge, Force, ManifestGraph, Node, NodeId, Reason, Wait, What};
use gitopsc_engine::schedule::{Blocker, Happened, Schedule, Start};

const MEMBER: NodeId = NodeId(0);
const DEPENDENT: NodeId = NodeId(1);
const UNIT: NodeId = NodeId(2);

/// A unit with one member, and an object of another unit that depends on it.
fn graph() -> ManifestGraph {
    let map = |name: &str| {
        let object = ObjectRef {
            kind: "ConfigMap".into(),
            name: name.into(),
            ..ObjectRef::default()
        };
        let gvk = Gvk::parse("v1", "ConfigMap");
        node(What::Object { gvk, object })
    };
    let mut draft = Draft::new(vec![map("member"), map("dependent"), node(What::Unit)]);
    for (from, to) in [(UNIT, MEMBER), (DEPENDENT, UNIT)] {
        let edge = Edge::new(from, to, Reason::DependsOn, Wait::Ready, Force::Hard);
        draft.add(edge);
    }
    draft.settle().0
}

fn node(what: What) -> Node {
    Node {
        what,
        unit: 0,
        layer: None,
        span: Span::NONE,
    }
}

const READY: Start = Start::Nothing {
    exists: true,
    ready: true,
};

#[test]
fn what_needs_a_unit_that_is_as_it_should_be_begins_at_once() {
    let graph = graph();
    let (_, released) = Schedule::begin(&graph, &[READY, Start::Create]);
    assert_eq!(released, [DEPENDENT]);
}

#[test]
fn a_unit_is_ready_when_what_it_requires_is_told_to_be_current() {
    let graph = graph();
    let starts = [Start::Create, Start::Create, Start::Requires];
    let (mut schedule, released) = Schedule::begin(&graph, &starts);
    assert_eq!(released, [MEMBER]);
    assert_eq!(schedule.on(MEMBER, Happened::Applied), [UNIT]);
    assert_eq!(schedule.on(MEMBER, Happened::Ready(true)), []);
    assert_eq!(schedule.blockers(UNIT), [Blocker::Required]);
    assert_eq!(schedule.on(UNIT, Happened::Ready(false)), []);
    assert_eq!(schedule.on(UNIT, Happened::Ready(true)), [DEPENDENT]);
    assert_eq!(schedule.blockers(UNIT), []);
}

#[test]
fn what_a_unit_requires_may_be_current_before_its_objects_are() {
    let graph = graph();
    let starts = [Start::Create, Start::Create, Start::Requires];
    let (mut schedule, _) = Schedule::begin(&graph, &starts);
    schedule.on(MEMBER, Happened::Applied);
    assert_eq!(schedule.on(UNIT, Happened::Ready(true)), []);
    assert_eq!(schedule.on(MEMBER, Happened::Ready(true)), [DEPENDENT]);
}

#[test]
fn what_exists_waits_for_the_objects_of_a_unit_and_not_for_their_readiness() {
    let graph = graph();
    let starts = [Start::Create, Start::Change, Start::Requires];
    let (mut schedule, released) = Schedule::begin(&graph, &starts);
    assert_eq!(released, [MEMBER]);
    let released = schedule.on(MEMBER, Happened::Applied);
    assert_eq!(released, [UNIT, DEPENDENT]);
    assert!(schedule.is_on_its_way(), "the member is not ready yet");
}

#[test]
fn what_needs_a_unit_of_which_something_failed_is_lost() {
    let graph = graph();
    let (mut schedule, _) = Schedule::begin(&graph, &[Start::Create, Start::Create]);
    schedule.on(MEMBER, Happened::Failed);
    assert!(schedule.lost().contains(&DEPENDENT));
}

const PLATFORM: NodeId = NodeId(0);
const MADE: NodeId = NodeId(1);
const CHANGED: NodeId = NodeId(2);

/// An object of the first layer, and two of the second; `needs` says which of them needs which.
fn layers(needs: &[(NodeId, NodeId)]) -> ManifestGraph {
    let node = |(name, layer): (&str, usize)| {
        let object = ObjectRef {
            kind: "ConfigMap".into(),
            name: name.into(),
            ..ObjectRef::default()
        };
        let gvk = Gvk::parse("v1", "ConfigMap");
        Node {
            layer: Some(layer),
            ..node(What::Object { gvk, object })
        }
    };
    let nodes = [("platform", 0), ("made", 1), ("changed", 1)].map(node);
    let mut draft = Draft::new(nodes.to_vec());
    for (from, to) in needs {
        let edge = Edge::new(*from, *to, Reason::DependsOn, Wait::Ready, Force::Soft);
        draft.add(edge);
    }
    draft.settle().0
}

const SENT_BEFORE: [Start; 3] = [Start::Settles, Start::Create, Start::Change];

#[test]
fn what_an_earlier_run_has_sent_holds_back_what_is_to_be_made_of_later_layers() {
    let graph = layers(&[]);
    for ends in [Happened::Ready(true), Happened::Late] {
        let (mut schedule, released) = Schedule::begin(&graph, &SENT_BEFORE);
        // What exists already is held back by what it cannot do without, and by nothing else.
        assert_eq!(released, [CHANGED]);
        assert_eq!(schedule.blockers(MADE), [Blocker::Layer { layer: 0 }]);
        assert!(schedule.is_on_its_way());
        assert_eq!(schedule.on(PLATFORM, Happened::Ready(false)), []);
        assert_eq!(schedule.on(PLATFORM, ends), [MADE]);
        assert_eq!(schedule.on(PLATFORM, Happened::Ready(false)), []);
    }
}

#[test]
fn what_has_been_there_for_longer_holds_nothing_back() {
    let graph = layers(&[]);
    let old = Start::Nothing {
        exists: true,
        ready: false,
    };
    let (_, released) = Schedule::begin(&graph, &[old, Start::Create, Start::Change]);
    assert_eq!(released, [CHANGED, MADE]);
}

#[test]
fn what_needs_something_of_a_later_layer_does_not_hold_it_back() {
    let directly = [(PLATFORM, MADE)];
    let through_another = [(PLATFORM, CHANGED), (CHANGED, MADE)];
    for needs in [&directly[..], &through_another] {
        let graph = layers(needs);
        let (_, released) = Schedule::begin(&graph, &SENT_BEFORE);
        assert!(released.contains(&MADE), "{needs:?}: {released:?}");
    }
}
