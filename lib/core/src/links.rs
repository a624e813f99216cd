//! Following symbolic links inside a source tree.

use crate::path::TreePath;
use crate::tree::{Entry, Fault};
use ecow::EcoString;

/// How many links one path may run through, as on Linux.
const MAX_LINKS: usize = 40;

/// What a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lead {
    /// To this, which is no link.
    To(TreePath, Entry),
    /// To a path at which nothing is.
    Nothing(TreePath),
    /// In a circle.
    Circle,
}

/// Follows all links of `path`, asking `kind` what stands where.
///
/// `root` is the absolute path of the tree's root, where it has one: absolute links are looked up below it,
/// and without it lead to nothing.
///
/// ```
/// use gitopsc_core::links::{Lead, follow};
/// use gitopsc_core::{Entry, SourceTree, TreePath, tree::MemoryTree};
/// let tree = MemoryTree::new([("real/a.yaml", "")]).with_link("link", "real");
/// let lead = follow(|path| tree.kind(path), None, &TreePath::new("link/a.yaml"));
/// assert_eq!(lead, Ok(Lead::To(TreePath::new("real/a.yaml"), Entry::File)));
/// ```
///
/// # Errors
/// Something on the way is there and cannot be looked at.
pub fn follow(
    kind: impl Fn(&TreePath) -> Result<Option<Entry>, Fault>,
    root: Option<&str>,
    path: &TreePath,
) -> Result<Lead, Fault> {
    walk(kind, root, TreePath::root(), path.as_str())
}

/// The same of `relative`, seen from `directory`, to which no link leads. What is written is cleaned before links are
/// followed: `link/..` is `directory`.
///
/// # Errors
/// As [`follow`].
pub fn follow_from(
    kind: impl Fn(&TreePath) -> Result<Option<Entry>, Fault>,
    root: Option<&str>,
    directory: &TreePath,
    relative: &str,
) -> Result<Lead, Fault> {
    if relative.split('/').any(|segment| segment == "..") {
        return follow(kind, root, &directory.join(relative));
    }
    walk(kind, root, directory.clone(), relative)
}

/// Follows `path` from the directory `real`, to which no link leads.
fn walk(
    kind: impl Fn(&TreePath) -> Result<Option<Entry>, Fault>,
    root: Option<&str>,
    mut real: TreePath,
    path: &str,
) -> Result<Lead, Fault> {
    let mut pending: Vec<EcoString> = reversed(path);
    let (mut entry, mut links) = (Entry::Directory, 0);
    while let Some(segment) = pending.pop() {
        let next = real.join(&segment);
        if segment == ".." {
            (real, entry) = (next, Entry::Directory);
            continue;
        }
        match kind(&next)? {
            None => return Ok(Lead::Nothing(next)),
            Some(Entry::Symlink(target)) => {
                links += 1;
                if links > MAX_LINKS {
                    return Ok(Lead::Circle);
                }
                if !is_absolute(&target) {
                    pending.extend(reversed(&target));
                } else if let Some(root) = root {
                    real = TreePath::root();
                    pending.extend(reversed(below_root(root, &target).as_str()));
                } else {
                    return Ok(Lead::Nothing(next));
                }
            }
            Some(found) => (real, entry) = (next, found),
        }
    }
    Ok(Lead::To(real, entry))
}

/// The absolute path `absolute`, seen from the tree whose root is at the absolute path `root`.
#[must_use]
pub fn below_root(root: &str, absolute: &str) -> TreePath {
    TreePath::new(absolute).relative_to(&TreePath::new(root))
}

/// Whether a `/`-separated path is absolute, on Windows with its drive.
#[must_use]
pub fn is_absolute(path: &str) -> bool {
    let drive = path.as_bytes();
    path.starts_with('/')
        || matches!(drive, [letter, b':', b'/', ..] if letter.is_ascii_alphabetic())
}

/// The segments of `path`, the last one first.
fn reversed(path: &str) -> Vec<EcoString> {
    let segments = path.rsplit('/');
    let kept = segments.filter(|segment| !matches!(*segment, "" | "."));
    kept.map(EcoString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::{Lead, follow, follow_from};
    use crate::TreePath;
    use crate::tree::{Entry, MemoryTree, SourceTree as _};

    #[test]
    fn links_are_followed_to_their_end() {
        let tree = MemoryTree::new([("a/real/x.yaml", "")])
            .with_link("a/link", "real")
            .with_link("b", "a/link")
            .with_link("loop", "loop")
            .with_link("dangling", "nowhere")
            .with_link("absolute", "/srv/repo/a");
        let lead =
            |root, path: &str| follow(|path| tree.kind(path), root, &TreePath::new(path)).unwrap();
        let file = Lead::To(TreePath::new("a/real/x.yaml"), Entry::File);
        assert_eq!(lead(None, "b/x.yaml"), file);
        let from = |directory: &str, path: &str| {
            follow_from(
                |path| tree.kind(path),
                None,
                &TreePath::new(directory),
                path,
            )
            .unwrap()
        };
        assert_eq!(from("a", "link/./x.yaml"), file);
        assert_eq!(from("a/real", "../../b/../a/real/x.yaml"), file);
        assert_eq!(
            from("a", "."),
            Lead::To(TreePath::new("a"), Entry::Directory)
        );
        assert_eq!(lead(None, "loop"), Lead::Circle);
        assert_eq!(
            lead(None, "dangling"),
            Lead::Nothing(TreePath::new("nowhere"))
        );
        assert_eq!(lead(Some("/srv/repo"), "absolute/link/x.yaml"), file);
        assert_eq!(
            lead(None, "absolute/x"),
            Lead::Nothing(TreePath::new("absolute"))
        );
    }
}
