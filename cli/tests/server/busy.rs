//! A server that is busy.

use crate::large::{config_map, namespace};
use crate::program::{Trees, apply, expect, finish};
use crate::server::Server;
use gitopsc_fault_proxy::{Fault, Rule};
use std::path::Path;

/// How many writes it takes at once.
const TAKES: usize = 4;
const OBJECTS: usize = 300;

/// With 429 to every write over its limit, the server is soon asked for about as much at once as it takes: when objects are
/// made, when those that somebody changed are tried and patched, and when they are pruned.
pub fn is_asked_for_less(server: &Server) -> Result<(), String> {
    let trees = Trees::new();
    let tree = |name: &str, value: &str, count: usize| {
        let objects = (0..count).map(|number| config_map("busy", &format!("n-{number}"), value));
        trees.write(
            name,
            &[
                ("platform/p/p.yaml".to_owned(), namespace("busy")),
                ("apps/a/all.yaml".to_owned(), objects.collect()),
            ],
        )
    };
    let made = OBJECTS as u64 + 1;
    step(server, &tree("made", "", OBJECTS), &[], "written", made)?;
    let changed = tree("changed", "changed", OBJECTS);
    step(server, &changed, &[], "written", OBJECTS as u64)?;
    let none = tree("none", "", 1);
    let refused = finish(apply(server.plane.kubeconfig(), &none, "busy").arg("--dry-run=plan"));
    let consent = refused.events[0]["consent"].as_str().unwrap_or_default();
    let consent = ["--approve", consent];
    step(server, &none, &consent, "pruned", OBJECTS as u64 - 1)
}

/// Applies `tree`, which does `count` times `what`, over a server that takes no more than it does at once.
fn step(
    server: &Server,
    tree: &Path,
    arguments: &[&str],
    what: &str,
    count: u64,
) -> Result<(), String> {
    let (proxy, kubeconfig) = server.way();
    proxy.limit_writes(TAKES);
    proxy.add(Rule::new(Fault::Delay(20)).writes());
    let ran = finish(apply(&kubeconfig, tree, "busy").args(arguments));
    ran.succeeded()?;
    expect(what, ran.count(what), Some(count))?;
    let seen = proxy.seen();
    let is_refusal = |fault: &Option<Fault>| matches!(fault, Some(Fault::Answer(_)));
    let refused = seen.faults().filter(|entry| is_refusal(&entry.fault));
    let refused = refused.count();
    // The first burst is refused, and now and then one that tries whether more is possible.
    match refused > 0 && refused < OBJECTS / 3 {
        true => Ok(()),
        false => Err(format!("{what}: {refused} writes were refused")),
    }
}
