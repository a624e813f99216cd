//! Commits signed by OpenPGP keys.

use super::gpg::Gpg;
use super::{signed_commit, ssh_key, test, verified, wanted};
use crate::site::Site;
use gitopsc_reconciler::source::{SignatureKind, SourceClass, VerifyMode};
use gitopsc_test_support::Test;
use std::fs;

pub(super) fn tests() -> Vec<Test> {
    vec![
        test(
            "a commit signed by an OpenPGP key is verified",
            "gpg",
            openpgp,
        ),
        test(
            "an OpenPGP key that has expired or is revoked does not count",
            "gpg",
            openpgp_over,
        ),
        test("a subkey signs for its OpenPGP key", "gpg", openpgp_subkey),
    ]
}

fn signs_with(site: &Site, key: &str) {
    site.repository.git(&["config", "user.signingKey", key]);
}

fn openpgp() {
    let site = Site::new();
    let gpg = Gpg::new(&site);
    let fingerprint = gpg.key("ada@git.example", &[], "never");
    gpg.key("eve@git.example", &[], "never");
    signs_with(&site, &fingerprint);
    signed_commit(&site, "kind: Pod\n");
    let (ada, eve) = (gpg.public("ada@git.example"), gpg.public("eve@git.example"));
    let head = |keys: &[&str]| wanted(&site, VerifyMode::Head, keys);
    let expected = (SignatureKind::OpenPgp, fingerprint.clone());
    assert_eq!(verified(&site, &head(&[&ada])), expected);
    assert_eq!(
        verified(&site, &head(&[&format!("{eve}\n{ada}")])),
        expected
    );
    site.fails(
        &head(&[&eve]),
        SourceClass::Signature,
        &format!("by another key {fingerprint}"),
    );
    let ssh = ssh_key(&site, "one", "ed25519");
    site.fails(&head(&[&ssh]), SourceClass::Signature, "by another key");
    assert_eq!(verified(&site, &head(&[&ssh, &ada])), expected);
}

fn openpgp_over() {
    let site = Site::new();
    let gpg = Gpg::new(&site);
    let long_ago = ["--faked-system-time", "20200101T000000!"];
    let old = gpg.key("old@git.example", &long_ago, "1y");
    let program = site.folder().join("gpg.sh");
    let script = fs::read_to_string(&program).unwrap();
    fs::write(
        &program,
        script.replace("--batch", "--batch --faked-system-time '20200201T000000!'"),
    )
    .unwrap();
    signs_with(&site, &old);
    signed_commit(&site, "kind: Pod\n");
    let public = gpg.public("old@git.example");
    site.fails(
        &wanted(&site, VerifyMode::Head, &[&public]),
        SourceClass::Signature,
        "has expired",
    );

    fs::write(&program, script).unwrap();
    let lost = gpg.key("lost@git.example", &[], "never");
    signs_with(&site, &lost);
    signed_commit(&site, "kind: Job\n");
    let before = gpg.public("lost@git.example");
    verified(&site, &wanted(&site, VerifyMode::Head, &[&before]));
    let revocation = gpg.home.join(format!("openpgp-revocs.d/{lost}.rev"));
    let text = fs::read_to_string(&revocation)
        .unwrap()
        .replace(":-----BEGIN", "-----BEGIN");
    fs::write(&revocation, text).unwrap();
    gpg.run(&["--import", &revocation.display().to_string()]);
    let after = gpg.public("lost@git.example");
    site.fails(
        &wanted(&site, VerifyMode::Head, &[&after]),
        SourceClass::Signature,
        "is revoked",
    );
}

fn openpgp_subkey() {
    let site = Site::new();
    let gpg = Gpg::new(&site);
    gpg.run(&[
        "--quick-generate-key",
        "ada@git.example",
        "ed25519",
        "cert",
        "never",
    ]);
    let primary = gpg.fingerprint("ada@git.example");
    gpg.run(&["--quick-add-key", &primary, "ed25519", "sign", "never"]);
    signs_with(&site, &primary);
    signed_commit(&site, "kind: Pod\n");
    let public = gpg.public("ada@git.example");
    let head = wanted(&site, VerifyMode::Head, &[&public]);
    assert_eq!(verified(&site, &head), (SignatureKind::OpenPgp, primary));
}
