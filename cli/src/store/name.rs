//! The name of a build in a store: the path of what was built, below the root of its source.

use gitopsc_core::TreePath;
use gitopsc_host::oci::BlobDigest;

/// The name of what is built at `root`, as the OCI specification allows names. The root of the source itself is
/// `latest`.
pub fn of(root: &TreePath) -> String {
    if root.is_root() {
        return "latest".to_owned();
    }
    let path = root.as_str();
    let is_fine = |name: &str| {
        let edges = [name.chars().next(), name.chars().next_back()];
        let alphanumeric = |character: Option<char>| {
            character.is_some_and(|character| character.is_ascii_alphanumeric())
        };
        edges.into_iter().all(alphanumeric)
            && name
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || character == '-')
            && !name.contains("---")
    };
    if path.split('/').all(is_fine) {
        return path.to_owned();
    }
    // Different paths must not become one name.
    let digest = BlobDigest::of(path.as_bytes()).to_string();
    let short: String = digest.chars().skip("sha256:".len()).take(8).collect();
    let word = |character: char| character.is_ascii_alphanumeric();
    let words = path.split(|character| !word(character));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    [words, vec![short.as_str()]].concat().join("-")
}

#[cfg(test)]
mod tests {
    use super::of;
    use gitopsc_core::TreePath;

    #[test]
    fn paths_become_names_that_registries_allow() {
        for (path, name) in [
            (".", "latest"),
            ("cluster", "cluster"),
            ("clusters/home-2", "clusters/home-2"),
        ] {
            assert_eq!(of(&TreePath::new(path)), name);
        }
        let (one, two) = (
            of(&TreePath::new("my_c/Büro")),
            of(&TreePath::new("my.c/Büro")),
        );
        assert_ne!(one, two);
        for name in [one, two] {
            assert!(name.starts_with("my-c-B-ro-"), "{name}");
            assert_eq!(name.len(), "my-c-B-ro-01234567".len());
        }
    }
}
