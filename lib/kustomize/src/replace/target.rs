//! Where a value goes.

use super::path::{FieldPath, Kind};
use super::problem::Problem;
use super::reach::{Found, Reach};
use super::source::{Part, Value};
use super::{Surroundings, text};
use crate::codes;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::select::CompiledSelector;
use gitopsc_core::{Diagnostic, Span, Text};
use gitopsc_yaml::{Node, NodeValue};

/// Fields of some resources.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) select: CompiledSelector,
    /// Where `select` is written.
    pub(super) span: Span,
    pub(super) reject: Vec<CompiledSelector>,
    pub(super) paths: Vec<FieldPath>,
    pub(super) part: Option<Part>,
    /// Whether missing fields are created.
    pub(super) create: bool,
}

/// What became of one path in all resources.
#[derive(Default)]
struct Outcome {
    problems: Vec<Problem>,
    lost: Option<Span>,
    loose: Option<Span>,
    whole_text: Option<Span>,
}

impl Target {
    /// Writes `value` into all fields; what fails is reported.
    pub(super) fn write(
        &self,
        value: &mut Value,
        resources: &mut ResMap,
        surroundings: &Surroundings<'_>,
        report: &mut Report,
    ) {
        let mut selected = false;
        let mut outcomes: Vec<Outcome> = Vec::new();
        outcomes.resize_with(self.paths.len(), Outcome::default);
        for (index, resource) in resources.resources.iter_mut().enumerate() {
            if !self.selects(resource) {
                continue;
            }
            selected = true;
            for (path, outcome) in self.paths.iter().zip(&mut outcomes) {
                let original = value.original(index, resource);
                let value_now = (&value.node, original);
                self.write_one(&mut resource.node, path, value_now, surroundings, outcome);
                value.refresh(index, resource);
            }
        }
        if !selected {
            report.push(self.unmatched());
        }
        for (path, outcome) in self.paths.iter().zip(outcomes) {
            self.report(path, outcome, report);
        }
    }

    fn selects(&self, resource: &Resource) -> bool {
        let matches = |selector: &CompiledSelector| {
            let gvk = resource.gvk();
            selector.matches_id(&gvk, &resource.name(), &resource.namespace())
                || resource.state.previous.iter().any(|previous| {
                    let gvk = gitopsc_core::Gvk {
                        kind: previous.kind.clone(),
                        ..gvk.clone()
                    };
                    selector.matches_id(&gvk, &previous.name, &previous.namespace)
                })
        };
        let rejects = |selector: &CompiledSelector| {
            (!selector.is_for_any_id() && matches(selector))
                || (selector.asks_for_metadata() && selector.matches_metadata(resource))
        };
        matches(&self.select)
            && self.select.matches_metadata(resource)
            && !self.reject.iter().any(rejects)
    }

    fn write_one(
        &self,
        root: &mut Node,
        path: &FieldPath,
        (value, original): (&Node, Option<*const Node>),
        surroundings: &Surroundings<'_>,
        outcome: &mut Outcome,
    ) {
        let create = self.create.then(|| Kind::of(value));
        if let Some((found, text)) = text::write(root, path, value, create, surroundings) {
            outcome.take(found);
            outcome.whole_text = outcome.whole_text.or(Some(text));
            return;
        }
        let mut reach = Reach {
            create,
            beside: &surroundings.margins,
            limits: surroundings.limits,
            found: Found::default(),
        };
        // A field that is the source itself changes what the fields after it get.
        let mut changed: Option<Node> = None;
        let walked = reach.walk(root, &path.segments, &mut |field| {
            self.set(field, changed.as_ref().unwrap_or(value))?;
            if original.is_some_and(|original| std::ptr::eq(original, field)) {
                changed = Some(field.clone());
            }
            Ok(())
        });
        let found = reach.found;
        match walked {
            Ok(()) if found.fields == 0 => outcome.problems.push(match found.disguised {
                Some(item) => Problem::disguised(item, &path.text),
                None => Problem::missing(root.span, &path.text),
            }),
            Ok(()) => outcome.take(found),
            Err(problem) => outcome.problems.push(problem),
        }
    }

    /// Sets one field. A text keeps its tag and style, whatever the value is.
    fn set(&self, field: &mut Node, value: &Node) -> Result<(), Problem> {
        let new = value.as_text().cloned().unwrap_or_default();
        match (&self.part, field.as_text()) {
            (Some(_), None) => return Err(Problem::no_text(field)),
            (Some(part), Some(old)) => {
                field.value = NodeValue::Scalar(with_part(old, part, &new));
            }
            (None, Some(_)) => field.value = NodeValue::Scalar(new),
            (None, None) => *field = value.clone(),
        }
        if !value.span.is_none() {
            field.span = value.span;
        }
        Ok(())
    }

    fn report(&self, path: &FieldPath, outcome: Outcome, report: &mut Report) {
        report.extend(
            outcome
                .problems
                .into_iter()
                .map(|problem| problem.diagnostic(path.span)),
        );
        if let Some(place) = outcome.lost {
            report.push(lost(path, place));
        }
        if let Some(item) = outcome.loose {
            report.push(loose(path, item));
        }
        if let (Some(text), Some(part)) = (outcome.whole_text, &self.part) {
            report.push(ignored_delimiter(part, text));
        }
    }

    fn unmatched(&self) -> Diagnostic {
        Diagnostic::warning(
            codes::REPLACEMENT_TARGET_UNMATCHED,
            "the target of this replacement matches nothing",
        )
        .at(self.span, "this target")
        .hint("correct the target, or remove it; Kustomize says nothing here")
    }
}

impl Outcome {
    fn take(&mut self, found: Found) {
        self.lost = self.lost.or(found.lost);
        self.loose = self.loose.or(found.loose);
    }
}

/// `old` with one of its parts replaced by `new`, which goes before all parts if the index is below 0, and
/// behind them if it is too large.
fn with_part(old: &Text, part: &Part, new: &Text) -> Text {
    let delimiter = part.delimiter.as_str();
    let mut parts: Vec<&str> = old.as_str().split(delimiter).collect();
    match usize::try_from(part.index) {
        Err(_) => parts.insert(0, new.as_str()),
        Ok(index) => match parts.get_mut(index) {
            Some(part) => *part = new.as_str(),
            None => parts.push(new.as_str()),
        },
    }
    Text::derive(parts.join(delimiter), [old, new])
}

fn lost(path: &FieldPath, place: Span) -> Diagnostic {
    Diagnostic::warning(
        codes::REPLACEMENT_LOST,
        format!("Kustomize loses what is written to `{}`", path.text),
    )
    .at(path.span, "this path")
    .at(place, "from here on nothing is kept")
    .hint("fields cannot be created below a null; a text inside a text is changed only by a path without `*` and expressions, and in JSON a number or boolean cannot become a text")
}

fn loose(path: &FieldPath, item: Span) -> Diagnostic {
    Diagnostic::warning(
        codes::LOOSE_ITEM_MATCH,
        "[key=value] looks for a regular expression anywhere in the text, and finds more than the item that is equal",
    )
    .at(path.span, "this path")
    .at(item, "this is found too")
    .hint("write [key=^value$] to mean one item only")
}

fn ignored_delimiter(part: &Part, text: Span) -> Diagnostic {
    Diagnostic::warning(
        codes::REPLACEMENT_OPTION_IGNORED,
        "Kustomize ignores `delimiter` inside JSON or YAML text: the whole value is replaced",
    )
    .at(part.span, "this option")
    .at(text, "inside this text")
    .hint("remove the option, or put the value together in the source")
}

#[cfg(test)]
mod tests {
    use super::with_part;
    use crate::replace::source::Part;
    use gitopsc_core::{FileId, Span, Text};
    use gitopsc_yaml::Origins;

    fn part(delimiter: &str, index: i64) -> Part {
        Part {
            delimiter: delimiter.into(),
            span: Span::NONE,
            index,
        }
    }

    #[test]
    fn a_part_is_replaced_or_put_before_or_behind() {
        for (old, delimiter, index, expected) in [
            ("a:b:c", ":", 1, "a:X:c"),
            ("a:b", ":", -1, "X:a:b"),
            ("a:b", ":", 2, "a:b:X"),
            ("a:b", ":", 9, "a:b:X"),
            ("", ":", 0, "X"),
            ("", ":", 1, ":X"),
            ("a--b", "--", 0, "X--b"),
            ("ab", "/", 0, "X"),
        ] {
            let text = with_part(&old.into(), &part(delimiter, index), &"X".into());
            assert_eq!(text, expected, "{old} {delimiter} {index}");
        }
    }

    #[test]
    fn what_holds_a_secret_part_is_secret() {
        let secret = Text::secret("X".to_owned(), Origins::one(FileId(3)));
        let from_new = with_part(&"a:b".into(), &part(":", 0), &secret);
        let from_old = with_part(&secret, &part(":", 1), &"b".into());
        assert!(from_new.is_secret() && from_old.is_secret());
    }
}
