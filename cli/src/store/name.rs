//! The name of a build in a store: the path of what was built below the root of its source, or the name of the
//! folder if it is that root.

use gitopsc_core::TreePath;
use gitopsc_host::oci::BlobDigest;
use std::path::Path;

/// The name of what is built at `root` of the source in the folder `source`, as the OCI specification allows names.
pub fn of(source: &Path, root: &TreePath) -> String {
    if root.is_root() {
        let folder = source.file_name().map(|name| name.to_string_lossy());
        return folder.map_or_else(|| "latest".to_owned(), |name| allowed(&name));
    }
    allowed(root.as_str())
}

/// `path` if it is a name as it is; else one made of it.
fn allowed(path: &str) -> String {
    if path.split('/').all(is_allowed) {
        return path.to_owned();
    }
    // Different paths must not become one name.
    let digest = BlobDigest::of(path.as_bytes()).to_string();
    let short: String = digest.chars().skip("sha256:".len()).take(8).collect();
    let words = path.split(|character: char| !character.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    [words, vec![short.as_str()]].concat().join("-")
}

/// Whether registries allow `part` between two slashes, in the narrowest reading.
fn is_allowed(part: &str) -> bool {
    let words = part.split('-');
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|character| character.is_ascii_alphanumeric())
    };
    words.into_iter().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::of;
    use gitopsc_core::TreePath;
    use std::path::Path;

    fn name(path: &str) -> String {
        of(Path::new("/home/me/fleet"), &TreePath::new(path))
    }

    #[test]
    fn paths_become_names_that_registries_allow() {
        for (path, wanted) in [
            (".", "fleet"),
            ("cluster", "cluster"),
            ("clusters/home-2", "clusters/home-2"),
        ] {
            assert_eq!(name(path), wanted);
        }
        assert_eq!(of(Path::new("/"), &TreePath::root()), "latest");
        assert_ne!(name("my_c/Büro"), name("my.c/Büro"));
        for name in [name("my_c/Büro"), name("my.c/Büro")] {
            assert!(name.starts_with("my-c-B-ro-"), "{name}");
            assert_eq!(name.len(), "my-c-B-ro-01234567".len());
        }
    }
}
