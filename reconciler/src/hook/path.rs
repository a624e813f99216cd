//! The path of a Sync: what nobody can guess who does not know its token.

use super::signature::digits;
use gitopsc_core::EcoString;
use gitopsc_engine::reconcile::SyncKey;
use sha2::{Digest as _, Sha256};

/// What all paths begin with.
pub(super) const UNDER: &str = "/hook/";

/// The path of the Sync `key` with this token: the SHA-256 of token, name and namespace in a row, as Flux has it for its
/// Receivers, in small hexadecimal digits.
///
/// ```
/// use gitopsc_engine::reconcile::SyncKey;
/// use gitopsc_reconciler::hook::path_of;
/// let key = SyncKey { namespace: "default".into(), name: "test".into() };
/// let path = path_of(b"token", &key);
/// assert!(path.starts_with("/hook/") && path.len() == "/hook/".len() + 64);
/// ```
#[must_use]
pub fn path_of(token: &[u8], key: &SyncKey) -> EcoString {
    let mut hash = Sha256::new();
    for part in [token, key.name.as_bytes(), key.namespace.as_bytes()] {
        hash.update(part);
    }
    format!("{UNDER}{}", digits(&hash.finalize())).into()
}
