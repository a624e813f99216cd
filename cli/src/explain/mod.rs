//! `gitopsc explain`: where one object comes from, what it needs, what needs it.

mod json;
mod missing;
mod origin;
mod text;

use crate::arguments::{ExplainArguments, ExplainFormat};
use crate::build::printed;
use crate::compile::{self, Compiled, Input, Manner, Outcome, Role};
use crate::diagnostics::Sources;
use crate::environment::Environment;
use crate::exit::Exit;
use crate::graph::View;
use gitopsc_compiler::Meaning;
use gitopsc_compiler::edges::derive;
use gitopsc_compiler::explain::{Found, Question, explain};
use gitopsc_core::{Diagnostic, EcoString};
use origin::Object;
use std::sync::OnceLock;

/// Explains what `arguments` name.
pub fn run(arguments: &ExplainArguments, environment: &Environment) -> Exit {
    let input = Input::new(arguments.directory.as_deref(), &arguments.reading);
    let question = question(arguments);
    let found = OnceLock::new();
    let manner = Manner {
        compile: &|tree, options, pool| {
            let explained = explain(tree, options, &question, pool);
            found.get_or_init(|| (explained.found, explained.similar));
            explained.compilation
        },
        role: Role::Answer,
        ..Manner::default()
    };
    compile::run_as(
        manner,
        &input,
        environment,
        Vec::new(),
        |compiled, findings| {
            let (found, similar) = found.get().cloned().unwrap_or_default();
            let answer = match found.as_slice() {
                _ if compiled.compilation.meaning == Meaning::Nothing => return Outcome::HeldBack,
                [one] => Ok(answer(arguments.format, *one, compiled)),
                [] => Err(missing::nowhere(&question, &similar, compiled.compilation)),
                several => Err(missing::ambiguous(&question, several, compiled.compilation)),
            };
            tell(answer, findings)
        },
    )
}

fn question(arguments: &ExplainArguments) -> Question {
    let mut question = arguments.object.clone();
    if let Some(namespace) = &arguments.namespace {
        question.namespace = Some(EcoString::from(namespace));
    }
    question.unit = arguments.unit.as_ref().map(EcoString::from);
    question
}

fn answer(format: ExplainFormat, found: Found, compiled: &Compiled<'_>) -> String {
    let compilation = compiled.compilation;
    let derived = derive(compilation, compiled.pool);
    let (view, _) = View::new(compilation, &derived.graph, &[], &[]);
    let sources = Sources::of_all(&compilation.files);
    let object = Object {
        found,
        node: found.node(compilation),
        compilation,
        view: &view,
        sources: &sources,
        paths: compiled.paths,
    };
    match format {
        ExplainFormat::Text => text::render(&object),
        ExplainFormat::Json => json::render(&object),
    }
}

fn tell(answer: Result<String, Diagnostic>, findings: &mut Vec<Diagnostic>) -> Outcome {
    match answer {
        Err(diagnostic) => {
            findings.push(diagnostic);
            Outcome::HeldBack
        }
        Ok(text) => printed(&text, findings),
    }
}
