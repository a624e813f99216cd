//! Decrypted documents against those that the reader reads of what sops prints.

use crate::case::Case;
use gitopsc_sops::age_file::decrypt_age_documents;
use gitopsc_sops::{Encrypted, Error, Options, decrypt_documents};
use gitopsc_yaml::{Dialect, Document, FileId, Limits, Node, NodeValue, parse_bytes};

/// The file that all spans must be in.
const FILE: FileId = FileId(7);

/// The documents of a case.
pub fn of_case(case: &Case) -> Result<(), String> {
    let options = Options::default();
    let keyring = case.keyring();
    let ours = if case.is_age() {
        decrypt_age_documents(&case.encrypted, FILE, &keyring, &options)
    } else {
        let encrypted = Encrypted {
            file: FILE,
            ..case.as_encrypted(&case.encrypted)
        };
        decrypt_documents(encrypted, &keyring, &options)
    };
    let ours = ours.map(|decrypted| decrypted.content);
    same(&case.decrypted, ours, &case.encrypted, case.is_age())
}

/// Compares `ours` with what is read of `decrypted`; `whole` says that everything is secret.
pub fn same(
    decrypted: &[u8],
    ours: Result<Vec<Document>, Error>,
    encrypted: &[u8],
    whole: bool,
) -> Result<(), String> {
    let read = parse_bytes(decrypted, FILE, Dialect::Kustomize, &Limits::default());
    match (read, ours) {
        (Ok(wanted), Ok(ours)) => {
            let shape = |documents: &[Document]| -> Vec<(usize, usize)> {
                let shape = |document: &Document| (document.piece, document.pieces);
                documents.iter().map(shape).collect()
            };
            if shape(&wanted) != shape(&ours) {
                return Err("the documents are counted otherwise".to_owned());
            }
            for (wanted, ours) in wanted.iter().zip(&ours) {
                same_node(&wanted.root, &ours.root, "")?;
                secrets_in_place(&ours.root, encrypted, whole)?;
            }
            Ok(())
        }
        (Err(_), Err(_)) => Ok(()),
        (Ok(_), Err(error)) => Err(error.to_string()),
        (Err(errors), Ok(_)) => Err(format!("what sops prints is not read: {errors:?}")),
    }
}

fn same_node(wanted: &Node, ours: &Node, path: &str) -> Result<(), String> {
    let differ = |what: &str| Err(format!("at `{path}`: {what} differs: {wanted:?}\n{ours:?}"));
    if wanted.tag != ours.tag {
        return differ("tag");
    }
    if wanted.style != ours.style {
        return differ("style");
    }
    match (&wanted.value, &ours.value) {
        (NodeValue::Scalar(wanted), NodeValue::Scalar(ours)) if wanted == ours => Ok(()),
        (NodeValue::Sequence(wanted), NodeValue::Sequence(ours)) if wanted.len() == ours.len() => {
            for (at, (wanted, ours)) in wanted.iter().zip(ours).enumerate() {
                same_node(wanted, ours, &format!("{path}/{at}"))?;
            }
            Ok(())
        }
        (NodeValue::Mapping(wanted), NodeValue::Mapping(ours)) if wanted.len() == ours.len() => {
            for (wanted, ours) in wanted.entries.iter().zip(&ours.entries) {
                same_node(&wanted.key, &ours.key, path)?;
                let path = format!("{path}/{}", wanted.key.as_str().unwrap_or_default());
                same_node(&wanted.value, &ours.value, &path)?;
            }
            Ok(())
        }
        _ => differ("value"),
    }
}

/// Every value stands where it stands in the encrypted file, and is secret if it is encrypted there.
fn secrets_in_place(node: &Node, file: &[u8], whole: bool) -> Result<(), String> {
    match &node.value {
        NodeValue::Sequence(items) => items
            .iter()
            .try_for_each(|item| secrets_in_place(item, file, whole)),
        NodeValue::Mapping(mapping) => {
            let mut entries = mapping.entries.iter();
            entries.try_for_each(|entry| secrets_in_place(&entry.value, file, whole))
        }
        NodeValue::Scalar(text) => {
            let at = usize::try_from(node.span.offset).expect("an offset");
            let there = file[at..].trim_ascii_start();
            let there = there.strip_prefix(b"\"").unwrap_or(there);
            let encrypted = whole || there.starts_with(b"ENC[");
            let fits = encrypted == text.is_secret() || node.is_null();
            if node.span.file != FILE || !fits {
                return Err(format!("{node:?} at {at}: is it secret?"));
            }
            Ok(())
        }
    }
}
