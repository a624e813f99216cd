//! The forms in which a Talos machine configuration takes bundles.
//!
//! Strategic patches append to the lists of a `cluster:` block, and two entries of one name are refused; so
//! the documents of Talos 1.14 are the default, which replace each other by name, and the JSON patch
//! replaces whole lists (siderolabs/talos, `pkg/machinery/config`).

use super::index::DocumentKind;
use gitopsc_core::{EcoString, Json, Text};
use gitopsc_yaml::Object;
use gitopsc_yaml::emit::{Secrets, emit};
use gitopsc_yaml::json::{Form as JsonForm, write_json};

/// How the machine configuration is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Documents `KubeInlineManifestConfig` and `KubeExternalManifestConfig`, of Talos 1.14 and later.
    #[default]
    Documents,
    /// A `cluster:` block, to stand in a configuration, not to be patched in.
    Block,
    /// A JSON patch (RFC 6902) that replaces the lists.
    JsonPatch,
}

impl Form {
    /// All of them.
    pub const ALL: [Form; 3] = [Form::Documents, Form::Block, Form::JsonPatch];

    /// The name by which the user asks for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Form::Documents => "documents",
            Form::Block => "block",
            Form::JsonPatch => "patch",
        }
    }

    /// The form of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.name() == name)
    }

    /// The name of the file in this form.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Form::Documents => "documents.yaml",
            Form::Block => "cluster.yaml",
            Form::JsonPatch => "patch.json",
        }
    }
}

/// Where Talos takes the bundles from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// From the machine configuration itself.
    Inline,
    /// From URLs.
    External {
        /// What stands in front of the file names, with its slash.
        base_url: String,
        /// HTTP headers by name, sent with each request.
        headers: Vec<(String, String)>,
    },
}

impl Delivery {
    /// The kind of document that delivers so.
    #[must_use]
    pub fn kind(&self) -> DocumentKind {
        match self {
            Delivery::Inline => DocumentKind::Inline,
            Delivery::External { .. } => DocumentKind::External,
        }
    }
}

/// A bundle as a machine configuration sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Its name, the same however its content changes; a DNS-1123 subdomain.
    pub name: String,
    /// The name of its file, which holds its digest.
    pub file: String,
    /// Its text; secret if it holds decrypted text.
    pub text: Text,
}

/// The text of the machine configuration, or of its patch, for `manifests`.
#[must_use]
pub fn render(form: Form, delivery: &Delivery, manifests: &[Manifest]) -> String {
    match form {
        Form::Documents => {
            let documents = manifests.iter().map(|manifest| {
                let mut text = String::new();
                emit(&document(delivery, manifest), Secrets::Reveal, &mut text);
                text
            });
            documents.collect::<Vec<_>>().join("---\n")
        }
        Form::Block => {
            let mut text = String::new();
            let block = Json::object(vec![("cluster", Json::object(lists(delivery, manifests)))]);
            emit(&block, Secrets::Reveal, &mut text);
            text
        }
        Form::JsonPatch => {
            let operations = lists(delivery, manifests).into_iter().map(operation);
            let mut text = String::new();
            let patch = Json::Array(operations.collect());
            write_json(&patch, JsonForm::GoIndented, Secrets::Reveal, &mut text);
            text.push('\n');
            text
        }
    }
}

/// A strategic patch that deletes `documents`; those that are not there are passed over
/// (siderolabs/talos, `pkg/machinery/config/configpatcher/strategic.go`).
#[must_use]
pub fn deletion(documents: &[(DocumentKind, String)]) -> String {
    let documents = documents.iter().map(|(kind, name)| {
        let mut text = String::new();
        let document = Json::object(vec![
            ("apiVersion", Json::string("v1alpha1")),
            ("kind", Json::string(kind.name())),
            ("name", Json::string(name)),
            ("$patch", Json::string("delete")),
        ]);
        emit(&document, Secrets::Mask, &mut text);
        text
    });
    documents.collect::<Vec<_>>().join("---\n")
}

fn document(delivery: &Delivery, manifest: &Manifest) -> Json {
    let name = ("name", Json::string(&manifest.name));
    let version = ("apiVersion", Json::string("v1alpha1"));
    let kind = ("kind", Json::string(delivery.kind().name()));
    match delivery {
        Delivery::Inline => Json::object(vec![
            version,
            kind,
            name,
            ("manifest", Json::from(manifest.text.clone())),
        ]),
        Delivery::External { base_url, headers } => {
            let mut fields = vec![
                version,
                kind,
                name,
                ("url", Json::string(format!("{base_url}{}", manifest.file))),
            ];
            if !headers.is_empty() {
                fields.push(("headers", header_map(headers)));
            }
            Json::object(fields)
        }
    }
}

/// The lists of a `cluster:` block. Those of the other delivery are left to whoever else uses them.
fn lists(delivery: &Delivery, manifests: &[Manifest]) -> Vec<(&'static str, Json)> {
    match delivery {
        Delivery::Inline => {
            let items = manifests.iter().map(|manifest| {
                Json::object(vec![
                    ("name", Json::string(&manifest.name)),
                    ("contents", Json::from(manifest.text.clone())),
                ])
            });
            vec![("inlineManifests", Json::Array(items.collect()))]
        }
        Delivery::External { base_url, headers } => {
            let urls = manifests.iter();
            let urls = urls.map(|manifest| Json::string(format!("{base_url}{}", manifest.file)));
            let mut lists = vec![("extraManifests", Json::Array(urls.collect()))];
            if !headers.is_empty() {
                lists.push(("extraManifestHeaders", header_map(headers)));
            }
            lists
        }
    }
}

/// `add` on a member of a map replaces what is there.
fn operation((list, value): (&'static str, Json)) -> Json {
    Json::object(vec![
        ("op", Json::string("add")),
        ("path", Json::string(format!("/cluster/{list}"))),
        ("value", value),
    ])
}

fn header_map(headers: &[(String, String)]) -> Json {
    let entries = headers.iter();
    let entries = entries.map(|(name, value)| (EcoString::from(name), Json::string(value)));
    Json::Object(Object::new(entries.collect()))
}

#[cfg(test)]
mod tests {
    use super::{Delivery, Form, Manifest, render};

    fn manifests() -> Vec<Manifest> {
        vec![Manifest {
            name: "gitopsc-bootstrap-100".to_owned(),
            file: "gitopsc-bootstrap-100-0123.yaml".to_owned(),
            text: "# a\n---\n{\"kind\":\"Namespace\"}\n".into(),
        }]
    }

    fn external() -> Delivery {
        Delivery::External {
            base_url: "https://example.com/b/".to_owned(),
            headers: vec![("Authorization".to_owned(), "Bearer x".to_owned())],
        }
    }

    #[test]
    fn documents_are_named_and_inline_text_is_a_block() {
        assert_eq!(
            render(Form::Documents, &Delivery::Inline, &manifests()),
            "apiVersion: v1alpha1
kind: KubeInlineManifestConfig
manifest: |
  # a
  ---
  {\"kind\":\"Namespace\"}
name: gitopsc-bootstrap-100
"
        );
    }

    #[test]
    fn external_bundles_are_named_by_url_with_headers() {
        assert_eq!(
            render(Form::Block, &external(), &manifests()),
            "cluster:
  extraManifestHeaders:
    Authorization: Bearer x
  extraManifests:
  - https://example.com/b/gitopsc-bootstrap-100-0123.yaml
"
        );
    }

    #[test]
    fn a_json_patch_replaces_whole_lists() {
        let patch = render(Form::JsonPatch, &external(), &manifests());
        assert!(
            patch.contains("\"path\": \"/cluster/extraManifests\""),
            "{patch}"
        );
        assert!(patch.contains("\"op\": \"add\""), "{patch}");
    }
}
