//! Git repositories for tests, made by the `git` program, deaf to the machine's configuration.

use std::path::Path;
use std::process::Command;

/// Runs `git` with the words of `arguments` in `folder` and returns what it prints.
pub fn git(folder: &Path, arguments: &str) -> String {
    git_with(folder, &arguments.split(' ').collect::<Vec<_>>())
}

/// Runs `git` with `arguments` in `folder` and returns what it prints.
pub fn git_with(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(plain(folder))
        .args(["-c", "init.defaultBranch=main"])
        .args(["-c", "protocol.file.allow=always"])
        .args(["-c", "core.autocrlf=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", folder.join("no such file"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .envs([
            ("GIT_AUTHOR_NAME", "A"),
            ("GIT_AUTHOR_EMAIL", "a@example.com"),
        ])
        .envs([
            ("GIT_COMMITTER_NAME", "A"),
            ("GIT_COMMITTER_EMAIL", "a@example.com"),
        ])
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// `path` as `git` understands it on Windows too.
pub fn plain(path: &Path) -> String {
    let text = path.to_str().unwrap();
    text.trim_start_matches(r"\\?\").replace('\\', "/")
}

/// Commits all that is in `folder`.
pub fn commit(folder: &Path, message: &str) {
    git(folder, "add --all");
    git_with(folder, &["commit", "--quiet", "--message", message]);
}
