//! URLs as they are told: without what opens them. Sign-ins and tokens stand in front of the host and in the query.

/// `url` without its user and its query.
///
/// What is no URL comes back as it is.
pub fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, host) = match authority.rsplit_once('@') {
        Some((_, host)) => ("...@", host),
        None => ("", authority),
    };
    let (path, query) = match path.find(['?', '#']) {
        Some(at) => (&path[..at], "?..."),
        None => (path, ""),
    };
    format!("{scheme}://{user}{host}{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_url_is_told_without_what_opens_it() {
        let cases = [
            ("https://a.example/b.yaml", "https://a.example/b.yaml"),
            (
                "https://user:p%40ss@a.example/b?token=x#y",
                "https://...@a.example/b?...",
            ),
            ("https://a:b@c@host/x@y", "https://...@host/x@y"),
            ("https://host?token=x", "https://host?..."),
            ("https://host/#token", "https://host/?..."),
            ("gitopsc-bootstrap-100", "gitopsc-bootstrap-100"),
            ("", ""),
        ];
        for (url, wanted) in cases {
            assert_eq!(shown(url), wanted, "{url}");
        }
    }
}
