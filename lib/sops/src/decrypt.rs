//! A SOPS file decrypted to bytes, as `sops -d` prints it.

use crate::bytes::Plaintext;
use crate::cipher::Cipher;
use crate::envelope::{Envelope, Part};
use crate::error::Error;
use crate::format::{self, Format, Loaded};
use crate::keyring::Keyring;
use crate::material::KeyMaterial;
use crate::walk;
use gitopsc_yaml::{FileId, Limits};
use std::fmt;

/// An encrypted file.
#[derive(Clone, Copy)]
pub struct Encrypted<'b> {
    /// Its bytes.
    pub bytes: &'b [u8],
    /// Its id in spans.
    pub file: FileId,
    /// How it is written.
    pub format: Format,
}

impl fmt::Debug for Encrypted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encrypted")
            .field("bytes", &self.bytes.len())
            .field("file", &self.file)
            .field("format", &self.format)
            .finish()
    }
}

/// What is allowed, and how much.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How much a YAML file may ask of its reader.
    pub limits: Limits,
    /// Whether a file without a checksum is decrypted.
    pub allow_missing_mac: bool,
}

/// A decrypted file, or a part of one.
pub struct Decrypted<T> {
    /// What it holds.
    pub content: T,
    /// What keys for its secrets are derived from.
    pub key: KeyMaterial,
    /// What lets others derive them.
    pub envelope: Envelope,
}

impl<T> fmt::Debug for Decrypted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decrypted").finish_non_exhaustive()
    }
}

/// Decrypts `encrypted` to what `sops -d` prints, in the format `output`, which is mostly its own.
///
/// # Errors
/// No key opens it, or it is not what was encrypted.
pub fn decrypt(
    encrypted: Encrypted<'_>,
    output: Format,
    keyring: &Keyring,
    options: &Options,
) -> Result<Decrypted<Plaintext>, Error> {
    let Encrypted {
        bytes,
        file,
        format,
    } = encrypted;
    let mut loaded = format::load(bytes, file, format, &options.limits)?;
    let key = open(&mut loaded, keyring, options)?;
    let envelope = Envelope::new(vec![Part::Sops(loaded.metadata.groups)]);
    // Every format is shorter than its encrypted form, but for indentation.
    let content = format::write(&loaded.branches, output, bytes.len() * 2)?;
    Ok(Decrypted {
        content,
        key,
        envelope,
    })
}

/// Decrypts what was loaded in place.
pub(crate) fn open(
    loaded: &mut Loaded,
    keyring: &Keyring,
    options: &Options,
) -> Result<KeyMaterial, Error> {
    let Loaded { branches, metadata } = loaded;
    let key = metadata.groups.open(keyring, metadata.span)?;
    let material = KeyMaterial::new(&*key);
    let cipher = Cipher::new(key);
    walk::decrypt(branches, metadata, &cipher, options.allow_missing_mac)?;
    Ok(material)
}
