//! The table as text: every fact once, with the versions it holds for unless that is all of them.

use super::lives::{Gvk, Lives};
use super::swagger::{Field, Keys, Schemas, Shape};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const HEADER: &str = "\
# What Kubernetes' API servers take. Written by `cargo xtask codegen`; not to be edited. Columns are divided by tabs.
#
# versions MINOR...        of Kubernetes 1, ascending; a fact without FROM-TO holds for all of them
# kind GROUP VERSION KIND DEFINITION [FROM-TO]
# life GROUP VERSION KIND DEPRECATED REMOVED REPLACEMENT   (minor versions, or -; the replacement as
#                          GROUP/VERSION, with a kind if that is another one)
# &DEFINITION              its fields follow
# FIELD[!] SHAPE [FROM-TO] an exclamation mark: required
#
# SHAPE: s string, y base64, t time, q quantity, p integer or string, i integer of 32 bits, l of 64, n number,
# b boolean, x anything, =A|B|C one of these strings, {SHAPE map of, [SHAPE list of, [!SHAPE set of,
# [KEY,KEY:DEFAULT]SHAPE list of items told apart by these fields, &DEFINITION. The core group is written as -.
";

/// The table of `versions`, each with its minor number.
pub(super) fn render(versions: &[(u8, Schemas)], lives: &Lives) -> String {
    let mut text = String::from(HEADER);
    let spans = Spans(versions.iter().map(|(minor, _)| *minor).collect());
    let numbers: Vec<String> = spans.0.iter().map(u8::to_string).collect();
    let _ = writeln!(text, "versions\t{}", numbers.join("\t"));
    kinds(versions, &spans, &mut text);
    for (gvk, life) in lives {
        let number = |minor: Option<u8>| minor.map_or("-".to_owned(), |minor| minor.to_string());
        let replacement =
            life.replacement
                .as_ref()
                .map_or("-".to_owned(), |(group, version, kind)| {
                    let core = if group.is_empty() { "" } else { "/" };
                    let of = if *kind == gvk.2 {
                        String::new()
                    } else {
                        format!(" {kind}")
                    };
                    format!("{group}{core}{version}{of}")
                });
        let (deprecated, removed) = (number(life.deprecated), number(life.removed));
        let _ = writeln!(
            text,
            "life{}\t{deprecated}\t{removed}\t{replacement}",
            words(gvk)
        );
    }
    let names: BTreeSet<&String> = versions
        .iter()
        .flat_map(|(_, schemas)| schemas.definitions.keys())
        .collect();
    for name in names {
        let _ = writeln!(text, "&{name}");
        definition(name, versions, &spans, &mut text);
    }
    text
}

fn kinds(versions: &[(u8, Schemas)], spans: &Spans, text: &mut String) {
    let mut kinds: BTreeMap<(&Gvk, &String), Vec<u8>> = BTreeMap::new();
    for (minor, schemas) in versions {
        for kind in &schemas.kinds {
            kinds.entry(kind).or_default().push(*minor);
        }
    }
    for ((gvk, definition), minors) in kinds {
        let _ = writeln!(
            text,
            "kind{}\t{definition}{}",
            words(gvk),
            spans.of(&minors)
        );
    }
}

fn definition(name: &str, versions: &[(u8, Schemas)], spans: &Spans, text: &mut String) {
    let of_versions = || {
        let found = versions
            .iter()
            .map(|(minor, schemas)| (*minor, schemas.definitions.get(name)));
        found.filter_map(|(minor, fields)| Some((minor, fields?)))
    };
    let names: BTreeSet<&String> = of_versions()
        .flat_map(|(_, fields)| fields.keys())
        .collect();
    for field in names {
        let mut forms: Vec<(&Field, Vec<u8>)> = Vec::new();
        for (minor, fields) in of_versions() {
            match (fields.get(field), forms.last_mut()) {
                (Some(found), Some((last, minors))) if *last == found => minors.push(minor),
                (Some(found), _) => forms.push((found, vec![minor])),
                (None, _) => {}
            }
        }
        for (form, minors) in forms {
            let mark = if form.required { "!" } else { "" };
            let (shape, minors) = (shape(&form.shape), spans.of(&minors));
            let _ = writeln!(text, "{field}{mark}\t{shape}{minors}");
        }
    }
}

/// All versions.
struct Spans(Vec<u8>);

impl Spans {
    /// A tab and `FROM-TO`; nothing for all versions.
    fn of(&self, minors: &[u8]) -> String {
        match minors {
            [] => String::new(),
            all if *all == self.0 => String::new(),
            [first, rest @ ..] => format!("\t{first}-{}", rest.last().unwrap_or(first)),
        }
    }
}

fn words((group, version, kind): &Gvk) -> String {
    format!("\t{}\t{version}\t{kind}", group_of(group))
}

fn group_of(group: &str) -> &str {
    if group.is_empty() { "-" } else { group }
}

fn shape(of: &Shape) -> String {
    match of {
        Shape::Plain(letter) => (*letter).to_owned(),
        Shape::Enum(words) => format!("={}", words.join("|")),
        Shape::Map(values) => format!("{{{}", shape(values)),
        Shape::List(items, Keys::None) => format!("[{}", shape(items)),
        Shape::List(items, Keys::Itself) => format!("[!{}", shape(items)),
        Shape::List(items, Keys::Fields(keys)) => {
            let key = |(name, default): &(String, Option<String>)| match default {
                Some(default) => format!("{name}:{default}"),
                None => name.clone(),
            };
            let keys: Vec<String> = keys.iter().map(key).collect();
            format!("[{}]{}", keys.join(","), shape(items))
        }
        Shape::Definition(name) => format!("&{name}"),
    }
}
