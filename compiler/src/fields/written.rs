//! Rules under `fields` in `gitopsc.yaml`.
//!
//! ```yaml
//! fields:
//! - at: /spec/replicas              # or a list
//!   of: {kind: Deployment.apps, namespace: "web-*", labels: {tier: front}}
//! ```

use super::annotated::hint;
use crate::codes;
use crate::config::Placed;
use crate::config::kinds::kind_and_group;
use gitopsc_core::{Diagnostic, EcoString};
use gitopsc_engine::rules::{Pointer, Rule, Selector};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_yaml::Spanned;
use std::collections::BTreeMap;
use std::fmt;

/// A rule as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrittenRule {
    at: Spanned<Pointers>,
    #[serde(default)]
    of: WrittenSelector,
}

/// One pointer, which stands where the whole stands, or several.
enum Pointers {
    One(String),
    Several(Vec<Spanned<String>>),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WrittenSelector {
    group: Option<String>,
    kind: Option<Spanned<String>>,
    namespace: Option<String>,
    name: Option<String>,
    labels: BTreeMap<String, String>,
}

/// The rules.
///
/// # Errors
/// Everything that is no pointer or no kind.
pub(crate) fn read(
    written: Vec<WrittenRule>,
    placed: &dyn Fn(Spanned<String>) -> Placed,
) -> Result<Vec<Rule>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let rules = written.into_iter().map(|rule| Rule {
        at: pointers(rule.at, placed, &mut wrong),
        of: rule.of.selector(placed, &mut wrong),
    });
    let rules = rules.collect();
    if wrong.is_empty() {
        return Ok(rules);
    }
    Err(wrong)
}

fn pointers(
    at: Spanned<Pointers>,
    placed: &dyn Fn(Spanned<String>) -> Placed,
    wrong: &mut Vec<Diagnostic>,
) -> Vec<Pointer> {
    let whole = Spanned {
        value: String::new(),
        referenced: at.referenced,
        defined: at.defined,
    };
    let texts = match at.value {
        Pointers::One(text) => vec![Placed {
            text: text.into(),
            ..placed(whole)
        }],
        Pointers::Several(texts) if texts.is_empty() => {
            let message = "this rule names no field";
            wrong.push(invalid(
                &placed(whole),
                message,
                "name one under `at`, such as /spec/replicas",
            ));
            return Vec::new();
        }
        Pointers::Several(texts) => texts.into_iter().map(placed).collect(),
    };
    let pointers = texts
        .iter()
        .filter_map(|text| match Pointer::parse(&text.text) {
            Ok(pointer) => Some(pointer),
            Err(error) => {
                wrong.push(invalid(text, &error.to_string(), hint(&error)));
                None
            }
        });
    pointers.collect()
}

impl WrittenSelector {
    fn selector(
        self,
        placed: &dyn Fn(Spanned<String>) -> Placed,
        wrong: &mut Vec<Diagnostic>,
    ) -> Selector {
        let kind = self.kind.map(placed);
        let (kind, group) = match &kind {
            None => (None, None),
            Some(kind) => match kind_and_group(&kind.text, self.group.is_some()) {
                Ok((kind, group)) => (Some(kind), group),
                Err(why) => {
                    wrong.push(invalid(
                        kind,
                        &why,
                        "write KIND or KIND.GROUP, such as Deployment.apps",
                    ));
                    (None, None)
                }
            },
        };
        let labels = self.labels.into_iter();
        Selector {
            group: group.or(self.group.map(EcoString::from)),
            kind,
            namespace: self.namespace.map(EcoString::from),
            name: self.name.map(EcoString::from),
            labels: labels
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        }
    }
}

fn invalid(place: &Placed, message: &str, hint: &str) -> Diagnostic {
    let finding = Diagnostic::error(codes::FIELD_RULE_INVALID, message).at(place.span, "");
    finding.hint(hint)
}

impl<'de> Deserialize<'de> for Pointers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pointers, D::Error> {
        deserializer.deserialize_any(PointersVisitor)
    }
}

/// Reads both forms. (An untagged enum would lose where the items of a list stand.)
struct PointersVisitor;

impl<'de> Visitor<'de> for PointersVisitor {
    type Value = Pointers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON pointer or a list of them")
    }

    fn visit_str<E>(self, text: &str) -> Result<Pointers, E> {
        Ok(Pointers::One(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Pointers, A::Error> {
        let mut pointers = Vec::new();
        while let Some(pointer) = items.next_element()? {
            pointers.push(pointer);
        }
        Ok(Pointers::Several(pointers))
    }
}
