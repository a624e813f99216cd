//! Where a repository is, as its URL says.

use super::error::SourceError;
use gitopsc_core::EcoString;
use gix::url::Scheme;

/// Where a repository is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The URL without user and password, to be shown.
    pub shown: EcoString,
    /// How to come there.
    pub way: Way,
}

/// How to come to a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By https, at the URL that is shown.
    Https,
    /// By ssh.
    Ssh(SshPlace),
    /// On this machine's disk.
    Local {
        /// The folder.
        path: EcoString,
    },
}

/// A repository behind an SSH server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SshPlace {
    /// Who signs in.
    pub user: EcoString,
    /// The server's name or number.
    pub host: EcoString,
    /// The port; 22 unless it is named.
    pub port: u16,
    /// The path, as it is given to the server's program.
    pub path: EcoString,
}

impl Address {
    /// What `url` says; `file://` is a place only if local ones are allowed.
    ///
    /// # Errors
    /// Nothing is fetched from there. What is shown of the URL holds no credentials.
    pub(super) fn parse(url: &str, local: bool) -> Result<Address, SourceError> {
        let shown = shown(url);
        let refused = |why: &str| SourceError::Address {
            url: shown.clone(),
            why: why.into(),
        };
        if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(refused(
                "a space or a control character is no part of a URL",
            ));
        }
        let parsed = gix::url::parse(url).map_err(|_| refused(UNKNOWN))?;
        let way = match parsed.scheme {
            Scheme::Https => https(url, &parsed),
            Scheme::Ssh => ssh(&parsed),
            // What has neither a scheme nor a host is a path on this disk to Git.
            Scheme::File if local && url.starts_with("file://") => Ok(Way::Local {
                path: parsed.path.to_string().into(),
            }),
            Scheme::Http => Err("whoever is on the way could change what is applied; use https"),
            _ => Err(UNKNOWN),
        };
        let way = way.map_err(refused)?;
        Ok(Address { shown, way })
    }
}

const UNKNOWN: &str = "it is none of https://HOST/PATH, ssh://USER@HOST/PATH and USER@HOST:PATH";

fn https(url: &str, parsed: &gix::Url) -> Result<Way, &'static str> {
    if parsed.user().is_some() || parsed.password().is_some() {
        return Err(
            "a URL is for everybody to read; move the credentials into a Secret, as `username` and `password`",
        );
    }
    if parsed.host().is_none_or(str::is_empty) {
        return Err("it names no host");
    }
    if url.contains(['?', '#']) {
        return Err("a repository's URL ends before `?` and `#`");
    }
    Ok(Way::Https)
}

fn ssh(parsed: &gix::Url) -> Result<Way, &'static str> {
    if parsed.password().is_some() {
        return Err("a URL is for everybody to read; sign in with a key from a Secret");
    }
    let host = parsed.host().filter(|host| !host.is_empty());
    let path = parsed.path.to_string();
    // As Git does: a home folder is named without the slash in front.
    let path = path
        .strip_prefix("/~")
        .map(|home| format!("~{home}"))
        .unwrap_or(path);
    let host = host.ok_or("it names no host")?;
    Ok(Way::Ssh(SshPlace {
        user: parsed.user().unwrap_or("git").into(),
        // Numbers with colons stand in brackets.
        host: host.trim_matches(['[', ']']).into(),
        port: parsed.port.unwrap_or(22),
        path: path.into(),
    }))
}

/// `url` without credentials, whatever else is wrong with it. A user of ssh is none.
pub(super) fn shown(url: &str) -> EcoString {
    let Some((scheme, rest)) = url.split_once("://") else {
        return match url.split_once('@') {
            // `USER@HOST:PATH` has no place for a password, so what is one has been misplaced.
            Some((before, after)) if before.contains(':') => after.into(),
            _ => url.into(),
        };
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) if scheme == "ssh" && !user.contains(':') => format!("{user}@{host}"),
        Some((_, host)) => host.to_owned(),
        None => authority.to_owned(),
    };
    format!("{scheme}://{authority}{path}").into()
}

#[cfg(test)]
mod tests {
    use super::{Address, SshPlace, Way};

    fn ssh(url: &str) -> SshPlace {
        match Address::parse(url, false) {
            Ok(Address {
                way: Way::Ssh(place),
                ..
            }) => place,
            other => panic!("{url}: {other:?}"),
        }
    }

    fn why(url: &str) -> String {
        match Address::parse(url, false) {
            Err(error) => error.to_string(),
            Ok(address) => panic!("{address:?}"),
        }
    }

    #[test]
    fn the_three_forms_are_understood() {
        let https = Address::parse("https://git.example:8443/team/site.git", false);
        let https = https.expect("a URL");
        assert_eq!(
            (https.shown.as_str(), https.way),
            ("https://git.example:8443/team/site.git", Way::Https)
        );
        let place = ssh("ssh://me@git.example:2222/team/site.git");
        assert_eq!(
            (place.user.as_str(), place.host.as_str()),
            ("me", "git.example")
        );
        assert_eq!((place.port, place.path.as_str()), (2222, "/team/site.git"));
        let place = ssh("git@git.example:team/site.git");
        assert_eq!(
            (place.user.as_str(), place.path.as_str()),
            ("git", "team/site.git")
        );
        assert_eq!(ssh("ssh://git.example/~me/site").path, "~me/site");
        let place = ssh("ssh://git@[::1]:2222/site");
        assert_eq!((place.host.as_str(), place.port), ("::1", 2222));
    }

    #[test]
    fn what_is_no_place_to_fetch_from_says_why() {
        assert!(why("http://git.example/site").contains("use https"));
        assert!(why("git://git.example/site").contains("it is none of"));
        assert!(why("file:///srv/site").contains("it is none of"));
        assert!(why("/srv/site").contains("it is none of"));
        assert!(why("ext::sh -c true").contains("space"));
        assert!(why("https:///site").contains("host") || why("https:///site").contains("none of"));
        assert!(why("https://git.example/site?ref=main").contains("ends before"));
        assert!(why("").contains("it is none of"));
    }

    #[test]
    fn credentials_in_a_url_are_refused_and_not_shown() {
        for url in [
            "https://me:hunter2@git.example/site",
            "https://hunter2@git.example/site",
            "ssh://me:hunter2@git.example/site",
            "https://git.example/site?token=hunter2",
            "ftp://hunter2@git.example",
            "https://me:hunter2@/site",
            "me:hunter2@git.example:site",
            "https://me:hunter2@git.example /site",
        ] {
            match Address::parse(url, false) {
                Ok(address) => {
                    assert!(!format!("{:?}", address.shown).contains("hunter2"), "{url}")
                }
                Err(error) => assert!(!format!("{error} {error:?}").contains("hunter2"), "{url}"),
            }
        }
    }

    #[test]
    fn local_places_are_for_tests() {
        let local = Address::parse("file:///srv/site", true).expect("allowed");
        assert_eq!(
            local.way,
            Way::Local {
                path: "/srv/site".into()
            }
        );
        assert!(Address::parse("/srv/site", true).is_err());
    }
}
