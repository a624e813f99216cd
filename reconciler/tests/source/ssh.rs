//! Fetching over SSH, from OpenSSH's own server.

use crate::site::{PASSWORD, Site, branch, content, incompressible};
use gitopsc_git_server::{SshServer, SshSettings, git_is_missing, make_key};
use gitopsc_reconciler::source::{Access, Proxy, SourceClass, Wanted};
use gitopsc_test_support::{Missing, Outcome, Test};
use std::fs;
use std::net::TcpListener;
use std::time::Duration;

pub(crate) fn tests() -> Vec<Test> {
    let usual = SshSettings {
        host_keys: &["ed25519"],
        key: ("ed25519", ""),
        protocol: true,
    };
    let keys = |host_keys, key| SshSettings {
        host_keys,
        key,
        ..usual
    };
    let old = SshSettings {
        protocol: false,
        ..usual
    };
    vec![
        test("a branch is fetched over ssh", usual, fetched),
        test(
            "a server that speaks the first version of the protocol is understood",
            old,
            fetched,
        ),
        test("a large repository is fetched over ssh", usual, large),
        test(
            "an RSA key signs in",
            keys(&["ed25519"], ("rsa", "")),
            fetched_simply,
        ),
        test(
            "an ECDSA key signs in",
            keys(&["ecdsa"], ("ecdsa", "")),
            fetched_simply,
        ),
        test(
            "a server is known by its RSA key",
            keys(&["rsa"], ("ed25519", "")),
            fetched_simply,
        ),
        test(
            "a key with a passphrase is opened",
            keys(&["ed25519"], ("ed25519", PASSWORD)),
            passphrase,
        ),
        test(
            "a server with several keys is known by each",
            keys(&["ed25519", "rsa", "ecdsa"], ("ed25519", "")),
            several,
        ),
        test(
            "a server with another key is not trusted",
            usual,
            other_host_key,
        ),
        test(
            "a server without a line, and one whose key is revoked, are not trusted",
            usual,
            unknown,
        ),
        test(
            "a key that the server does not know is told",
            usual,
            other_key,
        ),
        test(
            "what is no repository is told in the server's words",
            usual,
            no_repository,
        ),
        test(
            "a key that cannot be read, and one that is missing, are settings",
            usual,
            settings,
        ),
        test(
            "an ssh server that is silent is given up in time",
            usual,
            silent,
        ),
    ]
}

struct Ssh {
    site: Site,
    server: SshServer,
    kinds: &'static [&'static str],
}

fn test(name: &str, settings: SshSettings, body: impl FnOnce(&Ssh) + Send + 'static) -> Test {
    Test::new(name, move || {
        if let Some(needed) = git_is_missing() {
            return Missing(needed.to_owned()).into();
        }
        let site = Site::new();
        match SshServer::start(site.folder(), &settings) {
            Err(needed) => Missing(needed.to_owned()).into(),
            Ok(server) => {
                let kinds = settings.host_keys;
                body(&Ssh {
                    site,
                    server,
                    kinds,
                });
                Outcome::Passed
            }
        }
    })
}

impl Ssh {
    fn known_hosts(&self) -> String {
        let lines = self.kinds.iter().map(|kind| self.server.known_host(kind));
        lines.collect()
    }

    fn access(&self, known_hosts: &str, passphrase: Option<&str>) -> Access {
        let identity = self.server.identity();
        let mut entries = vec![
            ("identity", identity.as_bytes()),
            ("known_hosts", known_hosts.as_bytes()),
        ];
        entries.extend(passphrase.map(|text| ("password", text.as_bytes())));
        Access::from_secret(entries).unwrap()
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            url: self.server.url(self.site.repository.bare()).into(),
            access: self.access(&self.known_hosts(), None),
            ..self.site.wanted()
        }
    }
}

fn fetched(ssh: &Ssh) {
    let first = ssh.site.fetch(&ssh.wanted()).unwrap();
    assert_eq!(first.commit.id, ssh.site.first);
    assert_eq!(content(&first, "web.yaml"), "kind: Service\n");
    let second = ssh
        .site
        .repository
        .commit("web.yaml", "kind: Pod\n", "Change it");
    ssh.site.repository.push();
    let fetched = ssh.site.fetch(&ssh.wanted()).unwrap();
    assert_eq!(fetched.commit.id, second);
    assert_eq!(fetched.repository, first.repository);
    let missing = Wanted {
        reference: branch("mian"),
        ..ssh.wanted()
    };
    ssh.site
        .fails(&missing, SourceClass::NotFound, "its branches are main");
}

fn large(ssh: &Ssh) {
    let much = incompressible(1, 6_000_000);
    ssh.site.repository.commit("large.yaml", &much, "Add much");
    ssh.site.repository.push();
    let fetched = ssh.site.fetch(&ssh.wanted()).unwrap();
    assert!(content(&fetched, "large.yaml") == much);
}

fn fetched_simply(ssh: &Ssh) {
    assert_eq!(
        ssh.site.fetch(&ssh.wanted()).unwrap().commit.id,
        ssh.site.first
    );
}

fn passphrase(ssh: &Ssh) {
    let with = |passphrase| Wanted {
        access: ssh.access(&ssh.known_hosts(), passphrase),
        ..ssh.wanted()
    };
    assert_eq!(
        ssh.site.fetch(&with(Some(PASSWORD))).unwrap().commit.id,
        ssh.site.first
    );
    ssh.site.fails(
        &with(None),
        SourceClass::Setting,
        "it may need a passphrase",
    );
    ssh.site
        .fails(&with(Some("wrong")), SourceClass::Setting, "may be wrong");
}

fn several(ssh: &Ssh) {
    for kind in ssh.kinds {
        let wanted = Wanted {
            access: ssh.access(&ssh.server.known_host(kind), None),
            ..ssh.wanted()
        };
        assert_eq!(
            ssh.site.fetch(&wanted).unwrap().commit.id,
            ssh.site.first,
            "{kind}"
        );
    }
}

/// A line of `known_hosts` for the server, with a key that it does not have.
fn other_line(ssh: &Ssh, kind: &str) -> String {
    let path = ssh.site.folder().join(format!("other_{kind}"));
    make_key(&path, kind, "").unwrap();
    let public = fs::read_to_string(path.with_extension("pub")).unwrap();
    let line = ssh.server.known_host("ed25519");
    let (host, _) = line.split_once(' ').unwrap();
    format!("{host} {public}")
}

fn other_host_key(ssh: &Ssh) {
    let with = |line: &str| Wanted {
        access: ssh.access(line, None),
        ..ssh.wanted()
    };
    let same_kind = other_line(ssh, "ed25519");
    ssh.site.fails(
        &with(&same_kind),
        SourceClass::Trust,
        "a key that `known_hosts` does not have, SHA256:",
    );
    let other_kind = other_line(ssh, "rsa");
    ssh.site
        .fails(&with(&other_kind), SourceClass::Trust, "no key of a kind");
}

fn unknown(ssh: &Ssh) {
    let with = |lines: &str| Wanted {
        access: ssh.access(lines, None),
        ..ssh.wanted()
    };
    let elsewhere = ssh.known_hosts().replace("127.0.0.1", "git.example");
    ssh.site.fails(
        &with(&elsewhere),
        SourceClass::Trust,
        "`known_hosts` has no key of `[127.0.0.1]:",
    );
    assert_eq!(ssh.server.connections(), 0);
    let line = ssh.known_hosts();
    let revoked = format!("{line}\n@revoked {line}");
    ssh.site
        .fails(&with(&revoked), SourceClass::Trust, "is revoked");
}

fn other_key(ssh: &Ssh) {
    let path = ssh.site.folder().join("stranger");
    make_key(&path, "ed25519", "").unwrap();
    let identity = fs::read_to_string(&path).unwrap();
    let lines = ssh.known_hosts();
    let entries = [
        ("sshPrivateKey", identity.as_bytes()),
        ("known_hosts", lines.as_bytes()),
    ];
    let wanted = Wanted {
        access: Access::from_secret(entries).unwrap(),
        ..ssh.wanted()
    };
    ssh.site.fails(
        &wanted,
        SourceClass::Credentials,
        "does not accept the key for the user",
    );
}

fn no_repository(ssh: &Ssh) {
    let wanted = Wanted {
        url: ssh
            .server
            .url(&ssh.site.folder().join("it's nothing.git"))
            .into(),
        ..ssh.wanted()
    };
    ssh.site.fails(&wanted, SourceClass::Setting, "a space");
    let wanted = Wanted {
        url: ssh
            .server
            .url(&ssh.site.folder().join("it's-nothing.git"))
            .into(),
        ..ssh.wanted()
    };
    ssh.site.fails(
        &wanted,
        SourceClass::NotFound,
        "it's-nothing.git' does not appear to be a git repository",
    );
}

fn settings(ssh: &Ssh) {
    let lines = ssh.known_hosts();
    let broken = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
    let entries = [
        ("identity", broken.as_bytes()),
        ("known_hosts", lines.as_bytes()),
    ];
    let wanted = Wanted {
        access: Access::from_secret(entries).unwrap(),
        ..ssh.wanted()
    };
    ssh.site
        .fails(&wanted, SourceClass::Setting, "identity: it cannot be read");
    let wanted = Wanted {
        access: Access::anonymous(),
        ..ssh.wanted()
    };
    ssh.site.fails(
        &wanted,
        SourceClass::Setting,
        "needs `identity` and `known_hosts`",
    );
    let proxy = Proxy::new("http://127.0.0.1:1", None).unwrap();
    let wanted = Wanted {
        access: ssh.access(&lines, None).through(proxy),
        ..ssh.wanted()
    };
    ssh.site
        .fails(&wanted, SourceClass::Setting, "proxy: it is for https");
}

fn silent(ssh: &Ssh) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let line = ssh.server.known_host("ed25519");
    let (_, key) = line.split_once(' ').unwrap();
    let wanted = Wanted {
        url: format!("ssh://git@{address}/site.git").into(),
        access: ssh.access(&format!("[127.0.0.1]:{} {key}", address.port()), None),
        timeout: Duration::from_secs(1),
        ..ssh.site.wanted()
    };
    ssh.site
        .fails(&wanted, SourceClass::Timeout, "did not answer within 1 s");
}
