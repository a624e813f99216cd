//! Files of the cluster's folder that are named as YAML and are none.

use crate::codes;
use gitopsc_core::{Diagnostic, TreePath};
use gitopsc_yaml::ParseError;

/// A warning for each place that is no YAML.
pub(crate) fn check(path: &TreePath, errors: &[ParseError]) -> Vec<Diagnostic> {
    let name = path.name().unwrap_or_default();
    let warning = |error: &ParseError| {
        let message = format!("{name} is no YAML: {}", error.message);
        Diagnostic::warning(codes::FILE_UNPARSABLE, message)
            .at(error.span, "")
            .hint("correct it; if it is a template, give it another name, or accept the finding by `check.ignore` in gitopsc.yaml")
    };
    errors.iter().map(warning).collect()
}
