//! From arguments to what the reconciler may be told.

use super::set;
use crate::arguments::{ApplyArguments, ConflictChoice, DryRun};
use crate::codes;
use crate::compile::Compiled;
use gitopsc_compiler::explain::{Question, named};
use gitopsc_core::{Diagnostic, EcoString, ObjectRef};
use gitopsc_engine::conflict;
use gitopsc_engine::plan::{Adopting, Budget};
use gitopsc_reconciler::set::{Options, Trying};
use std::path::Path;
use std::time::Duration;

/// The layer that is only managed where it is named.
const BOOTSTRAP: &str = "bootstrap";
/// How long a first creation waits for soft needs.
const WAIT: Duration = Duration::from_secs(120);

/// How `arguments` want it done.
pub fn of(
    arguments: &ApplyArguments,
    compiled: &Compiled<'_>,
    namespace: &str,
) -> Result<Options, Box<Diagnostic>> {
    let root = Path::new(compiled.paths.root.as_os_str());
    let compilation = compiled.compilation;
    let named = &arguments.reading.common.selection.layers;
    let layers = compilation.layers.iter().map(|layer| layer.name.clone());
    let is_managed =
        |layer: &EcoString| layer != BOOTSTRAP || named.iter().any(|name| name == layer);
    Ok(Options {
        set: set::name(&arguments.set, compilation, root)?,
        sync: None,
        default_namespace: namespace.into(),
        layers: layers.filter(is_managed).collect(),
        units: arguments
            .unit
            .iter()
            .map(|unit| unit.trim_end_matches('/').into())
            .collect(),
        adopting: adopting(&arguments.adopt, compiled)?,
        recreate: objects(&arguments.recreate, compiled)?
            .into_iter()
            .collect(),
        prune_units: arguments.prune_unit.iter().map(EcoString::from).collect(),
        conflicts: conflicts(arguments.conflicts),
        budget: Budget::default(),
        approved: arguments.approve.as_ref().map(EcoString::from),
        timeout: Duration::from_secs(arguments.timeout),
        wait: WAIT,
        wait_ready: !arguments.no_wait,
        in_flight: usize::from(arguments.target.in_flight),
        trying: match arguments.dry_run {
            None => Trying::Changes,
            Some(DryRun::Plan) => Trying::Nothing,
            Some(DryRun::Server) => Trying::Everything,
        },
    })
}

fn conflicts(choice: ConflictChoice) -> conflict::Policy {
    match choice {
        ConflictChoice::Mine => conflict::Policy::Mine,
        ConflictChoice::Fail => conflict::Policy::Fail,
        ConflictChoice::Take => conflict::Policy::Take,
        ConflictChoice::Yield => conflict::Policy::Yield,
    }
}

fn adopting(what: &[String], compiled: &Compiled<'_>) -> Result<Adopting, Box<Diagnostic>> {
    let mut adopting = Adopting::default();
    let mut names = Vec::new();
    for item in what {
        match (item.as_str(), item.strip_prefix("unit:")) {
            ("all", _) => adopting.all = true,
            (_, Some(unit)) => {
                adopting.units.insert(unit.trim_end_matches('/').into());
            }
            _ => names.push(item.clone()),
        }
    }
    adopting.objects = objects(&names, compiled)?.into_iter().collect();
    Ok(adopting)
}

/// The objects that `names` name.
fn objects(names: &[String], compiled: &Compiled<'_>) -> Result<Vec<ObjectRef>, Box<Diagnostic>> {
    let mut objects = Vec::new();
    for name in names {
        let question: Option<Question> = name.parse().ok();
        let found = question.map(|question| named(compiled.compilation, &question));
        let found = found.unwrap_or_default();
        if found.is_empty() {
            let message = format!("`{name}` is no object here");
            let hint = "objects are named as KIND/NAME or KIND/NAMESPACE/NAME";
            let diagnostic = Diagnostic::error(codes::OBJECT_UNKNOWN, message);
            return Err(Box::new(diagnostic.usage().hint(hint)));
        }
        let manifests: Vec<_> = compiled.compilation.manifests().collect();
        let nodes = found.iter().map(|found| found.node(compiled.compilation));
        objects.extend(nodes.map(|node| manifests[node.index()].object.clone()));
    }
    Ok(objects)
}
