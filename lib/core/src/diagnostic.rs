//! What is wrong with the input, as data: code, words, places, hint.
//!
//! A diagnostic never holds secret text: format [`crate::Text`] with Display, which masks it.

use gitopsc_yaml::Span;
use std::fmt;

/// The name of a diagnostic: a kebab-case word, never renamed, with an entry in docs/diagnostics.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Probably not what was meant; the output stands.
    Warning,
    /// The unit is not built.
    Error,
}

/// Whose matter it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The text of the input.
    Input,
    /// The input could not be read.
    Io,
    /// What was asked for makes no sense for this input.
    Usage,
    /// What was asked for is not done, to keep something safe.
    Refusal,
}

/// A place with a word on what it has to do with the matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Where; a span without a file is not shown.
    pub span: Span,
    /// What is there; may be empty for the first label.
    pub text: String,
}

/// One finding.
///
/// ```
/// use gitopsc_core::{Code, Diagnostic, Span, FileId};
/// const PATCH_TARGET_UNMATCHED: Code = Code("patch-target-unmatched");
/// let found = Diagnostic::warning(PATCH_TARGET_UNMATCHED, "the patch's target matches nothing")
///     .at(Span::new(FileId(0), 120), "this target")
///     .hint("check kind and name, or remove the patch");
/// assert_eq!(found.to_string(), "warning[patch-target-unmatched]: the patch's target matches nothing");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// Its name.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Whose matter it is.
    pub class: Class,
    /// One sentence without a full stop.
    pub message: String,
    /// The places, the main one first.
    pub labels: Vec<Label>,
    /// What to do.
    pub hint: Option<String>,
    /// Whether only the places are told and no source line is shown, because it may hold a secret.
    pub discreet: bool,
}

impl Diagnostic {
    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity,
            class: Class::Input,
            message: message.into(),
            labels: Vec::new(),
            hint: None,
            discreet: false,
        }
    }

    /// An error in the input.
    pub fn error(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// A note.
    pub fn note(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Note, code, message)
    }

    /// The same, of class io.
    #[must_use]
    pub fn io(mut self) -> Diagnostic {
        self.class = Class::Io;
        self
    }

    /// The same, of class usage.
    #[must_use]
    pub fn usage(mut self) -> Diagnostic {
        self.class = Class::Usage;
        self
    }

    /// The same, of class refusal.
    #[must_use]
    pub fn refusal(mut self) -> Diagnostic {
        self.class = Class::Refusal;
        self
    }

    /// The same with one more place.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }

    /// The same, with no source line shown.
    #[must_use]
    pub fn discreetly(mut self) -> Diagnostic {
        self.discreet = true;
        self
    }

    /// Whether this fails its unit.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)
    }
}
