//! `.sops.yaml`: which files are to be encrypted, and what in them.
//!
//! SOPS takes the first of `creation_rules` whose `path_regex` matches the path seen from the file; one
//! without `path_regex` matches everything and says nothing about single files
//! (getsops/sops config/config.go, parseCreationRuleForFile).

use super::walk::is_yaml;
use crate::codes;
use crate::memo::Memo;
use gitopsc_core::{Diagnostic, TreePath};
use gitopsc_kustomize::Content;
use gitopsc_kustomize::pattern::Pattern;
use gitopsc_yaml::{Dialect, Node};
use std::collections::BTreeMap;

/// The names of the file.
const NAMES: [&str; 2] = [".sops.yaml", ".sops.yml"];

/// Whether bytes are encrypted by SOPS, in part at least, or by age.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    gitopsc_sops::age_file::is_age_file(bytes) || gitopsc_sops::holds_encrypted_value(bytes)
}

/// The rules of all `.sops.yaml` by the directory they lie in.
#[derive(Default)]
pub(crate) struct Rules(BTreeMap<TreePath, Vec<Rule>>);

/// One of `creation_rules`.
pub(crate) struct Rule {
    /// Which files; nothing if all.
    paths: Option<Pattern>,
    /// Which keys; nothing if all.
    keys: Option<Pattern>,
    /// The directory from which paths are seen.
    directory: TreePath,
}

impl Rules {
    /// Reads those of `paths` that are a `.sops.yaml`; gives what is wrong with them as well.
    pub(crate) fn read(memo: &Memo<'_>, paths: &[TreePath]) -> (Rules, Vec<Diagnostic>) {
        let (mut rules, mut wrong) = (Rules::default(), Vec::new());
        for path in paths.iter().filter(|path| is_config(path)) {
            let content = memo.read(path).ok().flatten();
            if let (Some(content), Some(directory)) = (content, path.parent()) {
                let read = read(memo, &content, &directory, &mut wrong);
                rules.0.insert(directory, read);
            }
        }
        (rules, wrong)
    }

    /// The rule that says that the file `path` is to be encrypted.
    pub(crate) fn of(&self, path: &TreePath) -> Option<&Rule> {
        if self.0.is_empty() || is_config(path) {
            return None;
        }
        let mut above = std::iter::successors(path.parent(), TreePath::parent);
        let rules = above.find_map(|directory| self.0.get(&directory))?;
        let rule = rules.iter().find(|rule| rule.matches(path))?;
        Some(rule).filter(|rule| rule.paths.is_some())
    }
}

impl Rule {
    /// Whether the rule would take a kustomization beside `path` as well: then it says how to encrypt, not what.
    pub(crate) fn is_broad(&self, path: &TreePath) -> bool {
        let beside = path
            .parent()
            .map(|directory| directory.join("kustomization.yaml"));
        beside.is_some_and(|beside| self.matches(&beside))
    }

    /// Whether something under `root` is to be encrypted.
    pub(crate) fn wants(&self, root: &Node) -> bool {
        let Some(keys) = &self.keys else {
            return true;
        };
        let mut pending = vec![root];
        while let Some(node) = pending.pop() {
            pending.extend(node.as_sequence().into_iter().flatten());
            for entry in node.as_mapping().into_iter().flat_map(|map| &map.entries) {
                if entry.key.as_str().is_some_and(|key| keys.matches(key)) {
                    return true;
                }
                pending.push(&entry.value);
            }
        }
        false
    }

    /// Whether whole files are encrypted.
    pub(crate) fn is_for_all_keys(&self) -> bool {
        self.keys.is_none()
    }

    fn matches(&self, path: &TreePath) -> bool {
        let seen = path.relative_to(&self.directory);
        let matches = |pattern: &Pattern| pattern.matches(seen.as_str());
        self.paths.as_ref().is_none_or(matches)
    }
}

fn is_config(path: &TreePath) -> bool {
    path.name().is_some_and(|name| NAMES.contains(&name)) && is_yaml(path)
}

fn read(
    memo: &Memo<'_>,
    content: &Content,
    directory: &TreePath,
    wrong: &mut Vec<Diagnostic>,
) -> Vec<Rule> {
    let documents = memo.parse(content, Dialect::Kustomize).documents;
    let documents = documents.unwrap_or_default();
    let rules = documents
        .first()
        .and_then(|first| first.root.get("creation_rules"));
    let rules = rules.and_then(Node::as_sequence).into_iter().flatten();
    let mut pattern = |rule: &Node, field: &str| {
        let node = rule.get(field)?;
        let text = node.as_str().filter(|text| !text.is_empty())?;
        Pattern::new(text)
            .map_err(|reason| wrong.push(unfit(field, &reason, node)))
            .ok()
    };
    rules
        .map(|rule| Rule {
            paths: pattern(rule, "path_regex"),
            keys: pattern(rule, "encrypted_regex"),
            directory: directory.clone(),
        })
        .collect()
}

fn unfit(field: &str, reason: &str, node: &Node) -> Diagnostic {
    let message = format!("`{field}` is no regular expression: {reason}");
    Diagnostic::warning(codes::ENCRYPTION_MISSING, message)
        .at(node.span, "")
        .hint("correct it; sops fails on it as well")
}
