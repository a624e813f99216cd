//! Where a path leads once its symbolic links are followed.

use crate::memo::Memo;
use gitopsc_core::{EcoString, Entry, Fault, TreePath};

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

/// Follows all links of `path`. Absolute links lead out of the tree, to nothing.
///
/// # Errors
/// Something on the way is there and cannot be looked at.
pub fn follow(memo: &Memo<'_>, path: &TreePath) -> Result<Lead, Fault> {
    let mut pending: Vec<EcoString> = reversed(path.as_str());
    let (mut real, mut entry, mut links) = (TreePath::root(), Entry::Directory, 0);
    while let Some(segment) = pending.pop() {
        let next = real.join(&segment);
        if segment == ".." {
            (real, entry) = (next, Entry::Directory);
            continue;
        }
        match memo.kind(&next)? {
            None => return Ok(Lead::Nothing(next)),
            Some(Entry::Symlink(target)) if target.starts_with('/') => {
                return Ok(Lead::Nothing(next));
            }
            Some(Entry::Symlink(target)) => {
                links += 1;
                if links > MAX_LINKS {
                    return Ok(Lead::Circle);
                }
                pending.extend(reversed(&target));
            }
            Some(found) => (real, entry) = (next, found),
        }
    }
    Ok(Lead::To(real, entry))
}

/// The segments of `path`, the last one first.
fn reversed(path: &str) -> Vec<EcoString> {
    let segments = path.rsplit('/');
    let kept = segments.filter(|segment| !matches!(*segment, "" | "."));
    kept.map(EcoString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::{Lead, follow};
    use crate::memo::Memo;
    use gitopsc_core::{Entry, TreePath, tree::MemoryTree};
    use gitopsc_yaml::Limits;

    #[test]
    fn links_are_followed_to_their_end() {
        let tree = MemoryTree::new([("a/real/x.yaml", "")])
            .with_link("a/link", "real")
            .with_link("b", "a/link")
            .with_link("loop", "loop")
            .with_link("dangling", "nowhere");
        let memo = Memo::new(&tree, Limits::default());
        let lead = |path: &str| follow(&memo, &TreePath::new(path)).unwrap();
        let file = Lead::To(TreePath::new("a/real/x.yaml"), Entry::File);
        assert_eq!(lead("b/x.yaml"), file);
        assert_eq!(lead("loop"), Lead::Circle);
        assert_eq!(lead("dangling"), Lead::Nothing(TreePath::new("nowhere")));
    }
}
