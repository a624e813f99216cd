//! Sets of field paths, as a tree whose branches are sorted: compact, and equal sets are equal values.

use super::element::Element;
use super::path::FieldPath;
use std::cmp::Ordering;

/// A set of field paths.
///
/// ```
/// use gitopsc_core::Json;
/// use gitopsc_engine::fields::FieldSet;
/// use gitopsc_yaml::json::read_json;
/// let read = |text: &str| FieldSet::parse(&read_json(text).unwrap()).unwrap();
/// let mine = read(r#"{"f:spec":{"f:replicas":{},"f:paused":{}}}"#);
/// let theirs = read(r#"{"f:spec":{"f:replicas":{}}}"#);
/// assert_eq!(mine.difference(&theirs), read(r#"{"f:spec":{"f:paused":{}}}"#));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FieldSet(pub(super) Box<[(Element, Branch)]>);

/// What is at and below one element.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Branch {
    /// Whether the path that ends here is in the set.
    pub(super) owned: bool,
    /// What is below.
    pub(super) below: FieldSet,
}

impl FieldSet {
    /// The set of these paths.
    #[must_use]
    pub fn of(paths: impl IntoIterator<Item = FieldPath>) -> FieldSet {
        let mut paths: Vec<FieldPath> = paths.into_iter().collect();
        paths.sort();
        let paths: Vec<&[Element]> = paths.iter().map(|path| path.0.as_slice()).collect();
        of_sorted(&paths)
    }

    /// Whether no path is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many paths are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        let counts = self.0.iter();
        let counts = counts.map(|(_, branch)| usize::from(branch.owned) + branch.below.len());
        counts.sum()
    }

    /// Whether exactly this path is in it.
    #[must_use]
    pub fn contains(&self, path: &FieldPath) -> bool {
        let Some((last, above)) = path.0.split_last() else {
            return false;
        };
        let set = above.iter().try_fold(self, |set, element| {
            set.branch(element).map(|branch| &branch.below)
        });
        set.and_then(|set| set.branch(last))
            .is_some_and(|branch| branch.owned)
    }

    /// Whether this path, or one below it, is in it.
    #[must_use]
    pub fn reaches(&self, path: &FieldPath) -> bool {
        let set = path.0.iter().try_fold(self, |set, element| {
            set.branch(element).map(|branch| &branch.below)
        });
        set.is_some()
    }

    /// The paths, ascending.
    #[must_use]
    pub fn paths(&self) -> Vec<FieldPath> {
        let mut found = Vec::new();
        self.gather(&mut Vec::new(), &mut found);
        found
    }

    /// The paths that are in either.
    #[must_use]
    pub fn union(&self, other: &FieldSet) -> FieldSet {
        combined(self, other, |one, other| one || other)
    }

    /// The paths that are in both.
    #[must_use]
    pub fn intersection(&self, other: &FieldSet) -> FieldSet {
        combined(self, other, |one, other| one && other)
    }

    /// The paths that are in this one and not in `other`.
    #[must_use]
    pub fn difference(&self, other: &FieldSet) -> FieldSet {
        combined(self, other, |one, other| one && !other)
    }

    /// The paths that are in `roots`, or below one that is.
    #[must_use]
    pub fn under(&self, roots: &FieldSet) -> FieldSet {
        let branches = self.0.iter().filter_map(|(element, branch)| {
            let root = roots.branch(element)?;
            if root.owned {
                return Some((element.clone(), branch.clone()));
            }
            let below = branch.below.under(&root.below);
            let owned = false;
            (!below.is_empty()).then(|| (element.clone(), Branch { owned, below }))
        });
        FieldSet(branches.collect())
    }

    pub(super) fn branch(&self, element: &Element) -> Option<&Branch> {
        let at = self.at(element)?;
        Some(&self.0[at].1)
    }

    pub(super) fn at(&self, element: &Element) -> Option<usize> {
        self.0.binary_search_by(|(name, _)| name.cmp(element)).ok()
    }

    fn gather(&self, above: &mut Vec<Element>, found: &mut Vec<FieldPath>) {
        for (element, branch) in &self.0 {
            above.push(element.clone());
            if branch.owned {
                found.push(FieldPath(above.clone()));
            }
            branch.below.gather(above, found);
            above.pop();
        }
    }
}

/// The set of these paths, which ascend.
fn of_sorted(paths: &[&[Element]]) -> FieldSet {
    let same = |one: &&[Element], other: &&[Element]| one.first() == other.first();
    let branches = paths.chunk_by(same).filter_map(|group| {
        let element = group.first()?.first()?.clone();
        let rest: Vec<&[Element]> = group.iter().map(|path| &path[1..]).collect();
        let branch = Branch {
            owned: rest.iter().any(|path| path.is_empty()),
            below: of_sorted(&rest),
        };
        Some((element, branch))
    });
    FieldSet(branches.collect())
}

/// What `keep` leaves of two sets, path by path. Of paths that are in neither it must leave nothing.
fn combined(one: &FieldSet, other: &FieldSet, keep: fn(bool, bool) -> bool) -> FieldSet {
    let none = Branch::default();
    let (mut left, mut right) = (one.0.iter().peekable(), other.0.iter().peekable());
    let mut kept = Vec::new();
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((left, _)), Some((right, _))) => left.cmp(right),
        };
        let left = if order.is_le() { left.next() } else { None };
        let right = if order.is_ge() { right.next() } else { None };
        let Some((element, _)) = left.or(right) else {
            break;
        };
        let left = left.map_or(&none, |(_, branch)| branch);
        let right = right.map_or(&none, |(_, branch)| branch);
        let branch = Branch {
            owned: keep(left.owned, right.owned),
            below: combined(&left.below, &right.below, keep),
        };
        if branch.owned || !branch.below.is_empty() {
            kept.push((element.clone(), branch));
        }
    }
    FieldSet(kept.into_boxed_slice())
}
