//! Age identities, and age files opened with them.

use super::KeyError;
use super::hybrid::HybridKey;
use crate::bytes::Plaintext;
use age::secrecy::ExposeSecret as _;
use age::{DecryptError, Decryptor, Identity};
use age_core::format::{FileKey, Stanza};
use std::cell::RefCell;
use std::io::{Cursor, Read as _};
use zeroize::{Zeroize as _, Zeroizing};

/// One identity.
pub(super) enum AgeKey {
    X25519(age::x25519::Identity),
    Hybrid(Box<HybridKey>),
    Ssh(age::ssh::Identity),
}

/// What opening an age file gives.
pub(crate) struct Opened {
    /// The key of the file.
    pub(crate) file_key: Zeroizing<[u8; 16]>,
    /// What it holds; none if that is broken.
    pub(crate) plaintext: Option<Plaintext>,
}

/// Why an age file was not opened.
pub(crate) enum NotOpened {
    /// It is no age file.
    Malformed,
    /// It is encrypted with a passphrase.
    Passphrase,
    /// No identity is for it.
    NoKey,
    /// An identity is for it, and its header was changed.
    Altered,
}

/// The header of an age file: for whom it is, in the words of age.
pub(crate) struct Header<'f> {
    /// Everything up to the payload.
    pub(crate) bytes: &'f [u8],
    /// The kind of each recipient: `X25519`, `ssh-ed25519`.
    pub(crate) kinds: Vec<&'f str>,
}

impl<'f> Header<'f> {
    /// The header at the beginning of `file`.
    pub(crate) fn of(file: &'f [u8]) -> Option<Header<'f>> {
        let mut kinds = Vec::new();
        let mut end = 0;
        for line in file.split_inclusive(|byte| *byte == b'\n') {
            end += line.len();
            let text = str::from_utf8(line).ok()?.strip_suffix('\n')?;
            if let Some(stanza) = text.strip_prefix("-> ") {
                kinds.push(stanza.split(' ').next().unwrap_or(stanza));
            } else if text.starts_with("--- ") {
                let bytes = &file[..end];
                return Some(Header { bytes, kinds });
            }
        }
        None
    }
}

impl AgeKey {
    fn identity(&self) -> &dyn Identity {
        match self {
            AgeKey::X25519(key) => key,
            AgeKey::Hybrid(key) => &**key,
            AgeKey::Ssh(key) => key,
        }
    }
}

/// Keeps the file key that an identity unwraps.
struct Witness<'k> {
    identity: &'k dyn Identity,
    seen: &'k RefCell<Option<Zeroizing<[u8; 16]>>>,
}

impl Identity for Witness<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        let result = self.identity.unwrap_stanza(stanza)?;
        if let Ok(key) = &result {
            self.seen
                .replace(Some(Zeroizing::new(*key.expose_secret())));
        }
        Some(result)
    }
}

/// Opens an age file without armor.
pub(super) fn open(file: &[u8], keys: &[AgeKey]) -> Result<Opened, NotOpened> {
    let decryptor = Decryptor::new_buffered(file).map_err(|_| NotOpened::Malformed)?;
    if decryptor.is_scrypt() {
        return Err(NotOpened::Passphrase);
    }
    let seen = RefCell::new(None);
    let witnesses: Vec<Witness<'_>> = keys
        .iter()
        .map(|key| Witness {
            identity: key.identity(),
            seen: &seen,
        })
        .collect();
    let opened = decryptor.decrypt(witnesses.iter().map(|witness| witness as &dyn Identity));
    let mut reader = opened.map_err(|error| match error {
        DecryptError::NoMatchingKeys => NotOpened::NoKey,
        _ => NotOpened::Altered,
    })?;
    // Never longer than the file, so that it is not moved while it grows.
    let mut plaintext: Plaintext = Zeroizing::new(Vec::with_capacity(file.len()));
    let whole = reader.read_to_end(&mut plaintext).is_ok();
    let file_key = seen.take().ok_or(NotOpened::NoKey)?;
    Ok(Opened {
        file_key,
        plaintext: whole.then_some(plaintext),
    })
}

/// The identities of a key file.
pub(super) fn parse(text: &str) -> Result<Vec<AgeKey>, KeyError> {
    if super::is_armored(text.trim_start().as_bytes()) || text.starts_with("age-encryption.org/") {
        return Err(KeyError::EncryptedKeyFile);
    }
    let mut keys = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim_start().starts_with('#') {
            continue;
        }
        for word in line.split_whitespace() {
            keys.push(identity(word).map_err(|what| KeyError::Age { line: number, what })?);
        }
    }
    if keys.is_empty() {
        return Err(KeyError::NoAgeKey);
    }
    Ok(keys)
}

fn identity(word: &str) -> Result<AgeKey, &'static str> {
    if word.starts_with("AGE-SECRET-KEY-PQ-1") {
        return HybridKey::parse(word).map(|key| AgeKey::Hybrid(Box::new(key)));
    }
    if word.starts_with("AGE-SECRET-KEY-1") {
        let key = word
            .parse()
            .map_err(|_| "a character is wrong or missing")?;
        return Ok(AgeKey::X25519(key));
    }
    Err(match word {
        _ if word.starts_with("AGE-PLUGIN-") => "keys of plugins are not supported",
        _ if word.starts_with("age1") => "this is a recipient, the public half of a key",
        _ => "it does not begin with AGE-SECRET-KEY-",
    })
}

/// The identity that an SSH private key is.
pub(super) fn ssh_key(text: &str) -> Result<AgeKey, KeyError> {
    use age::ssh::{Identity, UnsupportedKey};
    let mut normal = text.trim().replace("\r\n", "\n");
    normal.push('\n');
    let parsed = Identity::from_buffer(Cursor::new(normal.as_bytes()), None);
    normal.zeroize();
    match parsed {
        Ok(key @ Identity::Unencrypted(_)) => Ok(AgeKey::Ssh(key)),
        Ok(Identity::Encrypted(_)) => Err(KeyError::Passphrase),
        Ok(Identity::Unsupported(unsupported)) => Err(match unsupported {
            UnsupportedKey::EncryptedPem | UnsupportedKey::EncryptedSsh(_) => KeyError::Passphrase,
            UnsupportedKey::Hardware(_) => KeyError::Ssh("its secret is in a hardware token"),
            UnsupportedKey::Type(_) => KeyError::Ssh("only ed25519 and RSA keys can decrypt"),
        }),
        Err(_) if text.contains("BEGIN PRIVATE KEY") => Err(KeyError::Ssh(
            "it is in PKCS#8; `ssh-keygen -p -f FILE` writes it in OpenSSH's form",
        )),
        Err(_) => Err(KeyError::Ssh(
            "it is not in OpenSSH's form, nor in that of RSA keys",
        )),
    }
}
