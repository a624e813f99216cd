//! SOPS and age files, decrypted by pure functions of their bytes and a keyring.
//!
//! A file goes one way: [`Format`] reads it to branches of keys, values and comments; its metadata say whom
//! it is encrypted for, and a [`Keyring`] that holds one of these keys gives its data key; every value is
//! opened in its place, and the checksum over all of them compared. What comes out is bytes, as `sops -d`
//! prints them ([`decrypt`]), or the nodes that Kustomize would read of them ([`decrypt_documents`]); with
//! them [`KeyMaterial`] for masks, digests and seals.
//!
//! Real SOPS is the measure: what it decrypts is decrypted to the same bytes, what it refuses is refused.
//!
//! ```
//! use gitopsc_sops::{Encrypted, Format, Keyring, Options, Purpose, decrypt};
//! use gitopsc_yaml::FileId;
//!
//! let mut keyring = Keyring::new();
//! keyring.add_age(include_str!("../testdata/keys/test-key-age.txt"))?;
//! let encrypted = Encrypted {
//!     bytes: include_bytes!("../testdata/cases/yaml_flat/encrypted.yaml"),
//!     file: FileId(0),
//!     format: Format::Yaml,
//! };
//! let decrypted = decrypt(encrypted, Format::Json, &keyring, &Options::default())?;
//! assert!(decrypted.content.starts_with(b"{\n\t\"text\": "));
//! // Whoever may open the file derives the same key for masks, now or from what is kept of it.
//! let stored = decrypted.envelope.open(&keyring)?;
//! let mask = |key: gitopsc_sops::KeyMaterial| key.derive(Purpose::Mask).hmac(&[b"value"]);
//! assert_eq!(mask(stored), mask(decrypted.key));
//!
//! // Without a key it says whose is wanted.
//! let refused = decrypt(encrypted, Format::Json, &Keyring::new(), &Options::default());
//! assert!(refused.is_err_and(|error| error.to_string().contains("age age1")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This crate knows no file, no environment, no key service and no Kubernetes object. Plaintext and keys are
//! wiped on drop and masked in Debug; no message holds any.

pub mod age_file;
mod bytes;
mod cipher;
pub mod codes;
mod decrypt;
mod detect;
mod documents;
mod dotenv;
mod envelope;
mod error;
mod format;
mod ini;
mod json;
mod keyring;
mod material;
mod metadata;
mod pattern;
mod recipient;
mod rules;
mod seal;
mod shamir;
mod text;
mod time;
mod tree;
mod walk;
mod wrapped;
mod yaml;

pub use bytes::{Plaintext, base64_lenient};
pub use decrypt::{Decrypted, Encrypted, Options, decrypt};
pub use detect::{
    format_of_content, holds_encrypted_value, is_encrypted, is_encrypted_value, may_be_encrypted,
    recipients,
};
pub use documents::decrypt_documents;
pub use envelope::Envelope;
pub use error::{Error, ValueProblem};
pub use format::Format;
pub use keyring::{KeyError, Keyring};
pub use material::{DerivedKey, KeyMaterial, Purpose};
pub use recipient::{KeyKind, Recipient, Recipients};
