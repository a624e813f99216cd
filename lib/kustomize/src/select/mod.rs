//! Selectors of patches and replacements.

use crate::decode::Spanned;
use crate::decode_struct;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::schema::Schema;
use gitopsc_core::EcoString;

decode_struct! {
    /// Which resources; every field is optional, and names are anchored regular expressions.
    pub struct Selector {
        /// API group.
        "group" => group: Spanned<EcoString>,
        /// API version.
        "version" => version: Spanned<EcoString>,
        /// Kind.
        "kind" => kind: Spanned<EcoString>,
        /// Name, now or originally.
        "name" => name: Spanned<EcoString>,
        /// Namespace, now or originally.
        "namespace" => namespace: Spanned<EcoString>,
        /// Annotations.
        "annotationSelector" => annotation_selector: Spanned<EcoString>,
        /// Labels.
        "labelSelector" => label_selector: Spanned<EcoString>,
    }
}

/// A selector that is ready to select.
#[derive(Clone, Debug)]
pub struct CompiledSelector {}

impl Selector {
    /// Compiles the patterns; what is wrong with them is reported.
    pub fn compile(&self, _report: &mut Report) -> Option<CompiledSelector> {
        Some(CompiledSelector {})
    }
}

/// The indices of the resources that `selector` selects.
#[must_use]
pub fn select(_resources: &ResMap, _selector: &CompiledSelector, _schema: &Schema) -> Vec<usize> {
    Vec::new()
}
