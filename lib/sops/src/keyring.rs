//! The keys at hand: age identities, SSH private keys, PGP secret keys.
//!
//! A keyring is built from texts that somebody else has read. Keys are wiped on drop and never shown.

mod age_keys;
mod armor;
mod hybrid;
mod pgp_armor;
mod pgp_keys;
mod pgp_packets;

pub(crate) use age_keys::{Header, NotOpened, Opened};
pub(crate) use armor::{is_armored, unarmored};

use crate::bytes::Plaintext;
use age_keys::{AgeKey, ssh_key};
use pgp::composed::SignedSecretKey;
use std::fmt;

/// Keys that open files.
#[derive(Default)]
pub struct Keyring {
    age: Vec<AgeKey>,
    pgp: Vec<SignedSecretKey>,
}

/// Why a text holds no usable key. The text itself is never in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A line of an age key file is no key.
    #[error("line {line} is no age key: {what}")]
    Age {
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// There is no key in an age key file.
    #[error("there is no age key in it")]
    NoAgeKey,
    /// The file of keys is itself encrypted.
    #[error("the key file is itself encrypted; decrypt it first, gitopsc asks for no passphrase")]
    EncryptedKeyFile,
    /// It is no SSH private key, or of a kind that age does not take.
    #[error("it is no SSH private key that age can use: {0}")]
    Ssh(&'static str),
    /// It is no PGP secret key.
    #[error("it is no exported PGP secret key: {0}")]
    Pgp(&'static str),
    /// The key can only be used with a passphrase.
    #[error(
        "the key is protected by a passphrase, and gitopsc asks for none; export it without one"
    )]
    Passphrase,
}

impl Keyring {
    /// A keyring without keys.
    #[must_use]
    pub fn new() -> Keyring {
        Keyring::default()
    }

    /// Whether there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.age.is_empty() && self.pgp.is_empty()
    }

    /// Adds the keys of `SOPS_AGE_KEY` or of an age key file: one or more a line; lines that begin with `#`
    /// and empty lines say nothing.
    ///
    /// ```
    /// let mut keyring = gitopsc_sops::Keyring::new();
    /// assert!(keyring.add_age("# created: today\nAGE-SECRET-KEY-1XYZ\n").is_err());
    /// assert!(keyring.is_empty());
    /// ```
    ///
    /// # Errors
    /// The first thing that is no key; nothing was added then.
    pub fn add_age(&mut self, text: &str) -> Result<(), KeyError> {
        let keys = age_keys::parse(text)?;
        self.age.extend(keys);
        Ok(())
    }

    /// Adds an SSH private key (ed25519 or RSA) as an age identity.
    ///
    /// # Errors
    /// It is none, or needs a passphrase.
    pub fn add_ssh(&mut self, text: &str) -> Result<(), KeyError> {
        self.age.push(ssh_key(text)?);
        Ok(())
    }

    /// Adds all exported PGP secret keys in `text`, which is armored.
    ///
    /// # Errors
    /// There is none, or one needs a passphrase; nothing was added then.
    pub fn add_pgp(&mut self, text: &str) -> Result<(), KeyError> {
        self.pgp.extend(pgp_keys::parse(text)?);
        Ok(())
    }

    /// What a data key sealed with age in armor opens to.
    pub(crate) fn open_age(&self, sealed: &[u8]) -> Option<Plaintext> {
        let file = unarmored(sealed)?;
        age_keys::open(&file, &self.age).ok()?.plaintext
    }

    /// What a whole age file opens to.
    pub(crate) fn open_age_file(&self, file: &[u8]) -> Result<Opened, NotOpened> {
        age_keys::open(file, &self.age)
    }

    /// What a data key sealed with PGP opens to.
    pub(crate) fn open_pgp(&self, sealed: &[u8]) -> Option<Plaintext> {
        pgp_keys::open(sealed, &self.pgp)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("age", &self.age.len())
            .field("pgp", &self.pgp.len())
            .finish_non_exhaustive()
    }
}
