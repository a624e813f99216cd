//! From a commit to a graph of what is desired, as a Sync says that it is built.

use super::fetch::chain;
use super::{Shared, keys};
use crate::apply::Source;
use crate::lease::Record;
use crate::resources::{Conflicts, Sync};
use crate::set::{Options, SetName, Trying};
use crate::source::Fetched;
use gitopsc_compiler::codes::FILE_UNPARSABLE;
use gitopsc_compiler::digest::of_graph;
use gitopsc_compiler::edges::derive;
use gitopsc_compiler::files::line_column;
use gitopsc_compiler::secrets::Decryption;
use gitopsc_compiler::{Compilation, Meaning, compile};
use gitopsc_core::{Diagnostic, EcoString, TreePath};
use gitopsc_engine::conflict;
use gitopsc_engine::graph::ManifestGraph;
use gitopsc_engine::health::Rules;
use gitopsc_engine::plan::{Adopting, Budget};
use gitopsc_engine::policy::seconds;
use gitopsc_host::GitTree;
use std::sync::Arc;
use std::time::Duration;

/// What a revision is to make of the cluster.
pub(super) struct Built {
    /// The commit.
    pub(super) revision: EcoString,
    /// The generation of the Sync that says how it was built.
    pub(super) generation: i64,
    /// What was compiled.
    pub(super) compilation: Compilation,
    /// Its graph.
    pub(super) graph: ManifestGraph,
    /// How health is told.
    pub(super) rules: Arc<Rules>,
    /// The digest of the graph.
    pub(super) digest: EcoString,
    /// How it is applied, without a consent.
    pub(super) options: Options,
}

impl Built {
    /// What is applied of it.
    pub(super) fn source<'s>(&'s self, shared: &'s Shared) -> Source<'s> {
        Source {
            pool: &shared.pool,
            compilation: &self.compilation,
            graph: &self.graph,
            rules: &self.rules,
        }
    }

    /// The files that nobody can read, each with what is wrong with it.
    pub(super) fn unparsable(&self) -> Vec<String> {
        let found = self.compilation.all_diagnostics();
        let found = found.filter(|found| found.code == FILE_UNPARSABLE);
        found.map(|found| told(found, &self.compilation)).collect()
    }

    /// What is recorded of it once it is applied.
    pub(super) fn record(&self) -> Record {
        Record {
            revision: self.revision.clone(),
            digest: self.digest.clone(),
        }
    }
}

/// Builds `fetched` as `sync` says.
///
/// # Errors
/// What is wrong with it, each in one sentence.
pub(super) async fn build(
    shared: &Shared,
    sync: &Sync,
    fetched: &Fetched,
) -> Result<Built, Vec<String>> {
    let keyring = keys::keyring(shared, sync).await;
    let keyring = Arc::new(keyring.map_err(|why| vec![why])?);
    let tree = GitTree::open(&fetched.repository, &fetched.commit.id);
    let tree = tree.map_err(|error| vec![chain(&error)])?;
    let spec = &sync.spec;
    let keys = || Arc::clone(&keyring);
    let options = gitopsc_compiler::Options {
        target: TreePath::new(spec.path.as_deref().unwrap_or_default()),
        target_given: spec.path.is_some(),
        layers: texts(&spec.layers),
        include: texts(&spec.units.include),
        exclude: texts(&spec.units.exclude),
        decryption: Decryption {
            keys: Some(&keys),
            ..Decryption::default()
        },
        ..gitopsc_compiler::Options::default()
    };
    let compilation = compile(&tree, &options, &shared.pool);
    let derived = derive(&compilation, &shared.pool);
    let found = compilation.all_diagnostics().chain(&derived.diagnostics);
    let errors = found.filter(|finding| finding.is_error());
    let errors: Vec<String> = errors.map(|error| told(error, &compilation)).collect();
    if !errors.is_empty() || compilation.meaning == Meaning::Nothing {
        return Err(errors);
    }
    let digest = shared.pool.install(|| {
        let digest = of_graph(&compilation.layers, &compilation.units, &derived.graph);
        digest.to_string()
    });
    Ok(Built {
        revision: fetched.commit.id.clone(),
        generation: sync.metadata.generation.unwrap_or_default(),
        options: options_of(sync, &compilation, &shared.namespace),
        rules: Arc::new(gitopsc_compiler::health::rules(&compilation)),
        graph: derived.graph,
        compilation,
        digest: digest.into(),
    })
}

/// A finding with its place, in one line.
fn told(finding: &Diagnostic, compilation: &Compilation) -> String {
    let files = &compilation.files;
    let place = finding.labels.first().and_then(|label| {
        let path = files.path(label.span.file)?;
        let text = files.text(label.span.file)?;
        let (line, _) = line_column(&text, label.span);
        Some(format!("{path}:{line}: "))
    });
    format!("{}{}", place.unwrap_or_default(), finding.message)
}

/// The layer that is only managed where it is named.
const BOOTSTRAP: &str = "bootstrap";
/// How long a first creation waits for soft needs.
const WAIT: Duration = Duration::from_secs(120);
/// How many requests may be under way at once for one Sync.
const IN_FLIGHT: usize = 16;
/// How long an object may take, in seconds, where nothing that can be read says so.
const TIMEOUT: u64 = 300;

fn options_of(sync: &Sync, compilation: &Compilation, own: &str) -> Options {
    let spec = &sync.spec;
    let namespace = sync.metadata.namespace.as_deref().unwrap_or_default();
    let layers = compilation.layers.iter().map(|layer| layer.name.clone());
    let is_managed =
        |layer: &EcoString| layer != BOOTSTRAP || spec.layers.iter().any(|name| name == layer);
    let units = spec.adopt.iter().filter_map(|of| of.strip_prefix("unit:"));
    Options {
        set: SetName {
            name: sync.metadata.name.as_deref().unwrap_or_default().into(),
            namespace: namespace.into(),
        },
        sync: sync.metadata.uid.as_ref().map(EcoString::from),
        // As kubectl has it, where the Sync is the cluster's own; what a tenant leaves out is the tenant's.
        default_namespace: if namespace == own {
            "default"
        } else {
            namespace
        }
        .into(),
        layers: layers.filter(is_managed).collect(),
        units: Vec::new(),
        adopting: Adopting {
            all: spec.adopt.iter().any(|of| of == "all"),
            units: units
                .map(|unit| unit.trim_end_matches('/').into())
                .collect(),
            ..Adopting::default()
        },
        recreate: Vec::new(),
        prune_units: Vec::new(),
        conflicts: match spec.conflicts {
            Conflicts::Mine => conflict::Policy::Mine,
            Conflicts::Fail => conflict::Policy::Fail,
            Conflicts::Take => conflict::Policy::Take,
            Conflicts::Yield => conflict::Policy::Yield,
        },
        budget: Budget::default(),
        approved: None,
        timeout: Duration::from_secs(seconds(&spec.timeout).unwrap_or(TIMEOUT)),
        wait: WAIT,
        wait_ready: false,
        in_flight: IN_FLIGHT,
        trying: Trying::Changes,
    }
}

fn texts(texts: &[String]) -> Vec<EcoString> {
    texts.iter().map(EcoString::from).collect()
}
