//! Fetching over SSH, from OpenSSH's own server or from one in Go.

mod refused;

use crate::site::{PASSWORD, Site, branch, content, incompressible};
use gitopsc_git_server::{SshServer, SshSettings, git_is_missing};
use gitopsc_reconciler::source::{Access, SourceClass, Wanted};
use gitopsc_test_support::{Missing, Outcome, Test};

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
    let mut tests = vec![
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
    ];
    tests.extend(refused::tests(usual));
    tests
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
