//! Makes a failing case small: what can go without changing how it fails goes, the largest parts first.

use crate::generate::Case;
use std::collections::BTreeSet;

/// How many smaller cases are tried.
const TRIES: usize = 600;

/// The smallest case found for which `fails` still holds, as it does for `case`.
pub fn shrink(case: &Case, fails: &mut dyn FnMut(&Case) -> bool) -> Case {
    let mut tries = 0;
    let mut smallest = case.clone();
    loop {
        let before = smallest.clone();
        pass(&mut smallest, &mut |candidate| {
            tries += 1;
            tries <= TRIES && fails(candidate)
        });
        if smallest == before {
            return smallest;
        }
    }
}

/// Takes away what can go, in one go from the largest parts to the smallest.
fn pass(case: &mut Case, fails: &mut dyn FnMut(&Case) -> bool) {
    let mut largest = usize::MAX;
    loop {
        let candidates = candidates(case).into_iter();
        let mut left = candidates.filter(|(lines, _)| *lines <= largest);
        let Some((lines, smaller)) = left.find(|(_, candidate)| fails(candidate)) else {
            return;
        };
        largest = lines;
        *case = smaller;
    }
}

/// Cases with one part less and how many lines that had, those that lack most first.
fn candidates(case: &Case) -> Vec<(usize, Case)> {
    let mut candidates: Vec<(usize, Case)> = Vec::new();
    for (path, text) in &case.files {
        let mut without = case.clone();
        without.files.remove(path);
        forget(&mut without, path);
        candidates.push((text.lines().count(), without));
        for (from, to) in parts(text) {
            let mut without = case.clone();
            without.files.insert(path.clone(), cut(text, from, to));
            candidates.push((to - from, without));
        }
    }
    candidates.sort_by_key(|(lines, _)| std::cmp::Reverse(*lines));
    candidates
}

/// Removes the lines of kustomizations that name the file `path`, or its directory if nothing is left in it.
fn forget(case: &mut Case, path: &str) {
    let directory_of = |path: &str| {
        path.rsplit_once('/')
            .map_or("", |(directory, _)| directory)
            .to_owned()
    };
    let directory = directory_of(path);
    let emptied = !case
        .files
        .keys()
        .any(|other| directory_of(other) == directory);
    for (other, text) in &mut case.files {
        let here = directory_of(other) == directory;
        let gone = |line: &str| {
            let item = line.trim_matches([' ', '-', '\r', '\n']);
            (here && path.ends_with(&format!("/{item}")))
                || (emptied && item == format!("../{directory}"))
        };
        if text.lines().any(gone) {
            *text = text
                .split_inclusive('\n')
                .filter(|line| !gone(line))
                .collect();
        }
    }
}

/// Parts of `text` that belong together, as ranges of lines: a line with all that is indented below it, and
/// with the list that stands below a key at the same column; documents; single lines.
fn parts(text: &str) -> BTreeSet<(usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut parts = BTreeSet::new();
    for from in 0..lines.len() {
        parts.insert((from, from + 1));
        let below = end(&lines, from, |line, column| indent(line) > column);
        parts.insert((from, below));
        let with_list = end(&lines, from, |line, column| {
            indent(line) > column || (indent(line) == column && line.trim_start().starts_with('-'))
        });
        parts.insert((from, with_list));
        if lines[from].starts_with("---") {
            let document = end(&lines, from, |line, _| !line.starts_with("---"));
            parts.insert((from, document));
        }
    }
    parts
}

/// Where the lines after `from` end that `belongs` says belong to it.
fn end(lines: &[&str], from: usize, belongs: impl Fn(&str, usize) -> bool) -> usize {
    let column = indent(lines[from]);
    let rest = &lines[from + 1..];
    let count = rest
        .iter()
        .take_while(|line| line.trim().is_empty() || belongs(line, column));
    from + 1 + count.count()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// `text` without its lines `from` to `to`.
fn cut(text: &str, from: usize, to: usize) -> String {
    let lines = text.split_inclusive('\n').enumerate();
    lines
        .filter(|(at, _)| !(from..to).contains(at))
        .map(|(_, line)| line)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::shrink;
    use crate::generate::Case;

    #[test]
    fn what_does_not_matter_goes() {
        let files = [
            (
                "base/kustomization.yaml",
                "resources:\n- a.yaml\n- b.yaml\nlabels:\n- pairs:\n    x: y\n",
            ),
            (
                "base/a.yaml",
                "kind: A\nmetadata:\n  name: a\n---\nkind: C\ndata:\n  odd: 0x10\n  b: 1\n",
            ),
            ("base/b.yaml", "kind: B\n"),
            (
                "top/kustomization.yaml",
                "resources:\n- ../base\nnamePrefix: a\n",
            ),
        ];
        let case = Case {
            directory: "top".to_owned(),
            files: files
                .map(|(path, text)| (path.to_owned(), text.to_owned()))
                .into(),
        };
        let small = shrink(&case, &mut |case| {
            let holds = |path: &str, text: &str| {
                case.files.get(path).is_some_and(|file| file.contains(text))
            };
            holds("base/a.yaml", "odd: 0x10") && holds("base/kustomization.yaml", "- a.yaml")
        });
        let left: Vec<(&str, &str)> = small
            .files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        assert_eq!(
            left,
            [
                ("base/a.yaml", "  odd: 0x10\n"),
                ("base/kustomization.yaml", "- a.yaml\n")
            ]
        );
    }
}
