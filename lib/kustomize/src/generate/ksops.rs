//! The generator of `viaduct.ai/v1` of kind ksops, natively: it reads encrypted files, which arrive here
//! decrypted, and no program is run.
//!
//! It is configured as for viaduct-ai/kustomize-sops (ksops.go), as a function or in the older way: `files` are
//! manifests, and `secretFrom` makes Secrets of files. Kustomize then goes by two annotations of what comes
//! out (api/internal/plugins/utils, `UpdateResourceOptions`).

use super::data::base64;
use super::dotenv;
use super::sources::{file_source, read};
use crate::codes;
use crate::context::Context;
use crate::decode::{Decode as _, Decoder, Mode, Spanned};
use crate::decode_struct;
use crate::documents;
use crate::edit;
use crate::files::Content;
use crate::kustomization::Entry;
use crate::load::Directory;
use crate::resource::{Behavior, Resource};
use gitopsc_core::{Diagnostic, EcoString, Gvk, Span, Text};
use gitopsc_yaml::Node;
use std::collections::BTreeMap;

/// The annotation by which a resource asks for a hash in its name.
const NEEDS_HASH: &str = "kustomize.config.k8s.io/needs-hash";
/// The annotation that says what becomes of a resource that is there already.
const BEHAVIOR: &str = "kustomize.config.k8s.io/behavior";

decode_struct! {
    /// The configuration of a ksops generator.
    pub struct KsopsArgs {
        /// Files of manifests.
        "files" => files: Vec<Entry>,
        /// Secrets to make of files.
        "secretFrom" => secret_from: Vec<Spanned<SecretFrom>>,
    }
}

decode_struct! {
    /// One Secret to make.
    pub struct SecretFrom {
        /// Its name, namespace, labels and annotations.
        "metadata" => metadata: Option<Node>,
        /// Its type.
        "type" => kind_of_secret: Spanned<Text>,
        /// Texts, as `path` or `key=path`.
        "files" => files: Vec<Entry>,
        /// Files of any bytes, likewise.
        "binaryFiles" => binary_files: Vec<Entry>,
        /// Files with an entry on each line.
        "envs" => envs: Vec<Entry>,
    }
}

/// Whether a configuration object of this kind is one of ksops.
#[must_use]
pub fn is_ksops(gvk: &Gvk) -> bool {
    gvk.group == "viaduct.ai" && gvk.version == "v1" && gvk.kind == "ksops"
}

impl KsopsArgs {
    /// What the configuration object `config` says.
    pub fn read(config: &Resource, context: &mut Context<'_>) -> Option<KsopsArgs> {
        let before = context.report.errors();
        let mut decoder = Decoder::new(context.report, "ksops generator", Mode::Typed);
        let args = KsopsArgs::decode(&config.node, &mut decoder)?;
        if args.files.is_empty() && args.secret_from.is_empty() {
            let message = "a ksops generator needs `files` or `secretFrom`";
            let diagnostic = Diagnostic::error(codes::GENERATOR_SOURCE, message);
            let diagnostic = diagnostic.at(config.node.span, "this one has neither");
            context
                .report
                .push(diagnostic.hint("name the encrypted files under `files`"));
        }
        (context.report.errors() == before).then_some(args)
    }

    /// Generates; what fails is reported.
    pub fn generate(&self, directory: &Directory, context: &mut Context<'_>) -> Vec<Resource> {
        let mut made = Vec::new();
        for file in &self.files {
            made.extend(manifests(file, directory, context).unwrap_or_default());
        }
        for from in &self.secret_from {
            let secret = secret(&from.value, from.span.0, directory, context);
            made.extend(secret.map(Resource::new));
        }
        made.iter_mut()
            .for_each(|resource| heed_annotations(resource, context));
        made
    }
}

/// The manifests in the file that `entry` names.
fn manifests(
    entry: &Entry,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Vec<Resource>> {
    match context.loader.source(directory, &entry.value) {
        Err(error) => context.report.push(error.diagnostic(entry.span.0)),
        Ok((path, parsed)) => match documents::resources(&parsed) {
            Err(problems) => context.report.extend(problems),
            Ok(resources) => {
                context.sources.insert(parsed.file, path);
                return Some(resources);
            }
        },
    }
    None
}

/// The Secret that `from` describes.
fn secret(
    from: &SecretFrom,
    span: Span,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Node> {
    let before = context.report.errors();
    let (mut texts, mut data) = (BTreeMap::new(), BTreeMap::new());
    for entry in &from.files {
        if let Some((key, content)) = named(entry, directory, context) {
            let text = Text::derive(
                String::from_utf8_lossy(&content.bytes).into_owned(),
                &source_of(&content),
            );
            texts.insert(key, Node::string(text).at(start(&content)));
        }
    }
    for entry in &from.binary_files {
        if let Some((key, content)) = named(entry, directory, context) {
            let text = Text::derive(base64(&content.bytes), &source_of(&content));
            data.insert(key, Node::string(text).at(start(&content)));
        }
    }
    for entry in &from.envs {
        if let Some(content) = read(entry, &entry.value, directory, context) {
            for (key, value) in dotenv::pairs(&String::from_utf8_lossy(&content.bytes)) {
                let text = Text::derive(value, &source_of(&content));
                texts.insert(key, Node::string(text).at(start(&content)));
            }
        }
    }
    (context.report.errors() == before).then(|| object(from, span, texts, data))
}

fn object(
    from: &SecretFrom,
    span: Span,
    texts: BTreeMap<EcoString, Node>,
    data: BTreeMap<EcoString, Node>,
) -> Node {
    let mut node = Node::mapping().at(span);
    edit::set_field(&mut node, "apiVersion", Node::string("v1").at(span));
    edit::set_field(&mut node, "kind", Node::string("Secret").at(span));
    let metadata = from.metadata.clone();
    let metadata = metadata.unwrap_or_else(|| Node::mapping().at(span));
    edit::set_field(&mut node, "metadata", metadata);
    if !from.kind_of_secret.value.as_str().is_empty() {
        let kind = Node::string(from.kind_of_secret.value.clone());
        edit::set_field(&mut node, "type", kind.at(from.kind_of_secret.span.0));
    }
    for (field, entries) in [("stringData", texts), ("data", data)] {
        if !entries.is_empty() {
            edit::set_field(&mut node, field, super::data_node(entries));
        }
    }
    node
}

/// The key and the content of a file, as `path` or `key=path`.
fn named(
    entry: &Entry,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<(EcoString, Content)> {
    match file_source(&entry.value) {
        Ok((key, path)) => Some((key, read(entry, path, directory, context)?)),
        Err(message) => {
            let diagnostic = Diagnostic::error(codes::GENERATOR_SOURCE, message);
            let diagnostic = diagnostic.at(entry.span.0, "this entry");
            context
                .report
                .push(diagnostic.hint("write the path of a file, or `key=path`"));
            None
        }
    }
}

/// A text as secret as `content`.
fn source_of(content: &Content) -> Option<Text> {
    let origins = content.secret.clone()?;
    Some(Text::secret(String::new(), origins))
}

fn start(content: &Content) -> Span {
    Span::new(content.file, 0)
}

/// Takes Kustomize's two annotations off and does what they say.
fn heed_annotations(resource: &mut Resource, context: &mut Context<'_>) {
    let mut annotations = resource.annotations();
    let hash = annotations.remove(NEEDS_HASH);
    let behavior = annotations.remove(BEHAVIOR);
    resource.state.behavior = Some(Behavior::parse(
        behavior.as_ref().map_or("", |text| text.as_str()),
    ));
    match hash.as_ref().map(|text| (text, go_bool(text.as_str()))) {
        None => {}
        Some((_, Some(wanted))) => resource.state.needs_hash = wanted,
        Some((text, None)) => {
            let message = format!("the annotation {NEEDS_HASH} is true or false, not `{text}`");
            let diagnostic = Diagnostic::error(codes::WRONG_TYPE, message);
            context.report.push(
                diagnostic
                    .at(resource.node.span, "of this object")
                    .hint("write \"true\" or \"false\""),
            );
        }
    }
    if hash.is_some() || behavior.is_some() {
        resource.set_annotations(annotations);
    }
}

/// Go's `ParseBool`.
fn go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}
