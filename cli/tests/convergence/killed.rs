//! `kill -9` at every step.

use crate::cluster::Cluster;
use crate::each::each;
use crate::end;
use crate::program::{How, command, consent, kill_after};
use crate::state::State;
use crate::world::World;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Kills the applies of a world each after its first event, of another one after its second, and so on, until both end
/// before they can be killed.
pub fn at_any_step(cluster: &Cluster) -> Result<(), String> {
    let wanted = end::undisturbed(cluster)?;
    let ended = AtomicBool::new(false);
    let counts = (1..).take_while(|_| !ended.load(Ordering::Relaxed));
    each(counts, |events| {
        let world = World::new(cluster, format!("killed-{events}"));
        if !killed(&world, events, wanted)? {
            ended.store(true, Ordering::Relaxed);
        }
        Ok(())
    })
}

/// Whether any of the two applies was killed.
fn killed(world: &World<'_>, events: usize, wanted: &[State; 2]) -> Result<bool, String> {
    let mut any = false;
    for (revision, wanted) in ["before", "after"].into_iter().zip(wanted) {
        let tree = world.tree(revision);
        any |= kill(world, &tree, events);
        end::comes_to(world, &tree, wanted).map_err(|why| format!("{revision}: {why}"))?;
    }
    Ok(any)
}

/// Applies `tree`, kills that after so many `events`, and tells whether it could.
fn kill(world: &World<'_>, tree: &Path, events: usize) -> bool {
    let how = How {
        kubeconfig: world.cluster.plane.kubeconfig(),
        arguments: &[],
    };
    let was_killed = kill_after(&mut command(world, tree, how, consent(world, tree)), events);
    world.give_up_lease();
    was_killed
}
