//! Whole files encrypted by age, `*.age`, binary or armored: everything in them is secret.

use crate::bytes::Plaintext;
use crate::decrypt::{Decrypted, Options};
use crate::envelope::{Envelope, Part};
use crate::error::Error;
use crate::keyring::{self, Header, Keyring, NotOpened, Opened};
use crate::material::KeyMaterial;
use crate::recipient::{KeyKind, Recipient, Recipients};
use gitopsc_yaml::{
    Dialect, Document, EcoString, FileId, Node, NodeValue, Origins, Span, Text, parse_bytes,
};
use std::borrow::Cow;

const MAGIC: &[u8] = b"age-encryption.org/";

/// How many bytes of nonce follow the header.
const NONCE: usize = 16;

/// Whether `bytes` begin as an age file does, armored or not.
#[must_use]
pub fn is_age_file(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) || keyring::is_armored(bytes)
}

/// The name of what is in the age file `name`.
///
/// ```
/// use gitopsc_sops::age_file::inner_name;
/// assert_eq!(inner_name("secret.yaml.age"), Some("secret.yaml"));
/// assert_eq!(inner_name("secret.yaml"), None);
/// ```
#[must_use]
pub fn inner_name(name: &str) -> Option<&str> {
    name.strip_suffix(".age").filter(|inner| !inner.is_empty())
}

/// Decrypts an age file.
///
/// # Errors
/// No key opens it, or it is not what was encrypted.
pub fn decrypt_age_file(
    bytes: &[u8],
    file: FileId,
    keyring: &Keyring,
) -> Result<Decrypted<Plaintext>, Error> {
    let span = Span::new(file, 0);
    let binary = unarmored(bytes, span)?;
    let header = Header::of(&binary).ok_or_else(|| no_age(span))?;
    let opened = open(&binary, &header, keyring, span)?;
    let content = opened.plaintext.ok_or(Error::MacMismatch { span })?;
    Ok(Decrypted {
        content,
        key: KeyMaterial::new(&*opened.file_key),
        envelope: Envelope::new(vec![Part::Age(header.bytes.to_vec())]),
    })
}

/// Decrypts an age file that holds Kubernetes documents, which are read as Kustomize reads them. Every value
/// is secret, and stands at the beginning of the file.
///
/// # Errors
/// As [`decrypt_age_file`], or what it holds is no YAML.
pub fn decrypt_age_documents(
    bytes: &[u8],
    file: FileId,
    keyring: &Keyring,
    options: &Options,
) -> Result<Decrypted<Vec<Document>>, Error> {
    let Decrypted {
        content,
        key,
        envelope,
    } = decrypt_age_file(bytes, file, keyring)?;
    // The reader's messages may quote what it reads, so they are not handed on.
    let read = parse_bytes(&content, file, Dialect::Kustomize, &options.limits);
    let mut documents =
        read.map_err(|_| Error::malformed("what it decrypts to is no YAML", Span::new(file, 0)))?;
    let origins = Origins::one(file);
    for document in &mut documents {
        conceal(&mut document.root, &origins);
    }
    Ok(Decrypted {
        content: documents,
        key,
        envelope,
    })
}

/// The material of the age file with this header.
pub(crate) fn open_header(header: &[u8], keyring: &Keyring) -> Result<KeyMaterial, Error> {
    let parsed = Header::of(header).ok_or_else(|| no_age(Span::NONE))?;
    let mut file = header.to_vec();
    file.extend([0; NONCE]);
    let opened = open(&file, &parsed, keyring, Span::NONE)?;
    Ok(KeyMaterial::new(&*opened.file_key))
}

fn unarmored(bytes: &[u8], span: Span) -> Result<Cow<'_, [u8]>, Error> {
    if !keyring::is_armored(bytes) {
        return Ok(Cow::Borrowed(bytes));
    }
    let binary = keyring::unarmored(bytes);
    binary
        .map(Cow::Owned)
        .ok_or_else(|| Error::malformed("the armor of the age file is broken", span))
}

fn open(file: &[u8], header: &Header<'_>, keyring: &Keyring, span: Span) -> Result<Opened, Error> {
    keyring.open_age_file(file).map_err(|why| match why {
        NotOpened::Malformed => no_age(span),
        NotOpened::Passphrase => {
            Error::unsupported("it is encrypted with a passphrase, not for a key", span)
        }
        NotOpened::NoKey => Error::NoKey {
            recipients: recipients(header),
            span,
        },
        NotOpened::Altered => Error::MacMismatch { span },
    })
}

/// For whom the file is, as far as age tells: recipients are anonymous but for their kind.
fn recipients(header: &Header<'_>) -> Recipients {
    let recipient = |kind: &&str| Recipient {
        kind: KeyKind::Age,
        name: format!("({kind}, age does not say which)"),
    };
    let known =
        |kind: &&&str| ["X25519", "mlkem768x25519", "ssh-ed25519", "ssh-rsa"].contains(*kind);
    Recipients {
        groups: vec![header.kinds.iter().filter(known).map(recipient).collect()],
        needed: 1,
    }
}

fn no_age(span: Span) -> Error {
    Error::malformed("it is no age file", span)
}

/// Makes secrets of all values below `node`, which was read from what a file decrypts to. They stand at the
/// beginning of that file.
pub fn conceal(node: &mut Node, origins: &Origins) {
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        node.span.offset = 0;
        match &mut node.value {
            NodeValue::Scalar(text) => {
                let plain = std::mem::take(text);
                *text = Text::secret(moved(plain), origins.clone());
            }
            NodeValue::Sequence(items) => pending.extend(items),
            NodeValue::Mapping(mapping) => {
                for entry in &mut mapping.entries {
                    entry.key.span.offset = 0;
                    pending.push(&mut entry.value);
                }
            }
        }
    }
}

/// The text as a string of its own; what held it is overwritten.
fn moved(text: Text) -> String {
    let copy = text.as_str().to_owned();
    if let Text::Plain(mut held) = text {
        let length = held.len();
        held.clear();
        (0..length).for_each(|_| held.push('\0'));
        drop::<EcoString>(held);
    }
    copy
}
