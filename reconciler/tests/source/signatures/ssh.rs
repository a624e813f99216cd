//! Commits signed by SSH keys.

use super::{signed_commit, ssh_key, test, verified, wanted};
use crate::site::{Site, test as with_git};
use gitopsc_reconciler::source::{Signature, SignatureKind, SourceClass, Verify, VerifyMode};
use gitopsc_test_support::Test;
use std::fs;
use std::process::Command;

pub(super) fn tests() -> Vec<Test> {
    vec![
        test(
            "a commit signed by an SSH key is verified",
            "ssh-keygen",
            ssh,
        ),
        test(
            "SSH keys of all kinds are verified",
            "ssh-keygen",
            ssh_kinds,
        ),
        test(
            "what was signed and changed afterwards is refused",
            "ssh-keygen",
            changed,
        ),
        test(
            "a signature for something else than Git is refused",
            "ssh-keygen",
            namespace,
        ),
        with_git("keys that make no sense are settings", settings),
    ]
}

fn ssh() {
    let site = Site::new();
    let public = ssh_key(&site, "one", "ed25519");
    let head = |keys: &[&str]| wanted(&site, VerifyMode::Head, keys);
    site.fails(
        &head(&[&public]),
        SourceClass::Signature,
        "it is not signed at all",
    );
    signed_commit(&site, "kind: Pod\n");
    let printed = Command::new("ssh-keygen")
        .arg("-lf")
        .arg(site.folder().join("one.pub"))
        .output();
    let printed = String::from_utf8(printed.unwrap().stdout).unwrap();
    let (kind, fingerprint) = verified(&site, &head(&[&public]));
    assert_eq!(kind, SignatureKind::Ssh);
    assert!(printed.contains(&fingerprint), "{fingerprint} {printed}");
    let unasked = site.fetch(&site.wanted()).unwrap().commit.signature;
    assert_eq!(unasked, Signature::Unverified(SignatureKind::Ssh));
    let other = ssh_key(&site, "other", "ed25519");
    site.fails(
        &head(&[&other]),
        SourceClass::Signature,
        "not among the keys that may sign",
    );
    let lines = format!(
        "# who may sign\nyou@git.example {other}\nada@git.example namespaces=\"git\" {public}"
    );
    verified(&site, &head(&[&lines]));
    // What is refused is not received again.
    let asked = |site: &Site| {
        site.server
            .seen()
            .iter()
            .filter(|request| request.method == "POST")
            .count()
    };
    let before = asked(&site);
    site.fails(&head(&[&other]), SourceClass::Signature, "may sign");
    assert!(asked(&site) <= before + 1, "references alone are asked for");
}

fn ssh_kinds() {
    let site = Site::new();
    for kind in ["rsa", "ecdsa"] {
        let public = ssh_key(&site, kind, kind);
        signed_commit(&site, kind);
        verified(&site, &wanted(&site, VerifyMode::Head, &[&public]));
    }
}

/// Makes a commit out of the last one, with its text changed, and pushes that.
fn rewritten(site: &Site, change: impl Fn(&str) -> String) {
    let raw = Command::new("git")
        .current_dir(site.repository.work())
        .args(["cat-file", "commit", "HEAD"])
        .output()
        .unwrap();
    let changed = site.folder().join("changed");
    fs::write(&changed, change(&String::from_utf8(raw.stdout).unwrap())).unwrap();
    let id = site.repository.git(&[
        "hash-object",
        "-t",
        "commit",
        "-w",
        &changed.display().to_string(),
    ]);
    site.repository.git(&["reset", "--quiet", "--hard", &id]);
    site.repository.push();
}

fn changed() {
    let site = Site::new();
    let public = ssh_key(&site, "one", "ed25519");
    signed_commit(&site, "kind: Pod\n");
    let head = wanted(&site, VerifyMode::Head, &[&public]);
    verified(&site, &head);
    rewritten(&site, |commit| commit.replace("Signed.", "Changed."));
    site.fails(&head, SourceClass::Signature, "does not fit what is signed");
}

fn namespace() {
    let site = Site::new();
    let public = ssh_key(&site, "one", "ed25519");
    let path = site.folder().join("one").display().to_string();
    // Over exactly what Git would sign, but for files.
    rewritten(&site, |commit| {
        let content = site.folder().join("content");
        fs::write(&content, commit).unwrap();
        let signed = Command::new("ssh-keygen")
            .args(["-Y", "sign", "-n", "file", "-f", &path])
            .arg(&content)
            .output()
            .unwrap();
        assert!(signed.status.success());
        let signature = fs::read_to_string(content.with_extension("sig")).unwrap();
        let header = signature.trim_end().replace('\n', "\n ");
        let (headers, message) = commit.split_once("\n\n").unwrap();
        format!("{headers}\ngpgsig {header}\n\n{message}")
    });
    let head = wanted(&site, VerifyMode::Head, &[&public]);
    site.fails(&head, SourceClass::Signature, "does not fit what is signed");
}

fn settings() {
    for keys in [
        &[][..],
        &[""],
        &["hello"],
        &["-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----"],
    ] {
        let error = Verify::new(VerifyMode::Head, keys.iter().copied()).unwrap_err();
        assert_eq!(error.class(), SourceClass::Setting, "{error}");
    }
}
