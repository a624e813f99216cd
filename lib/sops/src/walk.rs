//! Decrypts a tree in place, in the order in which SOPS goes over it, and computes its checksum.

use crate::bytes::Plaintext;
use crate::cipher::Cipher;
use crate::error::{Error, ValueProblem};
use crate::metadata::Metadata;
use crate::rules::Way;
use crate::text::checked_bytes;
use crate::tree::{Branch, Comment, Content, Entry, Item, Key, Value};
use gitopsc_yaml::Span;
use sha2::{Digest as _, Sha512};
use std::fmt::Write as _;

/// What goes before the values into a checksum over encrypted values alone: the SHA-256 of `sops`.
const ONLY_ENCRYPTED: [u8; 32] = [
    0x8a, 0x3f, 0xd2, 0xad, 0x54, 0xce, 0x66, 0x52, 0x7b, 0x10, 0x34, 0xf3, 0xd1, 0x47, 0xbe, 0x0b,
    0x0b, 0x97, 0x5b, 0x3b, 0xf4, 0x4f, 0x72, 0xc6, 0xfd, 0xad, 0xec, 0x81, 0x76, 0xf2, 0x7d, 0x69,
];

struct Walk<'m> {
    cipher: &'m Cipher,
    way: Way<'m>,
    hash: Sha512,
    only_encrypted: bool,
}

/// Decrypts `branches` and compares their checksum with that of `metadata`. A file without one passes only
/// if `allow_missing_mac`.
pub(crate) fn decrypt(
    branches: &mut [Branch],
    metadata: &Metadata,
    cipher: &Cipher,
    allow_missing_mac: bool,
) -> Result<(), Error> {
    let mut walk = Walk {
        cipher,
        way: Way::new(&metadata.rule),
        hash: Sha512::new(),
        only_encrypted: metadata.mac_only_encrypted,
    };
    if walk.only_encrypted {
        walk.hash.update(ONLY_ENCRYPTED);
    }
    for branch in branches {
        walk.branch(branch)?;
    }
    verify(&walk.hash.finalize(), metadata, cipher, allow_missing_mac)
}

fn verify(
    hash: &[u8],
    metadata: &Metadata,
    cipher: &Cipher,
    allow_missing_mac: bool,
) -> Result<(), Error> {
    let span = metadata.span;
    if metadata.mac.is_empty() {
        return match allow_missing_mac {
            true => Ok(()),
            false => Err(Error::MacMissing { span }),
        };
    }
    let mut computed = String::with_capacity(128);
    for byte in hash {
        let done = write!(computed, "{byte:02X}");
        debug_assert!(done.is_ok());
    }
    match cipher.open(&metadata.mac, metadata.last_modified.as_bytes()) {
        Ok(Content::Text(mac)) if mac.as_slice() == computed.as_bytes() => Ok(()),
        _ => Err(Error::MacMismatch { span }),
    }
}

impl Walk<'_> {
    fn branch(&mut self, branch: &mut Branch) -> Result<(), Error> {
        self.way.open();
        for item in branch {
            match item {
                Item::Comment(comment) => {
                    self.way.comment(&comment.text);
                    self.comment_of_branch(comment)?;
                }
                Item::Entry(entry) => self.entry(entry)?,
            }
        }
        self.way.close();
        Ok(())
    }

    fn entry(&mut self, Entry { key, value }: &mut Entry) -> Result<(), Error> {
        let Key {
            text: Some(text),
            span,
        } = key
        else {
            return Err(Error::unsupported("a key is not a string", key.span));
        };
        if matches!(value.content, Content::Comment(_)) {
            return Err(Error::unsupported(
                "a comment stands in place of a value",
                *span,
            ));
        }
        self.way.enter(text);
        self.value(value)?;
        self.way.leave();
        self.way.value_passed();
        if matches!(value.content, Content::Comment(_)) {
            return Err(Error::unsupported("a value decrypts to a comment", *span));
        }
        Ok(())
    }

    fn value(&mut self, value: &mut Value) -> Result<(), Error> {
        match &mut value.content {
            Content::Null => Ok(()),
            Content::Map(branch) => self.branch(branch),
            Content::List(items) => self.list(items),
            Content::Big(_) => Err(Error::unsupported(
                "a number is greater than 9223372036854775807",
                value.span,
            )),
            _ => self.leaf(value),
        }
    }

    fn list(&mut self, items: &mut [Value]) -> Result<(), Error> {
        self.way.open();
        for item in items {
            if let Content::Comment(comment) = &item.content {
                self.way.comment(&comment.text);
                if let Some(opened) = self.comment(comment) {
                    item.secret = matches!(&opened, Content::Text(text) if !text.is_empty());
                    item.content = opened;
                }
            } else {
                self.value(item)?;
                self.way.value_passed();
            }
        }
        self.way.close();
        Ok(())
    }

    fn leaf(&mut self, value: &mut Value) -> Result<(), Error> {
        let encrypted = self.way.is_encrypted(false);
        if encrypted {
            let Content::Text(text) = &value.content else {
                return Err(self.problem(ValueProblem::Plain, value.span));
            };
            let is_secret = !text.is_empty();
            let opened = self.cipher.open(text, self.way.path());
            value.content = opened.map_err(|problem| self.problem(problem, value.span))?;
            value.secret = is_secret;
        }
        self.check(&value.content, encrypted)
            .ok_or_else(|| Error::unsupported("a moment has an impossible time zone", value.span))
    }

    /// A comment that cannot be decrypted was never encrypted: old files have such.
    fn comment_of_branch(&mut self, comment: &mut Comment) -> Result<(), Error> {
        match self.comment(comment) {
            None => Ok(()),
            Some(Content::Comment(opened)) => {
                *comment = opened;
                Ok(())
            }
            Some(Content::Text(text)) => {
                comment.text = text;
                Ok(())
            }
            Some(_) => Err(Error::unsupported(
                "a comment decrypts to a value",
                Span::NONE,
            )),
        }
    }

    /// What an encrypted comment decrypts to; it goes into the checksum if that is no comment.
    fn comment(&mut self, comment: &Comment) -> Option<Content> {
        if !self.way.is_encrypted(true) {
            return None;
        }
        let opened = self.cipher.open(&comment.text, self.way.path()).ok()?;
        self.check(&opened, true)?;
        Some(opened)
    }

    /// Takes a value into the checksum. None if it has no bytes.
    fn check(&mut self, content: &Content, encrypted: bool) -> Option<()> {
        if self.only_encrypted && !encrypted || matches!(content, Content::Comment(_)) {
            return Some(());
        }
        let bytes: Plaintext = checked_bytes(content)?;
        self.hash.update(bytes.as_slice());
        Some(())
    }

    fn problem(&self, problem: ValueProblem, span: Span) -> Error {
        Error::Value {
            path: self.way.shown(),
            problem,
            span,
        }
    }
}
