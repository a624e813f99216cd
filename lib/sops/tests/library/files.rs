//! Files: which are encrypted, for whom, and what is made of them.

use crate::{case, key, keyring};
use gitopsc_sops::age_file::{decrypt_age_documents, decrypt_age_file, is_age_file};
use gitopsc_sops::{
    Decrypted, Encrypted, Error, Format, KeyKind, Keyring, Options, Purpose, decrypt,
    decrypt_documents, format_of_content, is_encrypted, may_be_encrypted, recipients,
};
use gitopsc_yaml::{Document, FileId};

fn file(bytes: &[u8], format: Format) -> Encrypted<'_> {
    Encrypted {
        bytes,
        file: FileId(3),
        format,
    }
}

/// A keyring that opens nothing.
fn stranger() -> Keyring {
    let mut keyring = Keyring::new();
    keyring.add_age(&key("age-third.txt")).expect("a test key");
    keyring
}

fn documents(bytes: &[u8]) -> Result<Decrypted<Vec<Document>>, Error> {
    decrypt_documents(file(bytes, Format::Yaml), &keyring(), &Options::default())
}

/// The documents of `bytes` as text.
fn texts(bytes: &[u8]) -> Vec<String> {
    let decrypted = documents(bytes).expect("it decrypts");
    let text = |document: &Document| {
        assert_eq!(document.root.span.file, FileId(3));
        let mut text = String::new();
        gitopsc_yaml::emit::node::emit_node(
            &document.root,
            &gitopsc_yaml::emit::node::Nothing,
            &mut text,
        );
        text
    };
    decrypted.content.iter().map(text).collect()
}

#[test]
fn encrypted_files_are_told_from_others() {
    let encrypted = [
        ("yaml_age/encrypted.yaml", Format::Yaml),
        ("yaml_documents/encrypted.yaml", Format::Yaml),
        ("yaml_flat/encrypted.yaml", Format::Yaml),
        ("json_age/encrypted.json", Format::Json),
        ("binary_age/encrypted.bin", Format::Binary),
        ("dotenv_age/encrypted.env", Format::Dotenv),
        ("ini_age/encrypted.ini", Format::Ini),
    ];
    let options = Options::default();
    for (name, format) in encrypted {
        let bytes = case(name);
        assert!(may_be_encrypted(&bytes), "{name}");
        assert!(is_encrypted(file(&bytes, format), &options), "{name}");
        assert_eq!(format_of_content(&bytes), Some(format), "{name}");
        let plain = case(&name.replace("encrypted", "plain"));
        assert!(!is_encrypted(file(&plain, format), &options), "{name}");
        assert_eq!(format_of_content(&plain), None, "{name}");
    }
    assert!(is_age_file(&case("age_binary/encrypted.yaml.age")));
    assert!(is_age_file(&case("age_armored/encrypted.yaml.age")));
    assert!(!is_age_file(&case("yaml_age/encrypted.yaml")));
}

#[test]
fn a_document_about_sops_is_not_encrypted() {
    let about =
        b"kind: ConfigMap\ndata:\n  sops: 'ENC[AES256_GCM,data:'\n  text: |\n    sops:\n      mac: x\n";
    assert!(may_be_encrypted(about));
    assert!(!is_encrypted(
        file(about, Format::Yaml),
        &Options::default()
    ));
    assert_eq!(format_of_content(about), None);
}

#[test]
fn an_encrypted_file_that_is_broken_is_still_one() {
    let mut broken = case("yaml_age/encrypted.yaml");
    broken.splice(0..0, *b"a: [\n");
    let encrypted = file(&broken, Format::Yaml);
    assert!(is_encrypted(encrypted, &Options::default()));
    let error = documents(&broken).expect_err("broken");
    assert!(matches!(error, Error::Malformed { .. }), "{error}");
}

#[test]
fn whoever_lacks_the_key_hears_whose_it_is() {
    let bytes = case("yaml_foreign_keys/encrypted.yaml");
    let wanted = recipients(file(&bytes, Format::Yaml), &Options::default()).expect("it says");
    let kinds: Vec<KeyKind> = wanted.groups.concat().iter().map(|one| one.kind).collect();
    assert_eq!(
        kinds,
        [
            KeyKind::AwsKms,
            KeyKind::GcpKms,
            KeyKind::HuaweiKms,
            KeyKind::AzureKeyVault,
            KeyKind::Vault,
            KeyKind::Age,
        ]
    );
    let options = Options::default();
    let opened = decrypt_documents(file(&bytes, Format::Yaml), &stranger(), &options);
    let error = opened.expect_err("no key");
    let diagnostic = error.diagnostic();
    assert_eq!(diagnostic.code.0, "decryption-key-missing");
    let text = error.to_string();
    for name in [
        "AWS KMS arn:aws:kms:eu-central-1:111122223333:key/aaaa",
        "Vault https://vault.example.com/v1/transit/keys/k",
        &format!("age {}", key("age.recipient").trim()),
    ] {
        assert!(text.contains(name), "{text}");
    }
}

#[test]
fn whoever_lacks_an_age_files_key_hears_its_kind() {
    let bytes = case("age_pq/encrypted.txt.age");
    let error = decrypt_age_file(&bytes, FileId(3), &stranger()).expect_err("no key");
    let text = error.to_string();
    assert!(text.contains("mlkem768x25519"), "{text}");
}

#[test]
fn a_missing_checksum_is_refused_unless_it_is_allowed() {
    let bytes = case("yaml_flat/encrypted.yaml");
    let text = String::from_utf8(bytes).expect("text");
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("mac:"));
    let without: String = lines.map(|line| format!("{line}\n")).collect();
    assert_ne!(without, text);
    let decrypted = |options: &Options| {
        decrypt(
            file(without.as_bytes(), Format::Yaml),
            Format::Yaml,
            &keyring(),
            options,
        )
    };
    let refused = decrypted(&Options::default()).expect_err("no checksum");
    assert!(matches!(refused, Error::MacMissing { .. }), "{refused}");
    assert_eq!(refused.diagnostic().code.0, "encrypted-file-without-mac");
    let allowed = Options {
        allow_missing_mac: true,
        ..Options::default()
    };
    let content = decrypted(&allowed).expect("it is allowed").content;
    assert_eq!(*content, case("yaml_flat/decrypted.yaml"));

    let wrong = text.replace("mac: ENC[AES256_GCM,data:", "mac: ENC[AES256_GCM,data:AA");
    let wrong = decrypt(
        file(wrong.as_bytes(), Format::Yaml),
        Format::Yaml,
        &keyring(),
        &allowed,
    );
    assert!(
        matches!(wrong, Err(Error::MacMismatch { .. })),
        "only missing ones are allowed"
    );
}

#[test]
fn documents_that_were_encrypted_one_by_one_are_decrypted_one_by_one() {
    let first = case("yaml_age/encrypted.yaml");
    let second = case("yaml_sections/encrypted.yaml");
    let (one, two) = (texts(&first), texts(&second));
    let plain = "kind: Plain\nsecret: no\n";
    let joined = [
        &first,
        b"---\n".as_slice(),
        plain.as_bytes(),
        b"---\n",
        &second,
    ]
    .concat();
    let wanted = [one, vec!["kind: Plain\nsecret: no\n".to_owned()], two].concat();
    assert_eq!(texts(&joined), wanted);
    let decrypted = documents(&joined).expect("it decrypts");
    let pieces: Vec<(usize, usize)> = decrypted
        .content
        .iter()
        .map(|one| (one.piece, one.pieces))
        .collect();
    assert_eq!(pieces, [(0, 3), (1, 3), (2, 3)]);
    let secret = decrypted.content[1]
        .root
        .get("secret")
        .and_then(|node| node.as_text());
    assert!(secret.is_some_and(|text| !text.is_secret()));

    // The key material is that of both files.
    let of = |bytes: &[u8]| {
        *documents(bytes)
            .expect("it decrypts")
            .key
            .derive(Purpose::Mask)
            .as_bytes()
    };
    assert_ne!(of(&joined), of(&first));
    assert_ne!(of(&joined), of(&second));
    let stored = decrypted.envelope.open(&keyring()).expect("it opens");
    assert_eq!(stored, decrypted.key);
}

#[test]
fn a_document_more_or_less_in_a_file_that_was_encrypted_as_a_whole_is_found() {
    let text = String::from_utf8(case("yaml_documents/encrypted.yaml")).expect("text");
    let parts: Vec<&str> = text.split("\n---\n").collect();
    let all = parts.join("\n---\n");
    assert!(documents(all.as_bytes()).is_ok());
    for changed in [
        parts[1..].join("\n---\n"),
        parts[..parts.len() - 1].join("\n---\n"),
        parts
            .iter()
            .rev()
            .copied()
            .collect::<Vec<_>>()
            .join("\n---\n"),
        format!("{all}---\nkind: More\n"),
    ] {
        let error = documents(changed.as_bytes()).expect_err("changed");
        let code = error.diagnostic().code.0;
        assert_eq!(code, "encrypted-file-altered", "{error}");
    }
}

#[test]
fn only_yaml_and_json_hold_documents() {
    let bytes = case("ini_age/encrypted.ini");
    let opened = decrypt_documents(file(&bytes, Format::Ini), &keyring(), &Options::default());
    let error = opened.expect_err("no documents");
    assert_eq!(error.diagnostic().code.0, "encrypted-file-unsupported");
}

#[test]
fn an_age_file_that_holds_no_yaml_is_refused_without_a_word_of_it() {
    let bytes = case("age_no_yaml/encrypted.txt.age");
    let opened = decrypt_age_documents(&bytes, FileId(3), &keyring(), &Options::default());
    let error = opened.expect_err("no YAML").to_string();
    assert_eq!(
        error,
        "the encrypted file cannot be read: what it decrypts to is no YAML"
    );
}

#[test]
fn results_are_masked() {
    let bytes = case("yaml_age/encrypted.yaml");
    let decrypted = documents(&bytes).expect("it decrypts");
    let shown = format!(
        "{decrypted:?} {:?} {:?}",
        decrypted.content, decrypted.envelope
    );
    assert!(!shown.contains("5432"), "{shown}");
}
