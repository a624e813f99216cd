//! Between the paths of a tree and those of the host: the only place that knows how they differ.

use gitopsc_core::TreePath;
use std::path::{Path, PathBuf};

/// Where `path` is on this host, seen from the real directory `root`.
///
/// Nothing if this host cannot have a file of such a name. `..` above the file system's own root stays
/// there, as the host itself has it.
pub(crate) fn host_path(root: &Path, path: &TreePath) -> Option<PathBuf> {
    let mut host = PathBuf::with_capacity(root.as_os_str().len() + path.as_str().len() + 1);
    host.push(root);
    for segment in path.segments() {
        if segment == ".." {
            host.pop();
        } else if is_host_name(segment) {
            host.push(segment);
        } else {
            return None;
        }
    }
    Some(host)
}

/// Whether `segment` stands for one file name on this host.
///
/// On Windows a backslash would be taken for a separator, and a colon for a drive or for a second
/// stream of a file.
pub(crate) fn is_host_name(segment: &str) -> bool {
    let forbidden = |c: char| c == '\0' || (cfg!(windows) && "\\/:*?\"<>|".contains(c));
    !segment.contains(forbidden)
}

/// `relative`, which has neither a root nor `..`, as a path of a tree; nothing if it is no Unicode.
pub(crate) fn tree_path(relative: &Path) -> Option<TreePath> {
    let mut path = TreePath::root();
    for component in relative.components() {
        path = path.join(component.as_os_str().to_str()?);
    }
    Some(path)
}

/// `path` as people and kustomization files write it: `/`-separated, without Windows' verbatim prefix.
///
/// What is no Unicode is replaced.
pub(crate) fn path_text(path: &Path) -> String {
    slashed(path.to_string_lossy().into_owned())
}

/// The target of a symbolic link, `/`-separated; nothing if it is no Unicode.
pub(crate) fn link_text(target: PathBuf) -> Option<String> {
    target.into_os_string().into_string().ok().map(slashed)
}

fn slashed(text: String) -> String {
    if cfg!(windows) {
        windows_slashed(&text)
    } else {
        text
    }
}

fn windows_slashed(text: &str) -> String {
    let share = text.strip_prefix(r"\\?\UNC\");
    let plain = match share {
        Some(share) => format!(r"\\{share}"),
        None => ["\\\\?\\", "\\??\\"]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix))
            .unwrap_or(text)
            .to_owned(),
    };
    plain.replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::{host_path, is_host_name, windows_slashed};
    use gitopsc_core::TreePath;
    use std::path::Path;

    #[test]
    fn a_tree_path_may_go_up_from_the_root_of_its_tree() {
        let root = Path::new("/a/b");
        let host = |path: &str| host_path(root, &TreePath::new(path)).unwrap();
        assert_eq!(host("."), Path::new("/a/b"));
        assert_eq!(host("c/d"), Path::new("/a/b/c/d"));
        assert_eq!(host("../c"), Path::new("/a/c"));
        assert_eq!(host("../../../../c"), Path::new("/c"));
    }

    #[test]
    fn names_that_the_host_would_take_for_something_else_are_no_names() {
        assert!(is_host_name("a b.yaml"));
        assert!(!is_host_name("a\0b"));
        for name in ["a\\b", "C:", "x:y.yaml", "what?"] {
            assert_eq!(is_host_name(name), !cfg!(windows), "{name}");
        }
    }

    #[test]
    fn windows_paths_are_written_with_slashes_and_without_their_prefix() {
        for (path, text) in [
            (r"\\?\C:\repo\cluster", "C:/repo/cluster"),
            (r"\??\C:\repo", "C:/repo"),
            (r"\\?\UNC\server\share\repo", "//server/share/repo"),
            (r"..\base", "../base"),
        ] {
            assert_eq!(windows_slashed(path), text);
        }
    }
}
