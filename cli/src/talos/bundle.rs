//! `gitopsc talos bundle`: a layer as manifests for the machine configuration of Talos.

use super::choice::Choice;
use super::folder;
use crate::arguments::BundleArguments;
use crate::build::{left_behind, print, unwritten};
use crate::codes;
use crate::compile::{self, Compiled, Input, Outcome};
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_compiler::Meaning;
use gitopsc_compiler::bundle::{Bundled, Index, layer, make};
use gitopsc_compiler::edges::derive;
use gitopsc_core::Diagnostic;
use gitopsc_host::write_folder;
use std::fmt::Write as _;

/// Bundles what `arguments` name.
pub fn run(arguments: &BundleArguments, environment: &Environment) -> Exit {
    let input = Input::new(arguments.directory.as_deref(), &arguments.reading);
    compile::run(&input, environment, Vec::new(), |compiled, findings| {
        let unusable = findings.iter().any(Diagnostic::is_error);
        if compiled.compilation.meaning == Meaning::Nothing || unusable {
            return Outcome::Unused;
        }
        let written = write(arguments, compiled, findings);
        match written
            .and_then(|text| print(text.as_bytes()).map_or(Ok(()), |failed| Err(vec![failed])))
        {
            Ok(()) => Outcome::Written,
            Err(problems) => {
                findings.extend(problems);
                Outcome::Unused
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
    let choice = Choice::of(&arguments.bundling, compilation)?;
    let output = folder::to_write(arguments.output.as_deref(), compiled);
    let output = output.map_err(|problem| vec![*problem])?;
    let previous = folder::index(&output, &choice.name).map_err(|problem| vec![*problem])?;
    if !choice.is_whole(compilation) {
        return Err(Vec::new());
    }
    let derived = derive(compilation, compiled.pool);
    // What else is odd in the graph is a matter of `gitopsc graph` and `gitopsc check`.
    findings.extend(derived.diagnostics.into_iter().filter(Diagnostic::is_error));
    let objects = layer::objects(compilation, &derived.graph, choice.layer);
    let bundled = make(
        &objects,
        &choice.request(arguments.reveal_secrets),
        previous.as_ref(),
    )?;
    findings.extend(shown(&bundled));
    let files = bundled
        .files
        .iter()
        .map(|(path, text)| (path.clone(), text));
    let written = write_folder(&output, files).map_err(|error| vec![unwritten(&error)])?;
    findings.extend(written.left_behind.as_deref().map(left_behind));
    Ok(table(&bundled, previous.as_ref()))
}

/// What has to be known of bundles with decrypted text.
fn shown(bundled: &Bundled) -> Option<Diagnostic> {
    let message = match bundled.revealed {
        0 => return None,
        1 => "1 object in these bundles holds decrypted text".to_owned(),
        count => format!("{count} objects in these bundles hold decrypted text"),
    };
    let diagnostic = Diagnostic::warning(codes::BUNDLE_SECRETS_REVEALED, message);
    Some(diagnostic.hint(
        "keep the folder out of Git, and the machine configuration where its own secrets are kept",
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
