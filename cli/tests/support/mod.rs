//! Runs the program in a copy of a folder, with an empty environment; cases that are such folders.

#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at once")]

use gitopsc_test_support::{Folder, Outcome, Test, files, folders, workspace};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A copy of a folder to run in.
pub struct Place {
    folder: TempDir,
    locked: Vec<PathBuf>,
}

/// What a run left.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// Exit status, one a line.
    pub exit: String,
    /// Standard output.
    pub stdout: String,
    /// Standard error, with times and the folder's own path masked.
    pub stderr: String,
}

impl Ran {
    /// Adds `line` to both outputs.
    pub fn headline(&mut self, line: &str) {
        self.stdout.push_str(line);
        self.stderr.push_str(line);
    }

    /// Holds the three against what is recorded in `case`.
    pub fn expect(&self, case: &Folder) -> [Result<(), String>; 3] {
        [
            case.expect("exit", &self.exit),
            case.expect("stdout", &self.stdout),
            case.expect("stderr", &self.stderr),
        ]
    }

    /// Adds what another run left.
    pub fn add(&mut self, other: Ran) {
        self.exit.push_str(&other.exit);
        self.stdout.push_str(&other.stdout);
        self.stderr.push_str(&other.stderr);
    }
}

/// A test for each case in `folder`, done by `check` in a copy of its `in/`.
pub fn cases(folder: &Path, check: fn(&Place, &Folder) -> Outcome) -> Vec<Test> {
    let test = |case: Folder| {
        Test::new(case.name.clone(), move || match prepare(&case) {
            Ok(place) => check(&place, &case),
            Err(missing) => Outcome::Ignored(missing),
        })
    };
    folders(folder).into_iter().map(test).collect()
}

/// Passed, if none of `checks` failed.
pub fn all(checks: impl IntoIterator<Item = Result<(), String>>) -> Outcome {
    let wrong: Vec<String> = checks.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(wrong.join("\n"))
    }
}

/// Copies `in/` of `case`, and does what its file `setup` says, one a line: `link TARGET PATH` makes a
/// symbolic link, `lock PATH` takes all permissions away, `empty PATH` makes an empty folder, `key NAME` puts a
/// test key there.
///
/// # Errors
/// This host cannot do that.
pub fn prepare(case: &Folder) -> Result<Place, String> {
    let mut place = Place::of(&files(&case.path.join("in")));
    for line in case.read("setup").unwrap_or_default().lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["empty", path] => std::fs::create_dir_all(place.path(path)).unwrap(),
            ["key", name] => {
                let keys = workspace().join("lib/sops/testdata/keys");
                std::fs::copy(keys.join(name), place.path(name)).unwrap();
            }
            ["link", target, path] => host::link(target, &place.path(path))?,
            ["lock", path] => {
                host::permit(&place.path(path), 0o000)?;
                place.locked.push(place.path(path));
            }
            _ => panic!("{}: setup cannot `{line}`", case.name),
        }
    }
    Ok(place)
}

impl Drop for Place {
    fn drop(&mut self) {
        for path in &self.locked {
            // Whatever stays locked cannot be deleted.
            let _ = host::permit(path, 0o700);
        }
    }
}

impl Place {
    /// A new folder that holds `files`.
    pub fn of(files: &[(String, Vec<u8>)]) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            folder,
            locked: Vec::new(),
        };
        std::fs::create_dir(place.path("")).unwrap();
        for (path, bytes) in files {
            let path = place.path(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        place
    }

    /// Where `path` is.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("in").join(path)
    }

    /// Runs the program with `arguments` in the folder.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gitopsc"));
        command
            .args(arguments)
            .env_clear()
            .current_dir(self.path(""));
        if !self.locked.is_empty() {
            host::drop_privileges(&mut command, self.folder.path());
        }
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Ran {
            exit: format!("{}\n", output.status.code().unwrap_or(-1)),
            stdout: text(&output.stdout),
            stderr: mask(&text(&output.stderr), self.folder.path()),
        }
    }
}

/// `text` without what differs from run to run: times, and the path of the `folder`.
fn mask(text: &str, folder: &Path) -> String {
    let real = folder.canonicalize().unwrap();
    let text = text.replace(&real.display().to_string(), "<folder>");
    text.split_inclusive('\n').map(mask_time).collect()
}

/// `line` with the time of a summary masked.
fn mask_time(line: &str) -> String {
    let Some((before, rest)) = line.split_once(" in ") else {
        return line.to_owned();
    };
    let end = rest.find(" ms").or(rest.find(" s")).unwrap_or(0);
    let number = rest[..end].chars().all(|c| c.is_ascii_digit() || c == '.');
    if end == 0 || !number {
        return line.to_owned();
    }
    let unit = rest[end + 1..].find(|c: char| !c.is_ascii_alphabetic());
    let unit = unit.map_or(rest.len(), |length| end + 1 + length);
    format!("{before} in <time>{}", &rest[unit..])
}

#[cfg(unix)]
mod host {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    use std::os::unix::process::CommandExt as _;
    use std::path::Path;
    use std::process::Command;

    /// A user that owns nothing.
    const NOBODY: u32 = 65_534;

    pub fn link(target: &str, path: &Path) -> Result<(), String> {
        symlink(target, path).map_err(|error| error.to_string())
    }

    pub fn permit(path: &Path, mode: u32) -> Result<(), String> {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, permissions).map_err(|error| error.to_string())
    }

    /// Makes `command` another user's if we are root, whom no permission stops.
    pub fn drop_privileges(command: &mut Command, own: &Path) {
        if std::fs::metadata(own).unwrap().uid() == 0 {
            permit(own, 0o755).unwrap();
            command.uid(NOBODY).gid(NOBODY);
        }
    }
}

#[cfg(not(unix))]
mod host {
    use std::path::Path;
    use std::process::Command;

    pub fn link(_: &str, _: &Path) -> Result<(), String> {
        Err("symbolic links need Unix here".to_owned())
    }

    pub fn permit(_: &Path, _: u32) -> Result<(), String> {
        Err("permissions need Unix here".to_owned())
    }

    pub fn drop_privileges(_: &mut Command, _: &Path) {}
}
