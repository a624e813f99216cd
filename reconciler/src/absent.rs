//! Members of a set that nothing desires any more, and what may be done about them.

use crate::desired::manages;
use crate::observe::Observation;
use crate::parents::Parents;
use crate::set::Options;
use gitopsc_compiler::codes::FILE_UNPARSABLE;
use gitopsc_compiler::compilation::{Compilation, Reason};
use gitopsc_core::{EcoString, ObjectRef};
use gitopsc_engine::applyset::Membership;
use gitopsc_engine::graph::KindClass;
use gitopsc_engine::plan::{Absent, Orphan};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The members that are not in `wanted`, in the order in which they are to go: what uses others before what is used.
#[must_use]
pub fn of(
    compilation: &Compilation,
    wanted: &BTreeSet<ObjectRef>,
    parents: &Parents,
    observation: &Observation,
    options: &Options,
) -> Vec<Absent> {
    let known = Known::of(compilation, parents, options);
    let mut absent = Vec::new();
    for (object, gvk) in &observation.members {
        let Some(live) = observation.observed.get(object) else {
            continue;
        };
        if wanted.contains(object) {
            continue;
        }
        let from = match live.membership(&options.set.name) {
            Membership::Ours(id) => known.orphan(id),
            // It has the label of the set alone, so nobody knows of what unit it would be.
            _ => Some(Orphan::Gone("(no unit)".into())),
        };
        if let Some(from) = from {
            absent.push(Absent {
                object: object.clone(),
                gvk: gvk.clone(),
                live: live.clone(),
                from,
            });
        }
    }
    absent.sort_by_key(|absent| {
        let class = KindClass::of(&absent.gvk);
        // Custom resources go before whatever finalizes them, which is a workload.
        (
            class != KindClass::Other,
            Reverse(class),
            absent.object.clone(),
        )
    });
    absent
}

/// The units by the ids of their ApplySets.
struct Known<'k> {
    compilation: &'k Compilation,
    options: &'k Options,
    units: BTreeMap<EcoString, EcoString>,
}

impl<'k> Known<'k> {
    fn of(compilation: &'k Compilation, parents: &Parents, options: &'k Options) -> Known<'k> {
        let own = compilation
            .units
            .iter()
            .map(|unit| EcoString::from(unit.path.to_string()));
        let all = own.chain(parents.keys().cloned());
        let entry = |unit: EcoString| (options.set.apply_set(&unit).as_str().into(), unit);
        Known {
            compilation,
            options,
            units: all.map(entry).collect(),
        }
    }

    /// What became of the unit with the ApplySet `id`; nothing if this run does not manage it.
    fn orphan(&self, id: &str) -> Option<Orphan> {
        let unit = self
            .units
            .get(id)
            .cloned()
            .unwrap_or_else(|| "(a unit that nobody knows)".into());
        if !manages(self.compilation, &unit, self.options) {
            return None;
        }
        if self.compilation.failed() {
            let why = "a unit did not compile".into();
            return Some(Orphan::Held { unit, why });
        }
        let path = |path: &gitopsc_core::UnitPath| path.to_string() == unit.as_str();
        if self.compilation.units.iter().any(|of| path(&of.path)) {
            return Some(Orphan::Unit(unit));
        }
        if self.has_an_unreadable_file(&unit) {
            let why = "a file of its directory cannot be read".into();
            return Some(Orphan::Held { unit, why });
        }
        if let Some(why) = self.left_out(&unit) {
            return Some(Orphan::Held { unit, why });
        }
        if let Some(why) = self.layer_is_empty(&unit) {
            return Some(Orphan::Asking { unit, why });
        }
        Some(Orphan::Gone(unit))
    }

    /// Whether a unit may be gone only because nobody can read its files.
    fn has_an_unreadable_file(&self, unit: &EcoString) -> bool {
        let root = self.compilation.root.to_string();
        let directory = match root.as_str() {
            "." | "" => unit.to_string(),
            root => format!("{root}/{unit}"),
        };
        let unreadable = self.compilation.diagnostics.iter();
        let unreadable = unreadable.filter(|found| found.code == FILE_UNPARSABLE);
        let mut files = unreadable
            .flat_map(|found| &found.labels)
            .filter_map(|label| self.compilation.files.path(label.span.file));
        files.any(|path| {
            let path = path.to_string();
            let rest = path.strip_prefix(directory.as_str());
            rest.is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Why a directory that is still there is no unit, unless somebody said that its members may go.
    fn left_out(&self, unit: &EcoString) -> Option<EcoString> {
        if self.options.prune_units.contains(unit) {
            return None;
        }
        let left_out = self.compilation.left_out.iter();
        let mut left_out = left_out.filter(|left| left.path.to_string() == unit.as_str());
        let reason = &left_out.next()?.reason;
        let hint = match reason {
            Reason::Excluded | Reason::Annotated => "--prune-unit would let its objects go",
            _ => {
                "--prune-unit would let its objects go, gitopsc.dev/unit: \"true\" keeps it a unit"
            }
        };
        Some(format!("its directory is no unit any more ({reason}); {hint}").into())
    }

    /// Why everything of a layer that has become empty needs consent.
    fn layer_is_empty(&self, unit: &EcoString) -> Option<EcoString> {
        if self.compilation.manifests().next().is_none() {
            return Some("nothing at all is desired any more".into());
        }
        let layer = unit.split('/').next().unwrap_or_default();
        let is_empty = !self.compilation.units.iter().any(|of| {
            let name = of.layer.map(|at| self.compilation.layers[at].name.as_str());
            name == Some(layer)
        });
        is_empty.then(|| format!("the layer {layer} has become empty").into())
    }
}
