//! What travels with stored secrets so that whoever could open their file can derive its keys again: the
//! wrapped data keys of a SOPS file, the header of an age file, and nothing of what they hold.

use crate::bytes::base64_lenient;
use crate::error::Error;
use crate::json;
use crate::keyring::Keyring;
use crate::material::KeyMaterial;
use crate::recipient::KeyKind;
use crate::tree::{Branch, Content, Item, Value};
use crate::wrapped::{Groups, WrappedKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gitopsc_yaml::{FileId, Span};

/// The wrapped keys of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    parts: Vec<Part>,
}

/// One wrapped key; a file whose documents were encrypted one by one has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// That of a SOPS file.
    Sops(Groups),
    /// The header of an age file.
    Age(Vec<u8>),
}

impl Envelope {
    pub(crate) fn new(parts: Vec<Part>) -> Envelope {
        Envelope { parts }
    }

    /// What keys for the file's secrets are derived from.
    ///
    /// # Errors
    /// No key of `keyring` opens it.
    pub fn open(&self, keyring: &Keyring) -> Result<KeyMaterial, Error> {
        let open = |part: &Part| match part {
            Part::Sops(groups) => Ok(KeyMaterial::new(&*groups.open(keyring, Span::NONE)?)),
            Part::Age(header) => crate::age_file::open_header(header, keyring),
        };
        let materials = self.parts.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        KeyMaterial::of_all(&materials).ok_or_else(|| broken("it names no key"))
    }

    /// The envelope as bytes, always the same for the same envelope.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = self.parts.iter().map(Part::value).collect();
        let branch = vec![entry("parts", Content::List(parts))];
        let written =
            json::write(&branch, 1024).expect("texts, numbers and lists have a form in JSON");
        written.to_vec()
    }

    /// Reads [`Envelope::to_bytes`].
    ///
    /// # Errors
    /// It is something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Envelope, Error> {
        let branch = json::read(bytes, FileId::NONE)?;
        let parts = list(&branch, "parts").and_then(|parts| parts.iter().map(Part::of).collect());
        let parts = parts.ok_or_else(|| broken("it is no envelope of gitopsc"))?;
        Ok(Envelope { parts })
    }
}

impl Part {
    fn value(&self) -> Value {
        let branch = match self {
            Part::Age(header) => vec![entry("age", encoded(header))],
            Part::Sops(groups) => {
                let group =
                    |keys: &Vec<WrappedKey>| plain(Content::List(keys.iter().map(key).collect()));
                vec![
                    entry("threshold", Content::Int(groups.threshold())),
                    entry(
                        "groups",
                        Content::List(groups.groups().iter().map(group).collect()),
                    ),
                ]
            }
        };
        plain(Content::Map(branch))
    }

    fn of(value: &Value) -> Option<Part> {
        let branch = map(value)?;
        if let Some(header) = bytes(branch, "age") {
            return Some(Part::Age(header));
        }
        let Content::Int(threshold) = get(branch, "threshold")? else {
            return None;
        };
        let group = |value: &Value| match &value.content {
            Content::List(keys) => keys.iter().map(wrapped_key).collect::<Option<Vec<_>>>(),
            _ => None,
        };
        let groups = list(branch, "groups")?.iter().map(group);
        Some(Part::Sops(Groups::new(
            groups.collect::<Option<Vec<_>>>()?,
            *threshold,
        )))
    }
}

const KINDS: [(KeyKind, &str); 7] = [
    (KeyKind::Age, "age"),
    (KeyKind::Pgp, "pgp"),
    (KeyKind::AwsKms, "kms"),
    (KeyKind::GcpKms, "gcp_kms"),
    (KeyKind::HuaweiKms, "hckms"),
    (KeyKind::AzureKeyVault, "azure_kv"),
    (KeyKind::Vault, "hc_vault"),
];

fn key(key: &WrappedKey) -> Value {
    let kind = KINDS.iter().find(|(kind, _)| *kind == key.kind);
    plain(Content::Map(vec![
        entry(
            "kind",
            Content::text(kind.map_or("", |(_, word)| word).as_bytes()),
        ),
        entry("name", Content::text(key.name.as_bytes())),
        entry("sealed", encoded(&key.sealed)),
    ]))
}

fn wrapped_key(value: &Value) -> Option<WrappedKey> {
    let branch = map(value)?;
    let word = text(branch, "kind")?;
    let (kind, _) = KINDS.iter().find(|(_, known)| known.as_bytes() == word)?;
    Some(WrappedKey {
        kind: *kind,
        name: String::from_utf8(text(branch, "name")?.to_vec()).ok()?,
        sealed: bytes(branch, "sealed")?,
    })
}

fn entry(key: &str, content: Content) -> Item {
    Item::new(key.as_bytes(), plain(content))
}

fn plain(content: Content) -> Value {
    Value::new(content, Span::NONE)
}

fn encoded(bytes: &[u8]) -> Content {
    Content::text(STANDARD.encode(bytes).as_bytes())
}

fn map(value: &Value) -> Option<&Branch> {
    match &value.content {
        Content::Map(branch) => Some(branch),
        _ => None,
    }
}

fn get<'b>(branch: &'b Branch, key: &str) -> Option<&'b Content> {
    let mut entries = branch.iter().filter_map(Item::entry);
    let entry = entries.find(|entry| entry.key.text.as_deref() == Some(key.as_bytes()))?;
    Some(&entry.value.content)
}

fn text<'b>(branch: &'b Branch, key: &str) -> Option<&'b [u8]> {
    match get(branch, key)? {
        Content::Text(text) => Some(text),
        _ => None,
    }
}

fn bytes(branch: &Branch, key: &str) -> Option<Vec<u8>> {
    base64_lenient(text(branch, key)?)
}

fn list<'b>(branch: &'b Branch, key: &str) -> Option<&'b [Value]> {
    match get(branch, key)? {
        Content::List(items) => Some(items),
        _ => None,
    }
}

fn broken(what: &str) -> Error {
    Error::malformed(what, Span::NONE)
}
