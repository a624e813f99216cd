//! Whatever the bytes are, nothing panics and no message shows a secret.

use crate::{case, keyring};
use gitopsc_sops::age_file::{decrypt_age_documents, decrypt_age_file};
use gitopsc_sops::{
    Encrypted, Envelope, Error, Format, Keyring, Options, decrypt, decrypt_documents,
    format_of_content, is_encrypted, recipients,
};
use gitopsc_yaml::FileId;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const FORMATS: [Format; 5] = [
    Format::Binary,
    Format::Dotenv,
    Format::Ini,
    Format::Json,
    Format::Yaml,
];

/// What the encrypted values of the files below hold.
const SECRETS: [&str; 3] = ["5432", "YQ==", "p=a#s"];

/// Does all that can be done with `bytes`; gives the problems.
fn everything(bytes: &[u8], keyring: &Keyring) -> Vec<Error> {
    let (file, options) = (FileId(0), Options::default());
    let mut errors = Vec::new();
    let _ = format_of_content(bytes);
    for format in FORMATS {
        let encrypted = Encrypted {
            bytes,
            file,
            format,
        };
        let _ = is_encrypted(encrypted, &options);
        errors.extend(recipients(encrypted, &options).err());
        errors.extend(decrypt_documents(encrypted, keyring, &options).err());
        for output in FORMATS {
            errors.extend(decrypt(encrypted, output, keyring, &options).err());
        }
    }
    errors.extend(decrypt_age_file(bytes, file, keyring).err());
    errors.extend(decrypt_age_documents(bytes, file, keyring, &options).err());
    errors.extend(Envelope::from_bytes(bytes).err());
    errors
}

/// A change of a file: at a place, so many bytes are replaced.
fn change() -> impl Strategy<Value = (Index, usize, Vec<u8>)> {
    let words = [
        "",
        "\n",
        ":",
        "'",
        "\"",
        "{",
        "]",
        "sops:",
        "sops:\n",
        "ENC[",
        "]\n",
        "null",
        "-1",
        "99999999999999999999",
        "\u{0}",
        "\u{e9}",
        "---\n",
        "#",
        "=",
        "\\",
        "type:int]",
        "type:comment]",
        "a: &a [*a]\n",
        "\t",
        "<<: ",
        "type:bytes]",
        "[a]\n",
        "__list_0",
        "__map_",
        "age__list_1__map_enc",
        "shamir_threshold: 2\n",
        "lastmodified: x\n",
    ];
    let word = select(words.map(|word| word.as_bytes().to_vec()).to_vec());
    (
        any::<Index>(),
        0..4_usize,
        prop_oneof![4 => word, 1 => vec(any::<u8>(), 0..4)],
    )
}

fn changed(bytes: &[u8], changes: &[(Index, usize, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, length, by) in changes {
        let start = at.index(bytes.len() + 1);
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, by.iter().copied());
    }
    bytes
}

fn show_no_secret(errors: &[Error]) {
    for error in errors {
        let shown = format!("{error} {error:?} {:?}", error.diagnostic());
        for secret in SECRETS {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_no_reason_to_panic(bytes in vec(any::<u8>(), 0..300)) {
        everything(&bytes, &keyring());
    }

    #[test]
    fn any_text_is_no_reason_to_panic(text in "(sops|ENC\\[AES256_GCM,data:|,iv:|,tag:|mac|[\\]:={}\"'#\n -]|\\PC){0,60}") {
        everything(text.as_bytes(), &keyring());
        let _ = Keyring::new().add_age(&text);
        let _ = Keyring::new().add_ssh(&text);
        let _ = Keyring::new().add_pgp(&text);
    }

    #[test]
    fn a_damaged_file_is_no_reason_to_panic_or_to_talk(
        name in select(vec![
            "yaml_age/encrypted.yaml",
            "yaml_documents/encrypted.yaml",
            "json_age/encrypted.json",
            "dotenv_age/encrypted.env",
            "ini_age/encrypted.ini",
            "binary_age/encrypted.bin",
            "age_armored/encrypted.yaml.age",
            "age_binary/encrypted.yaml.age",
        ]),
        changes in vec(change(), 1..5),
    ) {
        show_no_secret(&everything(&changed(&case(name), &changes), &keyring()));
    }

    #[test]
    fn a_damaged_envelope_is_no_reason_to_panic(changes in vec(change(), 1..4)) {
        let bytes = case("yaml_age/encrypted.yaml");
        let encrypted = Encrypted { bytes: &bytes, file: FileId(0), format: Format::Yaml };
        let decrypted = decrypt_documents(encrypted, &keyring(), &Options::default());
        let stored = decrypted.expect("it decrypts").envelope.to_bytes();
        if let Ok(envelope) = Envelope::from_bytes(&changed(&stored, &changes)) {
            let _ = envelope.open(&keyring());
        }
    }
}
