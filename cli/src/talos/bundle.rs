//! `gitopsc talos bundle`: a layer as manifests for the machine configuration of Talos.

use super::choice::Choice;
use crate::arguments::BundleArguments;
use crate::build::{left_behind, print, unwritten};
use crate::codes;
use crate::compile::{self, Compiled, Input, Outcome};
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_compiler::Meaning;
use gitopsc_compiler::bundle::{Bundled, Index, index, layer, make};
use gitopsc_compiler::edges::derive;
use gitopsc_compiler::talos::settings::lies_in_a_layer;
use gitopsc_core::{Diagnostic, SourceTree as _, TreePath};
use gitopsc_host::{FolderTree, write_folder};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Bundles what `arguments` name.
pub fn run(arguments: &BundleArguments, environment: &Environment) -> Exit {
    let input = Input {
        directory: arguments.directory.as_deref(),
        selection: &arguments.selection,
        secrets: &arguments.secrets,
        limits: &arguments.limits,
        messages: &arguments.messages,
        kustomize: gitopsc_kustomize::Options {
            load_restriction: arguments.load_restrictor,
            ..gitopsc_kustomize::Options::default()
        },
    };
    compile::run(&input, environment, Vec::new(), |compiled, findings| {
        if compiled.compilation.meaning == Meaning::Nothing {
            return Outcome::HeldBack;
        }
        let written = write(arguments, compiled, findings);
        match written
            .and_then(|text| print(text.as_bytes()).map_or(Ok(()), |failed| Err(vec![failed])))
        {
            Ok(()) => Outcome::Written,
            Err(problems) => {
                findings.extend(problems);
                Outcome::HeldBack
            }
        }
    })
}

/// Writes the bundles; gives what is to be printed.
fn write(
    arguments: &BundleArguments,
    compiled: &Compiled<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Result<String, Vec<Diagnostic>> {
    let compilation = compiled.compilation;
    if compilation.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Vec::new());
    }
    let choice = Choice::of(&arguments.bundling, compilation)?;
    let output = output(arguments, compiled).map_err(|problem| vec![*problem])?;
    let previous = previous(&output, &choice.name).map_err(|problem| vec![*problem])?;
    let units = compilation.units.iter();
    if units
        .filter(|unit| unit.layer == choice.layer)
        .any(|unit| unit.failed)
    {
        return Err(Vec::new());
    }
    let derived = derive(compilation, compiled.pool);
    // What else is odd in the graph is a matter of `gitopsc graph` and `gitopsc check`.
    findings.extend(derived.diagnostics.into_iter().filter(Diagnostic::is_error));
    let objects = layer::objects(compilation, &derived.graph, choice.layer);
    let bundled = make(&objects, &choice.request(), previous.as_ref())?;
    let files = bundled
        .files
        .iter()
        .map(|(path, text)| (path.clone(), text));
    let written = write_folder(&output, files).map_err(|error| vec![unwritten(&error)])?;
    findings.extend(written.left_behind.as_deref().map(left_behind));
    Ok(table(&bundled, previous.as_ref()))
}

/// The folder that the bundles go to.
fn output(
    arguments: &BundleArguments,
    compiled: &Compiled<'_>,
) -> Result<PathBuf, Box<Diagnostic>> {
    let compilation = compiled.compilation;
    let cluster = &compiled.paths.root.join(compilation.root.as_str());
    let set = compilation.talos.output.as_ref();
    let set = set.map(|output| cluster.join(TreePath::new(&output.text).as_str()));
    let Some(output) = arguments.output.clone().or(set) else {
        let message = "nothing says where the bundles go";
        let diagnostic = Diagnostic::error(codes::BUNDLE_UNUSABLE, message).usage();
        let hint = "name a folder with --output, or as `talos.output` in gitopsc.yaml";
        return Err(Box::new(diagnostic.hint(hint)));
    };
    let below = below(&output, cluster);
    if below.is_some_and(|path| lies_in_a_layer(&path, &compilation.layers)) {
        let message = format!("{} lies in a layer", output.display());
        let diagnostic = Diagnostic::error(codes::BUNDLE_UNUSABLE, message).usage();
        let hint = "bundles there would be taken for manifests: name a folder beside the layers";
        return Err(Box::new(diagnostic.hint(hint)));
    }
    Ok(output)
}

/// `path` as seen from `folder`, if it lies in it.
fn below(path: &Path, folder: &Path) -> Option<TreePath> {
    let absolute = std::path::absolute(path).ok()?;
    let folder = std::fs::canonicalize(folder).ok()?;
    // What is not there yet has no real path: that of what is there above it counts.
    let there = absolute.ancestors().find(|above| above.exists())?;
    let rest = absolute.strip_prefix(there).ok()?;
    let real = std::fs::canonicalize(there).ok()?.join(rest);
    let within = real.strip_prefix(folder).ok()?;
    Some(TreePath::new(&within.to_string_lossy()))
}

/// The index of what lies in `output`; nothing if there is none.
fn previous(output: &Path, layer: &str) -> Result<Option<Index>, Box<Diagnostic>> {
    let Ok(tree) = FolderTree::new(output) else {
        return Ok(None);
    };
    let path = output.join(index::FILE);
    let unusable = |reason: &str| {
        let message = format!("{} cannot be understood: {reason}", path.display());
        let diagnostic = Diagnostic::error(codes::BUNDLE_INDEX_UNUSABLE, message).refusal();
        Box::new(diagnostic.hint("delete the folder to cut the bundles anew, or name another"))
    };
    let bytes = tree
        .read(&TreePath::new(index::FILE))
        .map_err(|fault| unusable(&fault.reason))?;
    let Some(bytes) = bytes else { return Ok(None) };
    let index = Index::read(&bytes).map_err(|reason| unusable(&reason))?;
    if index.layer == layer {
        return Ok(Some(index));
    }
    let message = format!(
        "{} holds the bundles of the layer `{}`",
        output.display(),
        index.layer
    );
    let diagnostic = Diagnostic::error(codes::BUNDLE_INDEX_UNUSABLE, message).refusal();
    Err(Box::new(
        diagnostic.hint("name another folder: each layer has one of its own"),
    ))
}

/// What was written, for people: a line for each bundle, and one for the machine configuration.
fn table(bundled: &Bundled, previous: Option<&Index>) -> String {
    let index = &bundled.index;
    let mut rows: Vec<[String; 4]> = Vec::new();
    for bundle in &index.bundles {
        let mut before = previous.iter().flat_map(|index| &index.bundles);
        let before = before.find(|before| before.name == bundle.name);
        let news = match before {
            None => "new",
            Some(before) if before.digest == bundle.digest => "unchanged",
            Some(_) => "changed",
        };
        let objects = match bundle.objects.len() {
            1 => "1 object ".to_owned(),
            count => format!("{count} objects"),
        };
        rows.push([
            bundle.name.clone(),
            format!("{} bytes", bundle.bytes),
            objects,
            news.to_owned(),
        ]);
    }
    let total = format!("{} bytes", bundled.total);
    rows.push([
        index.form.file().to_owned(),
        total,
        String::new(),
        String::new(),
    ]);
    let wide = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let [name, size, objects] = [0, 1, 2].map(wide);
    let mut text = String::new();
    for row in &rows {
        let line = format!(
            "{:name$}  {:>size$}  {:>objects$}  {}",
            row[0], row[1], row[2], row[3]
        );
        writeln!(text, "{}", line.trim_end()).expect("a string takes any text");
    }
    text
}
