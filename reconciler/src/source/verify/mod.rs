//! Who must have signed a revision.

mod openpgp;
mod ssh;

use super::access::setting;
use super::commit::{Named, Signature, SignatureKind};
use super::error::SourceError;
use super::reference::Reference;
use gitopsc_core::EcoString;
use std::time::SystemTime;

/// Which keys may sign, and what is to be signed.
#[derive(Clone, Debug)]
pub struct Verify {
    mode: VerifyMode,
    ssh: Vec<ssh_key::PublicKey>,
    openpgp: Vec<pgp::composed::SignedPublicKey>,
}

/// What is to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyMode {
    /// The commit.
    Head,
    /// The annotated tag that names it. Its own name is to be the one that was asked for.
    Tag,
}

impl Verify {
    /// Signatures of `mode` by one of `keys`. Each is the text of OpenPGP public key blocks, or of public SSH keys,
    /// a line each, as in `id_ed25519.pub` or in an `allowed_signers` file, of which the principals do not count.
    ///
    /// # Errors
    /// A text is neither, or there is no key.
    pub fn new<'a>(
        mode: VerifyMode,
        keys: impl IntoIterator<Item = &'a str>,
    ) -> Result<Verify, SourceError> {
        let mut verify = Verify {
            mode,
            ssh: Vec::new(),
            openpgp: Vec::new(),
        };
        for text in keys {
            match openpgp::is_armored(text) {
                true => verify.openpgp.extend(openpgp::keys(text)?),
                false => verify.ssh.extend(ssh::keys(text)?),
            }
        }
        if verify.ssh.is_empty() && verify.openpgp.is_empty() {
            return Err(setting("verify", "there is no key that may sign"));
        }
        Ok(verify)
    }

    /// What is to be signed.
    #[must_use]
    pub fn mode(&self) -> VerifyMode {
        self.mode
    }

    /// Whether that is signed which `reference` named, by the name `name`; keys are those that are valid at `now`.
    pub(super) fn check(
        &self,
        named: &Named<'_>,
        reference: &Reference,
        name: Option<&EcoString>,
        now: SystemTime,
    ) -> gix::Result<Result<Signature, SourceError>> {
        let revision: EcoString = match self.mode {
            VerifyMode::Head => format!("commit {}", named.commit.id).into(),
            VerifyMode::Tag => reference.to_string().into(),
        };
        let signed = match self.mode {
            VerifyMode::Head => Ok(named.commit_signature()?),
            VerifyMode::Tag => named.tag_signature(name)?,
        };
        let signed =
            signed.and_then(|signed| signed.ok_or_else(|| "it is not signed at all".into()));
        let checked = signed.and_then(|signed| self.signer(&signed, now));
        Ok(checked.map_err(|why| SourceError::Signature { revision, why }))
    }

    fn signer(&self, signed: &Signed, now: SystemTime) -> Result<Signature, EcoString> {
        let kind = SignatureKind::of(&signed.signature);
        let fingerprint = match kind {
            SignatureKind::Ssh => ssh::signer(&self.ssh, signed)?,
            SignatureKind::OpenPgp => openpgp::signer(&self.openpgp, signed, now)?,
            SignatureKind::Other => {
                return Err("its signature is neither by an SSH nor by an OpenPGP key".into());
            }
        };
        Ok(Signature::Verified { kind, fingerprint })
    }
}

/// A signature, and what it is of.
pub(super) struct Signed {
    /// In PEM.
    pub signature: Vec<u8>,
    pub content: Vec<u8>,
}
