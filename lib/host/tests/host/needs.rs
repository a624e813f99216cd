//! Tests with prerequisites, and what they share.

use gitopsc_test_support::{Outcome, Test};
use std::fs;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The variable that makes this program a helper of one of its own tests.
pub const CHILD: &str = "GITOPSC_HOST_TEST_CHILD";

/// What a test cannot do without.
#[derive(Clone, Copy)]
pub enum Needs {
    Git,
    Links,
    Permissions,
    AnyBytesInNames,
    GivingAway,
}

impl Needs {
    /// Why it is missing, if it is.
    fn missing(self) -> Option<&'static str> {
        let (there, reason) = match self {
            Needs::Git => (has_git(), "needs the git program"),
            Needs::Links => (has_links(), "needs the right to make symbolic links"),
            Needs::Permissions => (is_bound(), "needs a user other than root"),
            Needs::AnyBytesInNames => (cfg!(target_os = "linux"), "needs Linux"),
            Needs::GivingAway => (can_give_away(), "needs the right to give files away"),
        };
        (!there).then_some(reason)
    }
}

/// The test `name` of `body`, which panics if something is wrong.
pub fn test(name: &str, needs: &'static [Needs], body: fn()) -> Test {
    Test::new(name, move || {
        if let Some(reason) = needs.iter().find_map(|need| need.missing()) {
            return Outcome::Ignored(reason.to_owned());
        }
        match catch_unwind(AssertUnwindSafe(body)) {
            Ok(()) => Outcome::Passed,
            Err(_) => Outcome::Failed("it panicked, see above".to_owned()),
        }
    })
}

/// An empty folder with a real path.
pub fn scratch() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = fs::canonicalize(folder.path()).unwrap();
    (folder, path)
}

/// Starts this program again in `folder`, to do what `task` names for `round`.
pub fn child(task: &str, round: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .current_dir(folder)
        .env(CHILD, task)
        .env("ROUND", round)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Lets a child do `task` in `folder` and kills it, each time a little later, and then calls `look`.
pub fn kill_often(task: &str, folder: &Path, mut look: impl FnMut()) {
    for round in 0..40 {
        let mut child = child(task, &round.to_string(), folder);
        // The first byte says that it has begun.
        child.stdout.take().unwrap().read_exact(&mut [0]).unwrap();
        std::thread::sleep(Duration::from_micros(round * 731));
        child.kill().unwrap();
        child.wait().unwrap();
        look();
    }
}

/// Writes `files` below `folder`, with the folders that they need.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, content) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

#[cfg(unix)]
pub fn link(target: &str, link: &Path) {
    std::os::unix::fs::symlink(target, link).unwrap();
}

#[cfg(windows)]
pub fn link(target: &str, link: &Path) {
    let target = target.replace('/', "\\");
    if link.parent().unwrap().join(&target).is_dir() {
        std::os::windows::fs::symlink_dir(target, link).unwrap();
    } else {
        std::os::windows::fs::symlink_file(target, link).unwrap();
    }
}

/// The permissions of `path` as Unix has them; elsewhere whether it may be written.
pub fn mode(path: &Path) -> u32 {
    let permissions = fs::metadata(path).unwrap().permissions();
    #[cfg(unix)]
    return std::os::unix::fs::PermissionsExt::mode(&permissions) & 0o777;
    #[cfg(not(unix))]
    u32::from(permissions.readonly())
}

/// Sets the permissions of `path` where the host has such.
pub fn set_mode(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(path, permissions).unwrap();
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}

/// Makes a file or folder another user's.
pub fn give_away(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::chown(path, Some(12345), None);
    #[cfg(not(unix))]
    Err(std::io::Error::other(path.display().to_string()))
}

fn can_give_away() -> bool {
    let (_keep, folder) = scratch();
    give_away(&folder).is_ok()
}

fn has_git() -> bool {
    let git = Command::new("git").arg("--version").output();
    git.is_ok_and(|output| output.status.success())
}

fn has_links() -> bool {
    let (_keep, folder) = scratch();
    catch_unwind(|| link("nothing", &folder.join("link"))).is_ok()
}

fn is_bound() -> bool {
    let (_keep, folder) = scratch();
    fs::write(folder.join("file"), "").unwrap();
    set_mode(&folder.join("file"), 0);
    cfg!(unix) && fs::read(folder.join("file")).is_err()
}
