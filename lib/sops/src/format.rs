//! The formats of SOPS files, and how each is read and written.

use crate::bytes::Plaintext;
use crate::error::Error;
use crate::metadata::{self, Metadata};
use crate::tree::{Branch, Content, Item};
use crate::{dotenv, ini, json, yaml};
use gitopsc_yaml::{FileId, Limits, Span};
use std::fmt;

/// A format that SOPS knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Anything, as one encrypted value in JSON.
    Binary,
    /// A key and a value a line.
    Dotenv,
    /// Sections of keys.
    Ini,
    /// JSON with an object at its root.
    Json,
    /// YAML, also of several documents.
    Yaml,
}

impl Format {
    /// The format that SOPS takes for a file of this name.
    ///
    /// ```
    /// use gitopsc_sops::Format;
    /// assert_eq!(Format::of_name("db/prod.env"), Format::Dotenv);
    /// assert_eq!(Format::of_name("prod.env.enc"), Format::Binary);
    /// ```
    #[must_use]
    pub fn of_name(name: &str) -> Format {
        match name {
            _ if name.ends_with(".yaml") || name.ends_with(".yml") => Format::Yaml,
            _ if name.ends_with(".json") => Format::Json,
            _ if name.ends_with(".env") => Format::Dotenv,
            _ if name.ends_with(".ini") => Format::Ini,
            _ => Format::Binary,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Binary => "binary",
            Format::Dotenv => "dotenv",
            Format::Ini => "INI",
            Format::Json => "JSON",
            Format::Yaml => "YAML",
        })
    }
}

/// An encrypted file as it was read.
pub(crate) struct Loaded {
    pub(crate) branches: Vec<Branch>,
    pub(crate) metadata: Metadata,
}

/// The branches of a file, with its metadata still in them.
pub(crate) fn branches(
    bytes: &[u8],
    file: FileId,
    format: Format,
    limits: &Limits,
) -> Result<Vec<Branch>, Error> {
    match format {
        Format::Yaml => yaml::read(bytes, file, limits),
        Format::Json | Format::Binary => Ok(vec![json::read(bytes, file)?]),
        Format::Dotenv => Ok(vec![dotenv::read(bytes, file)?]),
        Format::Ini => Ok(vec![ini::read(bytes, file)?]),
    }
}

/// Reads an encrypted file.
pub(crate) fn load(
    bytes: &[u8],
    file: FileId,
    format: Format,
    limits: &Limits,
) -> Result<Loaded, Error> {
    let start = Span::new(file, 0);
    let mut branches = branches(bytes, file, format, limits)?;
    let metadata = match format {
        Format::Dotenv => flat_metadata(&mut branches, start)?,
        Format::Ini => {
            unflatten_section(&mut branches)?;
            metadata::take(&mut branches)?
        }
        Format::Yaml | Format::Json | Format::Binary => metadata::take(&mut branches)?,
    };
    match metadata {
        Some(metadata) => Ok(Loaded { branches, metadata }),
        None => Err(Error::malformed("it has no metadata of SOPS", start)),
    }
}

fn flat_metadata(branches: &mut [Branch], span: Span) -> Result<Option<Metadata>, Error> {
    let Some(first) = branches.first_mut() else {
        return Ok(None);
    };
    let flat = dotenv::take_metadata(first);
    if flat.is_empty() {
        return Ok(None);
    }
    let refused = |what| Error::malformed(what, span);
    let tree = metadata::unflatten(flat, span).map_err(refused)?;
    metadata::read(&tree, span).map(Some)
}

/// Makes a tree of the flat keys in the section of the metadata.
fn unflatten_section(branches: &mut [Branch]) -> Result<(), Error> {
    for item in branches.iter_mut().flatten() {
        let Item::Entry(entry) = item else { continue };
        if entry.key.text.as_deref() != Some(metadata::KEY) {
            continue;
        }
        let span = entry.key.span;
        if let Content::Map(flat) = &mut entry.value.content {
            let mut flat = std::mem::take(flat);
            if flat.is_empty() {
                return Err(Error::malformed("it has no metadata of SOPS", span));
            }
            for item in &mut flat {
                if let Item::Entry(entry) = item
                    && let Content::Text(text) = &mut entry.value.content
                {
                    *text = crate::bytes::replaced(text, b"\\n", b"\n");
                }
            }
            let refused = |what| Error::malformed(what, span);
            let tree = metadata::unflatten(flat, span).map_err(refused)?;
            entry.value.content = Content::Map(tree);
        }
    }
    Ok(())
}

/// The text of decrypted branches. `size` is about how long it will be.
pub(crate) fn write(branches: &[Branch], format: Format, size: usize) -> Result<Plaintext, Error> {
    let nothing = Branch::new();
    let first = branches.first().unwrap_or(&nothing);
    match format {
        Format::Yaml => yaml::write(branches, size),
        Format::Json => json::write(first, size),
        Format::Dotenv => dotenv::write(first, size),
        Format::Ini => ini::write(branches, size),
        Format::Binary => binary(branches),
    }
}

/// The one value of a binary file.
fn binary(branches: &[Branch]) -> Result<Plaintext, Error> {
    if let [branch] = branches {
        let mut entries = branch.iter().filter_map(Item::entry);
        let data = entries.find(|entry| entry.key.text.as_deref() == Some(b"data"));
        if let Some(entry) = data {
            return match &entry.value.content {
                Content::Text(text) => Ok(text.clone()),
                _ => Err(Error::unsupported("`data` is no text", entry.value.span)),
            };
        }
    }
    Err(Error::unsupported(
        "it holds no `data`, so it is no binary file",
        Span::NONE,
    ))
}
