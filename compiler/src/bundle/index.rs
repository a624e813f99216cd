//! The index that lies beside bundles: what is in which, so that the next cut changes little, and so that
//! checks know what was written.
//!
//! It is a JSON document of kind BundleIndex; docs/reference/talos.md describes it.

use super::cut::Previous;
use super::form::Form;
use super::name;
use gitopsc_core::{FileId, Json};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::json::{Form as JsonForm, write_json};
use gitopsc_yaml::lower::lower;
use gitopsc_yaml::{Dialect, Limits, parse_bytes};

/// The name of the file.
pub const FILE: &str = "index.json";

const API_VERSION: &str = "gitopsc.dev/v1alpha1";
const KIND: &str = "BundleIndex";

/// What is known of the bundles in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The layer they were made of.
    pub layer: String,
    /// In which form the machine configuration was written.
    pub form: Form,
    /// The kind of their documents.
    pub kind: DocumentKind,
    /// The limit of each.
    pub limit: usize,
    /// The bundles, in order.
    pub bundles: Vec<Entry>,
    /// Documents of earlier bundles that are no more, ascending.
    pub removed: Vec<(DocumentKind, String)>,
}

/// One bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The digits that end the name.
    pub place: String,
    /// The file of its text.
    pub file: String,
    /// The digest of its text without the comment.
    pub digest: String,
    /// The size of its text.
    pub bytes: usize,
    /// The names of its objects, in order.
    pub objects: Vec<String>,
}

/// The kinds of document by which a machine configuration of Talos 1.14 takes manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentKind {
    /// The text itself.
    Inline,
    /// A URL.
    External,
}

impl DocumentKind {
    /// The name of the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DocumentKind::Inline => "KubeInlineManifestConfig",
            DocumentKind::External => "KubeExternalManifestConfig",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<DocumentKind> {
        let kinds = [DocumentKind::Inline, DocumentKind::External];
        kinds.into_iter().find(|kind| kind.name() == name)
    }
}

impl Index {
    /// The cut that it remembers.
    #[must_use]
    pub fn cut(&self) -> Previous {
        let bundles = self.bundles.iter();
        bundles
            .map(|bundle| (bundle.place.clone(), bundle.objects.clone()))
            .collect()
    }

    /// The index as text.
    #[must_use]
    pub fn text(&self) -> String {
        let bundles = self.bundles.iter().map(Entry::json).collect();
        let removed = self.removed.iter().map(|(kind, name)| {
            Json::object(vec![
                ("kind", Json::string(kind.name())),
                ("name", Json::string(name)),
            ])
        });
        let index = Json::object(vec![
            ("apiVersion", Json::string(API_VERSION)),
            ("kind", Json::string(KIND)),
            ("layer", Json::string(&self.layer)),
            ("form", Json::string(self.form.name())),
            ("documents", Json::string(self.kind.name())),
            ("limit", number(self.limit)),
            ("bundles", Json::Array(bundles)),
            ("removed", Json::Array(removed.collect())),
        ]);
        let mut text = String::new();
        write_json(&index, JsonForm::GoIndented, Secrets::Mask, &mut text);
        text.push('\n');
        text
    }

    /// Reads an index.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(bytes: &[u8]) -> Result<Index, String> {
        let documents = parse_bytes(bytes, FileId(0), Dialect::Kubectl, &Limits::default());
        let documents = documents.map_err(|_| "it is not JSON".to_owned())?;
        let root = documents.first().ok_or("it is empty")?;
        let root = lower(&root.root).map_err(|_| "it is not JSON".to_owned())?;
        if text(&root, "apiVersion")? != API_VERSION || text(&root, "kind")? != KIND {
            return Err(format!("it is not of kind {KIND} in {API_VERSION}"));
        }
        let removed =
            |item: &Json| Ok((kind(text(item, "kind")?)?, text(item, "name")?.to_owned()));
        let bundles = list(&root, "bundles")?.iter().map(Entry::read);
        let bundles: Vec<Entry> = bundles.collect::<Result<_, _>>()?;
        if !bundles.is_sorted_by(|a, b| a.place < b.place) {
            return Err("its bundles are not in order".to_owned());
        }
        Ok(Index {
            layer: text(&root, "layer")?.to_owned(),
            form: Form::named(text(&root, "form")?).ok_or("its form is unknown")?,
            kind: kind(text(&root, "documents")?)?,
            limit: size(&root, "limit")?,
            bundles,
            removed: list(&root, "removed")?
                .iter()
                .map(removed)
                .collect::<Result<_, String>>()?,
        })
    }
}

impl Entry {
    fn json(&self) -> Json {
        let objects = self.objects.iter().map(Json::string).collect();
        Json::object(vec![
            ("name", Json::string(&self.name)),
            ("place", Json::string(&self.place)),
            ("file", Json::string(&self.file)),
            ("digest", Json::string(&self.digest)),
            ("bytes", number(self.bytes)),
            ("objects", Json::Array(objects)),
        ])
    }

    fn read(item: &Json) -> Result<Entry, String> {
        let place = text(item, "place")?;
        if !name::is_place(place) {
            return Err(format!("`{place}` is no place of a bundle"));
        }
        let objects = list(item, "objects")?.iter().map(|name| {
            let name = name.as_plain_str().ok_or("an object has no name")?;
            Ok(name.to_owned())
        });
        Ok(Entry {
            name: text(item, "name")?.to_owned(),
            place: place.to_owned(),
            file: text(item, "file")?.to_owned(),
            digest: text(item, "digest")?.to_owned(),
            bytes: size(item, "bytes")?,
            objects: objects.collect::<Result<_, String>>()?,
        })
    }
}

fn kind(name: &str) -> Result<DocumentKind, String> {
    DocumentKind::named(name).ok_or_else(|| "a kind of document is unknown".to_owned())
}

fn text<'j>(of: &'j Json, field: &str) -> Result<&'j str, String> {
    let text = of.get(field).and_then(Json::as_plain_str);
    text.ok_or_else(|| format!("it has no `{field}`"))
}

fn size(of: &Json, field: &str) -> Result<usize, String> {
    let size = match of.get(field) {
        Some(Json::Int(size)) => usize::try_from(*size).ok(),
        _ => None,
    };
    size.ok_or_else(|| format!("it has no `{field}`"))
}

fn list<'j>(of: &'j Json, field: &str) -> Result<&'j [Json], String> {
    match of.get(field) {
        Some(Json::Array(items)) => Ok(items),
        _ => Err(format!("it has no `{field}`")),
    }
}

fn number(size: usize) -> Json {
    Json::Int(i64::try_from(size).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::{DocumentKind, Entry, Form, Index};

    #[test]
    fn an_index_reads_back_as_it_was() {
        let index = Index {
            layer: "bootstrap".to_owned(),
            form: Form::JsonPatch,
            kind: DocumentKind::External,
            limit: 1_000_000,
            bundles: vec![Entry {
                name: "gitopsc-bootstrap-100".to_owned(),
                place: "100".to_owned(),
                file: "gitopsc-bootstrap-100-00.yaml".to_owned(),
                digest: "sha256:00".to_owned(),
                bytes: 7,
                objects: vec!["Namespace web".to_owned()],
            }],
            removed: vec![(DocumentKind::Inline, "gitopsc-bootstrap-100".to_owned())],
        };
        assert_eq!(Index::read(index.text().as_bytes()), Ok(index));
    }

    #[test]
    fn places_between_which_there_is_no_room_are_refused() {
        let index = |first: &str, second: &str| {
            let bundle = |place: &str| {
                format!(
                    r#"{{"name":"a","place":"{place}","file":"a","digest":"","bytes":1,"objects":[]}}"#
                )
            };
            let text = format!(
                r#"{{"apiVersion":"gitopsc.dev/v1alpha1","kind":"BundleIndex","layer":"l","form":"block","documents":"KubeInlineManifestConfig","limit":9,"bundles":[{},{}],"removed":[]}}"#,
                bundle(first),
                bundle(second)
            );
            Index::read(text.as_bytes())
        };
        assert!(index("100", "1005").is_ok());
        for (first, second) in [
            ("100", "100"),
            ("200", "100"),
            ("100", "1000"),
            ("000", "100"),
            ("1", "2"),
            ("a00", "b00"),
        ] {
            assert!(index(first, second).is_err(), "{first} {second}");
        }
    }

    #[test]
    fn what_is_no_index_is_said_to_be_none() {
        for (text, wanted) in [
            ("", "empty"),
            ("{", "not JSON"),
            ("{}", "no `apiVersion`"),
            (r#"{"apiVersion":"v1","kind":"Pod"}"#, "BundleIndex"),
        ] {
            let problem = Index::read(text.as_bytes()).unwrap_err();
            assert!(problem.contains(wanted), "{text}: {problem}");
        }
    }
}
