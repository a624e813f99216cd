//! What `gitopsc.yaml` says of Talos, under `talos`.
//!
//! ```yaml
//! talos:
//!   layer: bootstrap              # which layer is bundled
//!   limit: 1000000                # bytes of a bundle
//!   totalLimit: 4194304           # bytes of the machine configuration
//!   form: documents               # or block, or patch
//!   baseUrl: https://example.com/bundles/   # bundles are fetched from there
//!   headers: {X-Cluster: home}    # with these headers
//!   output: talos/bundles         # where the bundles lie, below the cluster
//!   exemptNamespaces: [kube-system]         # need no default-deny policy
//! ```

use crate::bundle::form::Form;
use crate::codes;
use crate::config::Placed;
use gitopsc_core::{Diagnostic, EcoString, Layer, TreePath};
use serde::Deserialize;
use serde_yaml::Spanned;
use std::collections::BTreeMap;

/// What is said of Talos; whatever is not said is nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The layer that is bundled.
    pub layer: Option<Placed>,
    /// The most bytes of a bundle.
    pub limit: Option<usize>,
    /// The most bytes of the machine configuration.
    pub total_limit: Option<usize>,
    /// How the machine configuration is written.
    pub form: Option<Form>,
    /// From where Talos fetches the bundles.
    pub base_url: Option<EcoString>,
    /// The headers that it sends.
    pub headers: BTreeMap<String, String>,
    /// The folder of the bundles, below the cluster.
    pub output: Option<Placed>,
    /// Namespaces that need no default-deny policy.
    pub exempt_namespaces: Option<Vec<EcoString>>,
}

impl Settings {
    /// Errors for what does not fit the layers of the cluster.
    pub(crate) fn unfit(&self, layers: &[Layer]) -> Vec<Diagnostic> {
        let unknown = self
            .layer
            .as_ref()
            .filter(|name| !layers.iter().any(|layer| layer.name == name.text));
        let unknown = unknown.map(|name| {
            let known: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
            let hint = format!("the layers are {}", known.join(", "));
            wrong(
                name,
                &format!("`{}` is no layer of this cluster", name.text),
                &hint,
            )
        });
        let inside = self
            .output
            .as_ref()
            .filter(|output| lies_in_a_layer(&TreePath::new(&output.text), layers));
        let inside = inside.map(|output| {
            let hint =
                "bundles there would be taken for manifests: name a folder beside the layers";
            wrong(output, &format!("`{}` lies in a layer", output.text), hint)
        });
        unknown.into_iter().chain(inside).collect()
    }
}

/// Whether `path`, seen from the cluster, is in one of `layers`.
#[must_use]
pub fn lies_in_a_layer(path: &TreePath, layers: &[Layer]) -> bool {
    layers
        .iter()
        .any(|layer| path.is_within(&TreePath::new(&layer.name)))
}

/// The settings as the file has them.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(crate) struct WrittenSettings {
    layer: Option<Spanned<String>>,
    limit: Option<usize>,
    total_limit: Option<usize>,
    form: Option<Spanned<String>>,
    base_url: Option<Spanned<String>>,
    headers: BTreeMap<String, String>,
    output: Option<Spanned<String>>,
    exempt_namespaces: Option<Vec<String>>,
}

impl WrittenSettings {
    /// The settings with their places.
    ///
    /// # Errors
    /// Values that mean nothing, all of them.
    pub(crate) fn placed(
        self,
        placed: &dyn Fn(Spanned<String>) -> Placed,
    ) -> Result<Settings, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let form = self.form.map(placed).map(|name| form(&name));
        let base_url = self.base_url.map(placed).map(|url| base_url(&url));
        let output = self.output.map(placed).map(output);
        let mut keep = |problem: Diagnostic| wrong.push(problem);
        let settings = Settings {
            layer: self.layer.map(placed),
            limit: self.limit,
            total_limit: self.total_limit,
            form: form.and_then(|form| form.map_err(&mut keep).ok()),
            base_url: base_url.and_then(|url| url.map_err(&mut keep).ok()),
            headers: self.headers,
            output: output.and_then(|output| output.map_err(&mut keep).ok()),
            exempt_namespaces: self
                .exempt_namespaces
                .map(|names| names.into_iter().map(EcoString::from).collect()),
        };
        if wrong.is_empty() {
            Ok(settings)
        } else {
            Err(wrong)
        }
    }
}

/// `url` as what stands in front of a file's name; nothing if Talos could not fetch from there.
///
/// ```
/// use gitopsc_compiler::talos::settings::base;
/// assert_eq!(base("https://example.com/bundles").as_deref(), Some("https://example.com/bundles/"));
/// assert_eq!(base("ftp://example.com/"), None);
/// assert_eq!(base("https://example.com/?a=b"), None);
/// ```
#[must_use]
pub fn base(url: &str) -> Option<String> {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))?;
    let odd =
        |letter: char| letter.is_whitespace() || letter.is_control() || "?#\"".contains(letter);
    let host = rest.split('/').next().unwrap_or_default();
    if host.is_empty() || rest.contains(odd) {
        return None;
    }
    let slash = if url.ends_with('/') { "" } else { "/" };
    Some(format!("{url}{slash}"))
}

fn form(name: &Placed) -> Result<Form, Diagnostic> {
    let known: Vec<&str> = Form::ALL.iter().map(|form| form.name()).collect();
    let hint = format!("the forms are {}", known.join(", "));
    Form::named(&name.text).ok_or_else(|| {
        wrong(
            name,
            &format!("`{}` is no form of a machine configuration", name.text),
            &hint,
        )
    })
}

fn base_url(url: &Placed) -> Result<EcoString, Diagnostic> {
    let base = base(&url.text).map(EcoString::from);
    base.ok_or_else(|| {
        let hint = "it begins with https:// or http://, and has no query";
        wrong(
            url,
            &format!("`{}` cannot stand in front of a file's name", url.text),
            hint,
        )
    })
}

fn output(path: Placed) -> Result<Placed, Diagnostic> {
    let tree = TreePath::new(&path.text);
    if tree.is_within(&TreePath::root()) && !tree.is_root() {
        return Ok(path);
    }
    let hint = "bundles lie in a folder of their own below the cluster, such as talos/bundles";
    Err(wrong(
        &path,
        &format!("`{}` is not a folder below the cluster", path.text),
        hint,
    ))
}

fn wrong(placed: &Placed, message: &str, hint: &str) -> Diagnostic {
    Diagnostic::error(codes::SETTINGS_INVALID, message)
        .at(placed.span, "")
        .hint(hint)
}
