//! Writes the facts as Rust statics, several entries a line, which rustfmt leaves as they are.

use super::cut::Facts;
use super::scopes::Scopes;
use std::fmt::Write as _;

/// The length of a line.
const WIDTH: usize = 120;

const HEADER: &str = "\
//! What Kustomize 5.8.1 knows of kinds: its OpenAPI description of Kubernetes v1.21.2 and of its own kinds, cut down.
//!
//! Made by `cargo xtask codegen` from sigs.k8s.io/kustomize/kyaml v0.21.1; change the generator, not this file.
//!
//! A shape is a number: below the number of definitions the definition of that place, from there on a map
//! or list without a name. All tables ascend.
";

/// The text of the generated file.
pub(super) fn render(facts: &Facts, scopes: &Scopes) -> String {
    let mut file = HEADER.to_owned();
    let scopes = scopes.iter().map(|(gvk, namespaced)| {
        format!(
            "({:?}, {:?}, {:?}, {namespaced})",
            gvk.kind, gvk.group, gvk.version
        )
    });
    table(
        &mut file,
        "Kind, group, version, whether it is namespaced.",
        "SCOPES",
        "(&str, &str, &str, bool)",
        scopes,
    );
    let names = facts.definitions.iter().map(|name| format!("{name:?}"));
    table(
        &mut file,
        "Names of definitions.",
        "DEFINITIONS",
        "&str",
        names,
    );
    let own = facts.own.iter().map(ToString::to_string);
    table(
        &mut file,
        "The definitions of Kustomize's own kinds, which no other description replaces.",
        "OWN",
        "u16",
        own,
    );
    let kinds = facts
        .kinds
        .iter()
        .map(|(gvk, id)| format!("({:?}, {:?}, {:?}, {id})", gvk.kind, gvk.group, gvk.version));
    table(
        &mut file,
        "Kind, group, version, its definition.",
        "KINDS",
        "(&str, &str, &str, u16)",
        kinds,
    );
    let fields = facts
        .fields
        .iter()
        .map(|((of, name), to)| format!("({of}, {name:?}, {to})"));
    table(
        &mut file,
        "A shape, a field of it, the shape of that.",
        "FIELDS",
        "(u16, &str, u16)",
        fields,
    );
    let values = facts.values.iter().map(|(of, to)| format!("({of}, {to})"));
    table(
        &mut file,
        "A shape, the shape of all other values in it.",
        "VALUES",
        "(u16, u16)",
        values,
    );
    let lists = facts
        .lists
        .iter()
        .map(|(of, (keys, elements))| format!("({of}, &{keys:?}, {elements})"));
    table(
        &mut file,
        "A merged list, the keys of its elements, their shape.",
        "LISTS",
        "(u16, &[&str], u16)",
        lists,
    );
    file
}

fn table(
    file: &mut String,
    what: &str,
    name: &str,
    of: &str,
    entries: impl ExactSizeIterator<Item = String>,
) {
    let opened = write!(
        file,
        "\n/// {what}\n#[rustfmt::skip]\npub(super) static {name}: [{of}; {}] = [",
        entries.len()
    );
    debug_assert!(opened.is_ok(), "writing to a string does not fail");
    let mut column = WIDTH;
    for entry in entries {
        if column + entry.len() + 2 > WIDTH {
            file.push_str("\n    ");
            column = 4;
        } else {
            file.push(' ');
            column += 1;
        }
        file.push_str(&entry);
        file.push(',');
        column += entry.len() + 1;
    }
    file.push_str("\n];\n");
}
