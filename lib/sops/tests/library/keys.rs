//! Keyrings.

use crate::{case, key, keyring};
use gitopsc_sops::{Encrypted, Format, KeyError, Keyring, Options, decrypt};
use gitopsc_yaml::FileId;

/// What adding `text` as age keys says.
fn age(text: &str) -> Result<(), KeyError> {
    Keyring::new().add_age(text)
}

#[test]
fn keys_with_a_passphrase_are_refused_as_such() {
    let mut keyring = Keyring::new();
    let ssh = keyring.add_ssh(&key("ssh-protected.pem"));
    assert_eq!(ssh, Err(KeyError::Passphrase));
    let pgp = keyring.add_pgp(&key("pgp-protected.asc"));
    assert_eq!(pgp, Err(KeyError::Passphrase));
    assert!(keyring.is_empty());
    let text = KeyError::Passphrase.to_string();
    assert!(
        text.contains("passphrase") && text.contains("export"),
        "{text}"
    );
}

#[test]
fn key_files_have_comments_and_several_keys() {
    let (one, two) = (key("age.txt"), key("age-pq.txt"));
    let secret = |text: &str| text.lines().last().expect("a key").to_owned();
    let (one, two) = (secret(&one), secret(&two));
    for text in [
        format!("# created: 2024\n# public key: age1\n{one}\n\n{two}\n"),
        format!("  {one}\r\n  # note\r\n{two}"),
        format!("{one} {two}"),
    ] {
        assert_eq!(age(&text), Ok(()), "{text:?}");
    }
}

#[test]
fn what_is_no_age_key_is_named_by_its_line_and_not_quoted() {
    let good = key("age.txt");
    let good = good.lines().last().expect("a key");
    let (mut broken, recipient) = (good.to_owned(), key("age.recipient"));
    broken.replace_range(20..21, if broken.contains("Q") { "B" } else { "Q" });
    for (text, wanted) in [
        (
            broken.clone(),
            "line 1 is no age key: a character is wrong or missing",
        ),
        (
            format!("# a\n{good}\n{}", &good[..70]),
            "line 3 is no age key: a character is wrong or missing",
        ),
        (
            recipient,
            "line 1 is no age key: this is a recipient, the public half of a key",
        ),
        (
            "AGE-PLUGIN-YUBIKEY-1QQPQZ".to_owned(),
            "line 1 is no age key: keys of plugins are not supported",
        ),
        (
            "hunter2".to_owned(),
            "line 1 is no age key: it does not begin with AGE-SECRET-KEY-",
        ),
        (
            "AGE-SECRET-KEY-PQ-1QQQQ".to_owned(),
            "line 1 is no age key: a character is wrong or missing",
        ),
        ("# nothing\n\n".to_owned(), "there is no age key in it"),
        (
            String::from_utf8(case("age_armored/encrypted.yaml.age")).expect("armor"),
            "the key file is itself encrypted; decrypt it first, gitopsc asks for no passphrase",
        ),
    ] {
        let error = age(&text).expect_err("no key");
        assert_eq!(error.to_string(), wanted);
    }
    let mut keyring = Keyring::new();
    assert!(keyring.add_age(&format!("{good}\n{broken}")).is_err());
    assert!(keyring.is_empty(), "all or none");
}

#[test]
fn what_is_no_ssh_or_pgp_key_is_refused_in_plain_words() {
    let mut keyring = Keyring::new();
    let pem = |kind: &str| format!("-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----\n");
    for (text, part) in [
        (key("ssh-ed25519.recipient"), "OpenSSH"),
        (pem("PRIVATE KEY"), "PKCS#8"),
        (pem("OPENSSH PRIVATE KEY"), "OpenSSH"),
        (String::new(), "OpenSSH"),
    ] {
        let error = keyring.add_ssh(&text).expect_err("no key").to_string();
        assert!(error.contains(part), "{error}");
    }
    for (text, part) in [
        (String::new(), "no armored secret key"),
        (pem("PGP PRIVATE KEY BLOCK"), "broken"),
        (pem("PGP PUBLIC KEY BLOCK"), "no armored secret key"),
        (key("pgp-rsa.asc")[..400].to_owned(), "cannot be read"),
    ] {
        let error = keyring.add_pgp(&text).expect_err("no key").to_string();
        assert!(error.contains(part), "{error}");
    }
    assert!(keyring.is_empty());
}

#[test]
fn keys_of_windows_and_several_keys_in_one_text_are_read() {
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let mut keyring = Keyring::new();
    keyring
        .add_ssh(&crlf(&key("ssh-ed25519.pem")))
        .expect("a key");
    let both = key("pgp-rsa.asc") + "and\n" + &key("pgp-curve25519.asc");
    keyring.add_pgp(&crlf(&both)).expect("keys");
    assert_eq!(format!("{keyring:?}"), "Keyring { age: 1, pgp: 2, .. }");
    for (name, format) in [
        ("yaml_ssh_ed25519/encrypted.yaml", Format::Yaml),
        ("yaml_pgp_rsa/encrypted.yaml", Format::Yaml),
        ("ini_pgp/encrypted.ini", Format::Ini),
    ] {
        let bytes = case(name);
        let encrypted = Encrypted {
            bytes: &bytes,
            file: FileId(0),
            format,
        };
        assert!(
            decrypt(encrypted, format, &keyring, &Options::default()).is_ok(),
            "{name}"
        );
    }
}

#[test]
fn keys_are_not_shown() {
    assert_eq!(format!("{:?}", keyring()), "Keyring { age: 1, pgp: 0, .. }");
}
