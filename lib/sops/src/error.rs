//! What keeps a file from being decrypted, in words that hold no secret.

use crate::codes;
use crate::recipient::Recipients;
use gitopsc_core::Diagnostic;
use gitopsc_yaml::Span;

/// Why a file cannot be decrypted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No key of the keyring opens it.
    #[error("no key at hand opens this file, which is encrypted for {recipients}")]
    NoKey {
        /// Whom it is encrypted for.
        recipients: Recipients,
        /// Where it says so.
        span: Span,
    },
    /// A value cannot be decrypted with the file's own key.
    #[error("the value of `{path}` {problem}")]
    Value {
        /// The keys that lead to it, joined by points.
        path: String,
        /// What is wrong with it.
        problem: ValueProblem,
        /// Where it is.
        span: Span,
    },
    /// The values are not those that were encrypted together, or some are missing.
    #[error(
        "the file was changed after it was encrypted: its values do not match its checksum (`mac`)"
    )]
    MacMismatch {
        /// Where the checksum belongs.
        span: Span,
    },
    /// There is no checksum over all values.
    #[error("the file has no checksum (`mac`), so it is unknown whether it was changed")]
    MacMissing {
        /// Where the checksum belongs.
        span: Span,
    },
    /// It is not what an encrypted file of its format looks like.
    #[error("the encrypted file cannot be read: {what}")]
    Malformed {
        /// What is wrong.
        what: String,
        /// Where.
        span: Span,
    },
    /// It is encrypted in a way that is not supported.
    #[error("the encrypted file is not supported: {what}")]
    Unsupported {
        /// What it asks for.
        what: String,
        /// Where.
        span: Span,
    },
}

/// What is wrong with an encrypted value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueProblem {
    /// It stands in plain text where SOPS encrypts.
    #[error("is not encrypted, although the file says that it should be")]
    Plain,
    /// It was changed, or belongs to another file or another key.
    #[error("was changed after it was encrypted, or belongs to another place")]
    Altered,
    /// What it decrypts to is no value of the type that it says.
    #[error("does not decrypt to the type that it names")]
    Type,
}

impl Error {
    /// A broken file.
    pub(crate) fn malformed(what: impl Into<String>, span: Span) -> Error {
        Error::Malformed {
            what: what.into(),
            span,
        }
    }

    /// A file that asks too much.
    pub(crate) fn unsupported(what: impl Into<String>, span: Span) -> Error {
        Error::Unsupported {
            what: what.into(),
            span,
        }
    }

    /// Where the problem is; in no file where the format has no places.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Error::NoKey { span, .. }
            | Error::Value { span, .. }
            | Error::MacMismatch { span }
            | Error::MacMissing { span }
            | Error::Malformed { span, .. }
            | Error::Unsupported { span, .. } => *span,
        }
    }

    /// The same as a finding.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, hint) = match self {
            Error::NoKey { recipients, .. } => (codes::DECRYPTION_KEY_MISSING, recipients.hint()),
            Error::Value { .. } | Error::MacMismatch { .. } => (
                codes::ENCRYPTED_FILE_ALTERED,
                "restore the file, or change it with `sops edit` only",
            ),
            Error::MacMissing { .. } => (
                codes::ENCRYPTED_FILE_WITHOUT_MAC,
                "write the file again with `sops edit`, or allow files without a checksum",
            ),
            Error::Malformed { .. } => (
                codes::ENCRYPTED_FILE_MALFORMED,
                "restore the file, or encrypt it again",
            ),
            Error::Unsupported { .. } => (
                codes::ENCRYPTED_FILE_UNSUPPORTED,
                "encrypt the file in another way",
            ),
        };
        Diagnostic::error(code, self.to_string())
            .at(self.span(), "")
            .hint(hint)
    }
}
