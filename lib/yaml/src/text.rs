//! Text that is plain, or secret with the set of files it came from.
//!
//! Any text built from a secret is a secret of all its origins: build text with [`Text::derive`] or
//! [`Text::concat`], never from [`Text::as_str`] alone. Secret text is wiped on drop and masked in Debug
//! and Display, so that it cannot reach a message by accident.

use crate::span::FileId;
use ecow::EcoString;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use zeroize::Zeroizing;

/// What Debug and Display print instead of a secret.
pub const MASK: &str = "<secret>";

/// The files that a secret came from; never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origins(BTreeSet<FileId>);

impl Origins {
    /// The origin of a value read from one file.
    #[must_use]
    pub fn one(file: FileId) -> Origins {
        Origins(BTreeSet::from([file]))
    }

    /// The files, ascending.
    pub fn files(&self) -> impl Iterator<Item = FileId> + '_ {
        self.0.iter().copied()
    }

    /// All origins of both.
    #[must_use]
    pub fn union(&self, other: &Origins) -> Origins {
        Origins(self.0.union(&other.0).copied().collect())
    }
}

/// A text that came out of decryption.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: Zeroizing<String>,
    origins: Origins,
}

impl Secret {
    /// The secret itself, for output that was asked to hold it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The files that this secret was built from.
    #[must_use]
    pub fn origins(&self) -> &Origins {
        &self.origins
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// A string value, plain or secret.
///
/// Equality, order and hash compare the text itself, so that a secret is found where a plain text would be.
///
/// ```
/// use gitopsc_yaml::{FileId, Origins, Text};
/// let password = Text::secret("hunter2".to_owned(), Origins::one(FileId(7)));
/// let url = Text::concat(&[&Text::from("postgres://app:"), &password]);
/// assert!(url.is_secret());
/// assert_eq!(format!("{url}"), "<secret>");
/// ```
#[derive(Clone)]
pub enum Text {
    /// Text that may be shown.
    Plain(EcoString),
    /// Text that may not.
    Secret(Arc<Secret>),
}

impl Text {
    /// The empty text.
    #[must_use]
    pub const fn new() -> Text {
        Text::Plain(EcoString::new())
    }

    /// A secret text of these origins.
    #[must_use]
    pub fn secret(text: String, origins: Origins) -> Text {
        Text::Secret(Arc::new(Secret {
            text: Zeroizing::new(text),
            origins,
        }))
    }

    /// The text itself, to compare and to parse. What is built from it goes through [`Text::derive`].
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Text::Plain(text) => text,
            Text::Secret(secret) => &secret.text,
        }
    }

    /// Whether this came out of decryption, wholly or in part.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        matches!(self, Text::Secret(_))
    }

    /// The files a secret came from; nothing for plain text.
    #[must_use]
    pub fn origins(&self) -> Option<&Origins> {
        match self {
            Text::Plain(_) => None,
            Text::Secret(secret) => Some(&secret.origins),
        }
    }

    /// A text that was built from `sources`: secret if any of them is, of all their origins.
    #[must_use]
    pub fn derive<'a>(
        text: impl Into<EcoString> + Into<String>,
        sources: impl IntoIterator<Item = &'a Text>,
    ) -> Text {
        let origins = sources.into_iter().filter_map(Text::origins).fold(
            None,
            |all: Option<Origins>, origins| {
                Some(all.map_or_else(|| origins.clone(), |all| all.union(origins)))
            },
        );
        match origins {
            None => Text::Plain(text.into()),
            Some(origins) => Text::secret(text.into(), origins),
        }
    }

    /// `parts`, one after the other.
    #[must_use]
    pub fn concat(parts: &[&Text]) -> Text {
        let mut joined = String::with_capacity(parts.iter().map(|part| part.as_str().len()).sum());
        for part in parts {
            joined.push_str(part.as_str());
        }
        Text::derive(joined, parts.iter().copied())
    }
}

impl Default for Text {
    fn default() -> Text {
        Text::new()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::Plain(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::Plain(text.into())
    }
}

impl From<EcoString> for Text {
    fn from(text: EcoString) -> Text {
        Text::Plain(text)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.as_str() == other.as_str()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Text) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Text) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Text::Plain(text) => fmt::Debug::fmt(text.as_str(), f),
            Text::Secret(secret) => fmt::Debug::fmt(secret, f),
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Text::Plain(text) => f.write_str(text),
            Text::Secret(_) => f.write_str(MASK),
        }
    }
}
