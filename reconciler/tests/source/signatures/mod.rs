//! Signatures that Git makes with the real `ssh-keygen` and `gpg`.

mod gpg;
mod openpgp;
mod ssh;
mod tags;

use crate::site::Site;
use gitopsc_git_server::{git_is_missing, make_key};
use gitopsc_reconciler::source::{Signature, SignatureKind, Verify, VerifyMode, Wanted};
use gitopsc_test_support::{Missing, Outcome, Test};
use std::fs;
use std::process::Command;

pub(crate) fn tests() -> Vec<Test> {
    let mut tests = ssh::tests();
    tests.extend(tags::tests());
    tests.extend(openpgp::tests());
    tests
}

/// A test that needs a program besides `git`.
pub(super) fn test(
    name: &str,
    program: &'static str,
    body: impl FnOnce() + Send + 'static,
) -> Test {
    Test::new(name, move || {
        let found = Command::new(program).arg("--version").output();
        let missing = found
            .err()
            .map(|_| Missing(format!("the {program} program")));
        let missing = git_is_missing()
            .map(|needed| Missing(needed.to_owned()))
            .or(missing);
        if let Some(missing) = missing {
            return missing.into();
        }
        body();
        Outcome::Passed
    })
}

pub(super) fn wanted(site: &Site, mode: VerifyMode, keys: &[&str]) -> Wanted {
    Wanted {
        verify: Some(Verify::new(mode, keys.iter().copied()).unwrap()),
        ..site.wanted()
    }
}

pub(super) fn verified(site: &Site, wanted: &Wanted) -> (SignatureKind, String) {
    match site.fetch(wanted).unwrap().commit.signature {
        Signature::Verified { kind, fingerprint } => (kind, fingerprint.to_string()),
        other => panic!("{other:?}"),
    }
}

pub(super) fn signed_commit(site: &Site, content: &str) -> String {
    site.repository.git(&["config", "commit.gpgSign", "true"]);
    let id = site
        .repository
        .commit("web.yaml", content, "Change it\n\nSigned.");
    site.repository.push();
    id
}

/// A key that Git signs with, of a kind that `ssh-keygen` knows. Its public half.
pub(super) fn ssh_key(site: &Site, name: &str, kind: &str) -> String {
    let path = site.folder().join(name);
    make_key(&path, kind, "").unwrap();
    let public = path.with_extension("pub");
    site.repository.git(&["config", "gpg.format", "ssh"]);
    site.repository
        .git(&["config", "user.signingKey", &public.display().to_string()]);
    fs::read_to_string(public).unwrap()
}
