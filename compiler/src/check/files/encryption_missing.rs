//! Files that `.sops.yaml` says are to be encrypted, and are not.
//!
//! Many repositories have a rule for all YAML files, which says how to encrypt and not what. So where a rule
//! would take a kustomization beside the file as well, only a Secret counts.

use super::secret_in_plain_text;
use super::sops::Rule;
use crate::codes;
use gitopsc_core::{Diagnostic, FileId, Span, TreePath};
use gitopsc_yaml::Node;

/// A warning if the document `root` of the file `path` should be encrypted.
pub(crate) fn check(rule: &Rule, path: &TreePath, root: &Node) -> Option<Diagnostic> {
    let secret = secret_in_plain_text::readable(root);
    if rule.is_broad(path) {
        return secret.map(warning);
    }
    let is_empty = root.is_null_or_empty();
    (!is_empty && rule.wants(root)).then(|| warning(secret.unwrap_or(root.span)))
}

/// The same for a file that is no YAML.
pub(crate) fn whole(rule: &Rule, path: &TreePath, file: FileId) -> Option<Diagnostic> {
    let meant = rule.is_for_all_keys() && !rule.is_broad(path);
    meant.then(|| warning(Span::new(file, 0)))
}

fn warning(place: Span) -> Diagnostic {
    let message = "a rule of .sops.yaml says that this is encrypted, and it is not";
    Diagnostic::warning(codes::ENCRYPTION_MISSING, message)
        .discreetly()
        .at(place, "")
        .hint("run `sops encrypt --in-place` on it, and change what was committed in plain text")
}
