//! Whether two addresses are of one repository, as far as that can be told from their paths.

/// Whether `one` and `other`, each a URL, `USER@HOST:PATH` or a bare path, are of one repository.
///
/// Only paths are compared, from their ends and whatever the case: within a cluster a forge often has another host and
/// port than for those outside, and over ssh it has another root than over https. Who knows the token of a Sync may
/// wake it anyway, so that two repositories taken for one cost no more than a look.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (segments(one), segments(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    one.ends_with(&other) || other.ends_with(&one)
}

fn segments(address: &str) -> Vec<String> {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => match address.split_once(':') {
            // What comes before a colon is a host, unless it holds a slash itself.
            Some((host, path)) if !host.contains('/') => path,
            _ => address,
        },
    };
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn one_repository_has_many_addresses() {
        let all = [
            "https://git.example.com/Ada/cluster.git",
            "https://git.example.com/ada/cluster/",
            "ssh://git@git.example.com:2222/ada/cluster.git",
            "git@git.example.com:ada/cluster.git",
            "http://gitea.git.svc:3000/ada/cluster",
            "https://git.example.com/scm/ada/cluster.git",
            "ada/cluster",
        ];
        for one in all {
            assert!(is_same(one, "ada/cluster.git"), "{one}");
            assert!(is_same("https://git.example.com/ada/cluster", one), "{one}");
        }
    }

    #[test]
    fn another_repository_is_another() {
        let one = "https://git.example.com/ada/cluster.git";
        for other in [
            "https://git.example.com/ada/clusters",
            "https://git.example.com/bob/cluster",
            "ada/my-cluster",
            "https://git.example.com",
            "",
        ] {
            assert!(!is_same(one, other), "{other}");
        }
    }
}
