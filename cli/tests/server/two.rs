//! Two sets at the same time.

use crate::large::{config_map, namespace};
use crate::program::{Ran, Trees, apply, expect, finish};
use crate::server::Server;
use std::thread;

/// How many objects both want: enough that each set gets to one of them first.
const SHARED: usize = 40;

/// Two sets want the same objects, each with its own value. Whoever makes one owns it, and the other one's run names it.
pub fn at_once(server: &Server) -> Result<(), String> {
    let trees = Trees::new();
    let sets = ["two-left", "two-right"];
    let made = finish(&mut apply(
        server.plane.kubeconfig(),
        &trees.write(
            "both",
            &[("apps/p/p.yaml".to_owned(), namespace("two-sets"))],
        ),
        "two-namespace",
    ));
    made.succeeded()?;
    let trees = sets.map(|set| {
        let objects = (0..SHARED).map(|number| config_map("two-sets", &format!("n-{number}"), set));
        trees.write(set, &[("apps/a/all.yaml".to_owned(), objects.collect())])
    });
    let runs: Vec<Ran> = thread::scope(|scope| {
        let start = |at: usize| {
            let mut command = apply(server.plane.kubeconfig(), &trees[at], sets[at]);
            scope.spawn(move || finish(&mut command))
        };
        let started = [start(0), start(1)];
        started.map(|run| run.join().unwrap()).into()
    });
    let mut owned = 0;
    let names_the_other = |ran: &Ran, set: &str| {
        let others = sets.iter().filter(|other| **other != set);
        others
            .into_iter()
            .all(|other| ran.stderr.contains(&format!("the set {other}")))
    };
    for (set, ran) in sets.iter().zip(&runs) {
        let won = ran.objects("done");
        owned += won.len();
        for name in &won {
            let live = server.get(&format!("/api/v1/namespaces/two-sets/configmaps/{name}"));
            let live = live.ok_or_else(|| format!("{name} is not there"))?;
            expect(name, live["data"]["a"].as_str(), Some(*set))?;
            let of = &live["metadata"]["labels"]["gitopsc.dev/sync"];
            expect(name, of.as_str(), Some(*set))?;
        }
        let whole = won.len() == SHARED;
        expect("whether the run is whole", ran.code == Some(0), whole)?;
        if !whole && !names_the_other(ran, set) {
            return Err(format!("no owner is named:\n{}", ran.stderr));
        }
    }
    expect("objects that were made once", owned, SHARED)?;
    // Once all is there, whoever comes later names the owner.
    for (at, ran) in runs.iter().enumerate() {
        if ran.objects("done").len() == SHARED {
            continue;
        }
        let again = finish(&mut apply(server.plane.kubeconfig(), &trees[at], sets[at]));
        expect("the status of the one who comes later", again.code, Some(3))?;
        if !names_the_other(&again, sets[at]) {
            return Err(format!("no owner is named:\n{}", again.stderr));
        }
    }
    Ok(())
}
