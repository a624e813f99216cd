//! Text and bytes that are not to be seen.

use std::fmt;
use zeroize::Zeroizing;

/// Secret bytes: wiped on drop, masked in Debug.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hidden(Zeroizing<Vec<u8>>);

impl Hidden {
    pub(super) fn new(bytes: impl Into<Vec<u8>>) -> Hidden {
        Hidden(Zeroizing::new(bytes.into()))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same as text; whoever makes one of what has to be text looks at that first.
    pub(super) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}
