//! Transformers that are configured in files of their own.

use super::chance::Chance;
use super::layer::{Layer, pairs};
use super::yaml::Yaml;

/// One built-in transformer, configured in a file.
pub fn transformer(layer: &mut Layer<'_>, chance: &mut Chance) {
    let head = |kind: &str| {
        Yaml::map([
            ("apiVersion", Yaml::text("builtin")),
            ("kind", Yaml::text(kind)),
            ("metadata", Yaml::map([("name", Yaml::text("t"))])),
        ])
    };
    let everywhere = |path: &str| {
        let field = Yaml::map([("path", Yaml::text(path)), ("create", Yaml::text("true"))]);
        Yaml::List(vec![field])
    };
    let body = match chance.below(5) {
        0 => head("PrefixSuffixTransformer")
            .with("prefix", Yaml::text("t-"))
            .with("fieldSpecs", everywhere("metadata/name")),
        1 => head("LabelTransformer")
            .with("labels", pairs(chance))
            .with("fieldSpecs", everywhere("metadata/labels")),
        2 => head("AnnotationsTransformer")
            .with("annotations", pairs(chance))
            .with("fieldSpecs", everywhere("metadata/annotations")),
        3 => head("ImageTagTransformer").with(
            "imageTag",
            Yaml::map([("name", Yaml::text("nginx")), ("newTag", Yaml::text("t"))]),
        ),
        _ => {
            let mut transformer = head("NamespaceTransformer");
            transformer.merge("metadata", Yaml::map([("namespace", Yaml::text("later"))]));
            let subjects = chance.word(&["none", "allServiceAccounts", "defaultOnly"]);
            transformer
                .with("setRoleBindingSubjects", Yaml::text(subjects))
                .with("unsetOnly", Yaml::text(chance.word(&["true", "false"])))
                .with("fieldSpecs", everywhere("metadata/namespace"))
        }
    };
    layer.file("transformer.yaml", &[body], chance);
    layer.list("transformers", vec![Yaml::text("transformer.yaml")]);
}
