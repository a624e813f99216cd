//! What happens once, at the top of a build: hashes, references, vars, order, and the way out.
//!
//! api/internal/target/kusttarget.go (`makeCustomizedResMap`) and api/krusty/kustomizer.go (`Run`).

use crate::accumulate::{Accumulator, Target};
use crate::context::Context;
use crate::decode::{At, Spanned};
use crate::documents;
use crate::generate::hash;
use crate::nameref;
use crate::options::Reorder;
use crate::order;
use crate::origin::{ORIGIN, TRANSFORMATIONS};
use crate::report::Report;
use crate::resmap::ResMap;
use crate::resource::Resource;
use crate::schema::Schema;
use crate::steps;
use crate::transform::pairs::PairsTransformer;
use crate::vars;
use gitopsc_core::{Span, Text};
use gitopsc_yaml::resolve::plain_tag;
use gitopsc_yaml::{Dialect, Node, NodeValue, Style, Tag};

/// The label value that Kustomize 5.8.1 puts under `app.kubernetes.io/managed-by`.
const MANAGED_BY: &str = "kustomize-v5.8.1";

/// Annotations that Kustomize takes out of every resource, also those that the user wrote (api/resource/resource.go).
const BUILD_ANNOTATIONS: [&str; 19] = [
    "internal.config.kubernetes.io/previousKinds",
    "internal.config.kubernetes.io/previousNames",
    "internal.config.kubernetes.io/prefixes",
    "internal.config.kubernetes.io/suffixes",
    "internal.config.kubernetes.io/previousNamespaces",
    "internal.config.kubernetes.io/allowNameChange",
    "internal.config.kubernetes.io/allowKindChange",
    "internal.config.kubernetes.io/refBy",
    "internal.config.kubernetes.io/generatorBehavior",
    "internal.config.kubernetes.io/needsHashSuffix",
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "internal.config.kubernetes.io/seqindent",
    "internal.config.kubernetes.io/id",
    "internal.config.kubernetes.io/annotations-migration-resource-id",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
    "config.k8s.io/id",
    "internal.config.kubernetes.io/helm-generated",
];

/// Finishes a build: what is left are the resources as they are printed, in their order.
pub fn finish(
    target: &Target,
    accumulator: Accumulator,
    context: &mut Context<'_>,
) -> Vec<Resource> {
    let Accumulator {
        mut resources,
        config,
        vars,
    } = accumulator;
    steps::tracked(
        "HashTransformer",
        Span::NONE,
        &mut resources,
        context,
        |resources, context| append_hashes(resources, &context.schema, context.report),
    );
    steps::tracked(
        "NameReferenceTransformer",
        Span::NONE,
        &mut resources,
        context,
        |resources, context| nameref::fix(resources, &config, &context.schema, context.report),
    );
    steps::tracked(
        "RefVarTransformer",
        Span::NONE,
        &mut resources,
        context,
        |resources, context| vars::resolve(&vars, resources, &config, context.report),
    );
    report_incomplete(&resources, context.report);
    // A replacement or patch may have given two resources one name.
    let all = std::mem::take(&mut resources.resources);
    let kept = all.into_iter().filter(|resource| !is_local(resource));
    resources.append_all(kept.collect(), &context.schema, context.report);
    sort(target, &mut resources, context);
    let metadata = &target.kustomization.build_metadata;
    let asks_for = |option: &str| metadata.iter().any(|asked| asked == option);
    if context.options.managed_by_label || asks_for("managedByLabel") {
        label_managed_by(&mut resources, context.report);
    }
    let keep = Kept {
        origins: asks_for("originAnnotations"),
        transformations: asks_for("transformerAnnotations"),
    };
    resources
        .resources
        .iter_mut()
        .for_each(|resource| strip(resource, keep));
    resources.resources
}

/// Appends content hashes to the names of the resources that want one.
pub fn append_hashes(resources: &mut ResMap, schema: &Schema, report: &mut Report) {
    for resource in resources
        .resources
        .iter_mut()
        .filter(|resource| resource.state.needs_hash)
    {
        match hash::content_hash(&resource.node) {
            Ok(hash) => {
                resource.store_previous_id(schema);
                let mut name = resource.name();
                name.push('-');
                name.push_str(&hash);
                resource.set_name(Text::Plain(name));
            }
            Err(problems) => report.extend(problems),
        }
    }
}

/// Reports what lost its kind or name on the way (`GetValidatedMetadata` of kyaml).
fn report_incomplete(resources: &ResMap, report: &mut Report) {
    let all = resources
        .resources
        .iter()
        .filter(|resource| !resource.is_empty());
    report.extend(all.filter_map(|resource| documents::missing_part(&resource.node)));
}

/// Marked as configuration of tools on this side, not for the cluster.
fn is_local(resource: &Resource) -> bool {
    let annotation = resource.node.get_path(&[
        "metadata",
        "annotations",
        "config.kubernetes.io/local-config",
    ]);
    annotation.is_some_and(|value| value.as_str() != Some("false"))
}

fn sort(target: &Target, resources: &mut ResMap, context: &mut Context<'_>) {
    match (&target.kustomization.sort_options, context.options.reorder) {
        (Some(options), _) => order::by_options(resources, options, context.report),
        (None, Some(Reorder::None)) => {}
        (None, _) => order::legacy(resources),
    }
}

fn label_managed_by(resources: &mut ResMap, report: &mut Report) {
    let value = Spanned {
        value: Text::from(MANAGED_BY),
        span: At(Span::NONE),
    };
    let pairs = [("app.kubernetes.io/managed-by".into(), value)].into();
    PairsTransformer::on_metadata_labels(pairs).apply(resources, report);
}

#[derive(Clone, Copy)]
struct Kept {
    origins: bool,
    transformations: bool,
}

impl Kept {
    fn keeps(self, key: &str) -> bool {
        match key {
            ORIGIN => self.origins,
            TRANSFORMATIONS => self.transformations,
            _ => !BUILD_ANNOTATIONS.contains(&key),
        }
    }
}

/// Takes internal annotations out; all others become strings, as Kustomize writes them anew.
fn strip(resource: &mut Resource, keep: Kept) {
    let Some(annotations) = resource.node.get_path(&["metadata", "annotations"]) else {
        return;
    };
    let is_final = |entry: &gitopsc_yaml::Entry| {
        entry.value.tag == Tag::Str
            // A folded text does not always read as it was written.
            && entry.value.style != Style::Folded
            && matches!(entry.value.value, NodeValue::Scalar(_))
            && entry
                .key
                .as_str()
                .is_some_and(|key| keep.keeps(key) && is_string(key))
    };
    let entries = annotations
        .as_mapping()
        .map_or(&[][..], |mapping| &mapping.entries);
    let untouched = keep.origins && keep.transformations && entries.is_empty();
    if untouched
        || (!entries.is_empty() && entries.iter().all(is_final) && !has_repeated_key(annotations))
    {
        return;
    }
    let mut annotations = resource.annotations();
    annotations.retain(|key, _| keep.keeps(key));
    resource.set_annotations(annotations);
}

/// Whether a key is still a string when it is written anew, without its quotes.
fn is_string(key: &str) -> bool {
    plain_tag(key, Dialect::Kustomize) == Tag::Str
}

fn has_repeated_key(node: &Node) -> bool {
    let entries = node
        .as_mapping()
        .map_or(&[][..], |mapping| &mapping.entries);
    entries.iter().enumerate().any(|(at, entry)| {
        entries[..at]
            .iter()
            .any(|earlier| earlier.key.as_str() == entry.key.as_str())
    })
}
