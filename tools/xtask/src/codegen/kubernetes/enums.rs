//! The words of enumerations: string types that are marked `+enum`, and their constants.

use super::go::Package;
use super::swagger::{Field, Schemas, Shape};
use std::collections::{BTreeMap, BTreeSet};

/// A type: the path of its package, and its name.
type Type = (String, String);

/// How deep structs are embedded in each other, with something to spare.
const EMBEDDED_DEPTH: usize = 4;

/// Puts the words of enumerations into the fields that have their types.
pub(super) fn add(schemas: &mut Schemas, packages: &[Package]) {
    let words = words(packages);
    for package in packages {
        for (name, fields) in structs(package) {
            let definition = format!("{}.{name}", package.path);
            let Some(known) = schemas.definitions.get_mut(&definition) else {
                continue;
            };
            for (field, typed) in fields {
                if let (Some(field), Some(words)) = (known.get_mut(&field), words.get(&typed)) {
                    narrow(field, words);
                }
            }
        }
    }
}

/// Makes strings of `field` one of `words`.
fn narrow(field: &mut Field, words: &BTreeSet<String>) {
    let shape = match &mut field.shape {
        Shape::List(items, _) => items,
        shape => shape,
    };
    if *shape == Shape::Plain("s") {
        *shape = Shape::Enum(words.iter().cloned().collect());
    }
}

/// The constants of each enumeration.
fn words(packages: &[Package]) -> BTreeMap<Type, BTreeSet<String>> {
    let mut words: BTreeMap<Type, BTreeSet<String>> = BTreeMap::new();
    for package in packages {
        let lines = || package.files.iter().flat_map(|file| file.lines());
        for name in enumerations(lines()) {
            words.insert((package.path.clone(), name.to_owned()), BTreeSet::new());
        }
        for (typed, word) in lines().filter_map(constant) {
            let typed = (package.path.clone(), typed.to_owned());
            match (words.get_mut(&typed), word) {
                (Some(words), Some(word)) => {
                    words.insert(word.to_owned());
                }
                // Not all of its words are known, so none is.
                (Some(_), None) => {
                    words.remove(&typed);
                }
                (None, _) => {}
            }
        }
    }
    words.retain(|_, words| !words.is_empty());
    words
}

/// The names of the types whose comments say `+enum`.
fn enumerations<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<&'l str> {
    let (mut names, mut marked) = (Vec::new(), false);
    for line in lines {
        if let Some(comment) = line.strip_prefix("//") {
            marked |= comment.trim() == "+enum";
            continue;
        }
        let name = line
            .strip_prefix("type ")
            .and_then(|rest| rest.strip_suffix(" string"));
        names.extend(name.filter(|_| marked));
        marked = false;
    }
    names
}

/// Type and value of a constant: `Name Type = "value"` or `Name = Type("value")`; no value if it is not written out.
fn constant(line: &str) -> Option<(&str, Option<&str>)> {
    let (before, after) = line.split_once(" = ")?;
    let before = before.trim();
    let before = before.strip_prefix("const ").unwrap_or(before);
    let (typed, value) = match before.split_once(' ') {
        Some((_, typed)) => (typed.trim(), after),
        None => after.split_once('(')?,
    };
    let value = value
        .strip_prefix('"')
        .and_then(|value| value.split('"').next());
    Some((typed, value))
}

/// The structs of a package with the types of their fields, those of embedded structs included.
fn structs(package: &Package) -> BTreeMap<String, BTreeMap<String, Type>> {
    let mut structs: BTreeMap<String, BTreeMap<String, Type>> = BTreeMap::new();
    let mut embedded: Vec<(String, String)> = Vec::new();
    for file in &package.files {
        let imports = imports(file);
        let mut current: Option<&str> = None;
        for line in file.lines() {
            if let Some(name) = line
                .strip_prefix("type ")
                .and_then(|rest| rest.strip_suffix(" struct {"))
            {
                current = Some(name);
                structs.entry(name.to_owned()).or_default();
            } else if line == "}" {
                current = None;
            } else if let Some(name) = current {
                match field(line) {
                    Some((Some(field), typed)) => {
                        let typed = qualified(typed, &imports, package);
                        let fields = structs.entry(name.to_owned()).or_default();
                        fields.extend(typed.map(|typed| (field.to_owned(), typed)));
                    }
                    Some((None, typed)) => embedded.push((name.to_owned(), typed.to_owned())),
                    None => {}
                }
            }
        }
    }
    // What is embedded may embed others; the last ones are complete first if this is done as often.
    for _ in 0..EMBEDDED_DEPTH {
        for (name, typed) in &embedded {
            let inner = structs.get(typed).cloned().unwrap_or_default();
            structs.entry(name.clone()).or_default().extend(inner);
        }
    }
    structs
}

/// The JSON name and type of a field; no name for an embedded struct.
fn field(line: &str) -> Option<(Option<&str>, &str)> {
    let (declared, tag) = line.split_once(" `json:\"")?;
    let name = tag.split(['"', ',']).next()?;
    let typed = declared.split_whitespace().next_back()?;
    let typed = typed.trim_start_matches(['*', '[', ']']);
    Some(((!name.is_empty()).then_some(name), typed))
}

/// The packages of `k8s.io/api` that a file imports, by the name it calls them.
fn imports(file: &str) -> BTreeMap<&str, &str> {
    let lines = file.lines().take_while(|line| !line.starts_with("type "));
    lines.filter_map(import).collect()
}

fn import(line: &str) -> Option<(&str, &str)> {
    let (alias, path) = line.trim().split_once('"')?;
    let path = path.strip_suffix('"')?.strip_prefix("k8s.io/api/")?;
    let last = path.rsplit('/').next()?;
    let alias = alias.trim();
    Some((if alias.is_empty() { last } else { alias }, path))
}

/// The package of a type as written.
fn qualified(typed: &str, imports: &BTreeMap<&str, &str>, package: &Package) -> Option<Type> {
    match typed.split_once('.') {
        None => Some((package.path.clone(), typed.to_owned())),
        Some((alias, name)) => Some(((*imports.get(alias)?).to_owned(), name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::{structs, words};
    use crate::codegen::kubernetes::go::Package;

    const TEXT: &str = r#"package v1

import (
	v1 "k8s.io/api/core/v1"
)

// A word.
//
// +enum
type Word string

const (
	// One.
	WordOne Word = "one"
	WordTwo      = Word("two")
	Other   string = "other"
)

// Inner holds.
type Inner struct {
	Word *Word `json:"word,omitempty" protobuf:"x"`
}

// Outer holds.
type Outer struct {
	Inner `json:",inline"`
	Words []Word      `json:"words"`
	From  v1.Protocol `json:"from"`
}
"#;

    #[test]
    fn enumerations_are_read_with_their_fields() {
        let package = Package {
            path: "g/v1".to_owned(),
            group: "g".to_owned(),
            version: "v1".to_owned(),
            files: vec![TEXT.to_owned()],
        };
        let word = ("g/v1".to_owned(), "Word".to_owned());
        let outer = &structs(&package)["Outer"];
        assert_eq!(outer["word"], word);
        assert_eq!(outer["words"], word);
        assert_eq!(outer["from"], ("core/v1".to_owned(), "Protocol".to_owned()));
        let words = words(&[package]);
        let words: Vec<&str> = words[&word].iter().map(String::as_str).collect();
        assert_eq!(words, ["one", "two"]);
    }
}
