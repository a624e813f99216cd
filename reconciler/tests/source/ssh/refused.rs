//! Servers that are not trusted, and those that do not serve.

use super::{Ssh, test};
use gitopsc_git_server::{SshSettings, make_key};
use gitopsc_reconciler::source::{Access, Proxy, SourceClass, Wanted};
use gitopsc_test_support::Test;
use std::fs;
use std::net::TcpListener;
use std::time::Duration;

pub(super) fn tests(usual: SshSettings) -> Vec<Test> {
    vec![
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
