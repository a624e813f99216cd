//! What does not fit in an object, and how it is told.

use crate::check::context::Context;
use crate::codes;
use crate::objects::index::Member;
use crate::objects::path::Pointer;
use gitopsc_core::{Code, Diagnostic, Json, ObjectRef};
use gitopsc_kustomize::decode::nearest;
use gitopsc_yaml::pointer::unescaped;

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
        /// What the rule says of it, if it does.
        message: Option<String>,
        /// The rule.
        rule: String,
    },
}

impl Problem {
    /// The finding.
    pub(crate) fn diagnostic(&self, member: Member<'_>, context: &Context<'_>) -> Diagnostic {
        let place = match &self.what {
            What::Unknown { field, .. } => context.places.of_key(member, &self.at, field),
            _ => context.places.of(member, &self.at),
        };
        let label = match &self.what {
            What::Missing { .. } => "in this",
            What::Twice { .. } => "again here",
            _ => "",
        };
        let error = Diagnostic::error(self.code(), self.message(member.object()));
        let mut error = error.at(place, label);
        if let What::Twice { first, .. } = &self.what {
            error = error.at(context.places.of(member, first), "first here");
        }
        match self.hint() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn code(&self) -> Code {
        match &self.what {
            What::Unknown { .. } => codes::SCHEMA_UNKNOWN_FIELD,
            What::Type { .. } => codes::SCHEMA_WRONG_TYPE,
            What::NotOneOf { .. } | What::Invalid { .. } => codes::SCHEMA_INVALID_VALUE,
            What::Missing { .. } => codes::SCHEMA_MISSING_FIELD,
            What::Twice { .. } => codes::DUPLICATE_LIST_KEY,
            What::Rule { .. } => codes::VALIDATION_RULE_FAILED,
        }
    }

    fn message(&self, object: &ObjectRef) -> String {
        let path = words(&self.at);
        let whole = self.at == Pointer::default();
        match &self.what {
            What::Unknown { .. } => {
                format!("{object} has the field {path}, which is not known")
            }
            What::Type { wanted, found, .. } => {
                format!("{path} of {object} is {found}, and {wanted} is wanted")
            }
            What::NotOneOf { value, .. } => {
                let shown = value.as_ref().map(|value| format!(", `{value}`,"));
                let shown = shown.unwrap_or_default();
                format!("{path} of {object}{shown} is none of the possible values")
            }
            What::Missing { field } if whole => format!("{object} lacks the field `{field}`"),
            What::Missing { field } => format!("{object} lacks the field `{field}` in {path}"),
            What::Twice { by, .. } => {
                let by = by.join(" and ");
                format!("{path} of {object} is there twice, by its {by}")
            }
            What::Rule { message, .. } => {
                let of = if whole {
                    object.to_string()
                } else {
                    format!("{path} of {object}")
                };
                let message = message.as_ref().map(|message| format!(": {message}"));
                let message = message.unwrap_or_default();
                format!("{of} breaks a rule of its CRD{message}")
            }
            What::Invalid { why } => format!("{path} of {object} {why}"),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match &self.what {
            What::Unknown { field, known } => did_you_mean(field, known, "known here are"),
            What::Type { quotes: true, .. } => "put it in quotes".to_owned(),
            What::Type { wanted, .. } => format!("write {wanted}"),
            What::NotOneOf { value, allowed } => {
                let value = value.as_deref().unwrap_or_default();
                did_you_mean(value, allowed, "possible are")
            }
            What::Missing { .. } => "add it; the API server refuses the object without".to_owned(),
            What::Twice { .. } => "keep one of them; a server-side apply refuses both".to_owned(),
            What::Rule { rule, .. } => format!("the rule: {rule}"),
            What::Invalid { .. } => return None,
        })
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
        Json::SecretLiteral(literal) => kind_of(literal.reveal()),
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
        let segment = unescaped(segment);
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
