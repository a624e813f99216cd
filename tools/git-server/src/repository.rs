//! Repositories made by the `git` program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What tests need that cannot run without the `git` program, if it is not there.
#[must_use]
pub fn git_is_missing() -> Option<&'static str> {
    let found = Command::new("git").arg("--version").output();
    found.err().map(|_| "the git program")
}

/// A work tree that is pushed to a bare repository beside it. No configuration but their own is read, and commits
/// are a minute apart.
pub struct Repository {
    work: PathBuf,
    bare: PathBuf,
}

impl Repository {
    /// An empty bare repository `NAME.git` in `root`, with a work tree on the branch `main`.
    ///
    /// # Panics
    /// Git fails.
    #[must_use]
    pub fn new(root: &Path, name: &str) -> Repository {
        let repository = Repository {
            work: root.join(format!("{name}.work")),
            bare: root.join(format!("{name}.git")),
        };
        fs::create_dir_all(&repository.work).expect("the folder of a test is writable");
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        let bare = repository.bare.display().to_string();
        repository.git(&["init", "--quiet", "--bare", "--initial-branch=main", &bare]);
        repository.git(&["remote", "add", "origin", &bare]);
        repository
    }

    /// The work tree.
    #[must_use]
    pub fn work(&self) -> &Path {
        &self.work
    }

    /// The bare repository.
    #[must_use]
    pub fn bare(&self) -> &Path {
        &self.bare
    }

    /// Runs Git in the work tree. What it prints.
    ///
    /// # Panics
    /// It fails.
    pub fn git(&self, arguments: &[&str]) -> String {
        let ran = self.command(arguments);
        let error = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "git {arguments:?}: {error}");
        String::from_utf8_lossy(&ran.stdout).trim_end().to_owned()
    }

    /// Writes a file into the work tree and commits it. The commit's hash.
    ///
    /// # Panics
    /// Git fails.
    pub fn commit(&self, path: &str, content: &str, message: &str) -> String {
        let file = self.work.join(path);
        let folder = file.parent().expect("the file is below the work tree");
        fs::create_dir_all(folder).expect("the work tree is writable");
        fs::write(&file, content).expect("the work tree is writable");
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Pushes the branch, by force, and all tags.
    ///
    /// # Panics
    /// Git fails.
    pub fn push(&self) {
        self.git(&["push", "--quiet", "--force", "origin", "HEAD"]);
        self.git(&["push", "--quiet", "--force", "origin", "--tags"]);
    }

    fn command(&self, arguments: &[&str]) -> Output {
        let count = self.commits();
        let time = format!("{} +0000", 1_700_000_000 + 60 * count);
        let mut command = Command::new("git");
        command
            .current_dir(&self.work)
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", &time)
            .env("GIT_COMMITTER_DATE", &time);
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Ada");
            command.env(format!("GIT_{who}_EMAIL"), "ada@git.example");
        }
        command.output().expect("git was found before")
    }

    /// How many commits there are, which is the only clock.
    fn commits(&self) -> usize {
        let listed = Command::new("git")
            .current_dir(&self.work)
            .args(["rev-list", "--all", "--count"])
            .output();
        let listed = listed.map(|listed| String::from_utf8_lossy(&listed.stdout).into_owned());
        listed
            .ok()
            .and_then(|count| count.trim().parse().ok())
            .unwrap_or(0)
    }
}
