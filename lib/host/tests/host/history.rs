//! How the commit of a work tree comes to others.

use crate::needs::{Needs, scratch, test};
use crate::repository::{git, git_with};
use gitopsc_host::{History, Relation};
use gitopsc_test_support::Test;
use std::path::Path;

pub fn tests() -> Vec<Test> {
    vec![
        test(
            "a commit comes before, after or apart from another",
            &[Needs::Git],
            relations,
        ),
        test(
            "what a shallow clone lacks is unknown",
            &[Needs::Git],
            shallow,
        ),
    ]
}

fn relations() {
    let (_keep, folder) = scratch();
    git(&folder, "init --quiet");
    let first = commit(&folder, "first");
    let second = commit(&folder, "second");
    git(&folder, "checkout --quiet -b other HEAD~1");
    let other = commit(&folder, "other");
    let merged = {
        git_with(&folder, &["merge", "--quiet", "-m", "merged", "main"]);
        head(&folder)
    };
    let nowhere = "0123456789012345678901234567890123456789";
    let expected = [
        (&first, first.as_str(), Relation::Same),
        (&first, &second, Relation::Before),
        (&second, &first, Relation::After),
        (&second, &other, Relation::Apart),
        (&merged, &second, Relation::After),
        (&merged, &other, Relation::After),
        (&second, &merged, Relation::Before),
        (&second, nowhere, Relation::Unknown),
        (&second, "main", Relation::Unknown),
    ];
    for (at, to, relation) in expected {
        git(&folder, &format!("checkout --quiet {at}"));
        let history = History::open(&folder).unwrap();
        assert_eq!(history.relation(to), relation, "{at} to {to}");
    }
}

fn shallow() {
    let (_keep, folder) = scratch();
    let whole = folder.join("whole");
    std::fs::create_dir(&whole).unwrap();
    git(&whole, "init --quiet");
    let [first, second, third] = ["first", "second", "third"].map(|name| commit(&whole, name));
    git(&whole, "checkout --quiet -b other HEAD~1");
    let other = commit(&whole, "other");
    git(
        &folder,
        "clone --quiet --no-local --depth 2 --no-single-branch whole cut",
    );
    let cut = folder.join("cut");
    let relation = |at: &str, to: &str| {
        git(&cut, &format!("checkout --quiet {at}"));
        History::open(&cut).unwrap().relation(to)
    };
    assert_eq!(relation(&third, &second), Relation::After);
    assert_eq!(relation(&second, &third), Relation::Before);
    assert_eq!(relation(&third, &first), Relation::Unknown);
    assert_eq!(relation(&third, &other), Relation::Unknown);
}

/// Makes an empty commit.
fn commit(folder: &Path, message: &str) -> String {
    let arguments = ["commit", "--quiet", "--allow-empty", "-m", message];
    git_with(folder, &arguments);
    head(folder)
}

fn head(folder: &Path) -> String {
    git(folder, "rev-parse HEAD").trim().to_owned()
}
