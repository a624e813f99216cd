//! Faults between gitopsc and the server: of each sort at every first request, and at random.

use crate::cluster::{Cluster, text};
use crate::each::each;
use crate::end;
use crate::program::{How, Ran, command, consent, finish};
use crate::world::World;
use gitopsc_fault_proxy::{Answer, Fault, FaultProxy, Random, Rule, Verb};
use std::path::PathBuf;

/// How many of 1,000 requests fail at random.
const PER_MILLE: u64 = 150;

/// Every request meets faults by the seed; a run may fail at that, but it has to say so, and to leave nothing that the next
/// one does not put right.
pub fn at_random(cluster: &Cluster) -> Result<(), String> {
    let wanted = end::undisturbed(cluster)?;
    each(crate::seeds(20), |seed| {
        let world = World::new(cluster, format!("faults-{seed}"));
        let way = Way::new(cluster);
        for (revision, wanted) in ["before", "after"].into_iter().zip(wanted) {
            let tree = world.tree(revision);
            way.proxy.add_random(Random::new(seed, PER_MILLE));
            way.apply(&world, &tree, &[]).is_documented()?;
            nobody_holds_the_lease(&world)?;
            end::comes_to(&world, &tree, wanted).map_err(|why| format!("{revision}: {why}"))?;
        }
        Ok(())
    })
}

/// What passes when it is asked again: each of these meets the first write of every object, and of every record.
pub fn at_every_first_write(cluster: &Cluster) -> Result<(), String> {
    each_fault(cluster, "write", WRITES, |fault| Rule::new(fault).writes())
}

/// The same for the first read of everything that is read.
pub fn at_every_first_read(cluster: &Cluster) -> Result<(), String> {
    each_fault(cluster, "read", READS, |fault| {
        let reads = [Verb::Get, Verb::List, Verb::Other];
        reads.into_iter().fold(Rule::new(fault), Rule::verb)
    })
}

/// A fault by a name that a world can have.
type Named = (&'static str, Fault);

const WRITES: [Named; 10] = [
    ("is-cut-before", Fault::CutBefore),
    ("loses-its-answer", Fault::CutAfter),
    ("loses-half-its-answer", Fault::CutMidway),
    ("meets-another-write", Fault::Answer(Answer::Conflict)),
    ("comes-too-soon", Fault::Answer(Answer::TooManyRequests(1))),
    ("meets-an-error", Fault::Answer(Answer::InternalError)),
    (
        "meets-an-unexplained-error",
        Fault::Answer(Answer::Unexplained),
    ),
    ("finds-nobody", Fault::Answer(Answer::Unavailable)),
    ("is-late", Fault::Answer(Answer::Timeout)),
    ("is-done-and-late", Fault::AnswerAfter(Answer::Timeout)),
];

const READS: [Named; 5] = [
    ("is-cut", Fault::CutBefore),
    ("is-cut-midway", Fault::CutMidway),
    ("comes-too-soon", Fault::Answer(Answer::TooManyRequests(1))),
    ("finds-nobody", Fault::Answer(Answer::Unavailable)),
    ("is-late", Fault::Answer(Answer::Timeout)),
];

fn each_fault<const N: usize>(
    cluster: &Cluster,
    what: &str,
    faults: [Named; N],
    rule: fn(Fault) -> Rule,
) -> Result<(), String> {
    let wanted = end::undisturbed(cluster)?;
    each(faults, |(name, fault)| {
        let world = World::new(cluster, format!("{what}-{name}"));
        for (revision, wanted) in ["before", "after"].into_iter().zip(wanted) {
            let way = Way::new(cluster);
            let tree = world.tree(revision);
            way.proxy.add(rule(fault.clone()).of_each().nth(1));
            let ran = way.apply(&world, &tree, &[]);
            ran.succeeded()
                .map_err(|why| format!("{revision}: {why}"))?;
            nobody_holds_the_lease(&world)?;
            end::comes_to(&world, &tree, wanted).map_err(|why| format!("{revision}: {why}"))?;
        }
        Ok(())
    })
}

/// Watches that end, that are too old, and that fall silent keep nobody from seeing that all is ready.
pub fn of_watches(cluster: &Cluster) -> Result<(), String> {
    let wanted = end::undisturbed(cluster)?;
    let faults = [
        ("is-refused", Fault::Answer(Answer::Expired)),
        ("closes", Fault::WatchCloses(0)),
        ("expires", Fault::WatchExpires(0)),
        ("is-cut", Fault::CutMidway),
        ("falls-silent", Fault::WatchSilent(0)),
    ];
    each(faults, |(name, fault)| {
        let world = World::new(cluster, format!("watch-{name}"));
        let way = Way::new(cluster);
        way.proxy
            .add(Rule::new(fault).verb(Verb::Watch).of_each().first(2));
        for (revision, wanted) in ["before", "after"].into_iter().zip(wanted) {
            let tree = world.tree(revision);
            // One that is silent is noticed when an object is late.
            let ran = way.apply(&world, &tree, &["--timeout=20s"]);
            ran.succeeded()
                .map_err(|why| format!("{revision}: {why}"))?;
            end::comes_to(&world, &tree, wanted).map_err(|why| format!("{revision}: {why}"))?;
        }
        Ok(())
    })
}

/// A proxy of a world's own before the server, and the kubeconfig that leads through it.
pub struct Way {
    pub proxy: FaultProxy,
    kubeconfig: PathBuf,
}

impl Way {
    pub fn new(cluster: &Cluster) -> Way {
        let proxy = FaultProxy::start(cluster.plane.server(), &cluster.plane.ca());
        proxy.authorize(cluster.plane.token());
        let kubeconfig = cluster.plane.kubeconfig_through(&proxy.url());
        Way { proxy, kubeconfig }
    }

    /// `gitopsc apply` of `tree` on this way, with consent to whatever needs it.
    pub fn apply(&self, world: &World<'_>, tree: &std::path::Path, arguments: &[&str]) -> Ran {
        let how = How {
            kubeconfig: &self.kubeconfig,
            arguments,
        };
        finish(&mut command(world, tree, how, consent(world, tree)))
    }
}

fn nobody_holds_the_lease(world: &World<'_>) -> Result<(), String> {
    let lease = world.cluster.get(&world.lease()).unwrap_or_default();
    let holder = text(&lease["spec"], "holderIdentity");
    if holder.is_empty() {
        return Ok(());
    }
    Err(format!("the lease is still held by {holder}"))
}
