//! What is said where no object, or more than one, is meant.

use crate::codes;
use gitopsc_compiler::Compilation;
use gitopsc_compiler::explain::{Found, Question};
use gitopsc_core::Diagnostic;
use gitopsc_core::words::some_of;

/// How many objects a hint lists.
const MOST: usize = 10;

/// That no object is called so.
pub fn nowhere(question: &Question, similar: &[Found], compilation: &Compilation) -> Diagnostic {
    let within = [("namespace", &question.namespace), ("unit", &question.unit)];
    let within = within
        .iter()
        .filter_map(|(what, name)| Some(format!(" in the {what} {}", name.as_ref()?)));
    let within: String = within.collect();
    let message = format!(
        "no object here is called {}/{}{within}",
        question.kind, question.name
    );
    let failed = compilation.units.iter().filter(|unit| unit.failed).count();
    let hint = match (similar, failed) {
        ([], 0) => "`gitopsc graph` lists all objects".to_owned(),
        ([], _) => {
            "some units failed, and their objects are not known; correct them first".to_owned()
        }
        (_, 0) => format!("there is {}", names(similar, compilation)),
        _ => format!(
            "there is {}; some units failed, and their objects are not known",
            names(similar, compilation)
        ),
    };
    Diagnostic::error(codes::OBJECT_UNKNOWN, message)
        .usage()
        .hint(hint)
}

/// That several objects are called so.
pub fn ambiguous(question: &Question, found: &[Found], compilation: &Compilation) -> Diagnostic {
    let (kind, name, count) = (&question.kind, &question.name, found.len());
    let message = format!("{kind}/{name} means {count} objects");
    Diagnostic::error(codes::OBJECT_AMBIGUOUS, message)
        .usage()
        .hint(format!(
            "say which one by -n, by --unit or by its group: {}",
            names(found, compilation)
        ))
}

/// The names of objects, each with its unit.
fn names(found: &[Found], compilation: &Compilation) -> String {
    let names = found.iter().map(|found| {
        let unit = &found.unit(compilation).path;
        let object = &found.manifest(compilation).object;
        let kind = object.kind_and_group();
        let namespace = match object.namespace.as_str() {
            "" => String::new(),
            namespace => format!("{namespace}/"),
        };
        format!("{kind}/{namespace}{} (unit {unit})", object.name)
    });
    some_of(names, MOST)
}
