//! Replacements: copying a value from one field into others.

use crate::context::Context;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::load::Directory;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use gitopsc_core::EcoString;

decode_struct! {
    /// One entry of `replacements`.
    pub struct ReplacementField {
        /// A file of replacements.
        "path" => path: Spanned<EcoString>,
    }
}

/// Copies values.
#[derive(Clone, Debug)]
pub struct ReplacementTransformer {}

impl ReplacementTransformer {
    /// The transformer that the entries of `replacements` mean.
    pub fn configure(
        _entries: &[Spanned<ReplacementField>],
        _directory: &Directory,
        _context: &mut Context<'_>,
    ) -> Option<ReplacementTransformer> {
        Some(ReplacementTransformer {})
    }

    /// The transformer that a configuration object means.
    pub fn decode(
        _config: &Resource,
        _directory: &Directory,
        _context: &mut Context<'_>,
    ) -> Option<ReplacementTransformer> {
        Some(ReplacementTransformer {})
    }

    /// Copies; what fails is reported.
    pub fn apply(&self, _resources: &mut ResMap, _schema: &Schema, _report: &mut Report) {}
}
