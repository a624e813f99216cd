//! Going through a proxy.

use crate::site::{PASSWORD, Site, test};
use gitopsc_git_server::ConnectProxy;
use gitopsc_reconciler::source::{Proxy, SourceClass, Wanted};
use gitopsc_test_support::Test;

pub(crate) fn tests() -> Vec<Test> {
    vec![
        test(
            "a repository is fetched through a proxy that is signed in to",
            through,
        ),
        test("a proxy that does not let through is told", refused),
    ]
}

/// `Proxy-Authorization` for the user `me`.
const AUTHORIZATION: &str = "Basic bWU6aHVudGVyMi12ZXJ5LXNlY3JldA==";

fn wanted(site: &Site, proxy: Proxy) -> Wanted {
    Wanted {
        access: site.access(&[]).through(proxy),
        ..site.wanted()
    }
}

fn through() {
    let site = Site::new();
    let proxy = ConnectProxy::start(Some(AUTHORIZATION));
    let access = Proxy::new(&proxy.url(), Some(("me", PASSWORD))).unwrap();
    assert_eq!(
        site.fetch(&wanted(&site, access)).unwrap().commit.id,
        site.first
    );
    assert!(!proxy.asked().is_empty());
    for asked in proxy.asked() {
        assert!(site.server.url("").contains(&asked), "{asked}");
    }
}

fn refused() {
    let site = Site::new();
    let proxy = ConnectProxy::start(Some(AUTHORIZATION));
    let access = Proxy::new(&proxy.url(), None).unwrap();
    site.fails(
        &wanted(&site, access),
        SourceClass::Unreachable,
        "the proxy",
    );
    assert!(site.server.seen().is_empty());
}
