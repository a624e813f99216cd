//! Which keys a server may show, by lines as in OpenSSH's `known_hosts`.
//!
//! The format is that of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". Authorities (`@cert-authority`) are left out, since
//! certificates of hosts cannot be verified here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The keys of one server.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Keys {
    /// Those that it may show, as they are sent: with their type in front.
    pub known: Vec<Vec<u8>>,
    /// Those that it must not show.
    pub revoked: Vec<Vec<u8>>,
}

/// What a server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Known,
    Revoked,
    Other,
}

impl Keys {
    /// What the key is that the server shows.
    pub(super) fn shown(&self, key: &[u8]) -> Shown {
        let is_in = |keys: &[Vec<u8>]| keys.iter().any(|known| known == key);
        match (is_in(&self.revoked), is_in(&self.known)) {
            (true, _) => Shown::Revoked,
            (false, true) => Shown::Known,
            (false, false) => Shown::Other,
        }
    }

    /// The algorithms with which the server can show one of the keys, as SSH names them. RSA with SHA-1 is none.
    pub(super) fn algorithms(&self) -> Vec<&'static str> {
        let mut algorithms = Vec::new();
        for key in &self.known {
            let these: &[&'static str] = match kind(key) {
                Some(b"ssh-ed25519") => &["ssh-ed25519"],
                Some(b"ecdsa-sha2-nistp256") => &["ecdsa-sha2-nistp256"],
                Some(b"ecdsa-sha2-nistp384") => &["ecdsa-sha2-nistp384"],
                Some(b"ecdsa-sha2-nistp521") => &["ecdsa-sha2-nistp521"],
                Some(b"ssh-rsa") => &["rsa-sha2-512", "rsa-sha2-256"],
                _ => &[],
            };
            algorithms.extend(
                these
                    .iter()
                    .filter(|one| !algorithms.contains(*one))
                    .collect::<Vec<_>>(),
            );
        }
        algorithms
    }
}

/// The keys that `lines` have for a server.
pub(super) fn keys(lines: &str, host: &str, port: u16) -> Keys {
    let host = host.to_ascii_lowercase();
    let name = match port {
        22 => host,
        port => format!("[{host}]:{port}"),
    };
    let mut keys = Keys::default();
    for line in lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
    {
        let mut words = line.split_ascii_whitespace();
        let mut first = words.next().unwrap_or_default();
        let mut into = &mut keys.known;
        match first {
            "@revoked" => {
                into = &mut keys.revoked;
                first = words.next().unwrap_or_default();
            }
            marker if marker.starts_with('@') => continue,
            _ => {}
        }
        let key = words.nth(1).and_then(|key| STANDARD.decode(key).ok());
        if let Some(key) = key.filter(|_| is_for(first, &name)) {
            into.push(key);
        }
    }
    keys
}

/// The type that a key has in front of it.
fn kind(key: &[u8]) -> Option<&[u8]> {
    let length = key.first_chunk::<4>()?;
    key.get(4..)?.get(..u32::from_be_bytes(*length) as usize)
}

fn is_for(patterns: &str, name: &str) -> bool {
    if let Some(hashed) = patterns.strip_prefix("|1|") {
        return is_hash(hashed, name);
    }
    let mut matches = false;
    for pattern in patterns.split(',') {
        let pattern = pattern.to_ascii_lowercase();
        match pattern.strip_prefix('!') {
            // What is excluded stays so, whatever stands beside it.
            Some(not) if is_like(not.as_bytes(), name.as_bytes()) => return false,
            Some(_) => {}
            None => matches |= is_like(pattern.as_bytes(), name.as_bytes()),
        }
    }
    matches
}

/// Whether `SALT|HASH` is that of `name`.
fn is_hash(hashed: &str, name: &str) -> bool {
    let Some((salt, hash)) = hashed.split_once('|') else {
        return false;
    };
    let (Ok(salt), Ok(hash)) = (STANDARD.decode(salt), STANDARD.decode(hash)) else {
        return false;
    };
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &salt);
    ring::hmac::verify(&key, name.as_bytes(), &hash).is_ok()
}

/// Whether `name` is like a pattern with `*` and `?`.
fn is_like(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut of) = (0, 0);
    // Where the last star was, and how much of the name it stands for so far.
    let mut star = None;
    while of < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(c) if *c == b'?' || *c == name[of] => {
                at += 1;
                of += 1;
            }
            _ => {
                let Some((place, taken)) = star else {
                    return false;
                };
                star = Some((place, taken + 1));
                at = place + 1;
                of = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::{Keys, Shown, is_like, keys};

    const ED25519: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
    const RSA: &str = "AAAAB3NzaC1yc2EAAAADAQABAAAAAwAAAQ==";

    fn count(lines: &str, host: &str, port: u16) -> usize {
        keys(lines, host, port).known.len()
    }

    #[test]
    fn names_ports_and_patterns_are_matched() {
        let line = format!(
            "git.example,[git.example]:2222,*.corp.example,!bad.corp.example ssh-ed25519 {ED25519} a comment"
        );
        assert_eq!(count(&line, "git.example", 22), 1);
        assert_eq!(count(&line, "GIT.example", 2222), 1);
        assert_eq!(count(&line, "git.example", 2200), 0);
        assert_eq!(count(&line, "a.corp.example", 22), 1);
        assert_eq!(count(&line, "bad.corp.example", 22), 0);
        assert_eq!(count(&line, "example", 22), 0);
        assert_eq!(count(&format!("# {line}\n\n{line}"), "git.example", 22), 1);
    }

    #[test]
    fn a_hashed_name_is_recognised() {
        // Made by `ssh-keygen -H` of OpenSSH.
        let line = format!(
            "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 {ED25519}"
        );
        assert_eq!(count(&line, "192.168.1.61", 22), 1);
        assert_eq!(count(&line, "192.168.1.62", 22), 0);
    }

    #[test]
    fn revoked_keys_are_not_known_and_authorities_are_left_out() {
        let lines = format!(
            "git.example ssh-ed25519 {ED25519}\n@revoked * ssh-ed25519 {ED25519}\n@cert-authority * ssh-rsa {RSA}\ngit.example ssh-rsa {RSA}"
        );
        let keys = keys(&lines, "git.example", 22);
        assert_eq!((keys.known.len(), keys.revoked.len()), (2, 1));
        assert_eq!(keys.shown(&keys.known[0]), Shown::Revoked);
        assert_eq!(keys.shown(&keys.known[1]), Shown::Known);
        assert_eq!(keys.shown(b"another"), Shown::Other);
        assert_eq!(
            keys.algorithms(),
            ["ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256"]
        );
    }

    #[test]
    fn lines_that_make_no_sense_name_no_key() {
        for line in [
            "",
            "git.example",
            "git.example ssh-ed25519",
            "git.example ssh-ed25519 %%%",
            "|1| ssh-ed25519 AAAA",
            "@revoked",
        ] {
            assert_eq!(keys(line, "git.example", 22), Keys::default(), "{line}");
        }
    }

    #[test]
    fn stars_stand_for_any_text() {
        assert!(is_like(b"*", b"") && is_like(b"a*c*e", b"abcde") && is_like(b"?b*", b"ab"));
        assert!(!is_like(b"a*c", b"ab") && !is_like(b"?", b"") && !is_like(b"a", b"ab"));
    }
}
