//! `check` in `gitopsc.yaml`: what `gitopsc check` goes by, and which of its findings are accepted.

use super::Placed;
use gitopsc_core::EcoString;
use serde::Deserialize;
use serde_yaml::Spanned;

/// What is said of checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// The version of Kubernetes.
    pub kube_version: Option<Placed>,
    /// Findings that are accepted.
    pub ignore: Vec<Ignore>,
}

/// Findings that are accepted: those that fit everything that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// Their code.
    pub code: Placed,
    /// The unit they are in; a pattern.
    pub unit: Option<EcoString>,
    /// The object they are about, as `KIND[.GROUP]/[NAMESPACE/]NAME`; a pattern.
    pub object: Option<EcoString>,
    /// The file they are in, seen from the cluster; a pattern.
    pub path: Option<EcoString>,
    /// Why they are accepted.
    pub reason: EcoString,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "camelCase")]
pub(super) struct WrittenCheck {
    kube_version: Option<Spanned<String>>,
    ignore: Vec<WrittenIgnore>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIgnore {
    code: Spanned<String>,
    unit: Option<String>,
    object: Option<String>,
    path: Option<String>,
    reason: String,
}

impl WrittenCheck {
    pub(super) fn placed(self, placed: &dyn Fn(Spanned<String>) -> Placed) -> Check {
        let ignore = |written: WrittenIgnore| Ignore {
            code: placed(written.code),
            unit: written.unit.map(EcoString::from),
            object: written.object.map(EcoString::from),
            path: written.path.map(EcoString::from),
            reason: written.reason.into(),
        };
        Check {
            kube_version: self.kube_version.map(placed),
            ignore: self.ignore.into_iter().map(ignore).collect(),
        }
    }
}
