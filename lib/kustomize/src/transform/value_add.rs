//! The ValueAddTransformer: puts a value, or a path segment, into fields of selected resources.
//!
//! api/internal/builtins/ValueAddTransformer.go, api/filters/valueadd.

use super::namespace::{NamespaceTransformer, Subjects};
use crate::codes;
use crate::context::Context;
use crate::decode::{self, Decode, Decoder, Mode, Spanned};
use crate::decode_struct;
use crate::edit::{set_scalar, split_path};
use crate::kustomization::Entry;
use crate::load::Directory;
use crate::lookup::{self, Astray, Reason};
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use crate::select::{CompiledSelector, Selector, select};
use gitopsc_core::{Diagnostic, Span, Text};
use gitopsc_yaml::Node;

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
    path: Entry,
    parts: Vec<String>,
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
            true => Text::from(name_of(directory, context)),
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

/// The name of a directory; of the tree's root, the one that it has outside of the tree.
fn name_of<'n>(directory: &'n Directory, context: &'n Context<'_>) -> &'n str {
    directory.path().name().unwrap_or_else(|| {
        let root = context.options.root_path.as_deref().unwrap_or_default();
        root.rsplit('/').next().unwrap_or_default()
    })
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
        parts: split_path(&target.field_path.value, '/'),
        path: target.field_path,
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
        if place.path.value == "metadata/namespace" {
            let namespace = NamespaceTransformer {
                namespace: self.value.clone(),
                specs: Vec::new(),
                unset_only: false,
                subjects: Subjects::DefaultOnly,
            };
            return namespace.apply_one(resource, schema, report);
        }
        match lookup::find_or_create(&mut resource.node, &place.parts) {
            Ok(Some(at)) => {
                let field = lookup::at_mut(&mut resource.node, &at);
                if let Some(field) = field
                    && !self.set(field, place)
                {
                    let found = decode::describe(field);
                    report.push(place.unfit(field.span, "a single value", found));
                }
            }
            Ok(None) if place.position.is_some() => report.push(place.missing(resource.node.span)),
            Ok(None) => {}
            Err(astray) => report.push(place.astray(astray)),
        }
    }

    /// Sets a field; says whether it is one that can be set.
    fn set(&self, field: &mut Node, place: &Place) -> bool {
        let value = match (place.position, field.as_text()) {
            (Some(position), Some(old)) => with_segment(old, position, &self.value.value),
            _ => self.value.value.clone(),
        };
        set_scalar(field, Node::scalar(value).at(self.value.span.0))
    }
}

impl Place {
    fn astray(&self, astray: Astray) -> Diagnostic {
        match astray.reason {
            Reason::OtherKind(wanted, found) => self.unfit(astray.span, wanted, found),
            Reason::UnfitPart(part) => {
                let message = format!("`{part}` cannot stand in the path of a field");
                let diagnostic = Diagnostic::error(codes::INVALID_PATH, message);
                diagnostic
                    .at(self.path.span.0, "this path")
                    .hint("name one field; an item of a list by its number or by [key=value]")
            }
        }
    }

    /// Kustomize sets nothing where an item is missing, and crashes if it should put a segment in.
    fn missing(&self, span: Span) -> Diagnostic {
        let message = format!(
            "there is no field `{}` to put a segment into",
            self.path.value
        );
        Diagnostic::error(codes::FIELD_NOT_REACHED, message)
            .at(self.path.span.0, "this path")
            .at(span, "in this resource")
            .hint("name a field that is there, or leave `filePathPosition` out")
    }

    fn unfit(&self, span: Span, wanted: &str, found: &str) -> Diagnostic {
        let message = format!("the path needs {wanted} here, and this is {found}");
        Diagnostic::error(codes::FIELD_NOT_REACHED, message)
            .at(self.path.span.0, "this path")
            .at(span, "in this value")
            .hint("correct the path, or the value")
    }
}

/// `path` with `segment` put in at `position`, from 1; behind all others if there are fewer (kyaml/filesys/util.go,
/// `InsertPathPart`).
fn with_segment(path: &Text, position: usize, segment: &Text) -> Text {
    let mut segments = segments(path.as_str());
    let mut at = (position - 1).min(segments.len());
    let absolute = segments.first() == Some(&"");
    if absolute && at < segments.len() {
        at += 1;
    }
    segments.insert(at, segment.as_str());
    let joined = match absolute {
        true => format!("/{}", cleaned(&segments[1..])),
        false => cleaned(&segments),
    };
    Text::derive(joined, [path, segment])
}

/// The segments of a file's path, the first one empty if it is absolute (`PathSplit`, which goes from the end).
fn segments(path: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let at = rest.rfind('/');
        let name = &rest[at.map_or(0, |at| at + 1)..];
        if at != Some(0) || !name.is_empty() {
            segments.push(name);
        }
        if at == Some(0) {
            segments.push("");
        }
        rest = &rest[..at.unwrap_or(0)];
    }
    segments.reverse();
    segments
}

/// Segments joined as Go's `filepath.Join` does it, without empty ones, `.` and what `..` leaves.
fn cleaned(segments: &[&str]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in segments.iter().flat_map(|segment| segment.split('/')) {
        match (segment, kept.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    match kept.is_empty() && segments.iter().any(|segment| !segment.is_empty()) {
        true => ".".to_owned(),
        false => kept.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::with_segment;

    #[test]
    fn a_segment_is_put_into_the_path_of_a_file() {
        for (path, position, expected) in [
            ("", 1, "X"),
            ("", 9, "X"),
            ("/", 1, "/X"),
            ("pie", 1, "X/pie"),
            ("/pie", 1, "/X/pie"),
            ("raw", 2, "raw/X"),
            ("/raw", 2, "/raw/X"),
            ("/raw", 3, "/raw/X"),
            ("a/nice/warm/pie", 4, "a/nice/warm/X/pie"),
            ("/a/nice/warm/pie", 4, "/a/nice/warm/X/pie"),
            ("a/b/", 3, "a/b/X"),
            ("a/./b", 1, "X/a/b"),
            ("a/../b", 9, "b/X"),
            ("../a", 1, "a"),
            ("a//b", 2, "a/X/b"),
            ("//a", 2, "/a/X"),
            ("///", 1, "/X"),
            (".", 1, "X"),
        ] {
            let text = with_segment(&path.into(), position, &"X".into());
            assert_eq!(text, expected, "{path} {position}");
        }
    }
}
