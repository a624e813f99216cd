//! What does not fit in an object, and how it is told.

use crate::check::context::Context;
use crate::codes;
use crate::objects::index::Member;
use crate::objects::path::Pointer;
use gitopsc_core::{Code, Diagnostic, Json};
use gitopsc_kustomize::decode::nearest;

/// How many words a hint lists.
const MOST_WORDS: usize = 12;

/// The longest value that is shown, in characters.
const LONGEST: usize = 60;

/// Something that does not fit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Where.
    pub(crate) at: Pointer,
    /// What.
    pub(crate) what: What,
}

/// What does not fit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The field is not known; those that are.
    Unknown {
        /// Its name.
        field: String,
        /// The names of known fields.
        known: Vec<String>,
    },
    /// The value is of another type.
    Type {
        /// What is wanted, in words.
        wanted: &'static str,
        /// What is there, in words.
        found: &'static str,
        /// Whether quotes around it would do.
        quotes: bool,
    },
    /// The value is not one of a few.
    NotOneOf {
        /// The value, if it can be shown.
        value: Option<String>,
        /// Those that are possible.
        allowed: Vec<String>,
    },
    /// The field is missing.
    Missing {
        /// Its name.
        field: String,
    },
    /// An item of a list is there already.
    Twice {
        /// The first one.
        first: Pointer,
        /// What tells items apart.
        by: Vec<String>,
    },
    /// The value breaks a rule.
    Invalid {
        /// Which, in words that follow the name of the field.
        why: String,
    },
    /// The value breaks a CEL rule of its CRD.
    Rule {
        /// What the rule says of it.
        message: String,
        /// The rule.
        rule: String,
    },
}

impl Problem {
    /// The finding.
    pub(crate) fn diagnostic(&self, member: Member<'_>, context: &Context<'_>) -> Diagnostic {
        let object = member.object();
        let path = words(&self.at);
        let place = context.places.of(member, &self.at);
        let error = |code: Code, message: String| Diagnostic::error(code, message);
        match &self.what {
            What::Unknown { field, known } => {
                let message = format!("{object} has the field {path}, which is not known");
                let place = context.places.of_key(member, &self.at, field);
                let unknown = error(codes::SCHEMA_UNKNOWN_FIELD, message).at(place, "");
                unknown.hint(did_you_mean(field, known, "known here are"))
            }
            What::Type {
                wanted,
                found,
                quotes,
            } => {
                let message = format!("{path} of {object} is {found}, and {wanted} is wanted");
                let misfit = error(codes::SCHEMA_WRONG_TYPE, message).at(place, "");
                if *quotes {
                    misfit.hint("put it in quotes")
                } else {
                    misfit.hint(format!("write {wanted}"))
                }
            }
            What::NotOneOf { value, allowed } => {
                let shown = value.as_ref().map(|value| format!(", `{value}`,"));
                let shown = shown.unwrap_or_default();
                let message = format!("{path} of {object}{shown} is none of the possible values");
                let misfit = error(codes::SCHEMA_INVALID_VALUE, message).at(place, "");
                misfit.hint(did_you_mean(
                    value.as_deref().unwrap_or_default(),
                    allowed,
                    "possible are",
                ))
            }
            What::Missing { field } => {
                let within = if self.at == Pointer::default() {
                    String::new()
                } else {
                    format!(" in {path}")
                };
                let message = format!("{object} lacks the field `{field}`{within}");
                let missing = error(codes::SCHEMA_MISSING_FIELD, message).at(place, "in this");
                missing.hint("add it; the API server refuses the object without")
            }
            What::Twice { first, by } => {
                let message = format!(
                    "{path} of {object} is there twice, by its {}",
                    by.join(" and ")
                );
                error(codes::DUPLICATE_LIST_KEY, message)
                    .at(place, "again here")
                    .at(context.places.of(member, first), "first here")
                    .hint("keep one of them; a server-side apply refuses both")
            }
            What::Rule { message, rule } => {
                let of = if self.at == Pointer::default() {
                    object.to_string()
                } else {
                    format!("{path} of {object}")
                };
                let message = format!("{of} breaks a rule of its CRD: {message}");
                error(codes::VALIDATION_RULE_FAILED, message)
                    .at(place, "")
                    .hint(format!("the rule: {rule}"))
            }
            What::Invalid { why } => {
                let message = format!("{path} of {object} {why}");
                error(codes::SCHEMA_INVALID_VALUE, message).at(place, "")
            }
        }
    }
}

/// What a value is, in words.
pub(crate) fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "nothing",
        Json::Bool(_) => "a boolean",
        Json::Int(_) | Json::UInt(_) => "an integer",
        Json::Float(_) => "a fraction",
        Json::String(_) | Json::Secret(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "a map",
    }
}

/// A value as it may be shown; nothing for secrets and what is long.
pub(crate) fn shown(value: &Json) -> Option<String> {
    let text = match value {
        Json::String(text) => text.to_string(),
        Json::Int(number) => number.to_string(),
        Json::UInt(number) => number.to_string(),
        Json::Bool(on) => on.to_string(),
        _ => return None,
    };
    let is_short = text.chars().count() <= LONGEST && !text.contains('\n');
    is_short.then_some(text)
}

/// A pointer as people write it: `spec.containers[0].image`.
fn words(pointer: &Pointer) -> String {
    let mut words = String::new();
    for segment in pointer.as_str().split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        if !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()) {
            words.push_str(&format!("[{segment}]"));
        } else if segment.contains(['.', '/']) {
            words.push_str(&format!("['{segment}']"));
        } else {
            if !words.is_empty() {
                words.push('.');
            }
            words.push_str(&segment);
        }
    }
    format!("`{words}`")
}

fn did_you_mean(word: &str, known: &[String], listed: &str) -> String {
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    if let Some(near) = nearest(word, &names).filter(|_| !word.is_empty()) {
        return format!("did you mean `{near}`?");
    }
    match names.len() {
        0 => "remove it".to_owned(),
        count if count <= MOST_WORDS => format!("{listed}: {}", names.join(", ")),
        _ => "remove it, or check where it belongs".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::objects::path::Pointer;

    #[test]
    fn places_are_told_as_people_write_them() {
        let pointer = Pointer::of(&["spec", "containers"]).item(0).key("a.b/c");
        assert_eq!(words(&pointer), "`spec.containers[0]['a.b/c']`");
    }
}
