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
use crate::compilation::lies_in_a_layer;
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
        let unknown = unknown.map(|name| wrong(name, &Problem::unknown_layer(&name.text, layers)));
        let inside = self
            .output
            .as_ref()
            .filter(|output| lies_in_a_layer(&TreePath::new(&output.text), layers));
        let inside = inside.map(|output| {
            let shown = format!("`{}`", output.text);
            wrong(output, &Problem::in_a_layer(&shown))
        });
        unknown.into_iter().chain(inside).collect()
    }
}

/// What is wrong with something that was said of Talos, in a file or by a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Problem {
    /// There is no layer `name`.
    #[must_use]
    pub fn unknown_layer(name: &str, layers: &[Layer]) -> Problem {
        let known: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
        Problem {
            message: format!("`{name}` is no layer of this cluster"),
            hint: format!("the layers are {}", known.join(", ")),
        }
    }

    /// Bundles cannot lie in the folder that is `shown` so, because it is in a layer.
    #[must_use]
    pub fn in_a_layer(shown: &str) -> Problem {
        Problem {
            message: format!("{shown} lies in a layer"),
            hint: "bundles there would be taken for manifests: name a folder beside the layers"
                .to_owned(),
        }
    }
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

/// `url` as what stands in front of a file's name.
///
/// ```
/// use gitopsc_compiler::talos::settings::base;
/// assert_eq!(base("https://example.com/bundles").as_deref(), Ok("https://example.com/bundles/"));
/// assert!(base("ftp://example.com/").is_err());
/// assert!(base("https://example.com/?a=b").is_err());
/// ```
///
/// # Errors
/// Talos could not fetch from there.
pub fn base(url: &str) -> Result<String, Problem> {
    fetchable(url).ok_or_else(|| Problem {
        message: format!("`{url}` cannot stand in front of a file's name"),
        hint: "it begins with https:// or http://, and has no query".to_owned(),
    })
}

fn fetchable(url: &str) -> Option<String> {
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
    Form::named(&name.text).ok_or_else(|| {
        let problem = Problem {
            message: format!("`{}` is no form of a machine configuration", name.text),
            hint: format!("the forms are {}", known.join(", ")),
        };
        wrong(name, &problem)
    })
}

fn base_url(url: &Placed) -> Result<EcoString, Diagnostic> {
    let base = base(&url.text).map(EcoString::from);
    base.map_err(|problem| wrong(url, &problem))
}

fn output(path: Placed) -> Result<Placed, Diagnostic> {
    let tree = TreePath::new(&path.text);
    if tree.is_within(&TreePath::root()) && !tree.is_root() {
        return Ok(path);
    }
    let problem = Problem {
        message: format!("`{}` is not a folder below the cluster", path.text),
        hint: "bundles lie in a folder of their own below the cluster, such as talos/bundles"
            .to_owned(),
    };
    Err(wrong(&path, &problem))
}

fn wrong(placed: &Placed, problem: &Problem) -> Diagnostic {
    Diagnostic::error(codes::SETTINGS_INVALID, problem.message.clone())
        .at(placed.span, "")
        .hint(problem.hint.clone())
}
