//! A server that is busy.

use crate::large::{config_map, namespace};
use crate::program::{Trees, apply, expect, finish};
use crate::server::Server;
use gitopsc_fault_proxy::{Fault, Rule};

/// How many writes it takes at once.
const TAKES: usize = 4;
const OBJECTS: usize = 300;

/// With 429 to every write over its limit, the server is soon asked for about as much at once as it takes.
pub fn is_asked_for_less(server: &Server) -> Result<(), String> {
    let trees = Trees::new();
    let objects = (0..OBJECTS).map(|number| config_map("busy", &format!("n-{number}"), ""));
    let tree = trees.write(
        "tree",
        &[
            ("platform/p/p.yaml".to_owned(), namespace("busy")),
            ("apps/a/all.yaml".to_owned(), objects.collect()),
        ],
    );
    let (proxy, kubeconfig) = server.way();
    proxy.limit_writes(TAKES);
    proxy.add(Rule::new(Fault::Delay(20)).writes());
    let ran = finish(&mut apply(&kubeconfig, &tree, "busy"));
    ran.succeeded()?;
    expect("written", ran.count("written"), Some(OBJECTS as u64 + 1))?;
    let seen = proxy.seen();
    let is_refusal = |fault: &Option<Fault>| matches!(fault, Some(Fault::Answer(_)));
    let refused = seen.faults().filter(|entry| is_refusal(&entry.fault));
    let refused = refused.count();
    // The first burst is refused, and now and then one that tries whether more is possible.
    match refused > 0 && refused < OBJECTS / 3 {
        true => Ok(()),
        false => Err(format!("{refused} writes were refused")),
    }
}
