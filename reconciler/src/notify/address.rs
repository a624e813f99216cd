//! From the URL of a repository to where its forge has its API.

/// A repository on a forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repository {
    /// The forge, such as `https://git.example.com`: what was fetched from over https, else the same host.
    pub(super) forge: String,
    /// The path, such as `ada/cluster`.
    pub(super) path: String,
}

impl Repository {
    /// The repository at `url`: `https://HOST/PATH`, `ssh://USER@HOST/PATH` or `USER@HOST:PATH`; nothing if it is on no host.
    pub(super) fn at(url: &str) -> Option<Repository> {
        let (forge, path) = match url.split_once("://") {
            Some((scheme @ ("http" | "https"), rest)) => {
                let (host, path) = rest.split_once('/')?;
                (format!("{scheme}://{host}"), path)
            }
            Some(("ssh", rest)) => {
                let (host, path) = rest.split_once('/')?;
                let host = host.rsplit('@').next()?;
                // The port is that of ssh.
                let host = host.split(':').next()?;
                (format!("https://{host}"), path)
            }
            Some(_) => return None,
            None => {
                let (host, path) = url.split_once(':')?;
                let host = host.rsplit('@').next()?;
                (format!("https://{host}"), path)
            }
        };
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        (!path.is_empty()).then(|| Repository {
            forge,
            path: path.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Repository;

    #[test]
    fn a_forge_has_its_api_on_the_host_of_the_repository() {
        let at = |url| Repository::at(url).map(|of| format!("{} {}", of.forge, of.path));
        let wanted = |text: &str| Some(text.to_owned());
        let https = wanted("https://git.test ada/cluster");
        assert_eq!(at("https://git.test/ada/cluster.git"), https);
        assert_eq!(at("ssh://git@git.test:2222/ada/cluster.git"), https);
        assert_eq!(at("git@git.test:ada/cluster"), https);
        let with_port = wanted("http://git.test:3000 a/b/c");
        assert_eq!(at("http://git.test:3000/a/b/c/"), with_port);
        for nowhere in ["file:///srv/cluster", "https://git.test", "cluster"] {
            assert_eq!(at(nowhere), None, "{nowhere}");
        }
    }
}
