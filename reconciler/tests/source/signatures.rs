//! Signatures that Git makes with the real `ssh-keygen` and `gpg`.

use crate::site::{Site, test as with_git};
use gitopsc_git_server::{git_is_missing, make_key};
use gitopsc_reconciler::source::{
    Reference, Signature, SignatureKind, SourceClass, Verify, VerifyMode, Wanted,
};
use gitopsc_test_support::{Missing, Outcome, Test};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

pub(crate) fn tests() -> Vec<Test> {
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
        test(
            "a signed tag is verified, by its own name alone",
            "ssh-keygen",
            tags,
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

fn test(name: &str, program: &'static str, body: impl FnOnce() + Send + 'static) -> Test {
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

/// A key that Git signs with, of a kind that `ssh-keygen` knows. Its public half.
fn ssh_key(site: &Site, name: &str, kind: &str) -> String {
    let path = site.folder().join(name);
    make_key(&path, kind, "").unwrap();
    let public = path.with_extension("pub");
    site.repository.git(&["config", "gpg.format", "ssh"]);
    site.repository
        .git(&["config", "user.signingKey", &public.display().to_string()]);
    fs::read_to_string(public).unwrap()
}

fn signed_commit(site: &Site, content: &str) -> String {
    site.repository.git(&["config", "commit.gpgSign", "true"]);
    let id = site
        .repository
        .commit("web.yaml", content, "Change it\n\nSigned.");
    site.repository.push();
    id
}

fn wanted(site: &Site, mode: VerifyMode, keys: &[&str]) -> Wanted {
    Wanted {
        verify: Some(Verify::new(mode, keys.iter().copied()).unwrap()),
        ..site.wanted()
    }
}

fn verified(site: &Site, wanted: &Wanted) -> (SignatureKind, String) {
    match site.fetch(wanted).unwrap().commit.signature {
        Signature::Verified { kind, fingerprint } => (kind, fingerprint.to_string()),
        other => panic!("{other:?}"),
    }
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

/// A home of `gpg` that ends with its agent.
struct Gpg {
    home: PathBuf,
}

impl Gpg {
    fn new(site: &Site) -> Gpg {
        let home = site.folder().join("gpg");
        fs::create_dir_all(&home).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
        }
        // Git runs it without our arguments, so they are in a program of ours.
        let program = site.folder().join("gpg.sh");
        let script = format!(
            "#!/bin/sh\nexec gpg --homedir '{}' --batch --quiet --pinentry-mode loopback --passphrase '' \"$@\"\n",
            home.display()
        );
        fs::write(&program, script).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).unwrap();
        }
        site.repository
            .git(&["config", "gpg.program", &program.display().to_string()]);
        Gpg { home }
    }

    fn run(&self, arguments: &[&str]) -> String {
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
    fn key(&self, name: &str, made: &[&str], lasts: &str) -> String {
        self.run(
            &[
                made,
                &["--quick-generate-key", name, "ed25519", "sign", lasts],
            ]
            .concat(),
        );
        self.fingerprint(name)
    }

    fn fingerprint(&self, name: &str) -> String {
        let listed = self.run(&["--with-colons", "--list-keys", name]);
        let line = listed
            .lines()
            .find(|line| line.starts_with("fpr:"))
            .unwrap();
        line.split(':').nth(9).unwrap().to_owned()
    }

    fn public(&self, name: &str) -> String {
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

fn tags() {
    let site = Site::new();
    let public = ssh_key(&site, "one", "ed25519");
    site.repository
        .git(&["tag", "--sign", "--message", "One", "v1.0.0"]);
    site.repository
        .git(&["tag", "--annotate", "--message", "Two", "v2.0.0"]);
    site.repository.git(&["tag", "v3.0.0"]);
    site.repository.git(&["tag", "v4.0.0", "v1.0.0"]);
    site.repository.push();
    let at = |reference: Reference| Wanted {
        reference,
        ..wanted(&site, VerifyMode::Tag, &[&public])
    };
    let tag = |name: &str| at(Reference::Tag(name.into()));
    assert_eq!(verified(&site, &tag("v1.0.0")).0, SignatureKind::Ssh);
    verified(&site, &at(Reference::Semver("^1".parse().unwrap())));
    site.fails(
        &tag("v2.0.0"),
        SourceClass::Signature,
        "tag v2.0.0 is not signed as it must be: it is not signed at all",
    );
    site.fails(
        &tag("v3.0.0"),
        SourceClass::Signature,
        "is no annotated tag",
    );
    site.fails(
        &tag("v4.0.0"),
        SourceClass::Signature,
        "it is the tag `v1.0.0` under another name",
    );
    let branch = wanted(&site, VerifyMode::Tag, &[&public]);
    site.fails(&branch, SourceClass::Signature, "is no annotated tag");
    site.fails(
        &at(Reference::Commit(site.first.as_str().into())),
        SourceClass::Signature,
        "a tag or a range",
    );
    let unasked = Wanted {
        verify: None,
        ..tag("v1.0.0")
    };
    let signature = site.fetch(&unasked).unwrap().commit.signature;
    assert_eq!(signature, Signature::Unverified(SignatureKind::Ssh));
    let commit = Wanted {
        verify: Some(Verify::new(VerifyMode::Head, [public.as_str()]).unwrap()),
        ..tag("v1.0.0")
    };
    site.fails(&commit, SourceClass::Signature, "not signed at all");
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
