//! Paths as a person at the prompt writes them: seen from the current directory.

use gitopsc_core::TreePath;
use std::path::{Component, Path, PathBuf};

/// Where the tree is, and where the user is.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// The absolute path of the tree's root.
    pub root: PathBuf,
    /// The current directory.
    pub current: Option<PathBuf>,
}

impl Paths {
    /// The path of something in the tree, seen from the current directory; absolute if the two have nothing
    /// in common.
    pub fn shown(&self, path: &TreePath) -> String {
        let absolute = clean(&self.root, path);
        let relative = self
            .current
            .as_deref()
            .and_then(|current| relative(&absolute, current));
        text(&relative.unwrap_or(absolute))
    }
}

impl Paths {
    /// The path in the tree of a file on this host, with `..` where it lies outside.
    pub fn in_tree(&self, path: &Path) -> TreePath {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (own, base): (Vec<_>, Vec<_>) = (
            real.components().collect(),
            self.root.components().collect(),
        );
        let shared = own.iter().zip(&base).take_while(|(a, b)| a == b).count();
        let ups = base[shared..].iter().map(|_| "..".into());
        let downs = own[shared..]
            .iter()
            .map(|part| part.as_os_str().to_string_lossy());
        let parts: Vec<std::borrow::Cow<'_, str>> = ups.chain(downs).collect();
        TreePath::new(&parts.join("/"))
    }
}

/// `path` below `root`, without `..` as far as there is something to go up from.
fn clean(root: &Path, path: &TreePath) -> PathBuf {
    let mut absolute = root.to_owned();
    for segment in path.segments() {
        if segment != ".." {
            absolute.push(segment);
        } else if !absolute.pop() {
            absolute.push("..");
        }
    }
    absolute
}

fn relative(path: &Path, from: &Path) -> Option<PathBuf> {
    let own: Vec<Component<'_>> = path.components().collect();
    let base: Vec<Component<'_>> = from.components().collect();
    let shared = own.iter().zip(&base).take_while(|(a, b)| a == b).count();
    let named = own[..shared]
        .iter()
        .any(|component| matches!(component, Component::Normal(_)));
    if !named {
        return None;
    }
    let ups = base[shared..].iter().map(|_| Component::ParentDir);
    let relative: PathBuf = ups.chain(own[shared..].iter().copied()).collect();
    if relative.as_os_str().is_empty() {
        return Some(PathBuf::from("."));
    }
    Some(relative)
}

fn text(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::Paths;
    use gitopsc_core::TreePath;

    #[test]
    fn paths_are_seen_from_the_current_directory() {
        let cases = [
            (
                "/home/me/repo",
                "apps/web/a.yaml",
                "/home/me/repo",
                "apps/web/a.yaml",
            ),
            (
                "/home/me/repo",
                "apps/web/a.yaml",
                "/home/me/repo/apps/web",
                "a.yaml",
            ),
            (
                "/home/me/repo",
                "apps/a.yaml",
                "/home/me/repo/base/web",
                "../../apps/a.yaml",
            ),
            ("/home/me/repo", ".", "/home/me/repo", "."),
            (
                "/home/me/repo/web",
                "../base/a.yaml",
                "/home/me/repo/web",
                "../base/a.yaml",
            ),
            ("/srv/repo", "a.yaml", "/home/me", "/srv/repo/a.yaml"),
        ];
        for (root, path, current, wanted) in cases {
            let paths = Paths {
                root: root.into(),
                current: Some(current.into()),
            };
            assert_eq!(paths.shown(&TreePath::new(path)), wanted);
        }
    }
}
