//! `sortOptions` and `--reorder`: putting the finished resources into their order of output.

use crate::codes;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::report::Report;
use crate::resmap::ResMap;
use crate::sort::{FIRST, LAST, ranks, sort};
use gitopsc_core::{Diagnostic, EcoString};

decode_struct! {
    /// `sortOptions`.
    pub struct SortOptions {
        /// `legacy` or `fifo`.
        "order" => order: Spanned<EcoString>,
        /// The kinds of the legacy order.
        "legacySortOptions" => legacy: Option<Spanned<LegacySortOptions>>,
    }
}

decode_struct! {
    /// The kinds that come first and last.
    pub struct LegacySortOptions {
        /// First.
        "orderFirst" => order_first: Vec<EcoString>,
        /// Last.
        "orderLast" => order_last: Vec<EcoString>,
    }
}

/// Sorts as `options` say.
pub fn by_options(resources: &mut ResMap, options: &SortOptions, report: &mut Report) {
    match (options.order.value.as_str(), &options.legacy) {
        ("fifo", None) => {}
        ("legacy", None) => legacy(resources),
        ("legacy", Some(kinds)) => {
            by_kinds(
                resources,
                &strs(&kinds.value.order_first),
                &strs(&kinds.value.order_last),
            );
        }
        ("fifo", Some(kinds)) => {
            let diagnostic = Diagnostic::error(
                codes::SORT_OPTIONS,
                "`legacySortOptions` is for the order legacy, and the order here is fifo",
            );
            report.push(
                diagnostic
                    .at(kinds.span.0, "")
                    .hint("remove it, or set `order: legacy`"),
            );
        }
        (other, _) => {
            let diagnostic = Diagnostic::error(
                codes::SORT_OPTIONS,
                format!("there is no sort order `{other}`"),
            );
            report.push(
                diagnostic
                    .at(options.order.span.0, "")
                    .hint("write `order: legacy` or `order: fifo`"),
            );
        }
    }
}

/// Sorts in the order that Kustomize uses when nothing is said.
pub fn legacy(resources: &mut ResMap) {
    by_kinds(resources, &FIRST, &LAST);
}

fn strs(kinds: &[EcoString]) -> Vec<&str> {
    kinds.iter().map(EcoString::as_str).collect()
}

fn by_kinds(resources: &mut ResMap, first: &[&str], last: &[&str]) {
    let ranks = ranks(first, last);
    let named = std::mem::take(&mut resources.resources)
        .into_iter()
        .map(|resource| (resource.namespace(), resource.name(), resource));
    let sorted = sort(named.collect(), &ranks, |(namespace, name, resource)| {
        (resource.gvk(), namespace, name)
    });
    resources.resources = sorted
        .into_iter()
        .map(|(_, _, resource)| resource)
        .collect();
}
