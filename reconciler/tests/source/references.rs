//! Branches, tags, ranges of versions, commits; what is missing, and what was forced.

use crate::site::{Site, branch, content, mirrors, test};
use gitopsc_git_server::Gate;
use gitopsc_reconciler::source::{Limits, Reference, SourceClass, Wanted, fetch};
use gitopsc_test_support::Test;

pub(crate) fn tests() -> Vec<Test> {
    vec![
        test("a tag is fetched, annotated or not", tags),
        test("a tag of a tag is followed to its commit", tag_of_a_tag),
        test("the tag of the highest version is fetched", versions),
        test(
            "a commit is fetched by its hash, and then not asked for",
            commits,
        ),
        test(
            "a commit that nothing names any more is fetched if the server has it",
            unnamed,
        ),
        test(
            "a server that speaks the first version of the protocol is understood",
            old,
        ),
        test("what is missing is told with what is there", missing),
        test("an empty repository is told", empty),
        test(
            "a new commit is fetched with what it needs alone",
            incremental,
        ),
        test("a force push is followed and told", forced),
        test(
            "a branch that becomes a folder of branches is followed",
            folder_of_branches,
        ),
        test("names that Git does not know are settings", names),
    ]
}

fn at(site: &Site, reference: Reference) -> Wanted {
    Wanted {
        reference,
        ..site.wanted()
    }
}

fn tag(name: &str) -> Reference {
    Reference::Tag(name.into())
}

fn tags() {
    let site = Site::new();
    site.repository.git(&["tag", "light"]);
    site.repository
        .git(&["tag", "--annotate", "--message", "One", "heavy"]);
    let second = site
        .repository
        .commit("web.yaml", "kind: Pod\n", "Change it");
    site.repository.push();
    for name in ["light", "heavy"] {
        let fetched = site.fetch(&at(&site, tag(name))).unwrap();
        assert_eq!(fetched.commit.id, site.first);
        assert_eq!(fetched.name.as_deref(), Some(name));
    }
    assert_eq!(site.fetch(&site.wanted()).unwrap().commit.id, second);
}

fn tag_of_a_tag() {
    let site = Site::new();
    site.repository
        .git(&["tag", "--annotate", "--message", "One", "inner"]);
    site.repository
        .git(&["tag", "--annotate", "--message", "Two", "outer", "inner"]);
    site.repository.git(&["tag", "tree", "HEAD^{tree}"]);
    site.repository.push();
    assert_eq!(
        site.fetch(&at(&site, tag("outer"))).unwrap().commit.id,
        site.first
    );
    site.fails(
        &at(&site, tag("tree")),
        SourceClass::NotFound,
        "that is a tree",
    );
}

fn versions() {
    let site = Site::new();
    site.repository.git(&["tag", "v1.9.0"]);
    let second = site
        .repository
        .commit("web.yaml", "kind: Pod\n", "Change it");
    site.repository.git(&["tag", "v1.10.0"]);
    site.repository
        .commit("web.yaml", "kind: Job\n", "Change it again");
    site.repository.git(&["tag", "v2.0.0"]);
    site.repository.push();
    let range = |range: &str| at(&site, Reference::Semver(range.parse().unwrap()));
    let fetched = site.fetch(&range("^1")).unwrap();
    assert_eq!(
        (fetched.commit.id.as_str(), fetched.name.as_deref()),
        (second.as_str(), Some("v1.10.0"))
    );
    site.fails(
        &range("^3"),
        SourceClass::NotFound,
        "its tags are v1.10.0, v1.9.0, v2.0.0",
    );
}

fn commits() {
    let site = Site::new();
    site.repository
        .commit("web.yaml", "kind: Pod\n", "Change it");
    site.repository.push();
    let wanted = at(&site, Reference::Commit(site.first.as_str().into()));
    let fetched = site.fetch(&wanted).unwrap();
    assert_eq!(
        (fetched.commit.id.as_str(), fetched.name),
        (site.first.as_str(), None)
    );
    let asked = site.server.seen().len();
    assert!(asked > 0);
    site.fetch(&wanted).unwrap();
    assert_eq!(site.server.seen().len(), asked, "nothing more was asked");
}

fn unnamed() {
    let site = Site::new();
    let lost = site
        .repository
        .commit("web.yaml", "kind: Pod\n", "Change it");
    site.repository.push();
    site.repository
        .git(&["reset", "--quiet", "--hard", &site.first]);
    site.repository.push();
    let wanted = at(&site, Reference::Commit(lost.as_str().into()));
    assert_eq!(site.fetch(&wanted).unwrap().commit.id, lost);
    let nowhere = "0123456789012345678901234567890123456789";
    let wanted = at(&site, Reference::Commit(nowhere.into()));
    site.fails(&wanted, SourceClass::NotFound, "has no commit 0123");
}

fn old() {
    let site = Site::behind(|_| Gate::ServeOld);
    let second = site
        .repository
        .commit("web.yaml", "kind: Pod\n", "Change it");
    site.repository.git(&["tag", "v1.0.0"]);
    site.repository.push();
    assert_eq!(site.fetch(&site.wanted()).unwrap().commit.id, second);
    let third = site
        .repository
        .commit("web.yaml", "kind: Job\n", "Change it again");
    site.repository.push();
    assert_eq!(site.fetch(&site.wanted()).unwrap().commit.id, third);
    let range = at(&site, Reference::Semver("^1".parse().unwrap()));
    assert_eq!(site.fetch(&range).unwrap().commit.id, second);
    // Such a server gives only what has a name by its hash, and all of it is looked through.
    let elsewhere = mirrors(site.folder().join("elsewhere").as_path(), Limits::default());
    let first = at(&site, Reference::Commit(site.first.as_str().into()));
    let fetched = fetch(&elsewhere, &first).unwrap();
    assert_eq!(fetched.commit.id, site.first);
    site.fails(
        &at(&site, branch("mian")),
        SourceClass::NotFound,
        "its branches are main",
    );
}

fn missing() {
    let site = Site::new();
    site.fails(
        &at(&site, branch("mian")),
        SourceClass::NotFound,
        "has no branch mian; its branches are main",
    );
    site.fails(
        &at(&site, tag("v1")),
        SourceClass::NotFound,
        "has no tag v1; it has no tags",
    );
}

fn empty() {
    let site = Site::new();
    let _empty = gitopsc_git_server::Repository::new(site.folder(), "empty");
    let wanted = Wanted {
        url: site.server.url("empty.git").into(),
        ..site.wanted()
    };
    site.fails(&wanted, SourceClass::NotFound, "is an empty repository");
}

fn incremental() {
    let site = Site::new();
    let first = site.fetch(&site.wanted()).unwrap();
    let second = site
        .repository
        .commit("more.yaml", "kind: Pod\n", "Add more");
    site.repository.push();
    let fetched = site.fetch(&site.wanted()).unwrap();
    assert_eq!(fetched.commit.id, second);
    assert_eq!(fetched.repository, first.repository);
    assert_eq!(content(&fetched, "web.yaml"), "kind: Service\n");
    let seen = site.server.seen();
    let has = format!("have {}", site.first).into_bytes();
    let told = seen
        .iter()
        .any(|request| request.body.windows(has.len()).any(|text| text == has));
    assert!(told, "the server was told what is there");
}

fn forced() {
    let site = Site::new();
    let second = site
        .repository
        .commit("web.yaml", "kind: Pod\n", "Change it");
    site.repository.push();
    let after = |previous: &str| Wanted {
        previous: Some(previous.into()),
        ..site.wanted()
    };
    assert!(!site.fetch(&site.wanted()).unwrap().forced);
    assert!(!site.fetch(&after(&second)).unwrap().forced);
    assert!(!site.fetch(&after(&site.first)).unwrap().forced);
    site.repository.git(&[
        "commit",
        "--quiet",
        "--amend",
        "--message",
        "Change it well",
    ]);
    site.repository.push();
    let fetched = site.fetch(&after(&second)).unwrap();
    assert!(fetched.forced);
    assert_eq!(fetched.commit.subject, "Change it well");
    assert!(!site.fetch(&after(&site.first)).unwrap().forced);
    site.repository
        .git(&["reset", "--quiet", "--hard", &site.first]);
    site.repository.push();
    let fetched = site.fetch(&after(&fetched.commit.id)).unwrap();
    assert!(fetched.forced, "back is not forward");
    assert_eq!(fetched.commit.id, site.first);
}

fn folder_of_branches() {
    let site = Site::new();
    site.repository
        .git(&["push", "--quiet", "origin", "main:refs/heads/next"]);
    site.fetch(&at(&site, branch("next"))).unwrap();
    site.repository.git(&["push", "--quiet", "origin", ":next"]);
    site.repository
        .git(&["push", "--quiet", "origin", "main:refs/heads/next/one"]);
    let fetched = site.fetch(&at(&site, branch("next/one"))).unwrap();
    assert_eq!(fetched.commit.id, site.first);
    site.fails(
        &at(&site, branch("next")),
        SourceClass::NotFound,
        "has no branch next",
    );
}

fn names() {
    let site = Site::new();
    for name in ["", "a..b", "a b", "a:b", "*", "-"] {
        let wanted = at(&site, branch(name));
        let class = site.fetch(&wanted).unwrap_err().class();
        let known = matches!(class, SourceClass::Setting | SourceClass::NotFound);
        assert!(known, "{name}: {class:?}");
    }
    site.fails(
        &at(&site, Reference::Commit("abc".into())),
        SourceClass::Setting,
        "no whole hash",
    );
}
