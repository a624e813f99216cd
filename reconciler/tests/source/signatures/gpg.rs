//! Keys of the real `gpg`.

use crate::site::Site;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A home of `gpg` that ends with its agent.
pub(super) struct Gpg {
    pub home: PathBuf,
}

impl Gpg {
    /// An empty one, with which the repository of `site` signs.
    pub(super) fn new(site: &Site) -> Gpg {
        let home = site.folder().join("gpg");
        fs::create_dir_all(&home).unwrap();
        only_for_us(&home);
        // Git runs it without our arguments, so they are in a program of ours.
        let program = site.folder().join("gpg.sh");
        let script = format!(
            "#!/bin/sh\nexec gpg --homedir '{}' --batch --quiet --pinentry-mode loopback --passphrase '' \"$@\"\n",
            home.display()
        );
        fs::write(&program, script).unwrap();
        only_for_us(&program);
        site.repository
            .git(&["config", "gpg.program", &program.display().to_string()]);
        Gpg { home }
    }

    /// Runs it. What it prints.
    pub(super) fn run(&self, arguments: &[&str]) -> String {
        let ran = Command::new("gpg")
            .arg("--homedir")
            .arg(&self.home)
            .args([
                "--batch",
                "--quiet",
                "--pinentry-mode",
                "loopback",
                "--passphrase",
                "",
            ])
            .args(arguments)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "gpg {arguments:?}: {error}");
        String::from_utf8(ran.stdout).unwrap()
    }

    /// A key for signing, made at a time and lasting so long. Its fingerprint.
    pub(super) fn key(&self, name: &str, made: &[&str], lasts: &str) -> String {
        self.run(
            &[
                made,
                &["--quick-generate-key", name, "ed25519", "sign", lasts],
            ]
            .concat(),
        );
        self.fingerprint(name)
    }

    /// The fingerprint of a key.
    pub(super) fn fingerprint(&self, name: &str) -> String {
        let listed = self.run(&["--with-colons", "--list-keys", name]);
        let line = listed
            .lines()
            .find(|line| line.starts_with("fpr:"))
            .unwrap();
        line.split(':').nth(9).unwrap().to_owned()
    }

    /// The public key block of a key.
    pub(super) fn public(&self, name: &str) -> String {
        self.run(&["--armor", "--export", name])
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf")
            .arg("--homedir")
            .arg(&self.home)
            .args(["--kill", "all"])
            .output();
    }
}

fn only_for_us(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
}
