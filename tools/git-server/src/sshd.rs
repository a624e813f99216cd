//! The program that serves a connection of SSH: OpenSSH's own, else the one of `tools/git-server/sshd`, built once.

use crate::ssh::SshSettings;
use gitopsc_test_support::{cache, workspace};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that serves a connection of SSH, which is its standard input.
pub(crate) enum Program {
    OpenSsh(PathBuf),
    InItsPlace(PathBuf),
}

impl Program {
    /// The one that there is.
    ///
    /// # Errors
    /// What is needed for there to be one.
    pub(crate) fn found() -> Result<Program, &'static str> {
        match installed() {
            Some(program) => Ok(Program::OpenSsh(program)),
            None => built().map(Program::InItsPlace),
        }
    }

    /// How it is run, with the keys in `folder`.
    pub(crate) fn command(&self, folder: &Path, settings: &SshSettings) -> Command {
        match self {
            Program::OpenSsh(program) => {
                let mut command = Command::new(program);
                let configuration = configure(folder, settings);
                command.args(["-i", "-e", "-f"]).arg(configuration);
                command
            }
            Program::InItsPlace(program) => {
                let mut command = Command::new(program);
                command
                    .arg("-host-keys")
                    .arg(host_keys(folder, settings).join(","));
                command.arg("-allowed").arg(folder.join("id.pub"));
                if settings.protocol {
                    command.args(["-accept-env", "GIT_PROTOCOL"]);
                }
                command
            }
        }
    }
}

fn host_keys(folder: &Path, settings: &SshSettings) -> Vec<String> {
    let kinds = settings.host_keys.iter();
    let files = kinds.map(|kind| folder.join(format!("host_{kind}")));
    files.map(|file| file.display().to_string()).collect()
}

fn configure(folder: &Path, settings: &SshSettings) -> PathBuf {
    let mut lines = String::from(
        "UsePAM no\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\nPidFile none\n",
    );
    if settings.protocol {
        lines.push_str("AcceptEnv GIT_PROTOCOL\n");
    }
    for key in host_keys(folder, settings) {
        lines.push_str(&format!("HostKey {key}\n"));
    }
    let allowed = folder.join("id.pub");
    lines.push_str(&format!("AuthorizedKeysFile {}\n", allowed.display()));
    let path = folder.join("sshd_config");
    fs::write(&path, lines).expect("the folder of a test is writable");
    path
}

/// OpenSSH's server, if it can be run.
fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    let mut folders = std::env::split_paths(&path).chain(usual);
    let program =
        folders.find_map(|folder| Some(folder.join("sshd")).filter(|path| path.is_file()))?;
    // As root it gives up its rights to a user of its own, in a folder of its own.
    if printed("id", &["-u"]).as_deref() == Some("0") {
        printed("id", &["-u", "sshd"])?;
        fs::create_dir_all("/run/sshd").expect("root may make folders");
    }
    Some(program)
}

/// The program in Go, which several tests may want at the same time.
fn built() -> Result<PathBuf, &'static str> {
    const NEEDED: &str = "OpenSSH's server or Go";
    let sources = workspace().join("tools/git-server/sshd");
    let mut state = Sha256::new();
    for file in ["go.mod", "go.sum", "main.go"] {
        let text = fs::read(sources.join(file)).expect("the sources are in the repository");
        state.update(Sha256::digest(text));
    }
    let state = state.finalize();
    let digest: String = state
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let folder = cache().join("git-server");
    fs::create_dir_all(&folder).expect("the cache is writable");
    let program = folder.join(format!("sshd-{digest}"));
    let lock = File::create(folder.join("lock")).expect("the cache is writable");
    lock.lock().expect("files can be locked");
    if program.is_file() {
        return Ok(program);
    }
    printed("go", &["version"]).ok_or(NEEDED)?;
    let go = |arguments: &[&str]| {
        Command::new("go")
            .args(arguments)
            .current_dir(&sources)
            .output()
    };
    // Where there is no network, the modules may be in Go's cache.
    if !go(&["list", "-deps", "."]).is_ok_and(|ran| ran.status.success()) {
        return Err(NEEDED);
    }
    let new = program.with_extension("new");
    let built = go(&["build", "-o", &new.display().to_string(), "."]).expect("Go was found before");
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    fs::rename(&new, &program).expect("the cache is writable");
    Ok(program)
}

/// What a program prints, if it succeeds.
pub(crate) fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let ran = Command::new(program).args(arguments).output().ok()?;
    let printed = String::from_utf8_lossy(&ran.stdout).trim().to_owned();
    ran.status.success().then_some(printed)
}
