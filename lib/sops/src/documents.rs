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
use crate::tree::Branch;
use crate::{json, yaml};
use gitopsc_yaml::{Document, Limits, Node, Origins, Span, expand_merges};

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
        start: Span::new(file, 0),
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
        content: documents(
            &opened.branches,
            format,
            &Origins::one(file),
            &options.limits,
        )?,
        key: KeyMaterial::of_all(&opened.keys).expect("something was decrypted"),
        envelope: Envelope::new(opened.parts),
    })
}

/// What opens branches.
struct Opener<'k> {
    start: Span,
    keyring: &'k Keyring,
    options: &'k Options,
}

/// Decrypted branches, and the keys that were used.
#[derive(Default)]
struct Opened {
    branches: Vec<Branch>,
    keys: Vec<KeyMaterial>,
    parts: Vec<Part>,
}

impl Opened {
    fn add(&mut self, loaded: Loaded, key: KeyMaterial) {
        self.branches.extend(loaded.branches);
        self.keys.push(key);
        self.parts.push(Part::Sops(loaded.metadata.groups));
    }
}

impl Opener<'_> {
    /// Decrypts all branches with the metadata of the first, as SOPS does.
    fn whole(&self, mut branches: Vec<Branch>) -> Result<Opened, Error> {
        let metadata = metadata::take(&mut branches)?
            .ok_or_else(|| Error::malformed("it has no metadata of SOPS", self.start))?;
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
        let mut opened = Opened::default();
        for (branches, metadata) in parts {
            match metadata {
                None => opened.branches.extend(branches),
                Some(metadata) => self.open_into(Loaded { branches, metadata }, &mut opened)?,
            }
        }
        Ok(opened)
    }

    fn open_into(&self, mut loaded: Loaded, opened: &mut Opened) -> Result<(), Error> {
        let key = open(&mut loaded, self.keyring, self.options)?;
        opened.add(loaded, key);
        Ok(())
    }
}

/// The documents of decrypted branches.
fn documents(
    branches: &[Branch],
    format: Format,
    origins: &Origins,
    limits: &Limits,
) -> Result<Vec<Document>, Error> {
    let roots: Vec<Node> = match format {
        Format::Json => branches
            .iter()
            .map(|branch| json::reread(branch, origins))
            .collect::<Result<_, _>>()?,
        _ => {
            let mut builder = yaml::Builder::new(origins.clone());
            let roots = branches.iter().map(|branch| builder.document(branch));
            let roots = roots.collect::<Result<Vec<Node>, Error>>()?;
            let reread = |root| yaml::reread(root, &builder);
            roots.into_iter().map(reread).collect::<Result<_, _>>()?
        }
    };
    let pieces = roots.len();
    let document = |(piece, root)| {
        let root = expand_merges(root, limits)
            .map_err(|error| Error::malformed(error.message, error.span))?;
        Ok(Document {
            root,
            piece,
            pieces,
            duplicates: Vec::new(),
        })
    };
    roots.into_iter().enumerate().map(document).collect()
}
