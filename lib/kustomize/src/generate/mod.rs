//! The generators of ConfigMaps, Secrets and service accounts, and the hash of generated content.
//!
//! api/internal/generators, api/internal/builtins/*Generator.go. What a generated resource does to one that
//! exists already is a matter of [`crate::resmap`].

mod args;
mod data;
mod dotenv;
mod env_file;
pub mod hash;
mod iam_policy;
pub mod ksops;
mod options;
mod own_file;
mod sources;

pub use args::{ConfigMapArgs, SecretArgs};
pub use data::{base64_lines, data_node};
pub use options::GeneratorOptions;
pub use own_file::Generator;

use crate::codes;
use crate::context::Context;
use crate::decode::Spanned;
use crate::edit;
use crate::load::Directory;
use crate::resource::{Behavior, Resource};
use args::Args;
use data::Form;
use gitopsc_core::{Diagnostic, EcoString, Span, Text};
use gitopsc_yaml::{Node, Style, Tag};
use options::Effective;

/// The ConfigMap that `args` describe.
pub fn config_map(
    args: &Spanned<ConfigMapArgs>,
    options: Option<&GeneratorOptions>,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Resource> {
    make(
        &args.value.in_kustomization(),
        args.span.0,
        options,
        directory,
        context,
    )
}

/// The Secret that `args` describe.
pub fn secret(
    args: &Spanned<SecretArgs>,
    options: Option<&GeneratorOptions>,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Resource> {
    make(
        &args.value.in_kustomization(),
        args.span.0,
        options,
        directory,
        context,
    )
}

fn make(
    args: &Args<'_>,
    span: Span,
    global: Option<&GeneratorOptions>,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Resource> {
    let before = context.report.errors();
    let options = options::effective(args.options, global, context.report);
    let behavior = behavior(args.behavior, context);
    let pairs = sources::pairs(args, directory, context);
    if args.name.value.as_str().is_empty() {
        context.report.push(nameless(args, span));
    }
    let (Some(options), Some(pairs)) = (options, pairs) else {
        return None;
    };
    if context.report.errors() > before {
        return None;
    }
    let mut node = base_node(args, span);
    data::put(&mut node, pairs, args.form);
    if options.immutable {
        let value = Node {
            tag: Tag::Bool,
            ..Node::scalar("true")
        };
        edit::set_field(&mut node, "immutable", value.at(span));
    }
    Some(resource(node, &options, behavior))
}

/// apiVersion, kind, name and namespace, and the type of a Secret.
fn base_node(args: &Args<'_>, span: Span) -> Node {
    let mut node = Node::mapping().at(span);
    let string = |text: &Spanned<Text>| Node::string(text.value.clone()).at(text.span.0);
    edit::set_field(&mut node, "apiVersion", Node::string("v1").at(span));
    edit::set_field(&mut node, "kind", Node::string(args.form.kind()).at(span));
    edit::set_in_metadata(&mut node, "name", string(args.name));
    if !args.namespace.value.as_str().is_empty() {
        edit::set_in_metadata(&mut node, "namespace", string(args.namespace));
    }
    if let Form::Secret { kind_of_secret } = args.form {
        let value = match kind_of_secret.value.as_str() {
            "" => Node::string("Opaque").at(span),
            _ => string(kind_of_secret),
        };
        edit::set_field(&mut node, "type", value);
    }
    node
}

/// Labels keep the quotes that kyaml gives them; annotations are written again by what follows in Kustomize.
fn resource(node: Node, options: &Effective<'_>, behavior: Behavior) -> Resource {
    let mut resource = Resource::new(node);
    if !options.labels.is_empty()
        && let Some(metadata) = edit::metadata_mut(&mut resource.node)
    {
        let mut labels = Node::mapping();
        for (key, (text, span)) in &options.labels {
            let value = Node {
                style: Style::SingleQuoted,
                ..Node::string(text.clone())
            };
            edit::set_field(&mut labels, key, value.at(*span));
        }
        edit::set_field(metadata, "labels", labels);
    }
    if !options.annotations.is_empty() {
        edit::set_in_metadata(
            &mut resource.node,
            "annotations",
            options.annotations_node(),
        );
    }
    resource.state.needs_hash = options.hash;
    resource.state.behavior = Some(behavior);
    resource
}

/// A word that Kustomize does not know counts as none.
fn behavior(word: &Spanned<EcoString>, context: &mut Context<'_>) -> Behavior {
    let behavior = Behavior::parse(&word.value);
    let known = word.value.is_empty() || word.value == "unspecified";
    if behavior == Behavior::Unspecified && !known {
        let message = format!(
            "there is no behavior `{}`, so it counts as `create`",
            word.value
        );
        let diagnostic =
            Diagnostic::warning(codes::GENERATOR_BEHAVIOR, message).at(word.span.0, "");
        context
            .report
            .push(diagnostic.hint("write `create`, `replace` or `merge`"));
    }
    behavior
}

fn nameless(args: &Args<'_>, span: Span) -> Diagnostic {
    let message = format!("a generated {} must have a name", args.form.kind());
    Diagnostic::error(codes::GENERATOR_NAME_MISSING, message)
        .at(span, "this one has none")
        .hint("add `name`")
}

#[cfg(test)]
mod tests {
    use crate::options::Options;
    use crate::report::Report;
    use crate::resource::Resource;
    use crate::testing::MemoryFiles;
    use gitopsc_core::TreePath;
    use gitopsc_core::tree::MemoryTree;
    use gitopsc_yaml::Node;

    const GENERATORS: &str = "
configMapGenerator:
- name: settings
  envs: [secret.env]
  files: [secret.txt, secret.bin, plain.txt]
  literals: [literal=plain]
secretGenerator:
- name: passwords
  envs: [secret.env]
  files: [secret.txt, secret.bin, plain.txt]
";

    fn files(kustomization: &str) -> MemoryFiles {
        let tree = MemoryTree::new([
            ("base/kustomization.yaml", GENERATORS.as_bytes()),
            ("base/secret.env", b"USER=app\nPASSWORD=hunter2\n"),
            ("base/secret.txt", b"hunter2"),
            ("base/secret.bin", b"\xFFhunter2"),
            ("base/plain.txt", b"plain"),
            ("overlay/kustomization.yaml", kustomization.as_bytes()),
            ("overlay/broken.env", b"hunter2\nhunter2\n=hunter2\n"),
        ]);
        let secrets = ["base/secret.env", "base/secret.txt", "base/secret.bin"];
        let files = secrets.iter().fold(MemoryFiles::new(tree), |files, path| {
            files.with_secret(path)
        });
        files.with_secret("overlay/broken.env")
    }

    fn build(files: &MemoryFiles, report: &mut Report) -> Vec<Resource> {
        let overlay = TreePath::new("overlay");
        let built = crate::build::build(files, &overlay, &Options::default(), report);
        built.map(|built| built.resources).unwrap_or_default()
    }

    /// Which entries of `data` and `binaryData` are secret.
    fn secrets(resource: &Resource) -> Vec<(String, bool)> {
        let maps = ["data", "binaryData"]
            .into_iter()
            .filter_map(|field| resource.node.get(field)?.as_mapping());
        let entries = maps.flat_map(|mapping| &mapping.entries);
        let is_secret = |node: &Node| node.as_text().is_some_and(gitopsc_core::Text::is_secret);
        let mut found: Vec<_> = entries
            .map(|entry| {
                (
                    entry.key.as_str().unwrap_or_default().to_owned(),
                    is_secret(&entry.value),
                )
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn what_came_out_of_decryption_stays_secret_through_base64_and_merging() {
        let overlay = "resources: [../base]\nconfigMapGenerator: [{name: settings, behavior: merge, literals: [more=plain]}]\n";
        let mut report = Report::default();
        let resources = build(&files(overlay), &mut report);
        assert_eq!(report.diagnostics(), []);
        let named = |name: &str| {
            resources
                .iter()
                .find(|resource| resource.name().starts_with(name))
                .map(secrets)
        };
        let expected = |plain: &[&str]| {
            let mut all: Vec<(String, bool)> = ["PASSWORD", "USER", "secret.bin", "secret.txt"]
                .iter()
                .map(|key| ((*key).to_owned(), true))
                .collect();
            all.extend(plain.iter().map(|key| ((*key).to_owned(), false)));
            all.sort();
            Some(all)
        };
        assert_eq!(
            named("settings"),
            expected(&["literal", "more", "plain.txt"])
        );
        assert_eq!(named("passwords"), expected(&["plain.txt"]));
    }

    #[test]
    fn messages_show_nothing_of_a_decrypted_file() {
        let overlay = "configMapGenerator: [{name: settings, envs: [broken.env]}]\n";
        let mut report = Report::default();
        build(&files(overlay), &mut report);
        let shown = format!("{:?}", report.diagnostics());
        assert!(
            shown.contains("generator-key-twice") && shown.contains("env-line-ignored"),
            "{shown}"
        );
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn a_hash_does_not_tell_a_secret_text_from_a_plain_one() {
        let mut report = Report::default();
        let names = |files: &MemoryFiles, report: &mut Report| {
            let resources = build(files, report);
            resources.iter().map(Resource::name).collect::<Vec<_>>()
        };
        let decrypted = files("resources: [../base]\n");
        let tree = MemoryTree::new([
            ("base/kustomization.yaml", GENERATORS.as_bytes()),
            ("base/secret.env", b"USER=app\nPASSWORD=hunter2\n"),
            ("base/secret.txt", b"hunter2"),
            ("base/secret.bin", b"\xFFhunter2"),
            ("base/plain.txt", b"plain"),
            ("overlay/kustomization.yaml", b"resources: [../base]\n"),
        ]);
        let plain = names(&MemoryFiles::new(tree), &mut report);
        assert_eq!(names(&decrypted, &mut report), plain);
        assert_eq!(plain.len(), 2);
    }
}
