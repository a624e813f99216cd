//! Running the generators of a kustomization: ConfigMaps, Secrets, then those of `generators`.

use crate::accumulate::{Accumulator, Progress, Target};
use crate::codes;
use crate::context::Context;
use crate::generate;
use crate::origin::{self, Origin};
use crate::plugins;
use crate::resource::Resource;
use gitopsc_core::{Diagnostic, Span};

/// Generates and absorbs, in order.
pub fn run(
    target: &Target,
    accumulator: &mut Accumulator,
    progress: Progress,
    context: &mut Context<'_>,
) {
    let mut made = config_maps(target, context);
    made.extend(secrets(target, context));
    refuse_charts(target, context);
    for (generator, origin) in plugins::generators(target, context) {
        let generated = generator.generate(&target.directory, context);
        made.extend(
            generated
                .into_iter()
                .map(|resource| marked(resource, origin.as_ref())),
        );
    }
    if progress.is_complete(context) {
        accumulator
            .resources
            .absorb_all(made, &context.schema, context.report);
    }
}

fn config_maps(target: &Target, context: &mut Context<'_>) -> Vec<Resource> {
    let kustomization = &target.kustomization;
    let origin = context.tracked(
        target
            .origin
            .builtin(target.found.name, "ConfigMapGenerator"),
    );
    let options = kustomization.generator_options.as_ref();
    let made = kustomization.config_map_generator.iter();
    let made =
        made.filter_map(|args| generate::config_map(args, options, &target.directory, context));
    made.map(|resource| marked(resource, origin.as_ref()))
        .collect()
}

fn secrets(target: &Target, context: &mut Context<'_>) -> Vec<Resource> {
    let kustomization = &target.kustomization;
    let origin = context.tracked(target.origin.builtin(target.found.name, "SecretGenerator"));
    let options = kustomization.generator_options.as_ref();
    let made = kustomization.secret_generator.iter();
    let made = made.filter_map(|args| generate::secret(args, options, &target.directory, context));
    made.map(|resource| marked(resource, origin.as_ref()))
        .collect()
}

fn marked(mut resource: Resource, origin: Option<&Origin>) -> Resource {
    if let Some(origin) = origin {
        origin::mark_if_unmarked(&mut resource, origin);
    }
    resource
}

fn refuse_charts(target: &Target, context: &mut Context<'_>) {
    let kustomization = &target.kustomization;
    let charts = kustomization
        .helm_charts
        .iter()
        .map(|chart| (&chart.value.name, chart.span.0));
    let old = kustomization
        .helm_chart_inflation_generator
        .iter()
        .map(|chart| (&chart.value.chart_name, chart.span.0));
    for (name, span) in charts.chain(old) {
        context.report.push(unsupported_chart(name, span));
    }
}

/// Rendering charts comes with a later version.
pub fn unsupported_chart(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        codes::HELM_UNSUPPORTED,
        format!("the chart `{name}` cannot be rendered yet"),
    )
    .at(span, "this needs Helm")
    .hint("render it with `helm template` into a file and list that under `resources`")
}
