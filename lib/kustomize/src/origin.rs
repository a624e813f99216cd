//! Where a resource came from and what changed it, as annotations, when `buildMetadata` asks for them.
//!
//! Unlike the rest of a build's state these live in the object itself, because Kustomize's user sees them:
//! a patch can remove them, and one that stands in a source file is taken over or taken out.

use crate::edit;
use crate::remote::{Remote, classify};
use crate::resource::Resource;
use gitopsc_core::{EcoString, Text, TreePath};
use gitopsc_yaml::emit::Secrets;
use gitopsc_yaml::{Json, Node};

/// The annotation that says where a resource came from.
pub const ORIGIN: &str = "config.kubernetes.io/origin";

/// The annotation that lists what changed it.
pub const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// api/resource/origin.go: a file, or a generator or transformer and where it is configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Path relative to the top of the build.
    pub path: EcoString,
    /// For what was configured: the file that configures it.
    pub configured_in: EcoString,
    /// For what was configured: apiVersion, kind, name and namespace of the configuration.
    pub configured_by: [EcoString; 4],
}

impl Origin {
    /// The same origin, `path` further down.
    #[must_use]
    pub fn append(&self, path: &str) -> Origin {
        debug_assert!(
            classify(path) != Some(Remote::Git),
            "remote bases are refused before"
        );
        Origin {
            path: joined(&self.path, path),
            ..self.clone()
        }
    }

    /// The origin of what a built-in generator or transformer of the file `file_name` here makes.
    #[must_use]
    pub fn builtin(&self, file_name: &str, kind: &str) -> Origin {
        Origin {
            path: EcoString::new(),
            configured_in: joined(&self.path, file_name),
            configured_by: [
                "builtin".into(),
                kind.into(),
                EcoString::new(),
                EcoString::new(),
            ],
        }
    }

    /// The text of it as an annotation value: a small YAML map.
    #[must_use]
    pub fn text(&self) -> String {
        let [api_version, kind, name, namespace] = &self.configured_by;
        let mut text = String::new();
        line(&mut text, "path", &self.path);
        line(&mut text, "configuredIn", &self.configured_in);
        let mut by = String::new();
        for (key, value) in [
            ("  apiVersion", api_version),
            ("  kind", kind),
            ("  name", name),
            ("  namespace", namespace),
        ] {
            line(&mut by, key, value);
        }
        if !by.is_empty() {
            text.push_str("configuredBy:\n");
            text.push_str(&by);
        }
        if text.is_empty() {
            "{}\n".to_owned()
        } else {
            text
        }
    }
}

fn joined(directory: &str, path: &str) -> EcoString {
    match TreePath::new(directory).join(path) {
        root if root.is_root() => EcoString::from("."),
        path => path.as_str().into(),
    }
}

fn line(text: &mut String, key: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    text.push_str(key);
    text.push_str(": ");
    gitopsc_yaml::emit::emit(&Json::String(value.into()), Secrets::Reveal, text);
}

/// Marks `resource` as coming from `origin`, unless it already says where it comes from.
pub fn mark_if_unmarked(resource: &mut Resource, origin: &Origin) {
    if !resource.annotations().contains_key(ORIGIN) {
        set(resource, ORIGIN, origin.text());
    }
}

/// Adds the mark to the annotations of a resource that was read from a file; the others stay as they are written.
pub fn annotate(resource: &mut Resource, origin: &Origin) {
    let Some(metadata) = edit::metadata_mut(&mut resource.node) else {
        return;
    };
    if metadata.get("annotations").is_none_or(Node::is_null) {
        edit::set_field(metadata, "annotations", Node::mapping());
    }
    if let Some(annotations) = metadata.get_mut("annotations") {
        edit::set_field(annotations, ORIGIN, Node::string(origin.text()));
    }
}

/// Marks `resource` as coming from `origin`.
pub fn mark(resource: &mut Resource, origin: &Origin) {
    set(resource, ORIGIN, origin.text());
}

/// Gives `new` the origin of `old`, which it is merged into, where that has one.
pub fn keep(old: &Resource, new: &mut Resource) {
    let origin = old.node.get_path(&["metadata", "annotations", ORIGIN]);
    if let Some(text) = origin.and_then(Node::as_text) {
        let mut annotations = new.annotations();
        annotations.insert(ORIGIN.into(), text.clone());
        new.set_annotations(annotations);
    }
}

/// Records that the transformer `origin` went over `resource`; one without an origin was made by it.
pub fn record_transformation(resource: &mut Resource, origin: &Origin) {
    let annotations = resource.annotations();
    if !annotations.contains_key(ORIGIN) {
        return mark(resource, origin);
    }
    let earlier = annotations
        .get(TRANSFORMATIONS)
        .map(Text::as_str)
        .unwrap_or_default();
    let indented: String = origin
        .text()
        .lines()
        .enumerate()
        .map(|(at, line)| format!("{}{line}\n", if at == 0 { "- " } else { "  " }))
        .collect();
    set(resource, TRANSFORMATIONS, format!("{earlier}{indented}"));
}

fn set(resource: &mut Resource, key: &str, value: String) {
    let mut annotations = resource.annotations();
    annotations.insert(key.into(), Text::from(value));
    resource.set_annotations(annotations);
}
