//! What the tree says is accepted: annotations of objects and units, and `check.ignore` of `gitopsc.yaml`.
//!
//! An annotation is `gitopsc.dev/check-ignore: "CODE=REASON, CODE=REASON"`. A reason is required, and what accepts
//! nothing is noted, so that the list stays true.

use super::context::Context;
use super::finding::{About, File, Finding};
use crate::codes;
use crate::config::{self, Placed};
use crate::files::Renumbering;
use crate::objects::path::{self, Pointer};
use crate::pattern;
use crate::target::KUSTOMIZATION_FILES;
use gitopsc_core::{Diagnostic, EcoString, ObjectRef, Span, TreePath};
use gitopsc_engine::graph::NodeId;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the annotation, without the prefix of all settings.
const SETTING: &str = "check-ignore";

/// The annotation.
pub(crate) const ANNOTATION: &str = "gitopsc.dev/check-ignore";

/// Where something is accepted, and what: the same annotation may reach many objects.
type Mark = (Span, EcoString);

/// What is accepted.
#[derive(Default)]
pub(crate) struct Ignores {
    by_object: BTreeMap<NodeId, Vec<Mark>>,
    by_unit: BTreeMap<usize, Vec<Mark>>,
    by_pattern: Vec<(config::Ignore, Mark)>,
    marks: BTreeSet<Mark>,
    used: BTreeSet<Mark>,
    invalid: BTreeSet<Diagnostic>,
}

impl Ignores {
    /// Everything that objects, units and `said`, whose places are those of a running compilation, accept.
    pub(crate) fn new(
        context: &Context<'_>,
        said: &config::Check,
        renumbering: &Renumbering,
    ) -> Ignores {
        let mut ignores = Ignores::default();
        for member in context.known.index.members() {
            let keys = ["metadata", "annotations", ANNOTATION];
            if let Some(text) = path::text(member.body(), &keys) {
                let span = context.places.of(*member, &Pointer::of(&keys));
                let marks = ignores.read(text, span);
                ignores.by_object.insert(member.id, marks);
            }
        }
        for (at, unit) in context.compilation.units.iter().enumerate() {
            if let Some(text) = unit.settings.get(SETTING) {
                let span = kustomization(&unit.directory, renumbering);
                let marks = ignores.read(text, span);
                ignores.by_unit.insert(at, marks);
            }
        }
        for ignore in &said.ignore {
            let span = renumbering.span(ignore.code.span);
            let mark = (span, ignore.code.text.clone());
            if ignore.reason.trim().is_empty() {
                ignores.invalid.insert(without_reason(&ignore.code, span));
                continue;
            }
            ignores.marks.insert(mark.clone());
            ignores.by_pattern.push((ignore.clone(), mark));
        }
        ignores
    }

    /// Whether `finding` is accepted.
    pub(crate) fn accept(&mut self, finding: &Finding, context: &Context<'_>) -> bool {
        let own = match &finding.about {
            About::File(File {
                accepts: Some((text, span)),
                ..
            }) => self.read(text, *span),
            _ => Vec::new(),
        };
        let (unit, object) = match finding.about {
            About::Object(id) => (Some(context.known.index.member(id).unit), Some(id)),
            About::File(_) | About::Whole => (None, None),
        };
        let of_object = object.and_then(|id| self.by_object.get(&id));
        let of_unit = unit.and_then(|unit| self.by_unit.get(&unit));
        let marks = [of_object, of_unit].into_iter().flatten().flatten();
        let code = finding.diagnostic.code.0;
        let marks = marks.chain(&own).filter(|(_, accepted)| accepted == code);
        let patterns = self.by_pattern.iter().filter(|(ignore, _)| {
            ignore.code.text == code && fits(ignore, finding, unit, object, context)
        });
        let used: Vec<Mark> = marks
            .chain(patterns.map(|(_, mark)| mark))
            .cloned()
            .collect();
        let accepted = !used.is_empty();
        self.used.extend(used);
        accepted
    }

    /// What is wrong with what is accepted, and what of it accepts nothing.
    pub(crate) fn leftovers(self) -> Vec<Finding> {
        let unused = self.marks.difference(&self.used).map(unused);
        let all = self.invalid.into_iter().chain(unused);
        all.map(Finding::whole).collect()
    }

    /// Reads an annotation.
    fn read(&mut self, text: &str, span: Span) -> Vec<Mark> {
        let mut marks = Vec::new();
        for (code, reason) in items(text) {
            if reason.trim().is_empty() {
                let placed = Placed {
                    text: code.into(),
                    span,
                };
                self.invalid.insert(without_reason(&placed, span));
            } else {
                marks.push((span, EcoString::from(code)));
            }
        }
        self.marks.extend(marks.iter().cloned());
        marks
    }
}

/// The items of `CODE=REASON, CODE=REASON`. A comma inside a reason does not end it.
fn items(text: &str) -> Vec<(&str, &str)> {
    let is_code = |text: &str| {
        let mut bytes = text.bytes();
        !text.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    let mut starts = vec![0];
    starts.extend(text.match_indices(',').map(|(at, _)| at + 1));
    starts.retain(|start| {
        let item = text[*start..].split(',').next().unwrap_or_default();
        let code = item.split_once('=').map_or(item, |(code, _)| code);
        *start == 0 || is_code(code.trim()) && item.contains('=')
    });
    let ends = starts.iter().skip(1).map(|start| start - 1);
    let ends = ends.chain([text.len()]);
    let items = starts
        .iter()
        .zip(ends)
        .map(|(start, end)| &text[*start..end]);
    let items = items.map(|item| item.split_once('=').unwrap_or((item, "")));
    items.map(|(code, reason)| (code.trim(), reason)).collect()
}

/// Whether `finding` is what an entry of `gitopsc.yaml` means.
fn fits(
    ignore: &config::Ignore,
    finding: &Finding,
    unit: Option<usize>,
    object: Option<NodeId>,
    context: &Context<'_>,
) -> bool {
    let compilation = context.compilation;
    let unit = unit.map(|unit| &compilation.units[unit].path.0);
    let object = object.map(|id| context.known.index.member(id).object());
    let path = match &finding.about {
        About::File(file) => Some(file.path.relative_to(&compilation.root)),
        _ => None,
    };
    let is = |wanted: &Option<EcoString>, found: Option<&TreePath>| {
        wanted
            .as_ref()
            .is_none_or(|wanted| found.is_some_and(|found| pattern::matches(wanted, found)))
    };
    let is_object = ignore
        .object
        .as_ref()
        .is_none_or(|wanted| object.is_some_and(|object| is_named(wanted, object)));
    is(&ignore.unit, unit) && is(&ignore.path, path.as_ref()) && is_object
}

/// Whether `wanted`, `KIND[.GROUP]/[NAMESPACE/]NAME` with wildcards, is `object`.
fn is_named(wanted: &str, object: &ObjectRef) -> bool {
    let kind = object.kind_and_group();
    let named = |kind: &str, namespace: &str| {
        let path = [kind, namespace, object.name.as_str()];
        let path: Vec<&str> = path.into_iter().filter(|part| !part.is_empty()).collect();
        pattern::matches(wanted, &TreePath::new(&path.join("/")))
    };
    let kinds = [kind.as_str(), object.kind.as_str()];
    let mut namespaces = kinds
        .into_iter()
        .flat_map(|kind| [(kind, object.namespace.as_str()), (kind, "")]);
    namespaces.any(|(kind, namespace)| named(kind, namespace))
}

/// The kustomization file of `directory`, which has a setting; of a plain unit `gitopsc.yaml` has it.
fn kustomization(directory: &TreePath, renumbering: &Renumbering) -> Span {
    let files = KUSTOMIZATION_FILES.iter().map(|name| directory.join(name));
    let mut numbers = files.filter_map(|file| renumbering.file(&file));
    numbers.next().map_or(Span::NONE, |file| Span::new(file, 0))
}

fn without_reason(code: &Placed, span: Span) -> Diagnostic {
    let message = format!("`{}` is accepted without a reason, so it is not", code.text);
    Diagnostic::warning(codes::IGNORE_INVALID, message)
        .at(span, "")
        .hint("say why, for whoever reads it next: CODE=REASON")
}

fn unused((span, code): &Mark) -> Diagnostic {
    let is_code = codes::ALL.iter().any(|known| known.0 == code.as_str());
    let message = format!("`{code}` is accepted here, and nothing of that kind is found");
    let note = Diagnostic::note(codes::IGNORE_UNUSED, message).at(*span, "");
    note.hint(if is_code {
        "remove it"
    } else {
        "no finding of a check has this code"
    })
}

#[cfg(test)]
mod tests {
    use super::{is_named, items};
    use gitopsc_core::ObjectRef;

    #[test]
    fn reasons_may_hold_commas() {
        assert_eq!(
            items("a-b=old, but works, c=x=y,d"),
            [("a-b", "old, but works"), ("c", "x=y,d")]
        );
        assert_eq!(items("a"), [("a", "")]);
        assert_eq!(items(" a = "), [("a", " ")]);
    }

    #[test]
    fn objects_are_named_by_patterns() {
        let object = ObjectRef {
            group: "apps".into(),
            kind: "Deployment".into(),
            namespace: "web".into(),
            name: "frontend".into(),
        };
        for (wanted, fits) in [
            ("Deployment.apps/web/frontend", true),
            ("Deployment/frontend", true),
            ("Deployment/web/front*", true),
            ("*/web/*", true),
            ("Deployment/api/frontend", false),
            ("Service/frontend", false),
        ] {
            assert_eq!(is_named(wanted, &object), fits, "{wanted}");
        }
    }
}
