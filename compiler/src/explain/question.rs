//! Which object is asked about.

use gitopsc_core::{EcoString, ObjectRef, UnitPath};
use std::str::FromStr;
use thiserror::Error;

/// An object as a user names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The kind as kubectl takes it: `KIND[.GROUP]`, in singular, plural or short.
    pub kind: EcoString,
    /// The name.
    pub name: EcoString,
    /// The namespace, if it is to be one.
    pub namespace: Option<EcoString>,
    /// The unit, by its path, if it is to be one.
    pub unit: Option<EcoString>,
}

/// What is wrong with a text that is to name an object.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("an object is named by KIND/NAME or KIND/NAMESPACE/NAME")]
pub struct QuestionError;

impl FromStr for Question {
    type Err = QuestionError;

    fn from_str(text: &str) -> Result<Question, QuestionError> {
        let parts: Vec<&str> = text.split('/').collect();
        let (kind, namespace, name) = match parts.as_slice() {
            [kind, name] => (kind, None, name),
            [kind, namespace, name] => (kind, Some(*namespace), name),
            _ => return Err(QuestionError),
        };
        if kind.is_empty() || name.is_empty() || namespace == Some("") {
            return Err(QuestionError);
        }
        Ok(Question {
            kind: (*kind).into(),
            name: (*name).into(),
            namespace: namespace.map(EcoString::from),
            unit: None,
        })
    }
}

/// How well an object fits a question, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is called so.
    Exact,
    /// It is called so, but for the hash of a generated name.
    Generated,
    /// It is called so in another namespace or unit.
    Elsewhere,
    /// It is of the kind, and its name has something of the given one.
    Similar,
    /// It is of another kind.
    OtherKind,
    /// It is of the kind, and its name has nothing of the given one.
    SameKind,
}

/// The letters of the hashes that Kustomize puts behind generated names: api/hasher/hasher.go.
const HASH: &str = "2456789bcdfghkmt";

impl Question {
    /// How well `object` of `unit` fits, which is of the kind or not.
    pub(super) fn fit(&self, object: &ObjectRef, unit: &UnitPath, is_kind: bool) -> Option<Fit> {
        let is_unit = |wanted: &EcoString| unit.0.as_str() == wanted.trim_end_matches('/');
        let is_namespace = |wanted: &EcoString| object.namespace == *wanted;
        let is_here = self.namespace.as_ref().is_none_or(is_namespace)
            && self.unit.as_ref().is_none_or(is_unit);
        let (name, asked) = (object.name.as_str(), self.name.as_str());
        let (is_called, is_generated) = (name == asked, is_generated(name, asked));
        match (is_kind, is_here) {
            (true, true) if is_called => Some(Fit::Exact),
            (true, true) if is_generated => Some(Fit::Generated),
            (true, false) if is_called || is_generated => Some(Fit::Elsewhere),
            (true, _) if name.contains(asked) || asked.contains(name) => Some(Fit::Similar),
            (false, true) if is_called => Some(Fit::OtherKind),
            (true, true) => Some(Fit::SameKind),
            _ => None,
        }
    }
}

/// Whether `name` is `asked` with the hash of a generated name.
fn is_generated(name: &str, asked: &str) -> bool {
    let hash = name.strip_prefix(asked);
    let hash = hash.and_then(|rest| rest.strip_prefix('-'));
    hash.is_some_and(|hash| hash.len() == 10 && hash.chars().all(|letter| HASH.contains(letter)))
}

#[cfg(test)]
mod tests {
    use super::{Fit, Question, QuestionError, is_generated};
    use gitopsc_core::{ObjectRef, TreePath, UnitPath};

    #[test]
    fn objects_are_named_with_or_without_a_namespace() {
        let question: Question = "deploy.apps/web/frontend".parse().unwrap();
        assert_eq!(question.kind, "deploy.apps");
        assert_eq!(question.namespace.as_deref(), Some("web"));
        assert_eq!(question.name, "frontend");
        let question: Question = "sa/web".parse().unwrap();
        assert_eq!((question.namespace, question.name.as_str()), (None, "web"));
        for text in ["web", "", "sa/", "/web", "a/b/c/d", "a//c"] {
            assert_eq!(text.parse::<Question>(), Err(QuestionError), "{text}");
        }
    }

    #[test]
    fn names_fit_better_or_worse() {
        let unit = UnitPath(TreePath::new("apps/web"));
        let object = |namespace: &str, name: &str| ObjectRef {
            group: "".into(),
            kind: "ConfigMap".into(),
            namespace: namespace.into(),
            name: name.into(),
        };
        let mut question: Question = "cm/web/settings".parse().unwrap();
        for (namespace, name, is_kind, fit) in [
            ("web", "settings", true, Some(Fit::Exact)),
            ("web", "settings-49tck5kc57", true, Some(Fit::Generated)),
            ("api", "settings", true, Some(Fit::Elsewhere)),
            ("web", "more-settings", true, Some(Fit::Similar)),
            ("web", "settings", false, Some(Fit::OtherKind)),
            ("api", "settings", false, None),
            ("web", "other", true, Some(Fit::SameKind)),
            ("api", "other", true, None),
        ] {
            let found = question.fit(&object(namespace, name), &unit, is_kind);
            assert_eq!(found, fit, "{namespace}/{name}");
        }
        question.unit = Some("apps/api/".into());
        let found = question.fit(&object("web", "settings"), &unit, true);
        assert_eq!(found, Some(Fit::Elsewhere));
    }

    #[test]
    fn hashes_are_those_of_generated_names() {
        assert!(is_generated("web-49tck5kc57", "web"));
        assert!(!is_generated("web-49tck5kc5", "web"));
        assert!(!is_generated("web-production", "web"));
        assert!(!is_generated("web", "web"));
    }
}
