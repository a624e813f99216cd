//! Telling encrypted files from all others, without decrypting and mostly without reading them.

use crate::bytes::find;
use crate::cipher;
use crate::decrypt::{Encrypted, Options};
use crate::error::Error;
use crate::format::{self, Format};
use crate::metadata;
use crate::recipient::Recipients;

/// Whether `bytes` may be a SOPS file: a search for two short texts, which all SOPS files have.
///
/// What this takes for none is none. What it takes for one may be a document about SOPS.
///
/// ```
/// use gitopsc_sops::may_be_encrypted;
/// assert!(!may_be_encrypted(b"kind: ConfigMap\n"));
/// assert!(may_be_encrypted(b"a: 1\nsops:\n  mac: ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]\n"));
/// ```
#[must_use]
pub fn may_be_encrypted(bytes: &[u8]) -> bool {
    find(bytes, b"sops").is_some()
        && (find(bytes, cipher::PREFIX).is_some() || find(bytes, b"lastmodified").is_some())
}

/// How every value that SOPS encrypted begins, whatever else is in it.
const MARK: &str = "ENC[AES256_GCM,";

/// Whether `text` is a value that SOPS encrypted.
///
/// ```
/// use gitopsc_sops::is_encrypted_value;
/// assert!(is_encrypted_value("ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]"));
/// assert!(!is_encrypted_value("ENC[]"));
/// ```
#[must_use]
pub fn is_encrypted_value(text: &str) -> bool {
    text.starts_with(MARK)
}

/// Whether a value that SOPS encrypted stands anywhere in `bytes`.
#[must_use]
pub fn holds_encrypted_value(bytes: &[u8]) -> bool {
    find(bytes, MARK.as_bytes()).is_some()
}

/// Whether the file really is encrypted: it has SOPS' metadata where its format has them. A file that is
/// broken counts if it holds encrypted values, so that decrypting it says what is wrong.
#[must_use]
pub fn is_encrypted(encrypted: Encrypted<'_>, options: &Options) -> bool {
    let Encrypted {
        bytes,
        file,
        format,
    } = encrypted;
    if !may_be_encrypted(bytes) {
        return false;
    }
    match format::branches(bytes, file, format, &options.limits) {
        Ok(branches) => branches
            .iter()
            .any(|branch| metadata::is_in(branch, format)),
        Err(_) => format != Format::Binary && find(bytes, cipher::PREFIX).is_some(),
    }
}

/// The format of the SOPS file that `bytes` seem to be, judged by the text of its metadata alone: for values
/// of a Secret, and for files whose name does not say it.
///
/// ```
/// use gitopsc_sops::{Format, format_of_content};
/// assert_eq!(format_of_content(b"a=1\nsops_mac=ENC[AES256_GCM,data:x]\n"), Some(Format::Dotenv));
/// assert_eq!(format_of_content(b"a=1\n"), None);
/// ```
#[must_use]
pub fn format_of_content(bytes: &[u8]) -> Option<Format> {
    if !may_be_encrypted(bytes) {
        return None;
    }
    let lines = || bytes.split(|byte| *byte == b'\n');
    let begins = |mark: &'static [u8]| lines().any(|line| line.starts_with(mark));
    if bytes.trim_ascii_start().starts_with(b"{") {
        let has_sops = find(bytes, b"\"sops\"").is_some();
        return has_sops.then(|| json_format(bytes));
    }
    if begins(b"[sops]") {
        Some(Format::Ini)
    } else if begins(b"sops_mac=") || begins(b"sops_lastmodified=") {
        Some(Format::Dotenv)
    } else if begins(b"sops:") {
        Some(Format::Yaml)
    } else {
        None
    }
}

/// JSON, or the envelope of a binary file: an object of `data` and `sops`.
fn json_format(bytes: &[u8]) -> Format {
    let branch = crate::json::read(bytes, gitopsc_yaml::FileId::NONE).unwrap_or_default();
    let mut keys: Vec<&[u8]> = branch
        .iter()
        .filter_map(|item| item.entry()?.key.text.as_deref())
        .collect();
    keys.sort_unstable();
    if keys == [b"data".as_slice(), metadata::KEY] {
        let data = branch.iter().filter_map(|item| item.entry());
        let is_text = data
            .filter(|entry| entry.key.text.as_deref() == Some(b"data"))
            .all(|entry| matches!(entry.value.content, crate::tree::Content::Text(_)));
        if is_text {
            return Format::Binary;
        }
    }
    Format::Json
}

/// For whom the file is encrypted. Of several documents that were encrypted one by one, the first counts.
///
/// # Errors
/// It is no encrypted file, or a broken one.
pub fn recipients(encrypted: Encrypted<'_>, options: &Options) -> Result<Recipients, Error> {
    let Encrypted {
        bytes,
        file,
        format,
    } = encrypted;
    let loaded = format::load(bytes, file, format, &options.limits)?;
    Ok(loaded.metadata.groups.recipients())
}
