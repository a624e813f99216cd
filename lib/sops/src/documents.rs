//! Encrypted Kubernetes documents, decrypted to the nodes that Kustomize reads of what `sops -d` prints.
//!
//! Nothing is printed and read again: the nodes keep their places in the encrypted file, and what was
//! encrypted is secret text.

use crate::decrypt::{Decrypted, Encrypted, Options, open};
use crate::envelope::{Envelope, Part};
use crate::error::Error;
use crate::format::{self, Format, Loaded};
use crate::keyring::Keyring;
use crate::material::KeyMaterial;
use crate::metadata::{self, Metadata};
use crate::tree::{Branch, Item};
use crate::{json, yaml};
use gitopsc_yaml::{Dialect, Document, Node, NodeValue, Origins, Span, expand_merges, parse_bytes};

/// Decrypts the documents of a YAML or JSON file.
///
/// A file that SOPS encrypted as a whole is decrypted as a whole. Where that fails, and documents were
/// encrypted one by one and put into one file, each is decrypted on its own and plain ones stay as they are.
///
/// # Errors
/// No key opens the file, or it is not what was encrypted.
pub fn decrypt_documents(
    encrypted: Encrypted<'_>,
    keyring: &Keyring,
    options: &Options,
) -> Result<Decrypted<Vec<Document>>, Error> {
    let Encrypted {
        bytes,
        file,
        format,
    } = encrypted;
    if !matches!(format, Format::Json | Format::Yaml) {
        let what = format!("{format} holds no Kubernetes objects");
        return Err(Error::unsupported(what, Span::new(file, 0)));
    }
    let branches = format::branches(bytes, file, format, &options.limits)?;
    let opener = Opener {
        encrypted,
        keyring,
        options,
    };
    let opened = match branches.len() {
        0 | 1 => opener.whole(branches)?,
        _ => match opener.whole(branches.clone()) {
            Ok(opened) => opened,
            Err(error) => opener.one_by_one(branches).unwrap_or(Err(error))?,
        },
    };
    Ok(Decrypted {
        content: documents(opened.roots),
        key: KeyMaterial::of_all(&opened.keys).expect("something was decrypted"),
        envelope: Envelope::new(opened.parts),
    })
}

fn documents(roots: Vec<Option<Node>>) -> Vec<Document> {
    let pieces = roots.len();
    let document = |(piece, root): (usize, Option<Node>)| {
        Some(Document {
            root: root?,
            piece,
            pieces,
            duplicates: Vec::new(),
        })
    };
    roots.into_iter().enumerate().filter_map(document).collect()
}

/// What opens branches.
struct Opener<'k> {
    encrypted: Encrypted<'k>,
    keyring: &'k Keyring,
    options: &'k Options,
}

/// Documents, and the keys that were used.
#[derive(Default)]
struct Opened {
    /// The roots; none where a plain document is empty.
    roots: Vec<Option<Node>>,
    keys: Vec<KeyMaterial>,
    parts: Vec<Part>,
}

impl Opener<'_> {
    /// Decrypts all branches with the metadata of the first, as SOPS does.
    fn whole(&self, mut branches: Vec<Branch>) -> Result<Opened, Error> {
        let start = Span::new(self.encrypted.file, 0);
        let metadata = metadata::take(&mut branches)?
            .ok_or_else(|| Error::malformed("it has no metadata of SOPS", start))?;
        let mut opened = Opened::default();
        self.open_into(Loaded { branches, metadata }, &mut opened)?;
        Ok(opened)
    }

    /// Decrypts each branch with its own metadata. None if they are parts of one file.
    fn one_by_one(&self, branches: Vec<Branch>) -> Option<Result<Opened, Error>> {
        let mut parts = Vec::with_capacity(branches.len());
        for branch in branches {
            let mut branches = vec![branch];
            let metadata = metadata::take(&mut branches).ok()?;
            parts.push((branches, metadata));
        }
        let encrypted = parts.iter().filter_map(|(_, metadata)| metadata.as_ref());
        let mut macs: Vec<&[u8]> = encrypted.map(|metadata| metadata.mac.as_slice()).collect();
        let count = macs.len();
        macs.sort_unstable();
        macs.dedup();
        if count == 0 || macs.len() < count {
            return None;
        }
        Some(self.each(parts))
    }

    fn each(&self, parts: Vec<(Vec<Branch>, Option<Metadata>)>) -> Result<Opened, Error> {
        let has_plain = parts.iter().any(|(_, metadata)| metadata.is_none());
        let mut plain = if has_plain { self.plain()? } else { Vec::new() };
        let mut opened = Opened::default();
        for (branches, metadata) in parts {
            match metadata {
                None => {
                    let roots = branches.iter().map(|branch| taken(&mut plain, branch));
                    opened.roots.extend(roots);
                }
                Some(metadata) => self.open_into(Loaded { branches, metadata }, &mut opened)?,
            }
        }
        Ok(opened)
    }

    /// All documents of the file as they stand.
    fn plain(&self) -> Result<Vec<Document>, Error> {
        let Encrypted { bytes, file, .. } = self.encrypted;
        let read = parse_bytes(bytes, file, Dialect::Kustomize, &self.options.limits);
        read.map_err(|errors| {
            let first = errors.into_iter().next();
            first.map_or_else(
                || Error::malformed("it is no YAML", Span::new(file, 0)),
                |error| Error::malformed(error.message, error.span),
            )
        })
    }

    fn open_into(&self, mut loaded: Loaded, opened: &mut Opened) -> Result<(), Error> {
        let key = open(&mut loaded, self.keyring, self.options)?;
        for root in self.nodes(&loaded.branches)? {
            let root = expand_merges(root, &self.options.limits)
                .map_err(|error| Error::malformed(error.message, error.span))?;
            opened.roots.push(Some(root));
        }
        opened.keys.push(key);
        opened.parts.push(Part::Sops(loaded.metadata.groups));
        Ok(())
    }

    /// What is read of decrypted branches.
    fn nodes(&self, branches: &[Branch]) -> Result<Vec<Node>, Error> {
        let origins = Origins::one(self.encrypted.file);
        match self.encrypted.format {
            Format::Json => branches
                .iter()
                .map(|branch| json::reread(branch, &origins))
                .collect(),
            _ => yaml::reread(branches, &origins, &self.options.limits),
        }
    }
}

/// Takes the document that `branch` was read from; none if that is empty.
fn taken(documents: &mut Vec<Document>, branch: &Branch) -> Option<Node> {
    let start = branch.iter().find_map(Item::entry)?.key.span;
    let begins_there = |document: &Document| match &document.root.value {
        NodeValue::Mapping(mapping) => {
            let first = mapping.entries.first();
            first.is_some_and(|entry| entry.key.span == start)
        }
        NodeValue::Scalar(_) | NodeValue::Sequence(_) => false,
    };
    let at = documents.iter().position(begins_there)?;
    Some(documents.swap_remove(at).root)
}
