//! What Git ignores, against what the `git` program says.

use crate::needs::{CHILD, Needs, give_away, scratch, test, write};
use crate::repository::{commit, git, git_with, plain};
use gitopsc_core::{Entry, SourceTree, TreePath};
use gitopsc_host::{Configuration, FolderTree, Ignored};
use gitopsc_test_support::Test;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

pub fn tests() -> Vec<Test> {
    vec![
        test(
            "what is ignored is what git says",
            &[Needs::Git],
            as_git_says,
        ),
        test(
            "what all work trees ignore can be taken back in one",
            &[Needs::Git],
            taken_back,
        ),
        test(
            "a tracked file is not ignored, nor is a folder that holds one",
            &[Needs::Git],
            tracked,
        ),
        test(
            "the user's own file of ignored paths counts if it is asked for",
            &[Needs::Git],
            of_user,
        ),
        test(
            "the rules of a repository of another user count",
            &[Needs::Git, Needs::GivingAway],
            of_another_user,
        ),
        test(
            "a linked work tree has the rules of its repository",
            &[Needs::Git],
            linked_work_tree,
        ),
        test(
            "paths are told from any source root and ignored in no other work tree",
            &[Needs::Git],
            source_roots,
        ),
        test("many threads ask at the same time", &[Needs::Git], threads),
        test(
            "rules that cannot be read ignore nothing and are told",
            &[Needs::Git, Needs::Permissions],
            unreadable,
        ),
        test(
            "a broken index is told, and then nothing is known to be tracked",
            &[Needs::Git],
            broken_index,
        ),
        test("what is no repository is an error", &[], no_repository),
    ]
}

/// All paths below `folder` that are ignored.
fn ignored(folder: &Path, configuration: Configuration) -> BTreeSet<String> {
    let tree = FolderTree::new(folder).unwrap();
    let git = Ignored::open(tree.root(), &tree, configuration).unwrap();
    let ignored = all(&tree)
        .into_iter()
        .filter(|(path, directory)| git.is_ignored(path, *directory))
        .map(|(path, _)| path.to_string())
        .collect();
    assert_eq!(git.faults(), []);
    ignored
}

/// The same as the `git` program tells it.
fn ignored_by_git(folder: &Path) -> BTreeSet<String> {
    let tree = FolderTree::new(folder).unwrap();
    let asked: Vec<String> = all(&tree)
        .iter()
        .map(|(path, _)| path.to_string())
        .collect();
    let mut arguments = vec!["-c", "core.quotePath=false", "check-ignore", "--"];
    arguments.extend(asked.iter().map(String::as_str));
    let printed = git_with(folder, &arguments);
    printed.lines().map(str::to_owned).collect()
}

/// All that is below the root of `tree`, and whether it is a directory.
fn all(tree: &FolderTree) -> Vec<(TreePath, bool)> {
    let mut all = Vec::new();
    let mut pending = vec![TreePath::root()];
    while let Some(directory) = pending.pop() {
        for entry in tree.list(&directory).unwrap().unwrap() {
            let path = directory.join(&entry.name);
            let is_directory = entry.entry == Entry::Directory;
            if entry.name == ".git" {
                continue;
            }
            if is_directory {
                pending.push(path.clone());
            }
            all.push((path, is_directory));
        }
    }
    all
}

const FILES: [(&str, &str); 20] = [
    (
        ".gitignore",
        "# a comment\n*.tmp\n/only-here.yaml\nbuild/\n!keep.tmp\nlogs/**/debug\n\\#odd\ntrailing \n",
    ),
    ("a.tmp", ""),
    ("keep.tmp", ""),
    ("only-here.yaml", ""),
    ("#odd", ""),
    ("trailing", ""),
    ("apps/only-here.yaml", ""),
    ("apps/a.tmp", ""),
    (
        "apps/.gitignore",
        "!a.tmp\nsecret-?.yaml\nsecret-[0-9].yaml\n",
    ),
    ("apps/secret-x.yaml", ""),
    ("apps/secret-10.yaml", ""),
    ("apps/web/secret-1.yaml", ""),
    ("apps/web/a.tmp", ""),
    ("apps/build/x.yaml", ""),
    ("apps/build/.gitignore", "!x.yaml\n"),
    ("platform/build", "a file is no folder"),
    ("logs/a/b/debug/x", ""),
    ("logs/debug", ""),
    ("excluded/by-info.yaml", ""),
    ("excluded/by-core.yaml", ""),
];

fn as_git_says() {
    let (_keep, folder) = scratch();
    git(&folder, "init --quiet");
    write(&folder, &FILES);
    write(
        &folder,
        &[
            (".git/info/exclude", "by-info.yaml\n"),
            (".git/more", "by-core.yaml\n"),
        ],
    );
    let more = folder.join(".git").join("more");
    git_with(&folder, &["config", "core.excludesFile", &plain(&more)]);
    let found = ignored(&folder, Configuration::OfRepository);
    assert_eq!(found, ignored_by_git(&folder));
    for wanted in [
        "a.tmp",
        "apps/build",
        "excluded/by-info.yaml",
        "excluded/by-core.yaml",
    ] {
        assert!(found.contains(wanted), "{wanted}");
    }
}

fn taken_back() {
    let (_keep, folder) = scratch();
    git(&folder, "init --quiet");
    let files = ["a.yaml", "b.txt", "apps/c.yaml", "other/d.yaml"];
    write(&folder, &files.map(|file| (file, "")));
    write(&folder, &[(".gitignore", "!/apps/\n!*.yaml\n")]);
    for everything in ["*", "*/", "/*", "**"] {
        write(&folder, &[(".git/info/exclude", everything)]);
        let found = ignored(&folder, Configuration::OfRepository);
        assert_eq!(found, ignored_by_git(&folder), "{everything}");
        assert!(found.contains("other/d.yaml"), "{everything}");
        assert!(!found.contains("apps/c.yaml"), "{everything}");
    }
}

fn tracked() {
    let (_keep, folder) = scratch();
    git(&folder, "init --quiet");
    write(
        &folder,
        &[
            ("build/tracked.yaml", ""),
            ("tracked.tmp", ""),
            ("build/deep/er/t", ""),
        ],
    );
    commit(&folder, "x");
    write(
        &folder,
        &[
            (".gitignore", "*.tmp\nbuild/\n"),
            ("a.tmp", ""),
            ("build/untracked.yaml", ""),
            ("build/deep/other/x", ""),
            ("buil/x.tmp", ""),
        ],
    );
    let wanted = [
        "a.tmp",
        "buil/x.tmp",
        "build/deep/other",
        "build/deep/other/x",
        "build/untracked.yaml",
    ];
    let found = ignored(&folder, Configuration::OfRepository);
    assert_eq!(found, wanted.map(str::to_owned).into());
    assert_eq!(found, ignored_by_git(&folder));
}

fn of_user() {
    let (_keep, folder) = scratch();
    let (home, repo) = (folder.join("home"), folder.join("repo"));
    write(
        &folder,
        &[
            ("home/.gitconfig", "[core]\nexcludesFile = ~/ignored\n"),
            ("home/ignored", "*.mine\n"),
            ("repo/a.mine", ""),
        ],
    );
    git(&repo, "init --quiet");
    assert_eq!(ignored(&repo, Configuration::OfRepository), BTreeSet::new());
    let said = Command::new(std::env::current_exe().unwrap())
        .current_dir(&repo)
        .env(CHILD, "say what is ignored")
        .env("HOME", &home)
        .env_remove("XDG_CONFIG_HOME")
        .env("GIT_DIR", &folder)
        .env("GIT_WORK_TREE", &folder)
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(
        String::from_utf8(said.stdout).unwrap(),
        "a.mine\n",
        "{problem}"
    );
}

/// Prints what is ignored in the current directory: the user's configuration is found by the environment,
/// which a test cannot change for itself.
pub fn say_what_is_ignored() -> ExitCode {
    for path in ignored(Path::new("."), Configuration::OfUser) {
        println!("{path}");
    }
    ExitCode::SUCCESS
}

fn of_another_user() {
    let (_keep, folder) = scratch();
    git(&folder, "init --quiet");
    let more = folder.join(".git").join("more");
    git_with(&folder, &["config", "core.excludesFile", &plain(&more)]);
    write(&folder, &[(".git/more", "*.mine\n"), ("a.mine", "")]);
    for path in ["", ".git", ".git/config", ".git/more"] {
        give_away(&folder.join(path)).unwrap();
    }
    let found = ignored(&folder, Configuration::OfRepository);
    assert_eq!(found, ["a.mine".to_owned()].into());
}

fn linked_work_tree() {
    let (_keep, folder) = scratch();
    let repo = folder.join("repo");
    write(&repo, &[("a.yaml", "")]);
    git(&repo, "init --quiet");
    commit(&repo, "x");
    write(&repo, &[(".git/info/exclude", "*.tmp\n")]);
    git(&repo, "worktree add --quiet --detach ../linked");
    let linked = folder.join("linked");
    write(&linked, &[("b.tmp", "")]);
    assert_eq!(
        ignored(&linked, Configuration::OfRepository),
        ignored_by_git(&linked)
    );
    assert_eq!(ignored(&linked, Configuration::OfRepository).len(), 1);
}

fn source_roots() {
    let (_keep, folder) = scratch();
    let repo = folder.join("repo");
    write(
        &folder,
        &[
            ("repo/.gitignore", "/cluster/a.yaml\n*.tmp\n"),
            ("repo/cluster/a.yaml", ""),
            ("beside/a.tmp", ""),
        ],
    );
    git(&repo, "init --quiet");
    for (root, path, ignored) in [
        (repo.join("cluster"), "a.yaml", true),
        (repo.join("cluster"), "../x.tmp", true),
        (repo.join("cluster"), "..", false),
        (repo.join("cluster"), "../../beside/a.tmp", false),
        (folder.clone(), "repo/cluster/a.yaml", true),
        (folder.clone(), "beside/a.tmp", false),
        (folder.clone(), "repository/a.tmp", false),
        (repo.clone(), ".", false),
    ] {
        let tree = FolderTree::new(&root).unwrap();
        let git = Ignored::open(&repo, &tree, Configuration::OfRepository).unwrap();
        let path = TreePath::new(path);
        assert_eq!(git.is_ignored(&path, false), ignored, "{root:?} {path}");
    }
}

fn threads() {
    let (_keep, folder) = scratch();
    git(&folder, "init --quiet");
    for number in 0..20 {
        let (file, rules) = (format!("{number}/.gitignore"), format!("{number}.yaml\n"));
        write(&folder, &[(file.as_str(), rules.as_str())]);
    }
    let tree = FolderTree::new(&folder).unwrap();
    let git = Ignored::open(&folder, &tree, Configuration::OfRepository).unwrap();
    let ask: &(dyn Fn(&TreePath, bool) -> bool + Sync) = &|path, is| git.is_ignored(path, is);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for (folder, file) in (0..400).map(|at| ((at * 7 + thread) % 20, at % 20)) {
                    let path = TreePath::new(&format!("{folder}/{file}.yaml"));
                    assert_eq!(ask(&path, false), folder == file, "{path}");
                }
            });
        }
    });
}

fn unreadable() {
    let (_keep, folder) = scratch();
    git(&folder, "init --quiet");
    write(
        &folder,
        &[(".gitignore", "*.tmp\n"), ("apps/.gitignore", "*.bak\n")],
    );
    crate::needs::set_mode(&folder.join("apps/.gitignore"), 0);
    let tree = FolderTree::new(&folder).unwrap();
    let git = Ignored::open(&folder, &tree, Configuration::OfRepository).unwrap();
    assert!(git.is_ignored(&TreePath::new("a.tmp"), false));
    assert!(!git.is_ignored(&TreePath::new("apps/a.bak"), false));
    assert!(!git.is_ignored(&TreePath::new("apps/b.bak"), false));
    let faults = git.faults();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].path, TreePath::new("apps"));
    assert!(git.is_ignored(&TreePath::new("b.tmp"), false));
}

fn broken_index() {
    let (_keep, folder) = scratch();
    git(&folder, "init --quiet");
    let files = [
        (".gitignore", "*.tmp\n"),
        (".git/index", "garbage"),
        ("apps/a", ""),
    ];
    write(&folder, &files);
    let tree = FolderTree::new(&folder.join("apps")).unwrap();
    let git = Ignored::open(&folder, &tree, Configuration::OfRepository).unwrap();
    assert!(!git.is_ignored(&TreePath::new("a.yaml"), false));
    assert_eq!(git.faults(), []);
    assert!(git.is_ignored(&TreePath::new("a.tmp"), false));
    let faults = git.faults();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].path, TreePath::new("../.git"));
}

fn no_repository() {
    let (_keep, folder) = scratch();
    fs::write(folder.join(".git"), "gitdir: nowhere\n").unwrap();
    let tree = FolderTree::new(&folder).unwrap();
    let error = Ignored::open(&folder, &tree, Configuration::OfRepository).map(drop);
    let error = error.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("cannot open the Git repository"),
        "{error}"
    );
}
