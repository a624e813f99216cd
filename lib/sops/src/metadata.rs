//! What SOPS keeps beside the values: whom a file is encrypted for, which values are, and the checksum.

mod field;
mod flatten;
mod keys;

pub(crate) use flatten::unflatten;

use crate::error::Error;
use crate::format::Format;
use crate::pattern::Pattern;
use crate::rules::Rule;
use crate::time;
use crate::tree::{Branch, Content, Item};
use crate::wrapped::Groups;
use field::{Fields, fields};
use gitopsc_yaml::Span;

/// The key that the metadata stands under.
pub(crate) const KEY: &[u8] = b"sops";

/// The end of keys whose values SOPS leaves alone if it is not told otherwise.
const DEFAULT_SUFFIX: &[u8] = b"_unencrypted";

/// The metadata of a file.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    /// Where they stand.
    pub(crate) span: Span,
    /// When the file was written, as the checksum is bound to it.
    pub(crate) last_modified: String,
    /// The encrypted checksum; may be empty.
    pub(crate) mac: Vec<u8>,
    /// Whether the checksum covers encrypted values only.
    pub(crate) mac_only_encrypted: bool,
    pub(crate) rule: Rule,
    pub(crate) groups: Groups,
}

/// Takes the metadata out of `branches` and reads them: those of the first branch count.
pub(crate) fn take(branches: &mut [Branch]) -> Result<Option<Metadata>, Error> {
    let mut found = None;
    for (at, branch) in branches.iter_mut().enumerate() {
        for (value, span) in take_entries(branch) {
            if at > 0 {
                continue;
            }
            if found.is_some() {
                return Err(Error::malformed("the key `sops` is there twice", span));
            }
            let Content::Map(metadata) = value else {
                return Err(Error::malformed("what stands under `sops` is no map", span));
            };
            found = Some((metadata, span));
        }
    }
    found
        .map(|(metadata, span)| read(&metadata, span))
        .transpose()
}

/// Whether there are metadata in a branch of this format.
pub(crate) fn is_in(branch: &Branch, format: Format) -> bool {
    let mut entries = branch.iter().filter_map(Item::entry);
    entries.any(|entry| match (format, entry.key.text.as_deref()) {
        (Format::Dotenv, Some(key)) => key == b"sops_mac" || key == b"sops_lastmodified",
        (_, Some(KEY)) => match &entry.value.content {
            Content::Map(branch) => ["mac", "lastmodified"].iter().any(|key| has(branch, key)),
            _ => false,
        },
        _ => false,
    })
}

fn has(branch: &Branch, key: &str) -> bool {
    let mut entries = branch.iter().filter_map(Item::entry);
    entries.any(|entry| entry.key.text.as_deref() == Some(key.as_bytes()))
}

fn take_entries(branch: &mut Branch) -> Vec<(Content, Span)> {
    let mut taken = Vec::new();
    branch.retain_mut(|item| match item {
        Item::Entry(entry) if entry.key.text.as_deref() == Some(KEY) => {
            let content = std::mem::replace(&mut entry.value.content, Content::Null);
            taken.push((content, entry.key.span));
            false
        }
        _ => true,
    });
    taken
}

/// Reads metadata.
pub(crate) fn read(branch: &Branch, span: Span) -> Result<Metadata, Error> {
    let refused = |what: String| Error::malformed(what, span);
    let fields = fields(branch).map_err(refused)?;
    let moment = fields.text("lastmodified").map_err(refused)?;
    let last_modified = time::parse_rfc3339(&moment)
        .and_then(time::seconds)
        .ok_or_else(|| refused("`sops.lastmodified` is no moment in RFC 3339".to_owned()))?;
    fields.text("version").map_err(refused)?;
    Ok(Metadata {
        span,
        last_modified,
        mac: fields.text("mac").map_err(refused)?.to_vec(),
        mac_only_encrypted: fields.boolean("mac_only_encrypted").map_err(refused)?,
        rule: rule(&fields).map_err(refused)?,
        groups: keys::groups(&fields).map_err(refused)?,
    })
}

/// The one rule of the file.
fn rule(fields: &Fields) -> Result<Rule, String> {
    type Make = fn(&[u8]) -> Rule;
    let makes: [(&str, Make); 6] = [
        ("unencrypted_suffix", |text| {
            Rule::UnencryptedSuffix(text.to_vec())
        }),
        ("encrypted_suffix", |text| {
            Rule::EncryptedSuffix(text.to_vec())
        }),
        ("unencrypted_regex", |text| {
            Rule::UnencryptedKeys(Pattern::new(text))
        }),
        ("encrypted_regex", |text| {
            Rule::EncryptedKeys(Pattern::new(text))
        }),
        ("unencrypted_comment_regex", |text| {
            Rule::UnencryptedComments(Pattern::new(text))
        }),
        ("encrypted_comment_regex", |text| {
            Rule::EncryptedComments(Pattern::new(text))
        }),
    ];
    let mut rule = None;
    for (name, make) in makes {
        let text = fields.text(name)?;
        if !text.is_empty() && rule.replace(make(&text)).is_some() {
            return Err("more than one rule says which values are encrypted".to_owned());
        }
    }
    Ok(rule.unwrap_or_else(|| Rule::UnencryptedSuffix(DEFAULT_SUFFIX.to_vec())))
}
