//! The files of a revision as a source tree.

use crate::needs::{Needs, link, scratch, test, write};
use crate::repository::{commit, git};
use gitopsc_core::{Entry, SourceTree, TreePath};
use gitopsc_host::{GitError, GitTree};
use gitopsc_test_support::Test;
use std::fs;
use std::path::{Path, PathBuf};

pub fn tests() -> Vec<Test> {
    vec![
        test(
            "a revision is read without a checkout",
            &[Needs::Git],
            revisions,
        ),
        test(
            "a Git tree is listed by bytes and not left",
            &[Needs::Git],
            listing,
        ),
        test(
            "links are told with their targets, and submodules are not entered",
            &[Needs::Git, Needs::Links],
            links_and_modules,
        ),
        test(
            "packed, bare, shared, shallow and linked repositories are read alike",
            &[Needs::Git],
            forms,
        ),
        test(
            "many threads read the same tree at the same time",
            &[Needs::Git],
            threads,
        ),
        test(
            "what is no repository, revision or tree is told apart",
            &[Needs::Git],
            errors,
        ),
        test("a missing object is a fault", &[Needs::Git], missing_object),
    ]
}

fn path(path: &str) -> TreePath {
    TreePath::new(path)
}

fn read(tree: &GitTree, asked: &str) -> Option<String> {
    let bytes = tree.read(&path(asked)).unwrap()?;
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

/// A repository with three commits, in which `apps/a.yaml` holds the number of the commit.
fn three_commits(folder: &Path) -> PathBuf {
    let repo = folder.join("repo");
    fs::create_dir(&repo).unwrap();
    git(&repo, "init --quiet");
    for number in ["1", "2", "3"] {
        write(&repo, &[("apps/a.yaml", number), ("README.md", "\r\n")]);
        commit(&repo, number);
    }
    repo
}

fn revisions() {
    let (_keep, folder) = scratch();
    let repo = three_commits(&folder);
    git(&repo, "tag --annotate --message x first HEAD~2");
    git(&repo, "update-ref refs/remotes/origin/main HEAD~1");
    write(&repo, &[("apps/a.yaml", "changed"), ("untracked", "")]);
    let hash = git(&repo, "rev-parse HEAD~1");
    let hash = hash.trim();
    for (revision, content) in [
        ("main", "3"),
        ("HEAD", "3"),
        ("HEAD~1", "2"),
        ("main^^", "1"),
        ("first", "1"),
        ("origin/main", "2"),
        (hash, "2"),
        (&hash[..10], "2"),
    ] {
        let tree = GitTree::open(&repo, revision).unwrap();
        assert_eq!(
            read(&tree, "apps/a.yaml").as_deref(),
            Some(content),
            "{revision}"
        );
        assert_eq!(tree.kind(&path("untracked")), Ok(None));
        if content == "2" {
            assert_eq!(tree.commit(), hash, "{revision}");
        }
    }
    let tree = GitTree::open(&repo, "HEAD").unwrap();
    assert_eq!(read(&tree, "README.md").as_deref(), Some("\r\n"));
}

fn listing() {
    let (_keep, folder) = scratch();
    git(&folder, "init --quiet");
    write(
        &folder,
        &[
            ("a/x", ""),
            ("a.b", ""),
            ("a-b", ""),
            ("B", ""),
            ("deep/er/x", ""),
        ],
    );
    commit(&folder, "x");
    let tree = GitTree::open(&folder, "HEAD").unwrap();
    let listed = tree.list(&TreePath::root()).unwrap().unwrap();
    let names: Vec<&str> = listed.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["B", "a", "a-b", "a.b", "deep"]);
    assert_eq!(listed[1].entry, Entry::Directory);
    assert_eq!(listed[2].entry, Entry::File);
    for (asked, kind) in [
        (".", Some(Entry::Directory)),
        ("deep/er", Some(Entry::Directory)),
        ("deep/er/x", Some(Entry::File)),
        ("deep/er/x/below", None),
        ("nothing", None),
        ("..", None),
        ("../x", None),
    ] {
        assert_eq!(tree.kind(&path(asked)), Ok(kind.clone()), "{asked}");
        let listed = tree.list(&path(asked)).unwrap();
        assert_eq!(listed.is_some(), kind == Some(Entry::Directory), "{asked}");
        let read = tree.read(&path(asked)).unwrap();
        assert_eq!(read.is_some(), kind == Some(Entry::File), "{asked}");
    }
    assert_eq!(tree.kind(&path(&"a/".repeat(100_000))), Ok(None));
}

fn links_and_modules() {
    let (_keep, folder) = scratch();
    let (module, repo) = (folder.join("module"), folder.join("repo"));
    for folder in [&module, &repo] {
        fs::create_dir(folder).unwrap();
        git(folder, "init --quiet");
        write(folder, &[("base/a.yaml", "a")]);
        commit(folder, "x");
    }
    link("../base", &repo.join("link"));
    git(&repo, "submodule --quiet add ../module vendor");
    commit(&repo, "y");
    let tree = GitTree::open(&repo, "HEAD").unwrap();
    let link = Entry::Symlink("../base".to_owned());
    assert_eq!(tree.kind(&path("link")), Ok(Some(link.clone())));
    assert_eq!(tree.read(&path("link")), Ok(None));
    assert_eq!(tree.list(&path("link")), Ok(None));
    assert_eq!(tree.kind(&path("link/a.yaml")), Ok(None));
    assert_eq!(tree.kind(&path("vendor")), Ok(Some(Entry::Other)));
    assert_eq!(tree.list(&path("vendor")), Ok(None));
    assert_eq!(tree.kind(&path("vendor/base")), Ok(None));
    let listed = tree.list(&TreePath::root()).unwrap().unwrap();
    let found = |name: &str| listed.iter().find(|entry| entry.name == name);
    assert_eq!(found("link").map(|entry| &entry.entry), Some(&link));
    assert_eq!(
        found("vendor").map(|entry| &entry.entry),
        Some(&Entry::Other)
    );
}

fn forms() {
    let (_keep, folder) = scratch();
    let repo = three_commits(&folder);
    git(&repo, "gc --quiet");
    git(&folder, "clone --quiet --bare repo bare.git");
    git(&folder, "clone --quiet --shared repo shared");
    git(&folder, "clone --quiet --depth 1 --no-local repo shallow");
    git(&repo, "worktree add --quiet --detach ../linked HEAD~1");
    for (form, content) in [
        ("repo", "3"),
        ("repo/.git", "3"),
        ("bare.git", "3"),
        ("shared", "3"),
        ("shallow", "3"),
        ("linked", "2"),
    ] {
        let tree = GitTree::open(&folder.join(form), "HEAD").unwrap();
        assert_eq!(
            read(&tree, "apps/a.yaml").as_deref(),
            Some(content),
            "{form}"
        );
    }
    let cut = GitTree::open(&folder.join("shallow"), "HEAD~1")
        .map(drop)
        .unwrap_err();
    assert!(matches!(cut, GitError::Revision { .. }), "{cut}");
}

fn threads() {
    let (_keep, folder) = scratch();
    git(&folder, "init --quiet");
    for number in 0..50 {
        let file = format!("apps/{}/{number}.yaml", number % 7);
        write(
            &folder,
            &[(file.as_str(), number.to_string().repeat(500).as_str())],
        );
    }
    commit(&folder, "x");
    git(&folder, "repack -a -d --quiet");
    let tree = GitTree::open(&folder, "HEAD").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for number in 0..50 {
                    let content = read(&tree, &format!("apps/{}/{number}.yaml", number % 7));
                    assert_eq!(content, Some(number.to_string().repeat(500)));
                }
            });
        }
    });
}

fn errors() {
    let (_keep, folder) = scratch();
    let repo = three_commits(&folder);
    let blob = git(&repo, "rev-parse HEAD:README.md");
    let open = |path: &Path, revision: &str| GitTree::open(path, revision).map(drop).unwrap_err();
    let error = open(&folder.join("nothing"), "HEAD");
    assert!(matches!(error, GitError::Open { .. }), "{error}");
    for revision in ["nothing", "main..HEAD~1", "0000000"] {
        let error = open(&repo, revision);
        assert!(
            matches!(error, GitError::Revision { .. }),
            "{revision}: {error}"
        );
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains(revision), "{source}");
        assert!(!source.contains(['\n', '{']), "{source}");
    }
    let error = open(&repo, blob.trim());
    assert!(matches!(error, GitError::NoTree { .. }), "{error}");
}

fn missing_object() {
    let (_keep, folder) = scratch();
    let repo = three_commits(&folder);
    let blob = git(&repo, "rev-parse HEAD:apps/a.yaml");
    let (start, end) = blob.trim().split_at(2);
    let object = repo.join(".git").join("objects").join(start).join(end);
    let tree = GitTree::open(&repo, "HEAD").unwrap();
    fs::remove_file(object).unwrap();
    let fault = tree.read(&path("apps/a.yaml")).unwrap_err();
    assert_eq!(fault.path, path("apps/a.yaml"));
    assert!(fault.reason.contains(blob.trim()), "{fault}");
    assert!(!fault.reason.contains('\n'), "{fault}");
    assert_eq!(tree.kind(&path("apps/a.yaml")), Ok(Some(Entry::File)));
}
