//! Patterns of directories, as `units.include` and `units.exclude` have them.
//!
//! A pattern is a path below the cluster. In a segment `*` stands for any text; the segment `**` for any
//! number of segments.

use gitopsc_core::TreePath;

/// Whether `pattern` names exactly `path`.
///
/// ```
/// use gitopsc_compiler::pattern::matches;
/// use gitopsc_core::TreePath;
/// assert!(matches("apps/*/staging", &TreePath::new("apps/web/staging")));
/// assert!(matches("apps/**", &TreePath::new("apps/web/staging")));
/// assert!(!matches("apps/*", &TreePath::new("apps/web/staging")));
/// ```
#[must_use]
pub fn matches(pattern: &str, path: &TreePath) -> bool {
    let pattern = TreePath::new(pattern);
    let pattern: Vec<&str> = pattern.segments().collect();
    let path: Vec<&str> = path.segments().collect();
    matches_list(&pattern, &path, "**", |pattern, segment| {
        let wanted: Vec<char> = pattern.chars().collect();
        let found: Vec<char> = segment.chars().collect();
        matches_list(&wanted, &found, '*', |a, b| a == b)
    })
}

/// Whether `pattern` stands for `path` or for a directory above it.
#[must_use]
pub fn covers(pattern: &str, path: &TreePath) -> bool {
    let above = std::iter::successors(Some(path.clone()), TreePath::parent);
    above
        .filter(|path| !path.is_root())
        .any(|path| matches(pattern, &path))
}

/// Whether `pattern` has no wildcard.
#[must_use]
pub fn is_plain(pattern: &str) -> bool {
    !pattern.contains('*')
}

/// Matches item by item; an item equal to `any` stands for any number of items. Linear in the product of
/// the lengths.
fn matches_list<T: PartialEq + Copy>(
    pattern: &[T],
    list: &[T],
    any: T,
    same: impl Fn(T, T) -> bool,
) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while seen < list.len() {
        if at < pattern.len() && pattern[at] == any {
            retry = Some((at, seen));
            at += 1;
        } else if at < pattern.len() && same(pattern[at], list[seen]) {
            at += 1;
            seen += 1;
        } else if let Some((star, from)) = retry {
            retry = Some((star, from + 1));
            at = star + 1;
            seen = from + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|rest| *rest == any)
}
