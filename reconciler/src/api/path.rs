//! Where things are on the server.

use super::Kind;
use gitopsc_core::EcoString;
use std::fmt;

/// All objects of a kind, of one namespace or of all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Collection {
    path: EcoString,
    /// For people.
    shown: EcoString,
}

impl Collection {
    /// The objects of `kind` in `namespace`; all there are if it is empty or the kind has none.
    #[must_use]
    pub fn of(kind: &Kind, namespace: &str) -> Collection {
        let gvk = &kind.gvk;
        let mut path = EcoString::from(if gvk.group.is_empty() {
            "/api/"
        } else {
            "/apis/"
        });
        path.push_str(&gvk.api_version());
        let mut shown = EcoString::from(kind.plural.as_str());
        if kind.namespaced && !namespace.is_empty() {
            path.push_str("/namespaces/");
            path.push_str(&escaped(namespace));
            shown.push(' ');
            shown.push_str(namespace);
        }
        path.push('/');
        path.push_str(&kind.plural);
        Collection { path, shown }
    }

    /// One object of these.
    #[must_use]
    pub fn named(&self, name: &str) -> Resource {
        let mut path = self.path.clone();
        path.push('/');
        path.push_str(&escaped(name));
        let mut shown = self.shown.clone();
        shown.push('/');
        shown.push_str(name);
        Resource { path, shown }
    }

    /// The path of the request, without a query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    path: EcoString,
    shown: EcoString,
}

impl Resource {
    /// The object `name` of `kind`, in `namespace` if the kind has any.
    #[must_use]
    pub fn of(kind: &Kind, namespace: &str, name: &str) -> Resource {
        Collection::of(kind, namespace).named(name)
    }

    /// Its status, which is written by itself.
    #[must_use]
    pub fn status(mut self) -> Resource {
        self.path.push_str("/status");
        self
    }

    /// The path of the request, without a query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// `text` as one segment of a path, or one value of a query.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            _ => {
                use fmt::Write as _;
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
    }
    escaped
}
