//! `gitopsc graph`: the order in which objects come, and why.

mod diagram;
mod json;
mod text;
mod view;

pub use text::{verb, what};
pub use view::View;

use crate::arguments::{GraphArguments, GraphFormat};
use crate::build::printed;
use crate::codes;
use crate::compile::{self, Compiled, Input, Outcome};
use crate::environment::Environment;
use crate::exit::Exit;
use gitopsc_compiler::Meaning;
use gitopsc_compiler::edges::derive;
use gitopsc_core::Diagnostic;

/// Shows the graph of what `arguments` name.
pub fn run(arguments: &GraphArguments, environment: &Environment) -> Exit {
    let input = Input::new(arguments.directory.as_deref(), &arguments.reading);
    compile::run(&input, environment, Vec::new(), |compiled, findings| {
        if compiled.compilation.meaning == Meaning::Nothing {
            return Outcome::HeldBack;
        }
        match shown(arguments, compiled, findings) {
            None => Outcome::HeldBack,
            Some(text) => printed(&text, findings),
        }
    })
}

/// The text of the graph; nothing if it is to be narrowed to what is not there.
fn shown(
    arguments: &GraphArguments,
    compiled: &Compiled<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<String> {
    let derived = derive(compiled.compilation, compiled.pool);
    findings.extend(derived.diagnostics);
    let (view, missing) = View::new(
        compiled.compilation,
        &derived.graph,
        &arguments.unit,
        &arguments.object,
    );
    if !missing.is_empty() {
        findings.extend(missing.iter().map(|name| not_there(name)));
        return None;
    }
    Some(match arguments.format {
        GraphFormat::Text => text::render(&view),
        GraphFormat::Dot => diagram::dot(&view),
        GraphFormat::Mermaid => diagram::mermaid(&view),
        GraphFormat::Json => json::render(&view),
    })
}

fn not_there(name: &str) -> Diagnostic {
    let message = format!("`{name}` is neither a unit nor an object here");
    Diagnostic::error(codes::NOT_IN_GRAPH, message)
        .usage()
        .hint("units are named by their path below the cluster, objects as KIND/NAME or KIND/NAMESPACE/NAME")
}
