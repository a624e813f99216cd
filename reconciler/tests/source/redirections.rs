//! Redirections, and whom credentials go to.

use crate::https::{me, wanted_with};
use crate::site::{BASIC, Site, test};
use gitopsc_git_server::{Gate, HttpsServer};
use gitopsc_reconciler::source::{SourceClass, Wanted};
use gitopsc_test_support::Test;

pub(crate) fn tests() -> Vec<Test> {
    vec![
        test("a redirection of the first request is followed", redirected),
        test(
            "credentials do not go to another server",
            redirected_elsewhere,
        ),
        test(
            "a redirection away from https is not followed",
            redirected_to_http,
        ),
        test("redirections in circles end", circles),
    ]
}

fn redirected() {
    let site = Site::behind(|request| match request.path.strip_prefix("/old.git") {
        Some(rest) => Gate::redirect(&format!("/site.git{rest}?{}", request.query)),
        None => Gate::authorized(request, BASIC),
    });
    let wanted = Wanted {
        url: site.server.url("old.git").into(),
        ..wanted_with(&site, &me())
    };
    assert_eq!(site.fetch(&wanted).unwrap().commit.id, site.first);
    let asked: Vec<String> = site
        .server
        .seen()
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert_eq!(
        asked
            .iter()
            .filter(|path| path.starts_with("/old.git"))
            .count(),
        1,
        "{asked:?}"
    );
}

/// A server that sends on to that of `site`, and what is wanted from it, with credentials.
fn sends_on(site: &Site) -> (HttpsServer, Wanted) {
    let there = site.server.url("site.git");
    let server = HttpsServer::start(site.folder(), move |request| {
        Gate::redirect(&format!("{there}/info/refs?{}", request.query))
    });
    let access = wanted_with(site, &me()).access;
    let wanted = Wanted {
        url: server.url("site.git").into(),
        access: access.trusting(server.authority().as_bytes()).unwrap(),
        ..site.wanted()
    };
    (server, wanted)
}

fn redirected_elsewhere() {
    let signs_in = |server: &HttpsServer| {
        let seen = server.seen();
        seen.iter()
            .filter(|request| request.header("authorization").is_some())
            .count()
    };
    let site = Site::new();
    let (server, wanted) = sends_on(&site);
    assert_eq!(site.fetch(&wanted).unwrap().commit.id, site.first);
    assert_eq!(signs_in(&server), server.seen().len());
    assert_eq!(signs_in(&site.server), 0);
    let closed = Site::behind(|request| Gate::authorized(request, BASIC));
    let (_server, wanted) = sends_on(&closed);
    closed.fails(&wanted, SourceClass::Credentials, "are not sent there");
}

fn redirected_to_http() {
    let site = Site::behind(|request| {
        Gate::redirect(&format!(
            "http://127.0.0.1:1/site.git/info/refs?{}",
            request.query
        ))
    });
    site.fails(&site.wanted(), SourceClass::NotFound, "which is not https");
    let site = Site::behind(|_| Gate::redirect("/users/sign_in"));
    site.fails(
        &site.wanted(),
        SourceClass::NotFound,
        "which is no repository",
    );
}

fn circles() {
    let site =
        Site::behind(|request| Gate::redirect(&format!("{}?{}", request.path, request.query)));
    site.fails(&site.wanted(), SourceClass::NotFound, "in circles");
}
