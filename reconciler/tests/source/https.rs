//! Signing in, trust, and servers that fail.

use crate::site::{BASIC, PASSWORD, PATIENCE, Site, content, test};
use gitopsc_git_server::{Gate, HttpsServer};
use gitopsc_reconciler::source::{Access, SourceClass, Wanted};
use gitopsc_test_support::Test;
use std::net::TcpListener;
use std::time::{Duration, Instant};

pub(crate) fn tests() -> Vec<Test> {
    vec![
        test("a branch is fetched over https", a_branch_is_fetched),
        test(
            "a name and a password sign in",
            a_name_and_a_password_sign_in,
        ),
        test("a token signs in", a_token_signs_in),
        test("wrong credentials are told from none", wrong_credentials),
        test("credentials that may not read are told", forbidden),
        test(
            "a certificate of an unknown authority is not trusted",
            unknown_authority,
        ),
        test(
            "a certificate for another host is not trusted",
            another_host,
        ),
        test("a client certificate signs in", client_certificate),
        test("what is no repository is told", no_repository),
        test("a server in trouble is told by its number", trouble),
        test(
            "a server that is silent or slow is given up in time",
            too_slow,
        ),
        test(
            "a connection that breaks is told, and the next fetch succeeds",
            broken,
        ),
        test("a server that is away is told", away),
        test("an SSH key is nothing for https", ssh_key),
    ]
}

fn a_branch_is_fetched() {
    let site = Site::new();
    let fetched = site.fetch(&site.wanted()).unwrap();
    assert_eq!(fetched.commit.id, site.first);
    assert_eq!(fetched.commit.author, "Ada");
    assert_eq!(fetched.commit.subject, "Add a service");
    assert_eq!(fetched.commit.time, 1_700_000_000);
    assert_eq!(fetched.name.as_deref(), Some("main"));
    assert_eq!(content(&fetched, "web.yaml"), "kind: Service\n");
}

/// What is wanted, with the entries of a Secret.
pub(crate) fn wanted_with(site: &Site, entries: &[(&str, &str)]) -> Wanted {
    Wanted {
        access: site.access(entries),
        ..site.wanted()
    }
}

/// A name and a password.
pub(crate) fn me() -> [(&'static str, &'static str); 2] {
    [("username", "me"), ("password", PASSWORD)]
}

fn a_name_and_a_password_sign_in() {
    let site = Site::behind(|request| Gate::authorized(request, BASIC));
    let fetched = site.fetch(&wanted_with(&site, &me())).unwrap();
    assert_eq!(fetched.commit.id, site.first);
}

fn a_token_signs_in() {
    let expected = format!("Bearer {PASSWORD}");
    let site = Site::behind(move |request| Gate::authorized(request, &expected));
    let wanted = wanted_with(&site, &[("bearerToken", PASSWORD)]);
    assert_eq!(site.fetch(&wanted).unwrap().commit.id, site.first);
}

fn wrong_credentials() {
    let site = Site::behind(|request| Gate::authorized(request, "Basic other"));
    let wrong = wanted_with(&site, &me());
    site.fails(
        &wrong,
        SourceClass::Credentials,
        "does not accept the credentials",
    );
    site.fails(
        &site.wanted(),
        SourceClass::Credentials,
        "asks for credentials",
    );
}

fn forbidden() {
    let site = Site::behind(|_| Gate::status(403));
    let wanted = wanted_with(&site, &me());
    site.fails(&wanted, SourceClass::Credentials, "forbids it (403)");
}

fn unknown_authority() {
    let site = Site::new();
    let wanted = Wanted {
        access: Access::anonymous(),
        ..site.wanted()
    };
    site.fails(&wanted, SourceClass::Trust, "`ca.crt`");
    assert_eq!(site.server.seen(), [], "nothing was asked");
}

fn another_host() {
    let site = Site::new();
    let other = HttpsServer::called(site.folder(), "git.example");
    let access = Access::anonymous().trusting(other.authority().as_bytes());
    let wanted = Wanted {
        url: other.url("site.git").into(),
        access: access.unwrap(),
        ..site.wanted()
    };
    site.fails(&wanted, SourceClass::Trust, "for another host");
}

fn client_certificate() {
    let site = Site::new();
    let (server, chain, key) = HttpsServer::for_clients(site.folder());
    let entries = [
        ("ca.crt", server.authority()),
        ("tls.crt", chain.as_str()),
        ("tls.key", key.as_str()),
    ];
    let wanted = |entries: &[(&str, &str)]| Wanted {
        url: server.url("site.git").into(),
        ..wanted_with(&site, entries)
    };
    let fetched = site.fetch(&wanted(&entries)).unwrap();
    assert_eq!(fetched.commit.id, site.first);
    site.fails(
        &wanted(&entries[..1]),
        SourceClass::Trust,
        "`tls.crt` and `tls.key`",
    );
}

fn no_repository() {
    let site = Site::new();
    let nothing = |path: &str| Wanted {
        url: site.server.url(path).into(),
        ..site.wanted()
    };
    site.fails(
        &nothing("nothing.git"),
        SourceClass::NotFound,
        "no such repository (404)",
    );
    let page = Site::behind(|_| Gate::status(200));
    page.fails(&page.wanted(), SourceClass::NotFound, "no Git repository");
}

fn trouble() {
    for status in [429, 500, 503] {
        let site = Site::behind(move |_| Gate::status(status));
        site.fails(
            &site.wanted(),
            SourceClass::Unreachable,
            &format!("answers {status}"),
        );
    }
}

fn too_slow() {
    for slow in [Gate::Hang, Gate::Drip(Duration::from_millis(200))] {
        let site = Site::behind(move |_| slow.clone());
        let wanted = Wanted {
            timeout: Duration::from_secs(1),
            ..site.wanted()
        };
        let begun = Instant::now();
        site.fails(&wanted, SourceClass::Timeout, "did not answer within 1 s");
        assert!(begun.elapsed() < PATIENCE / 4, "{:?}", begun.elapsed());
    }
    // One that accepts and says nothing, not even TLS.
    let site = Site::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let wanted = Wanted {
        url: format!("https://{}/site.git", silent.local_addr().unwrap()).into(),
        timeout: Duration::from_secs(1),
        ..site.wanted()
    };
    site.fails(&wanted, SourceClass::Timeout, "did not answer within 1 s");
}

fn broken() {
    let broken = std::sync::atomic::AtomicBool::new(true);
    let site = Site::behind(move |request| {
        let has_body = request.body.windows(4).any(|text| text == b"done");
        match has_body && broken.swap(false, std::sync::atomic::Ordering::SeqCst) {
            true => Gate::Cut(60),
            false => Gate::Serve,
        }
    });
    site.fails(&site.wanted(), SourceClass::Unreachable, "in the middle");
    assert_eq!(site.fetch(&site.wanted()).unwrap().commit.id, site.first);
}

fn away() {
    let site = Site::new();
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let wanted = Wanted {
        url: format!("https://{nobody}/site.git").into(),
        ..site.wanted()
    };
    site.fails(&wanted, SourceClass::Unreachable, "connection refused");
    assert!(site.fetch(&wanted).unwrap_err().is_passing());
}

fn ssh_key() {
    let site = Site::new();
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----";
    let wanted = wanted_with(
        &site,
        &[
            ("identity", key),
            ("known_hosts", "git.example ssh-ed25519 AAAA"),
        ],
    );
    site.fails(&wanted, SourceClass::Setting, "an SSH key");
}
