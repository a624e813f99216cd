//! The rules: which directories of the layers are units.
//!
//! A directory with a kustomization is one unless it is a Component, another kustomization builds on
//! it, or one above lists some of its sub-directories, but not this one. An overlay that builds on the
//! one above is not its child in that sense. A plain directory is one if manifests lie in it and no
//! kustomization or chart in or above it; that is found out by reading ([`crate::plain`]).

use super::reach::{Reach, Reached};
use super::walk::{Found, Walked};
use crate::cluster::Cluster;
use crate::compilation::{LeftOut, Reason};
use gitopsc_core::TreePath;
use std::collections::{BTreeMap, BTreeSet};

/// What the rules say about the directories that were found.
#[derive(Clone, Debug, Default)]
pub struct Decision<'w> {
    /// Those to be built as kustomizations.
    pub kustomizations: Vec<&'w Found>,
    /// Those that are units if manifests lie in them.
    pub plain: Vec<&'w Found>,
    /// Those that are no units.
    pub left_out: Vec<LeftOut>,
    /// The kustomizations that are off, by the directory above that lists others.
    pub off: BTreeMap<TreePath, Vec<TreePath>>,
}

/// Applies the rules; `named` are the directories that objects of other engines name.
#[must_use]
pub fn decide<'w>(
    cluster: &Cluster<'_>,
    walked: &'w Walked,
    reach: &Reach,
    named: &BTreeSet<TreePath>,
) -> Decision<'w> {
    let rules = Rules::new(cluster, reach, named);
    let mut decision = Decision::default();
    for found in &walked.found {
        match rules.left_out(found) {
            Some(reason) => rules.note(&mut decision, found, reason),
            None if found.kustomization.is_some() => decision.kustomizations.push(found),
            None if found.may_be_plain() => decision.plain.push(found),
            None => {}
        }
    }
    let excluded = walked.excluded.iter().map(|path| LeftOut {
        path: cluster.below(path),
        reason: Reason::Excluded,
    });
    decision.left_out.extend(excluded);
    decision
}

struct Rules<'r> {
    cluster: &'r Cluster<'r>,
    reach: &'r Reach,
    named: &'r BTreeSet<TreePath>,
    /// For each directory that is built on, one that does, the first by path.
    built_on: BTreeMap<&'r TreePath, &'r TreePath>,
    /// The directories whose kustomizations list directories below them.
    listing: BTreeSet<&'r TreePath>,
}

impl<'r> Rules<'r> {
    fn new(cluster: &'r Cluster<'r>, reach: &'r Reach, named: &'r BTreeSet<TreePath>) -> Rules<'r> {
        let mut built_on = BTreeMap::new();
        let mut listing = BTreeSet::new();
        for (directory, reached) in &reach.kustomizations {
            for other in reached
                .directories
                .iter()
                .filter(|other| *other != directory)
            {
                built_on.entry(other).or_insert(directory);
                if other.is_within(directory) {
                    listing.insert(directory);
                }
            }
        }
        Rules {
            cluster,
            reach,
            named,
            built_on,
            listing,
        }
    }

    /// Why `found` is no unit; nothing if it is one or may be.
    fn left_out(&self, found: &Found) -> Option<Reason> {
        if self.cluster.is_switched_off(&found.path) {
            return Some(Reason::Excluded);
        }
        if found.kustomization.is_none() {
            return found.chart.then_some(Reason::Chart);
        }
        let reached = self.reach.kustomizations.get(&found.path);
        if reached.is_some_and(|reached| reached.says.component) {
            return Some(Reason::Component);
        }
        if self.cluster.is_included(&found.path) {
            return None;
        }
        match reached.and_then(annotation) {
            Some("true") => return None,
            Some("false") => return Some(Reason::Annotated),
            _ => {}
        }
        if let Some(by) = self.built_on.get(&found.path) {
            return Some(Reason::BuiltOn(self.cluster.below(by)));
        }
        if self.named.contains(&found.path) {
            return None;
        }
        let above = self.turned_off_by(&found.path)?;
        Some(Reason::Unlisted(self.cluster.below(above)))
    }

    /// The nearest directory above whose kustomization lists some below it, of which `path` is none.
    fn turned_off_by(&self, path: &TreePath) -> Option<&'r TreePath> {
        let above: Vec<TreePath> = std::iter::successors(path.parent(), TreePath::parent).collect();
        let listing: Vec<&TreePath> = above
            .iter()
            .filter_map(|directory| self.listing.get(directory).copied())
            .collect();
        if listing.is_empty() {
            return None;
        }
        let own = self.reach.from(path);
        listing
            .into_iter()
            .find(|directory| !own.contains(directory))
    }

    fn note(&self, decision: &mut Decision<'_>, found: &Found, reason: Reason) {
        let path = self.cluster.below(&found.path);
        if let Reason::Unlisted(_) = &reason
            && let Some(above) = self.turned_off_by(&found.path)
        {
            let off = decision.off.entry(above.clone()).or_default();
            off.push(path.clone());
        }
        // A chart below a kustomization is that one's matter.
        if reason != Reason::Chart || !found.covered {
            decision.left_out.push(LeftOut { path, reason });
        }
    }
}

fn annotation(reached: &Reached) -> Option<&str> {
    reached.says.settings.get("unit").map(|text| text.as_str())
}
