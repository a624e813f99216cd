//! What one round measures.

use super::super::measure::{Cost, once};
use super::input::{Tree, What};
use super::server::{Requests, Server};
use super::{IN_FLIGHT, Plan, UNITS};
use std::collections::BTreeMap;
use std::process::Command;

/// The same work by three programs.
#[derive(Clone, Copy)]
pub(super) struct Three {
    pub(super) ours: Cost,
    /// Nothing where the bare loop would do the same again.
    pub(super) bare: Option<Cost>,
    pub(super) kubectl: Option<Cost>,
}

/// What one round took.
pub(super) struct Figures {
    /// ConfigMaps into new namespaces.
    pub(super) cold: Three,
    /// The same again.
    pub(super) again: Three,
    /// What that asked of the server about members.
    pub(super) asked: Requests,
    /// One of them changed.
    pub(super) changed: Three,
    /// Deployments until they are ready.
    pub(super) deployments: Three,
}

impl Three {
    fn least(self, other: Three) -> Three {
        let both = |one: Option<Cost>, two: Option<Cost>| Some(one?.least(two?));
        Three {
            ours: self.ours.least(other.ours),
            bare: both(self.bare, other.bare),
            kubectl: both(self.kubectl, other.kubectl),
        }
    }
}

impl Figures {
    /// The least of each figure of both; of requests, the most.
    pub(super) fn least(self, other: &Figures) -> Figures {
        let (one, two) = (self.asked, other.asked);
        Figures {
            cold: self.cold.least(other.cold),
            again: self.again.least(other.again),
            asked: Requests {
                lists: one.lists.max(two.lists),
                reads: one.reads.max(two.reads),
                writes: one.writes.max(two.writes),
            },
            changed: self.changed.least(other.changed),
            deployments: self.deployments.least(other.deployments),
        }
    }
}

/// Measures all once, ours before the others if `ours_first`.
///
/// # Errors
/// A program fails, or ours writes other members than it should.
pub(super) fn round(plan: &Plan, ours_first: bool) -> Result<Figures, String> {
    let server = Server::start()?;
    let round = Round {
        plan,
        server: &server,
    };
    // A server is slower until it has warmed up, whoever comes first.
    round.bare(&round.maps("warm")?)?;
    let (ours, bare) = (round.maps("ours")?, round.maps("bare")?);
    let (ours_cold, bare_cold) = if ours_first {
        let first = round.ours("ours", &ours)?;
        (first, round.bare(&bare)?)
    } else {
        let first = round.bare(&bare)?;
        (round.ours("ours", &ours)?, first)
    };
    let (again, asked, changed) = round.repeated(&ours)?;
    let [kubectl, kubectl_again, kubectl_changed] = round.kubectl(&round.maps("kubectl")?)?;
    let three = |ours, bare, kubectl| Three {
        ours,
        bare,
        kubectl,
    };
    Ok(Figures {
        cold: three(ours_cold, Some(bare_cold), Some(kubectl)),
        again: three(again, None, Some(kubectl_again)),
        asked,
        changed: three(changed, None, Some(kubectl_changed)),
        deployments: three(round.deployments()?, None, None),
    })
}

/// A server to measure on.
struct Round<'r> {
    plan: &'r Plan,
    server: &'r Server,
}

impl Round<'_> {
    fn maps(&self, name: &str) -> Result<Tree, String> {
        Tree::make(&self.plan.folder, name, self.plan.maps, What::ConfigMaps)
    }

    /// Applies what was applied just before, and then with one object changed.
    fn repeated(&self, tree: &Tree) -> Result<(Cost, Requests, Cost), String> {
        println!("  the same again");
        let made = self.server.versions("ours")?;
        if made.len() != self.plan.maps + UNITS {
            return Err(format!("{} members were made", made.len()));
        }
        let before = self.server.requests()?;
        let again = self.ours("ours", tree)?;
        let asked = self.server.requests()?.since(before);
        written(&made, &self.server.versions("ours")?, 0)?;
        println!("  the same with one changed");
        tree.change()?;
        let changed = self.ours("ours", tree)?;
        written(&made, &self.server.versions("ours")?, 1)?;
        Ok((again, asked, changed))
    }

    /// The same three times by kubectl: cold, again, with one object changed.
    fn kubectl(&self, tree: &Tree) -> Result<[Cost; 3], String> {
        println!("  kubectl");
        let apply = || self.server.kubectl_apply(&tree.directory);
        let (cold, again) = (apply()?, apply()?);
        tree.change()?;
        Ok([cold, again, apply()?])
    }

    fn deployments(&self) -> Result<Cost, String> {
        println!("  Deployments");
        let count = self.plan.deployments;
        let tree = Tree::make(&self.plan.folder, "workloads", count, What::Deployments)?;
        self.ours("workloads", &tree)
    }

    /// Applies `tree` as the set `set`.
    fn ours(&self, set: &str, tree: &Tree) -> Result<Cost, String> {
        println!("  gitopsc apply --set {set}");
        let mut command = Command::new(&self.plan.ours);
        command.args(["apply", "--yes", "--set", set]);
        command.args(["--in-flight", &IN_FLIGHT.to_string()]);
        command.arg("--kubeconfig").arg(self.server.kubeconfig());
        once(command.arg(&tree.directory))
    }

    /// Applies the ConfigMaps of `tree` by the bare loop.
    fn bare(&self, tree: &Tree) -> Result<Cost, String> {
        println!("  the bare loop");
        let mut command = Command::new(&self.plan.bare);
        command.arg(self.server.kubeconfig());
        command.arg(IN_FLIGHT.to_string());
        once(command.arg(tree.requests()?))
    }
}

/// Checks that just `count` members are at other versions than before.
fn written(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    count: usize,
) -> Result<(), String> {
    let is_new = |(uid, version): &(&String, &String)| before.get(*uid) != Some(version);
    let written = after.iter().filter(is_new).count();
    if written == count && before.len() == after.len() {
        return Ok(());
    }
    Err(format!(
        "{written} of {} members were written, not {count}",
        after.len()
    ))
}
