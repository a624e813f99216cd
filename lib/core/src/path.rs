//! Paths inside a source tree: `/`-separated, clean, relative to the tree's root, and never the host's.

use ecow::EcoString;
use std::fmt;

/// A clean path relative to the root of a [`crate::SourceTree`].
///
/// `.` is the root. A path may begin with `..` segments: a folder tree can be left upwards, a Git tree
/// answers that nothing is there. There is no trailing slash and no inner `.` or `..`.
///
/// ```
/// use gitopsc_core::TreePath;
/// let base = TreePath::new("cluster/apps/web/overlays/prod");
/// assert_eq!(base.join("../../base/").as_str(), "cluster/apps/web/base");
/// assert_eq!(TreePath::root().join("../lib").as_str(), "../lib");
/// assert_eq!(base.parent().map(|p| p.to_string()).as_deref(), Some("cluster/apps/web/overlays"));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(EcoString);

impl TreePath {
    /// The root of the tree.
    #[must_use]
    pub fn root() -> TreePath {
        TreePath(EcoString::inline("."))
    }

    /// Cleans `path`. A leading `/` is dropped: absolute paths are made relative before they come here.
    #[must_use]
    pub fn new(path: &str) -> TreePath {
        TreePath::root().join(path)
    }

    /// `relative`, seen from the directory `self`.
    #[must_use]
    pub fn join(&self, relative: &str) -> TreePath {
        if is_name(relative) {
            return self.child(relative);
        }
        let mut segments: Vec<&str> = self.segments().collect();
        for segment in relative.split('/') {
            match segment {
                "" | "." => {}
                ".." if segments.last().is_some_and(|last| *last != "..") => {
                    segments.pop();
                }
                other => segments.push(other),
            }
        }
        if segments.is_empty() {
            return TreePath::root();
        }
        TreePath(segments.join("/").into())
    }

    /// The path of `name` in the directory `self`.
    fn child(&self, name: &str) -> TreePath {
        if self.is_root() {
            return TreePath(name.into());
        }
        let mut path = EcoString::with_capacity(self.0.len() + 1 + name.len());
        path.push_str(&self.0);
        path.push('/');
        path.push_str(name);
        TreePath(path)
    }

    /// The path as text; `.` for the root.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0 == "."
    }

    /// The segments from the root; none for the root itself.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|segment| *segment != ".")
    }

    /// The directory that holds this; nothing for the root and for paths that only go up.
    #[must_use]
    pub fn parent(&self) -> Option<TreePath> {
        match self.name()? {
            ".." => None,
            _ => Some(self.join("..")),
        }
    }

    /// The last segment; nothing for the root.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.segments().next_back()
    }

    /// Whether this is `directory` or lies below it.
    #[must_use]
    pub fn is_within(&self, directory: &TreePath) -> bool {
        if directory.is_root() {
            return !self.0.starts_with("..");
        }
        self.0.strip_prefix(directory.as_str()).is_some_and(|rest| {
            rest.is_empty() || (rest.starts_with('/') && !rest[1..].starts_with(".."))
        }) || (directory.segments().all(|segment| segment == "..") && self.is_within_ups(directory))
    }

    fn is_within_ups(&self, directory: &TreePath) -> bool {
        let ups = |path: &TreePath| {
            path.segments()
                .take_while(|segment| *segment == "..")
                .count()
        };
        ups(self) <= ups(directory)
    }

    /// This path, seen from `directory`, with `..` where it lies outside.
    #[must_use]
    pub fn relative_to(&self, directory: &TreePath) -> TreePath {
        let own: Vec<&str> = self.segments().collect();
        let from: Vec<&str> = directory.segments().collect();
        let shared = own.iter().zip(&from).take_while(|(a, b)| a == b).count();
        let ups = std::iter::repeat_n("..", from.len() - shared);
        let path: Vec<&str> = ups.chain(own[shared..].iter().copied()).collect();
        if path.is_empty() {
            return TreePath::root();
        }
        TreePath(path.join("/").into())
    }
}

/// Whether `text` is one segment that stays as it is.
fn is_name(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && !text.contains('/')
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::TreePath;

    #[test]
    fn within_means_below_or_equal() {
        let within = |path: &str, dir: &str| TreePath::new(path).is_within(&TreePath::new(dir));
        assert!(within("a/b", "a"));
        assert!(within("a", "a"));
        assert!(within("a", "."));
        assert!(within("a", ".."));
        assert!(within("../a", ".."));
        assert!(!within("../../a", ".."));
        assert!(!within("ab", "a"));
        assert!(!within("../a", "."));
        assert!(!within("..", "."));
    }

    #[test]
    fn relative_paths_lead_back() {
        for (path, from) in [("a/b/c", "a/d"), ("a", "a"), ("../x", "."), ("a", "a/b/c")] {
            let (path, from) = (TreePath::new(path), TreePath::new(from));
            assert_eq!(from.join(path.relative_to(&from).as_str()), path);
        }
    }
}
