//! A repository that is pushed to, and its work tree.

use gitopsc_test_support::files;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A bare repository, and a work tree that pushes to it.
pub struct Repository {
    folder: tempfile::TempDir,
    /// The commits, as they were pushed.
    pub commits: Vec<String>,
}

impl Repository {
    /// An empty one.
    pub fn new() -> Repository {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository {
            folder,
            commits: Vec::new(),
        };
        git(
            repository.folder.path(),
            &[
                "init",
                "--quiet",
                "--bare",
                "--initial-branch=main",
                "there",
            ],
        );
        git(
            repository.folder.path(),
            &["init", "--quiet", "--initial-branch=main", "work"],
        );
        repository
    }

    /// Where it is to be had.
    pub fn url(&self) -> String {
        format!("file://{}", self.there().display())
    }

    fn there(&self) -> PathBuf {
        self.folder.path().join("there")
    }

    /// Makes `tree` the next commit, in place of the last one if it is to be `forced`.
    pub fn push(&mut self, tree: &Path, subject: &str, forced: bool) {
        let work = self.folder.path().join("work");
        for (name, _) in files(&work)
            .iter()
            .filter(|(name, _)| !name.starts_with(".git/"))
        {
            std::fs::remove_file(work.join(name)).unwrap();
        }
        for (name, bytes) in files(tree) {
            let path = work.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        git(&work, &["add", "--all"]);
        let mut commit = vec!["commit", "--quiet", "--allow-empty", "--message", subject];
        if forced {
            commit.push("--amend");
        }
        git(&work, &commit);
        let there = self.there();
        let there = there.to_str().unwrap();
        git(&work, &["push", "--quiet", "--force", there, "main"]);
        self.commits
            .push(git(&work, &["rev-parse", "HEAD"]).trim().to_owned());
    }

    /// Takes it away, or brings it back.
    pub fn set_away(&self, is_away: bool) {
        let (there, elsewhere) = (self.there(), self.folder.path().join("elsewhere"));
        let (from, to) = if is_away {
            (there, elsewhere)
        } else {
            (elsewhere, there)
        };
        std::fs::rename(from, to).unwrap();
    }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.test"])
        .args(["-c", "commit.gpgsign=false"])
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(arguments)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}
