//! Encrypted files in a compilation: what is one, what opens it, and what is known of those that were opened.
//!
//! The cryptography is in [`gitopsc_sops`]. Here it meets files and objects: `sealed` tells encrypted files
//! from others, `open` turns one into content or documents for a build, `embedded` opens the values of
//! Secrets that are encrypted files themselves, [`table`] keeps the keys that digests and masks are made
//! with, and [`mod@mask`] makes the body that is shown in place of one with secrets.
//!
//! Keys come as a value from outside, and only when the first encrypted file is met.

pub(crate) mod embedded;
pub mod mask;
mod names;
pub(crate) mod open;
pub(crate) mod sealed;
pub mod table;

pub(crate) use gitopsc_core::split;
pub use table::{OpenedFile, OpenedFiles};

use gitopsc_core::TreePath;
use gitopsc_sops::Keyring;
use std::fmt;
use std::sync::Arc;

/// Gives the keys at hand. It is asked when the first encrypted file is met, and not before.
pub type Keys<'a> = dyn Fn() -> Arc<Keyring> + Sync + 'a;

/// What may be decrypted, and how.
#[derive(Clone, Default)]
pub struct Decryption<'a> {
    /// The keys; none at all, if unset.
    pub keys: Option<&'a Keys<'a>>,
    /// Whether what no key opens is passed through as it is, as Kustomize would.
    pub allow_encrypted: bool,
    /// Files that are decrypted although they have no checksum.
    pub allow_missing_mac: Vec<TreePath>,
}

impl Decryption<'_> {
    /// The keys, unless there are none and nothing has to be opened.
    pub(crate) fn keyring(&self) -> Option<Arc<Keyring>> {
        let keyring = self.keys.map(|keys| keys());
        keyring.filter(|keyring| !(self.allow_encrypted && keyring.is_empty()))
    }
}

impl fmt::Debug for Decryption<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decryption")
            .field("allow_encrypted", &self.allow_encrypted)
            .field("allow_missing_mac", &self.allow_missing_mac)
            .finish_non_exhaustive()
    }
}
