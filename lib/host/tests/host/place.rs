//! The source root, and the target seen from it.

use crate::needs::{Needs, link, scratch, test, write};
use gitopsc_core::TreePath;
use gitopsc_host::{Place, PlaceError, git_root};
use gitopsc_test_support::Test;

pub fn tests() -> Vec<Test> {
    vec![
        test(
            "the source root is the one given, else the Git root, else the directory",
            &[],
            order,
        ),
        test("a Git root is a folder with a head or a file", &[], roots),
        test(
            "a directory outside of the source root is refused",
            &[],
            outside,
        ),
        test("a directory must be there", &[], not_there),
        test(
            "a link to a directory means where it leads",
            &[Needs::Links],
            linked,
        ),
    ]
}

fn order() {
    let (_keep, folder) = scratch();
    write(
        &folder,
        &[
            ("repo/.git/HEAD", ""),
            ("repo/cluster/apps/a", ""),
            ("plain/a", ""),
        ],
    );
    let repo = folder.join("repo");
    let apps = repo.join("cluster").join("apps");
    for (directory, given, root, target) in [
        (&apps, None, &repo, "cluster/apps"),
        (&repo, None, &repo, "."),
        (&apps, Some(&apps), &apps, "."),
        (&apps, Some(&folder), &folder, "repo/cluster/apps"),
        (&folder.join("plain"), None, &folder.join("plain"), "."),
    ] {
        let place = Place::find(directory, given.map(|given| given.as_path())).unwrap();
        assert_eq!(place.tree.root(), root, "{directory:?} {given:?}");
        assert_eq!(
            place.target,
            TreePath::new(target),
            "{directory:?} {given:?}"
        );
        let in_git = directory.starts_with(&repo).then_some(repo.clone());
        assert_eq!(place.git_root, in_git);
    }
    let dotted = folder
        .join("plain")
        .join("..")
        .join("repo")
        .join("cluster")
        .join("");
    assert_eq!(
        Place::find(&dotted, None).unwrap().target,
        TreePath::new("cluster")
    );
}

fn roots() {
    let (_keep, folder) = scratch();
    write(
        &folder,
        &[
            (".git/HEAD", ""),
            ("module/.git", "gitdir: ../.git/modules/module\n"),
            ("module/a/b/c", ""),
            ("stray/.git/nothing", ""),
        ],
    );
    let root = |below: &str| git_root(&folder.join(below));
    assert_eq!(root("module/a/b"), Some(folder.join("module")));
    assert_eq!(root("stray"), Some(folder.clone()));
    assert_eq!(root("."), Some(folder.join(".")));
}

fn outside() {
    let (_keep, folder) = scratch();
    write(&folder, &[("a/x", ""), ("ab/x", "")]);
    let error = Place::find(&folder.join("ab"), Some(&folder.join("a"))).unwrap_err();
    assert!(matches!(error, PlaceError::Outside { .. }), "{error}");
    assert!(
        error.to_string().contains("is not within the source root"),
        "{error}"
    );
}

fn not_there() {
    let (_keep, folder) = scratch();
    write(&folder, &[("file", "")]);
    for name in ["nothing", "file"] {
        let error = Place::find(&folder.join(name), None).unwrap_err();
        assert!(matches!(error, PlaceError::Open { .. }), "{error}");
        assert!(error.to_string().ends_with(name), "{error}");
    }
}

fn linked() {
    let (_keep, folder) = scratch();
    write(&folder, &[("repo/.git/HEAD", ""), ("repo/cluster/a", "")]);
    link("repo/cluster", &folder.join("link"));
    let place = Place::find(&folder.join("link"), None).unwrap();
    assert_eq!(place.tree.root(), folder.join("repo"));
    assert_eq!(place.target, TreePath::new("cluster"));
}
