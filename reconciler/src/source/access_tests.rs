use super::{Access, SourceError};
use sha2::{Digest as _, Sha256};

const KEY: &[u8] =
    b"-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2\n-----END OPENSSH PRIVATE KEY-----\n";

type Entries<'a> = &'a [(&'a str, &'a [u8])];

fn secret(entries: Entries<'_>) -> Result<Access, SourceError> {
    Access::from_secret(entries.iter().copied())
}

fn header(access: &Access) -> String {
    let header = access.authorization().expect("something to sign in with");
    header.text().expect("text").to_owned()
}

#[test]
fn the_keys_of_flux_and_of_argo_cd_are_understood() {
    let basic = secret(&[("username", b"me"), ("password", b"hunter2\n")]).expect("whole");
    assert_eq!(header(&basic), "Basic bWU6aHVudGVyMg==");
    let token = secret(&[("password", b"hunter2")]).expect("whole");
    assert_eq!(header(&token), "Basic Z2l0Omh1bnRlcjI=");
    let bearer = secret(&[("bearerToken", b"hunter2\n")]).expect("whole");
    assert_eq!(header(&bearer), "Bearer hunter2");
    for key in ["identity", "sshPrivateKey"] {
        let entries = [
            (key, KEY),
            ("known_hosts", b"git.example ssh-ed25519 AAAA".as_slice()),
            ("password", b"opens"),
        ];
        let ssh = secret(&entries).expect("whole");
        assert!(
            ssh.authorization().is_none(),
            "the password is that of the key"
        );
        assert!(ssh.ssh_key.is_some());
    }
}

#[test]
fn what_is_wrong_with_a_secret_is_named_and_not_quoted() {
    let cases: [(Entries<'_>, &str); 12] = [
        (&[], "the Secret: it has none of"),
        (&[("type", b"git")], "the Secret: it has none of"),
        (&[("username", b"me")], "there is no `password`"),
        (
            &[("username", b"m:e"), ("password", b"hunter2")],
            "username: a colon",
        ),
        (
            &[("password", b"hunter2\nhunter2")],
            "password: it is more than one line",
        ),
        (&[("password", b"\n")], "password: it is empty"),
        (&[("password", b"hunter2\xff")], "password: it is no text"),
        (
            &[("password", b"hunter2"), ("bearerToken", b"hunter2")],
            "bearerToken: there is a `password`",
        ),
        (&[("identity", KEY)], "known_hosts: it is missing"),
        (
            &[("identity", b"ssh-ed25519 hunter2")],
            "identity: it is the public half",
        ),
        (
            &[("identity", KEY), ("sshPrivateKey", KEY)],
            "sshPrivateKey: another key",
        ),
        (&[("ca.crt", b"hunter2")], "ca.crt: there is no certificate"),
    ];
    for (entries, expected) in cases {
        let error = secret(entries).expect_err(expected);
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let entries = [
        ("identity", KEY),
        ("known_hosts", b"h".as_slice()),
        ("password", b"hunter2"),
    ];
    let shown = format!("{:?}", secret(&entries).expect("whole"));
    assert!(
        !shown.contains("hunter2") && !shown.contains("104, 117, 110"),
        "{shown}"
    );
}

#[test]
fn other_credentials_have_another_digest() {
    let digest = |access: &Access| {
        let mut digest = Sha256::new();
        access.digest(&mut digest);
        digest.finalize()
    };
    let one = secret(&[("username", b"me"), ("password", b"one")]).expect("whole");
    let two = secret(&[("username", b"me"), ("password", b"two")]).expect("whole");
    assert_eq!(digest(&one), digest(&one.clone()));
    assert_ne!(digest(&one), digest(&two));
    assert_ne!(digest(&one), digest(&Access::anonymous()));
}
