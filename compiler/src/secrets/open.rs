//! One encrypted file, opened: as content for generators, or as documents for everything else.
//!
//! What no key opens is refused, or passed through as Kustomize would, whichever was asked for.

use super::names::publish;
use super::sealed::{Sealed, hides_its_name, is_for_the_cluster};
use crate::codes;
use gitopsc_core::{Diagnostic, FileId, Span};
use gitopsc_kustomize::{Bytes, Content};
use gitopsc_sops::age_file::{conceal, decrypt_age_documents, decrypt_age_file};
use gitopsc_sops::{
    Decrypted, Encrypted, Error, Format, Keyring, Options, decrypt, decrypt_documents,
};
use gitopsc_yaml::{Dialect, Document, Origins, parse_bytes};

/// An encrypted file.
#[derive(Clone, Copy, Debug)]
pub struct SealedFile<'b> {
    /// How it is encrypted.
    pub sealed: Sealed,
    /// Its bytes.
    pub bytes: &'b [u8],
    /// Its id.
    pub file: FileId,
}

/// Opens `file` as content; `inside` is the id for places in what it decrypts to.
///
/// # Errors
/// Why it cannot be opened.
pub fn content(
    file: SealedFile<'_>,
    inside: FileId,
    keyring: &Keyring,
    options: &Options,
) -> Result<Decrypted<Content>, Error> {
    let decrypted = match file.sealed {
        Sealed::Age => decrypt_age_file(file.bytes, file.file, keyring)?,
        Sealed::Sops(format) => decrypt(file.encrypted(format), format, keyring, options)?,
    };
    Ok(Decrypted {
        content: Content {
            file: inside,
            bytes: Bytes::from(decrypted.content),
            secret: Some(Origins::one(file.file)),
        },
        key: decrypted.key,
        envelope: decrypted.envelope,
    })
}

/// Opens `file` as Kubernetes documents.
///
/// # Errors
/// Why it cannot be opened.
pub fn documents(
    file: SealedFile<'_>,
    keyring: &Keyring,
    options: &Options,
) -> Result<Decrypted<Vec<Document>>, Error> {
    let mut decrypted = match file.sealed {
        Sealed::Age => decrypt_age_documents(file.bytes, file.file, keyring, options)?,
        Sealed::Sops(format @ (Format::Yaml | Format::Json)) => {
            decrypt_documents(file.encrypted(format), keyring, options)?
        }
        Sealed::Sops(_) => {
            let decrypted = content(file, file.file, keyring, options)?;
            Decrypted {
                content: documents_of(&decrypted.content, options)?,
                key: decrypted.key,
                envelope: decrypted.envelope,
            }
        }
    };
    for document in &mut decrypted.content {
        publish(&mut document.root);
    }
    Ok(decrypted)
}

/// Why `error` keeps a file out of a build.
#[must_use]
pub fn refusal(file: &SealedFile<'_>, error: &Error) -> Diagnostic {
    let mut diagnostic = error.diagnostic();
    if error.span().is_none() {
        diagnostic.labels.clear();
        diagnostic = diagnostic.at(Span::new(file.file, 0), "");
    }
    match (error, &diagnostic.hint) {
        (Error::NoKey { .. }, Some(hint)) => {
            let hint = format!("{hint}; --allow-encrypted builds all the rest without it");
            diagnostic.hint(hint)
        }
        (Error::MacMissing { .. }, _) => diagnostic.hint(
            "write the file again with `sops edit`; --allow-missing-mac FILE takes it as it is",
        ),
        _ => diagnostic,
    }
}

/// The documents of a SOPS file that is passed through, without those whose kind or name is encrypted, and
/// how many these are.
#[must_use]
pub fn passed_through(documents: Vec<Document>) -> (Vec<Document>, usize) {
    let all = documents.len();
    let shown: Vec<Document> = documents
        .into_iter()
        .filter(|document| !hides_its_name(&document.root))
        .collect();
    let hidden = all - shown.len();
    (shown, hidden)
}

/// What is said of a file that is passed through, of which `hidden` documents were left out.
#[must_use]
pub fn passing(file: &SealedFile<'_>, hidden: usize) -> Diagnostic {
    let place = Span::new(file.file, 0);
    if hidden == 0 {
        let message = "this file is encrypted, and passed through as it is";
        return Diagnostic::note(codes::ENCRYPTED_PASSED, message).at(place, "");
    }
    let what = match (file.sealed, hidden) {
        (Sealed::Age, _) => "this file is encrypted as a whole, and left out".to_owned(),
        (Sealed::Sops(_), 1) => {
            "1 document of this file hides its kind or name, and is left out".to_owned()
        }
        (Sealed::Sops(_), count) => {
            format!("{count} documents of this file hide their kind or name, and are left out")
        }
    };
    Diagnostic::warning(codes::ENCRYPTED_LEFT_OUT, what)
        .at(place, "")
        .hint("hand over a key, or do not apply this output where anything is pruned")
}

/// What is said of the file `file`, which is not known to be encrypted and holds values that are.
#[must_use]
pub fn undetected(file: FileId) -> Diagnostic {
    let message = "values in this file are encrypted by SOPS, and its metadata (`sops`) is missing or cut, so they stay encrypted";
    Diagnostic::warning(codes::ENCRYPTED_UNDETECTED, message)
        .at(Span::new(file, 0), "")
        .hint("restore the file: whoever applies this gets the encrypted text for the values")
}

/// What is said of the file `file`, which is called as an age file is and is none.
#[must_use]
pub fn no_age_file(file: FileId) -> Diagnostic {
    let message =
        "this file is named as one that age encrypted, and is none, so it is taken as it is";
    Diagnostic::warning(codes::ENCRYPTED_UNDETECTED, message)
        .at(Span::new(file, 0), "")
        .hint("encrypt it anew with `age`, or give it another name")
}

/// Whether all encrypted objects among `documents` are meant to stay so.
#[must_use]
pub fn are_for_the_cluster(documents: &[Document]) -> bool {
    let mut sealed = documents
        .iter()
        .map(|document| &document.root)
        .filter(|root| root.get("sops").is_some())
        .peekable();
    sealed.peek().is_some() && sealed.all(is_for_the_cluster)
}

fn documents_of(content: &Content, options: &Options) -> Result<Vec<Document>, Error> {
    let place = Span::new(content.file, 0);
    let parsed = parse_bytes(
        &content.bytes,
        content.file,
        Dialect::Kustomize,
        &options.limits,
    );
    // The reader's messages may quote what it reads, so they are not handed on.
    let mut documents = parsed.map_err(|_| Error::Malformed {
        what: "what it decrypts to is no YAML".to_owned(),
        span: place,
    })?;
    if let Some(origins) = &content.secret {
        for document in &mut documents {
            conceal(&mut document.root, origins);
        }
    }
    Ok(documents)
}

impl SealedFile<'_> {
    fn encrypted(&self, format: Format) -> Encrypted<'_> {
        Encrypted {
            bytes: self.bytes,
            file: self.file,
            format,
        }
    }
}
