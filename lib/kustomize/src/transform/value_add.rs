//! The ValueAddTransformer: puts a value, or a path segment, into fields of selected resources.
//!
//! api/internal/builtins/ValueAddTransformer.go, api/filters/valueadd.

use super::namespace::{NamespaceTransformer, Subjects};
use crate::codes;
use crate::context::Context;
use crate::decode::{Decode, Decoder, Mode, Spanned};
use crate::decode_struct;
use crate::edit::set_scalar;
use crate::fieldspec::{Create, FieldSpec, walk};
use crate::kustomization::Entry;
use crate::load::Directory;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use crate::select::{CompiledSelector, Selector, select};
use gitopsc_core::{Diagnostic, Gvk, Span, Text};
use gitopsc_yaml::{Node, Tag};

decode_struct! {
    /// The configuration of a ValueAddTransformer.
    pub struct ValueAddConfig {
        /// The value; the name of the kustomization's directory if it is empty.
        "value" => value: Spanned<Text>,
        /// Where it goes.
        "targets" => targets: Vec<Target>,
        /// A file of further targets.
        "targetFilePath" => target_file_path: Entry,
    }
}

decode_struct! {
    /// Where the value goes.
    pub struct Target {
        /// Which resources; all if it is not set.
        "selector" => selector: Option<Spanned<Selector>>,
        /// Which field, `/`-separated.
        "fieldPath" => field_path: Entry,
        /// If above 0: the value becomes this segment of the path that the field holds.
        "filePathPosition" => file_path_position: Spanned<i64>,
    }
}

decode_struct! {
    /// A file of targets.
    struct TargetFile {
        "targets" => targets: Vec<Target>,
    }
}

/// Puts a value into fields.
#[derive(Clone, Debug)]
pub struct ValueAddTransformer {
    value: Spanned<Text>,
    places: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Place {
    selector: Option<CompiledSelector>,
    field: FieldSpec,
    position: Option<usize>,
}

impl ValueAddConfig {
    /// The transformer that a configuration at `span` means.
    pub fn configure(
        self,
        span: Span,
        directory: &Directory,
        context: &mut Context<'_>,
    ) -> Option<ValueAddTransformer> {
        let mut targets = self.targets;
        if !self.target_file_path.value.is_empty() {
            targets.extend(read_targets(&self.target_file_path, directory, context)?);
        }
        if targets.is_empty() {
            let diagnostic = Diagnostic::error(
                codes::PLUGIN_CONFIGURATION,
                "a ValueAddTransformer needs a target",
            );
            context
                .report
                .push(diagnostic.at(span, "none here").hint("add `targets`"));
            return None;
        }
        let trimmed = self.value.value.as_str().trim();
        let value = match trimmed.is_empty() {
            true => Text::from(directory.path().name().unwrap_or_default()),
            false => Text::derive(trimmed, [&self.value.value]),
        };
        let places = targets
            .into_iter()
            .map(|target| place(target, context.report));
        Some(ValueAddTransformer {
            value: Spanned {
                value,
                span: self.value.span,
            },
            places: places.collect::<Option<_>>()?,
        })
    }
}

fn read_targets(
    entry: &Entry,
    directory: &Directory,
    context: &mut Context<'_>,
) -> Option<Vec<Target>> {
    let root = context.read_typed(directory, entry)?;
    let mut decoder = Decoder::new(context.report, "file of targets", Mode::Lenient);
    TargetFile::decode(&root, &mut decoder).map(|file| file.targets)
}

fn place(target: Target, report: &mut Report) -> Option<Place> {
    if target.field_path.value.is_empty() {
        let diagnostic =
            Diagnostic::error(codes::PLUGIN_CONFIGURATION, "a target needs `fieldPath`");
        report.push(
            diagnostic
                .at(target.field_path.span.0, "")
                .hint("write the path of the field, such as metadata/name"),
        );
        return None;
    }
    let position = &target.file_path_position;
    if position.value < 0 {
        let diagnostic = Diagnostic::error(
            codes::PLUGIN_CONFIGURATION,
            "`filePathPosition` cannot be negative",
        );
        report.push(
            diagnostic
                .at(position.span.0, "")
                .hint("count segments from 1, or leave it out"),
        );
        return None;
    }
    let selector = match &target.selector {
        Some(selector) => Some(selector.value.compile(report)?),
        None => None,
    };
    Some(Place {
        selector,
        field: FieldSpec::new(Gvk::default(), target.field_path.value, true),
        position: usize::try_from(position.value)
            .ok()
            .filter(|position| *position > 0),
    })
}

impl ValueAddTransformer {
    /// Sets the fields; what fails is reported.
    pub fn apply(&self, resources: &mut ResMap, schema: &Schema, report: &mut Report) {
        for place in &self.places {
            let selected = match &place.selector {
                Some(selector) => select(resources, selector, schema),
                None => (0..resources.resources.len()).collect(),
            };
            for at in selected {
                self.apply_one(place, &mut resources.resources[at], schema, report);
            }
        }
    }

    fn apply_one(
        &self,
        place: &Place,
        resource: &mut Resource,
        schema: &Schema,
        report: &mut Report,
    ) {
        if place.field.path == "metadata/namespace" {
            let namespace = NamespaceTransformer {
                namespace: self.value.clone(),
                specs: Vec::new(),
                unset_only: false,
                subjects: Subjects::DefaultOnly,
            };
            return namespace.apply_one(resource, schema, report);
        }
        let outcome = walk(
            &place.field,
            &mut resource.node,
            Create::Scalar(Tag::None),
            &mut |field| {
                let value = match place.position {
                    Some(position) => with_segment(
                        field.as_text().cloned().unwrap_or_default(),
                        position,
                        &self.value.value,
                    ),
                    None => self.value.value.clone(),
                };
                match set_scalar(field, Node::scalar(value).at(self.value.span.0)) {
                    true => Ok(()),
                    false => Err(super::prefix::no_scalar(field, &place.field)),
                }
            },
        );
        if let Err(problem) = outcome {
            report.push(*problem);
        }
    }
}

/// `path` with `segment` put in at `position`, from 1; at the end if it is shorter (kyaml/filesys/util.go, `InsertPathPart`).
fn with_segment(path: Text, position: usize, segment: &Text) -> Text {
    let text = path.as_str();
    let (root, rest) = match text.strip_prefix('/') {
        Some(rest) => ("/", rest),
        None => ("", text),
    };
    let mut segments: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    segments.insert((position - 1).min(segments.len()), segment.as_str());
    Text::derive(format!("{root}{}", segments.join("/")), [&path, segment])
}
