//! `generatorOptions`, and how a generator's own `options` join them (api/types/generatoroptions.go).

use crate::codes;
use crate::decode::Spanned;
use crate::decode_struct;
use crate::edit;
use crate::kustomization::Pairs;
use crate::report::Report;
use gitopsc_core::{Diagnostic, EcoString, Span, Text};
use gitopsc_yaml::Node;
use std::borrow::Cow;
use std::collections::BTreeMap;

decode_struct! {
    /// `generatorOptions`, or a generator's own `options`.
    pub struct GeneratorOptions {
        /// Labels of what is generated.
        "labels" => labels: Pairs,
        /// Annotations of what is generated.
        "annotations" => annotations: Pairs,
        /// Whether names get no hash.
        "disableNameSuffixHash" => disable_name_suffix_hash: Option<Spanned<bool>>,
        /// Whether what is generated cannot be changed in the cluster.
        "immutable" => immutable: Option<Spanned<bool>>,
    }
}

/// Texts with their places, by key.
type Texts<'a> = BTreeMap<&'a EcoString, (Text, Span)>;

/// What counts for one generator.
pub(super) struct Effective<'a> {
    pub(super) labels: Texts<'a>,
    pub(super) annotations: Texts<'a>,
    /// Whether the name gets a hash.
    pub(super) hash: bool,
    pub(super) immutable: bool,
}

impl Effective<'_> {
    /// The annotations as kyaml's `SetAnnotations` writes them.
    pub(super) fn annotations_node(&self) -> Node {
        let mut node = Node::mapping();
        for (key, (text, span)) in &self.annotations {
            edit::set_field(&mut node, key, Node::string(text.clone()).at(*span));
        }
        node
    }
}

/// A generator's own options with the global ones: of a key that both have its own counts; true wins.
pub(super) fn effective<'a>(
    local: Option<&'a GeneratorOptions>,
    global: Option<&'a GeneratorOptions>,
    report: &mut Report,
) -> Option<Effective<'a>> {
    let before = report.errors();
    let mut options = Effective {
        labels: Texts::new(),
        annotations: Texts::new(),
        hash: true,
        immutable: false,
    };
    for given in [global, local].into_iter().flatten() {
        join(&mut options.labels, &given.labels, report);
        join(&mut options.annotations, &given.annotations, report);
        options.hash &= !is_true(given.disable_name_suffix_hash.as_ref());
        options.immutable |= is_true(given.immutable.as_ref());
    }
    if let (Some(local), Some(global)) = (local, global) {
        let own = [&local.disable_name_suffix_hash, &local.immutable];
        let others = [&global.disable_name_suffix_hash, &global.immutable];
        for (own, other) in own.into_iter().zip(others) {
            warn_if_undone(own.as_ref(), other.as_ref(), report);
        }
    }
    (report.errors() == before).then_some(options)
}

fn join<'a>(texts: &mut Texts<'a>, pairs: &'a Pairs, report: &mut Report) {
    for (key, value) in pairs {
        if let Some(text) = configured(value, report) {
            texts.insert(key, (text, value.span.0));
        }
    }
}

/// The text of a generator's configuration, which Kustomize writes and reads once more before it uses it.
pub(super) fn configured(text: &Spanned<Text>, report: &mut Report) -> Option<Text> {
    match gitopsc_yaml::lower::read_in_json(text.value.as_str()) {
        Ok(Cow::Borrowed(_)) => Some(text.value.clone()),
        Ok(Cow::Owned(read)) => Some(Text::derive(read, [&text.value])),
        Err(message) => {
            let diagnostic =
                Diagnostic::error(codes::UNPRINTABLE, message).at(text.span.0, "in this text");
            report.push(diagnostic.hint("put the text into a file and list that under `files`"));
            None
        }
    }
}

fn is_true(value: Option<&Spanned<bool>>) -> bool {
    value.is_some_and(|value| value.value)
}

fn warn_if_undone(
    own: Option<&Spanned<bool>>,
    global: Option<&Spanned<bool>>,
    report: &mut Report,
) {
    if let (
        Some(Spanned { value: false, span }),
        Some(Spanned {
            value: true,
            span: global,
        }),
    ) = (own, global)
    {
        let message = "`false` does not count here, because `generatorOptions` says `true`";
        let diagnostic = Diagnostic::warning(codes::GENERATOR_OPTION_IGNORED, message);
        let diagnostic = diagnostic
            .at(span.0, "passed over")
            .at(global.0, "this counts");
        report.push(
            diagnostic.hint("remove it from `generatorOptions`, and say it where it is wanted"),
        );
    }
}
