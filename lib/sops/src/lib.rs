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
mod shamir;
mod text;
mod time;
mod tree;
mod walk;
mod wrapped;
mod yaml;

pub use bytes::Plaintext;
pub use decrypt::{Decrypted, Encrypted, Options, decrypt};
pub use detect::{format_of_content, is_encrypted, may_be_encrypted, recipients};
pub use documents::decrypt_documents;
pub use envelope::Envelope;
pub use error::{Error, ValueProblem};
pub use format::Format;
pub use keyring::{KeyError, Keyring};
pub use material::{DerivedKey, KeyMaterial, Purpose};
pub use recipient::{KeyKind, Recipient, Recipients};
