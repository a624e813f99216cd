//! The data key of a SOPS file, wrapped for those who may open it.

use crate::bytes::Plaintext;
use crate::error::Error;
use crate::keyring::Keyring;
use crate::recipient::{KeyKind, Recipient, Recipients};
use crate::shamir;
use gitopsc_yaml::Span;
use zeroize::Zeroizing;

/// A data key, or a part of one, wrapped with one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrappedKey {
    pub(crate) kind: KeyKind,
    /// The name of the key that opens it.
    pub(crate) name: String,
    pub(crate) sealed: Vec<u8>,
}

/// A data key wrapped with all keys of one group, or its parts with those of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Groups {
    groups: Vec<Vec<WrappedKey>>,
    threshold: i64,
}

impl Groups {
    pub(crate) fn new(groups: Vec<Vec<WrappedKey>>, threshold: i64) -> Groups {
        Groups { groups, threshold }
    }

    pub(crate) fn groups(&self) -> &[Vec<WrappedKey>] {
        &self.groups
    }

    pub(crate) fn threshold(&self) -> i64 {
        self.threshold
    }

    /// For whom it is wrapped.
    pub(crate) fn recipients(&self) -> Recipients {
        let recipient = |key: &WrappedKey| Recipient {
            kind: key.kind,
            name: key.name.clone(),
        };
        let groups = self.groups.iter();
        Recipients {
            groups: groups
                .map(|group| group.iter().map(recipient).collect())
                .collect(),
            needed: usize::try_from(self.threshold).unwrap_or(0).max(1),
        }
    }

    /// The data key, opened with `keyring`. `span` is where a problem is reported.
    pub(crate) fn open(&self, keyring: &Keyring, span: Span) -> Result<Zeroizing<[u8; 32]>, Error> {
        let parts: Vec<Plaintext> = self
            .groups
            .iter()
            .filter_map(|group| open_group(group, keyring))
            .collect();
        let no_key = || Error::NoKey {
            recipients: self.recipients(),
            span,
        };
        let key = if let [_, _, ..] = self.groups.as_slice() {
            let needed = usize::try_from(self.threshold).unwrap_or(0).max(2);
            if parts.len() < needed {
                return Err(no_key());
            }
            shamir::combine(&parts)
                .ok_or_else(|| Error::malformed("the parts of its data key do not fit", span))?
        } else {
            parts.into_iter().next().ok_or_else(no_key)?
        };
        <[u8; 32]>::try_from(key.as_slice())
            .map(Zeroizing::new)
            .map_err(|_| Error::malformed("its data key does not have 32 bytes", span))
    }
}

/// What the first key of the group opens that the keyring has, age keys before PGP keys.
fn open_group(group: &[WrappedKey], keyring: &Keyring) -> Option<Plaintext> {
    let of = |kind| group.iter().filter(move |key| key.kind == kind);
    of(KeyKind::Age)
        .find_map(|key| keyring.open_age(&key.sealed))
        .or_else(|| of(KeyKind::Pgp).find_map(|key| keyring.open_pgp(&key.sealed)))
}
