//! A cluster: its folder, its layers, and what options and `gitopsc.yaml` say about its units.

use crate::codes;
use crate::config::{self, Config, Placed};
use crate::edges::Written;
use crate::memo::Memo;
use crate::options::{Ignored, Options};
use crate::pattern;
use crate::talos::settings::Settings as Talos;
use crate::target::{SETTINGS_FILE, USUAL_LAYERS};
use gitopsc_core::{Diagnostic, EcoString, Entry, Layer, Span, TreePath};
use gitopsc_engine::health::KindRule;
use gitopsc_engine::rules::Rule;
use std::collections::BTreeMap;

/// What is known of a cluster before its layers are looked at.
pub struct Cluster<'o> {
    /// Its folder.
    pub root: TreePath,
    /// The layers that are there, in order.
    pub layers: Vec<Layer>,
    /// Directories that are units whatever the rules say.
    pub include: Vec<Placed>,
    /// Directories that are left out with everything below.
    pub exclude: Vec<Placed>,
    /// Settings from `gitopsc.yaml`, by unit path.
    pub settings: BTreeMap<EcoString, BTreeMap<EcoString, EcoString>>,
    /// Additions to the table of references.
    pub references: Vec<Written>,
    /// What `gitopsc.yaml` says of checks.
    pub check: config::Check,
    /// Rules of health.
    pub health: Vec<KindRule>,
    /// Which fields are left to others.
    pub fields: Vec<Rule>,
    /// What is said of kinds.
    pub kinds: config::Kinds,
    /// What is said of Talos.
    pub talos: Talos,
    ignored: Option<&'o Ignored<'o>>,
}

impl<'o> Cluster<'o> {
    /// The cluster in `root`, and what is wrong with the way it is set up.
    #[must_use]
    pub fn open(
        memo: &Memo<'_>,
        options: &Options<'o>,
        root: &TreePath,
    ) -> (Self, Vec<Diagnostic>) {
        let (config, mut diagnostics) = read_config(memo, root);
        let named = if options.layers.is_empty() {
            config.layers
        } else {
            Some(unplaced(&options.layers))
        };
        let layers = match named {
            Some(named) => named_layers(memo, root, &named, &mut diagnostics),
            None => usual_layers(memo, root, &mut diagnostics),
        };
        diagnostics.extend(config.talos.unfit(&layers));
        let cluster = Cluster {
            root: root.clone(),
            layers,
            include: [unplaced(&options.include), config.include].concat(),
            exclude: [unplaced(&options.exclude), config.exclude].concat(),
            settings: config.settings,
            references: config.references,
            check: config.check,
            health: config.health,
            fields: config.fields,
            kinds: config.kinds,
            talos: config.talos,
            ignored: options.ignored,
        };
        (cluster, diagnostics)
    }

    /// `path` as seen from the cluster's folder: the name of a unit.
    #[must_use]
    pub fn below(&self, path: &TreePath) -> TreePath {
        path.relative_to(&self.root)
    }

    /// The layer in which `path` lies.
    #[must_use]
    pub fn layer_of(&self, path: &TreePath) -> Option<&Layer> {
        let holds = |layer: &&Layer| path.is_within(&self.root.join(&layer.name));
        self.layers.iter().find(holds)
    }

    /// Whether Git ignores `path`.
    #[must_use]
    pub fn is_ignored(&self, path: &TreePath, directory: bool) -> bool {
        self.ignored.is_some_and(|ignored| ignored(path, directory))
    }

    /// Whether `path` is to be a unit whatever the rules say.
    #[must_use]
    pub fn is_included(&self, path: &TreePath) -> bool {
        let path = self.below(path);
        let hit = |placed: &Placed| pattern::matches(&placed.text, &path);
        self.include.iter().any(hit) || self.setting(&path, "unit") == Some("true")
    }

    /// Whether `path` is left out with everything below.
    #[must_use]
    pub fn is_excluded(&self, path: &TreePath) -> bool {
        let path = self.below(path);
        self.exclude
            .iter()
            .any(|placed| pattern::covers(&placed.text, &path))
    }

    /// Whether `gitopsc.yaml` says that the directory `path` itself is no unit.
    #[must_use]
    pub fn is_switched_off(&self, path: &TreePath) -> bool {
        self.setting(&self.below(path), "unit") == Some("false")
    }

    fn setting(&self, unit: &TreePath, name: &str) -> Option<&str> {
        self.settings
            .get(unit.as_str())?
            .get(name)
            .map(EcoString::as_str)
    }
}

fn unplaced(texts: &[EcoString]) -> Vec<Placed> {
    let placed = |text: &EcoString| Placed {
        text: text.clone(),
        span: Span::NONE,
    };
    texts.iter().map(placed).collect()
}

fn read_config(memo: &Memo<'_>, root: &TreePath) -> (Config, Vec<Diagnostic>) {
    match memo.read(&root.join(SETTINGS_FILE)) {
        Ok(None) => (Config::default(), Vec::new()),
        Ok(Some(content)) => match config::read(&content) {
            Ok(config) => (config, Vec::new()),
            Err(diagnostics) => (Config::default(), diagnostics),
        },
        Err(fault) => {
            let diagnostic = crate::discover::walk::unreadable(memo, &fault);
            (Config::default(), vec![diagnostic])
        }
    }
}

fn usual_layers(memo: &Memo<'_>, root: &TreePath, diagnostics: &mut Vec<Diagnostic>) -> Vec<Layer> {
    let is_there = |name: &&str| memo.kind(&root.join(name)) == Ok(Some(Entry::Directory));
    let names = USUAL_LAYERS.into_iter().filter(is_there);
    let layers: Vec<Layer> = names.enumerate().map(layer).collect();
    if layers.is_empty() {
        let message = format!("{root} has none of the folders {}", USUAL_LAYERS.join(", "));
        let diagnostic = Diagnostic::warning(codes::NO_LAYERS, message);
        diagnostics.push(diagnostic.hint("name its layers under `layers:` in gitopsc.yaml"));
    }
    layers
}

fn layer((index, name): (usize, &str)) -> Layer {
    Layer {
        index,
        name: name.into(),
    }
}

fn named_layers(
    memo: &Memo<'_>,
    root: &TreePath,
    named: &[Placed],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for placed in named {
        let path = TreePath::new(&placed.text);
        match unfit(memo, root, &path, &layers) {
            None => layers.push(layer((layers.len(), path.as_str()))),
            Some(why) => diagnostics.push(unfit_layer(placed, &why)),
        }
    }
    layers
}

/// Why `path` cannot be a layer beside `layers`.
fn unfit(memo: &Memo<'_>, root: &TreePath, path: &TreePath, layers: &[Layer]) -> Option<String> {
    if path.is_root() || !path.is_within(&TreePath::root()) {
        return Some("it is not a folder below the cluster".to_owned());
    }
    let overlaps = |layer: &&Layer| {
        let other = TreePath::new(&layer.name);
        path.is_within(&other) || other.is_within(path)
    };
    if let Some(other) = layers.iter().find(overlaps) {
        return Some(format!("it overlaps with the layer `{}`", other.name));
    }
    match memo.kind(&root.join(path.as_str())) {
        Ok(Some(Entry::Directory)) => None,
        Ok(_) => Some(format!("there is no such folder in {root}")),
        Err(fault) => Some(fault.reason),
    }
}

fn unfit_layer(placed: &Placed, why: &str) -> Diagnostic {
    let message = format!("`{}` cannot be a layer: {why}", placed.text);
    let diagnostic = Diagnostic::error(codes::LAYER_UNFIT, message)
        .hint("layers are folders below the cluster, such as `infrastructure` or `k8s/apps`");
    if placed.span.is_none() {
        return diagnostic.usage();
    }
    diagnostic.at(placed.span, "")
}
