//! Kinds of which `gitopsc.yaml` says something: `runOnce` and `protected`.

use crate::codes;
use gitopsc_core::{Diagnostic, EcoString, Span};
use gitopsc_engine::rules::KindSelector;
use serde::Deserialize;
use serde_yaml::{Location, Spanned};

/// What is said of kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// Those whose objects are done when they have run.
    pub run_once: Vec<KindSelector>,
    /// Those whose objects go only with consent.
    pub protected: Vec<KindSelector>,
}

/// A kind as the file has it.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenKind {
    group: Option<String>,
    kind: Option<String>,
}

impl Kinds {
    /// The kinds of both lists; `span` says where something stands.
    pub(super) fn read(
        run_once: Vec<Spanned<WrittenKind>>,
        protected: Vec<Spanned<WrittenKind>>,
        span: &dyn Fn(Location) -> Span,
    ) -> Result<Kinds, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let mut read = |written: Vec<Spanned<WrittenKind>>| {
            let kinds = written.into_iter().filter_map(|written| {
                let place = span(written.referenced);
                let kind = written.value.selector();
                kind.map_err(|why| wrong.push(invalid(&why, place))).ok()
            });
            kinds.collect()
        };
        let kinds = Kinds {
            run_once: read(run_once),
            protected: read(protected),
        };
        match wrong.is_empty() {
            true => Ok(kinds),
            false => Err(wrong),
        }
    }
}

impl WrittenKind {
    fn selector(self) -> Result<KindSelector, String> {
        let said = self.group.is_some();
        let named = self.kind.map(|text| kind_and_group(&text, said));
        let (kind, group) = match named.transpose()? {
            Some((kind, group)) => (Some(kind), group),
            None if said => (None, None),
            None => return Err("this names neither a kind nor a group".to_owned()),
        };
        Ok(KindSelector {
            group: group.or(self.group.map(EcoString::from)),
            kind,
        })
    }
}

/// Reads `KIND[.GROUP]`; the group must not stand there if it is `said` elsewhere.
pub(crate) fn kind_and_group(
    text: &str,
    said: bool,
) -> Result<(EcoString, Option<EcoString>), String> {
    let is_kind = text.starts_with(|first: char| first.is_ascii_uppercase() || first == '*');
    match text.split_once('.') {
        _ if !is_kind => Err(format!("`{text}` is no kind")),
        None => Ok((text.into(), None)),
        Some(_) if said => Err(format!("`{text}` names a group, and `group` does so too")),
        Some((kind, group)) => Ok((kind.into(), Some(group.into()))),
    }
}

fn invalid(why: &str, place: Span) -> Diagnostic {
    let finding = Diagnostic::error(codes::SETTINGS_INVALID, why).at(place, "");
    finding.hint("write {kind: KIND}, {kind: KIND.GROUP} or {group: GROUP}, such as {kind: Database.example.com}")
}
