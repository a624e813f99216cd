//! Pointers into values as RFC 6901 writes them, so that whoever makes one and whoever looks it up agree on each byte.

use ecow::EcoString;
use std::borrow::Cow;
use std::fmt::Write as _;

/// The pointer to what is under `key` of the map that `above` points to.
///
/// ```
/// use gitopsc_yaml::pointer::{below, item, unescaped};
/// let pointer = item(&below(&"/data".into(), "a/b~"), 3);
/// assert_eq!(pointer, "/data/a~1b~0/3");
/// assert_eq!(unescaped("a~1b~0"), "a/b~");
/// ```
#[must_use]
pub fn below(above: &EcoString, key: &str) -> EcoString {
    let mut pointer = above.clone();
    pointer.push('/');
    if key.contains(['~', '/']) {
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(key);
    }
    pointer
}

/// The pointer to an item of the list that `above` points to.
#[must_use]
pub fn item(above: &EcoString, at: usize) -> EcoString {
    let mut pointer = above.clone();
    // Writing to a text does not fail.
    let _ = write!(pointer, "/{at}");
    pointer
}

/// The key that a pointer has as `segment`.
#[must_use]
pub fn unescaped(segment: &str) -> Cow<'_, str> {
    match segment.contains('~') {
        true => Cow::Owned(segment.replace("~1", "/").replace("~0", "~")),
        false => Cow::Borrowed(segment),
    }
}
