//! Words that many messages need: how many there are, and some of them.

use std::fmt::Display;

/// `count` of `what`, whose plural has an s.
///
/// ```
/// use gitopsc_core::words::counted;
/// assert_eq!((counted(1, "unit").as_str(), counted(0, "unit").as_str()), ("1 unit", "0 units"));
/// ```
#[must_use]
pub fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// The first of `names`, `most` at the most, and how many more there are.
///
/// ```
/// use gitopsc_core::words::some_of;
/// assert_eq!(some_of(["a", "b"], 2), "a, b");
/// assert_eq!(some_of(["a", "b", "c"], 2), "a, b and 1 more");
/// ```
#[must_use]
pub fn some_of<T: Display>(names: impl IntoIterator<Item = T>, most: usize) -> String {
    let mut names = names.into_iter();
    let shown: Vec<String> = names
        .by_ref()
        .take(most)
        .map(|name| name.to_string())
        .collect();
    let shown = shown.join(", ");
    match names.count() {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
