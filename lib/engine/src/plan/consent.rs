//! Consent names what was seen: a digest over just the steps that need it.

use super::prune::Prune;
use gitopsc_core::{Digest, DigestOf, EcoString};

/// What needs consent, and whether it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// The digest that consents to just these steps; nothing if no step needs consent.
    pub digest: Option<EcoString>,
    /// Whether it was given.
    pub given: bool,
}

impl Consent {
    /// Whether no step waits for consent.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.given || self.digest.is_none()
    }
}

struct Consented;

impl DigestOf for Consented {
    const LABEL: &'static str = "gitopsc.dev/consent/v1";
}

/// How many digits of the digest are shown and compared.
const SHOWN: usize = 16;

/// The consent that `prunes` need, given that `approved` was.
pub(super) fn given(prunes: &[Prune], approved: Option<&str>) -> Consent {
    let digest = of(prunes);
    Consent {
        given: digest.is_some() && digest.as_deref() == approved,
        digest,
    }
}

/// The digest over the steps that need consent: object, UID and verb of each.
pub(super) fn of(prunes: &[Prune]) -> Option<EcoString> {
    let mut parts: Vec<String> = prunes
        .iter()
        .filter(|prune| prune.need.is_some())
        .map(part)
        .collect();
    if parts.is_empty() {
        return None;
    }
    parts.sort();
    let digest = Digest::<Consented>::of_parts(parts).to_string();
    let hex = digest.trim_start_matches("sha256:");
    Some(hex.chars().take(SHOWN).collect())
}

fn part(prune: &Prune) -> String {
    format!("prune\n{}\n{}", prune.step.object, prune.uid)
}
