//! From the target to a finished compilation: find, build, settle what lies between units.

use crate::build::{self, Plan};
use crate::candidates::Candidates;
use crate::cluster::Cluster;
use crate::codes;
use crate::compilation::{Compilation, LeftOut, Meaning, Reason, Unit};
use crate::config;
use crate::digest;
use crate::discover::{self, Decision, Found, Reach, Walked};
use crate::duplicates;
use crate::edges::Written;
use crate::engines;
use crate::fields::annotated;
use crate::files::{FileTable, Renumbering};
use crate::health::required;
use crate::memo::Memo;
use crate::options::Options;
use crate::plain::{self, PlainFile};
use crate::scope::Scopes;
use crate::talos::settings::Settings as Talos;
use crate::target;
use gitopsc_core::{Diagnostic, EcoString, Layer, SourceTree, Span, TreePath, UnitPath};
use gitopsc_engine::health::KindRule;
use gitopsc_engine::rules::Rule;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Says of a unit whether its manifests keep their provenance.
pub(crate) type Wanted<'w> = dyn Fn(&UnitPath) -> bool + Sync + 'w;

/// What is known before spans are renumbered.
pub(crate) struct Draft {
    pub(crate) meaning: Meaning,
    pub(crate) root: TreePath,
    pub(crate) parts: Parts,
}

/// What a compilation consists of.
#[derive(Default)]
pub(crate) struct Parts {
    layers: Vec<Layer>,
    pub(crate) units: Vec<Unit>,
    left_out: Vec<LeftOut>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    references: Vec<Written>,
    health: Vec<KindRule>,
    fields: Vec<Rule>,
    kinds: config::Kinds,
    talos: Talos,
    candidates: Candidates,
    /// What `gitopsc.yaml` says of checks.
    pub(crate) check: config::Check,
}

/// Compiles on the current thread pool.
pub(crate) fn compile(tree: &dyn SourceTree, options: &Options<'_>) -> Compilation {
    let memo = Memo::new(
        tree,
        options.kustomize.root_path.clone(),
        options.limits,
        &options.decryption,
    );
    let wanted = |unit: &UnitPath| options.provenance.contains(unit);
    let draft = draft(&memo, options, &wanted);
    let (mut compilation, mut renumbering) = finish(&memo, draft);
    if options.keep_texts {
        renumbering.keep_texts();
    }
    compilation.files = renumbering.into_table();
    compilation
}

/// Everything but the final numbers of files; the manifests of `wanted` units keep their provenance.
pub(crate) fn draft(memo: &Memo<'_>, options: &Options<'_>, wanted: &Wanted<'_>) -> Draft {
    let (meaning, root, parts) = match target::meaning(memo, options) {
        Ok((Meaning::Cluster, root)) => {
            let parts = cluster(memo, options, wanted, &root);
            (Meaning::Cluster, root, parts)
        }
        Ok((meaning, root)) => {
            let parts = lone(memo, options, wanted, &root);
            (meaning, root, parts)
        }
        Err(nothing) => {
            let parts = Parts {
                diagnostics: vec![nothing.diagnostic],
                candidates: nothing.candidates,
                ..Parts::default()
            };
            (Meaning::Nothing, options.target.clone(), parts)
        }
    };
    Draft {
        meaning,
        root,
        parts,
    }
}

/// The one unit of a directory with a kustomization.
fn lone(memo: &Memo<'_>, options: &Options<'_>, wanted: &Wanted<'_>, root: &TreePath) -> Parts {
    let reach = discover::reach(memo, [root.clone()]);
    build::foretell(memo, &reach, &[root]);
    let plan = Plan {
        path: UnitPath(TreePath::root()),
        layer: None,
        directory: root.clone(),
        settings: settings_of(&reach, root),
    };
    let mut units = vec![build::kustomization(memo, options, &reach, plan, wanted)];
    settle(&mut units, &reach);
    Parts {
        diagnostics: [required::invalid(&units), annotated::invalid(&units)].concat(),
        units,
        ..Parts::default()
    }
}

/// All units of all layers.
fn cluster(memo: &Memo<'_>, options: &Options<'_>, wanted: &Wanted<'_>, root: &TreePath) -> Parts {
    let (cluster, mut diagnostics) = Cluster::open(memo, options, root);
    let walked = discover::walk(memo, &cluster);
    let with_kustomization = walked
        .found
        .iter()
        .filter(|found| found.kustomization.is_some());
    let reach = discover::reach(memo, with_kustomization.map(|found| found.path.clone()));
    let context = Context {
        memo,
        options,
        wanted,
        cluster: &cluster,
        reach: &reach,
    };

    let decision = discover::decide(&cluster, &walked, &reach, &BTreeSet::new());
    let (mut units, others) = context.plain_units(&decision);
    let (decision, built) = context.kustomizations(&walked, &mut units, decision);
    units.extend(built);
    units.sort_by(|a, b| (a.layer, &a.path).cmp(&(b.layer, &b.path)));
    settle(&mut units, &reach);

    diagnostics.extend(walked.diagnostics.iter().cloned());
    diagnostics.extend(others.diagnostics);
    diagnostics.extend(context.notes(&decision));
    diagnostics.extend(context.unmatched_includes(&units));
    diagnostics.extend(duplicates::across(&units));
    diagnostics.extend(required::invalid(&units));
    diagnostics.extend(annotated::invalid(&units));
    let mut left_out = decision.left_out;
    left_out.extend(others.left_out);
    left_out.sort();
    Parts {
        layers: cluster.layers,
        units,
        left_out,
        diagnostics,
        references: cluster.references,
        health: cluster.health,
        fields: cluster.fields,
        kinds: cluster.kinds,
        talos: cluster.talos,
        candidates: Candidates::default(),
        check: cluster.check,
    }
}

/// What is settled between units once all are built.
fn settle(units: &mut [Unit], reach: &Reach) {
    let scopes = Scopes::of(units);
    units.iter_mut().for_each(|unit| scopes.settle(unit));
    let described = engines::described(units);
    engines::warn(units, &described, reach);
}

/// The settings among the annotations of the kustomization in `directory`.
fn settings_of(reach: &Reach, directory: &TreePath) -> BTreeMap<EcoString, EcoString> {
    let reached = reach.kustomizations.get(directory);
    reached
        .map(|reached| reached.says.settings.clone())
        .unwrap_or_default()
}

#[derive(Clone, Copy)]
struct Context<'c> {
    memo: &'c Memo<'c>,
    options: &'c Options<'c>,
    wanted: &'c Wanted<'c>,
    cluster: &'c Cluster<'c>,
    reach: &'c Reach,
}

impl Context<'_> {
    fn unit_path(&self, found: &Found) -> UnitPath {
        UnitPath(self.cluster.below(&found.path))
    }

    fn plan(&self, found: &Found) -> Plan {
        let path = self.unit_path(found);
        let mut settings = settings_of(self.reach, &found.path);
        let configured = self.cluster.settings.get(path.0.as_str());
        settings.extend(
            configured
                .into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
        Plan {
            path,
            layer: Some(found.layer),
            directory: found.path.clone(),
            settings,
        }
    }

    /// Reads all files of plain directories in parallel and makes units of those that hold manifests.
    fn plain_units(&self, decision: &Decision<'_>) -> (Vec<Unit>, Parts) {
        let files: Vec<(usize, &TreePath)> = decision
            .plain
            .iter()
            .enumerate()
            .flat_map(|(at, found)| found.files.iter().map(move |file| (at, file)))
            .collect();
        let read: Vec<(usize, PlainFile)> = files
            .par_iter()
            .map(|(at, file)| {
                let unit = self.unit_path(decision.plain[*at]);
                (
                    *at,
                    plain::file::read(self.memo, file, (self.wanted)(&unit)),
                )
            })
            .collect();
        let mut by_directory: Vec<Vec<PlainFile>> = vec![Vec::new(); decision.plain.len()];
        for (at, file) in read {
            by_directory[at].push(file);
        }
        let (mut units, mut others) = (Vec::new(), Parts::default());
        for (found, files) in decision.plain.iter().zip(by_directory) {
            let path = self.cluster.below(&found.path);
            let directory = plain::directory(files, &found.broken_links);
            if directory.is_unit {
                units.push(build::plain(self.memo, self.plan(found), found, directory));
                continue;
            }
            others.diagnostics.extend(directory.diagnostics);
            if directory.holds_others {
                others.left_out.push(LeftOut {
                    path,
                    reason: Reason::NotManifests,
                });
            }
        }
        (units, others)
    }

    /// Builds the kustomizations, and again those that objects just built turn on, until none is left.
    fn kustomizations<'w>(
        &self,
        walked: &'w Walked,
        plain: &mut [Unit],
        first: Decision<'w>,
    ) -> (Decision<'w>, Vec<Unit>) {
        let mut decision = first;
        let mut built: Vec<Unit> = Vec::new();
        let mut done: BTreeSet<&TreePath> = BTreeSet::new();
        loop {
            let new: Vec<&Found> = decision
                .kustomizations
                .iter()
                .copied()
                .filter(|found| done.insert(&found.path))
                .collect();
            if new.is_empty() {
                return (decision, built);
            }
            built.extend(self.build(&new));
            let named = engines::described(&built).into_keys();
            let named = named.chain(engines::described(plain).into_keys());
            decision = discover::decide(self.cluster, walked, self.reach, &named.collect());
        }
    }

    fn build(&self, found: &[&Found]) -> Vec<Unit> {
        let directories: Vec<&TreePath> = found.iter().map(|found| &found.path).collect();
        build::foretell(self.memo, self.reach, &directories);
        found
            .par_iter()
            .map(|found| {
                let plan = self.plan(found);
                build::kustomization(self.memo, self.options, self.reach, plan, self.wanted)
            })
            .collect()
    }

    /// Notes on what is off, and on charts.
    fn notes(&self, decision: &Decision<'_>) -> Vec<Diagnostic> {
        let off = decision.off.iter().map(|(above, off)| self.off(above, off));
        let charts = decision
            .left_out
            .iter()
            .filter(|left| left.reason == Reason::Chart);
        let place = |left: &LeftOut| self.memo.place(&self.cluster.root.join(left.path.as_str()));
        off.chain(charts.map(|left| chart(place(left)))).collect()
    }

    fn off(&self, above: &TreePath, off: &[TreePath]) -> Diagnostic {
        let names: Vec<&str> = off.iter().map(TreePath::as_str).collect();
        let message = format!(
            "{} lists some of its sub-directories, so these, which it does not list, are off: {}",
            self.cluster.below(above),
            names.join(", ")
        );
        let file = self
            .reach
            .kustomizations
            .get(above)
            .map(|reached| reached.file);
        let span = file.map_or(Span::NONE, |file| Span::new(file, 0));
        Diagnostic::note(codes::UNIT_OFF, message)
            .at(span, "this kustomization")
            .hint(
                "list them there, or annotate their kustomization with gitopsc.dev/unit: \"true\"",
            )
    }

    /// Errors for exact paths to be included that are no unit.
    fn unmatched_includes(&self, units: &[Unit]) -> Vec<Diagnostic> {
        let exact = self
            .cluster
            .include
            .iter()
            .filter(|placed| crate::pattern::is_plain(&placed.text));
        let unmatched = exact.filter(|placed| {
            let path = UnitPath(TreePath::new(&placed.text));
            !units.iter().any(|unit| unit.path == path)
        });
        let diagnostic = |placed: &crate::config::Placed| {
            let message = format!(
                "`{}` is to be a unit, but there is nothing to build",
                placed.text
            );
            let diagnostic = Diagnostic::error(codes::INCLUDE_UNMATCHED, message).hint(
                "name a directory in a layer that holds a kustomization or manifests, and is no Component",
            );
            if placed.span.is_none() {
                diagnostic.usage()
            } else {
                diagnostic.at(placed.span, "")
            }
        };
        unmatched.map(diagnostic).collect()
    }
}

fn chart(place: Span) -> Diagnostic {
    Diagnostic::note(codes::CHART_SKIPPED, "this Helm chart is not rendered")
        .at(place, "")
        .hint("put what `helm template` prints of it into a unit if it is to be built")
}

/// The compilation of `draft`, its table of files not yet made: more diagnostics may point into them.
pub(crate) fn finish(memo: &Memo<'_>, draft: Draft) -> (Compilation, Renumbering) {
    let Draft {
        meaning,
        root,
        parts: mut draft,
    } = draft;
    let mut renumbering = Renumbering::new(memo);
    for unit in &mut draft.units {
        renumbering.diagnostics(&mut unit.diagnostics);
        for manifest in &mut unit.manifests {
            manifest.span = renumbering.span(manifest.span);
            if let Some(provenance) = &mut manifest.provenance {
                let origins = &mut Arc::make_mut(provenance).0;
                for origin in origins {
                    origin.span = renumbering.span(origin.span);
                }
            }
        }
        for transform in &mut unit.transforms {
            transform.span = renumbering.span(transform.span);
        }
    }
    draft.diagnostics.extend(memo.passed_files());
    draft.diagnostics.extend(memo.undetected_files());
    renumbering.diagnostics(&mut draft.diagnostics);
    let secrets = memo.opened_files().placed(|place| renumbering.span(place));
    let outputs = draft
        .units
        .iter()
        .map(|unit| Some((&unit.path, unit.output?)));
    let whole: Option<Vec<_>> = outputs.collect();
    let failed = meaning == Meaning::Nothing || draft.diagnostics.iter().any(Diagnostic::is_error);
    let compilation = Compilation {
        digest: whole.filter(|_| !failed).map(digest::of_units),
        meaning,
        root,
        layers: draft.layers,
        units: draft.units,
        left_out: draft.left_out,
        diagnostics: draft.diagnostics,
        references: draft.references,
        health: draft.health,
        fields: draft.fields,
        kinds: draft.kinds,
        talos: draft.talos,
        candidates: draft.candidates,
        secrets,
        files: FileTable::default(),
    };
    (compilation, renumbering)
}
