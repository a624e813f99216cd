//! Generators configured in files of their own, under `generators` (api/internal/builtins/*Generator.go).

use super::args::{ConfigMapArgs, SecretArgs};
use super::iam_policy::{self, IamPolicyArgs};
use super::ksops::{self, KsopsArgs};
use super::make;
use crate::codes;
use crate::context::Context;
use crate::decode::{Decode, Decoder, Mode, Spanned};
use crate::decode_struct;
use crate::generators::unsupported_chart;
use crate::load::Directory;
use crate::resource::Resource;
use gitopsc_core::{Diagnostic, EcoString, Text};
use gitopsc_yaml::Node;
use std::collections::BTreeMap;

/// A generator configured in a file of `generators`.
#[derive(Clone, Debug)]
pub enum Generator {
    /// Makes a ConfigMap.
    ConfigMap(Spanned<ConfigMapArgs>),
    /// Makes a Secret.
    Secret(Spanned<SecretArgs>),
    /// Makes a service account.
    IamPolicy(Spanned<IamPolicyArgs>),
    /// Makes of encrypted files what is in them.
    Ksops(KsopsArgs),
}

impl Generator {
    /// The generator that a configuration object of `apiVersion: builtin`, or of ksops, describes.
    pub fn decode(config: &Resource, context: &mut Context<'_>) -> Option<Generator> {
        if ksops::is_ksops(&config.gvk()) {
            return KsopsArgs::read(config, context).map(Generator::Ksops);
        }
        match config.kind().as_str() {
            "ConfigMapGenerator" => {
                let args = decode_args(config, ConfigMapArgs::identity, context)?;
                warn_of_env(&args.value.env, context);
                Some(Generator::ConfigMap(args))
            }
            "SecretGenerator" => {
                let args = decode_args(config, SecretArgs::identity, context)?;
                warn_of_env(&args.value.env, context);
                Some(Generator::Secret(args))
            }
            "IAMPolicyGenerator" => {
                decode(&config.node, Mode::Typed, context).map(Generator::IamPolicy)
            }
            kind => {
                context.report.push(unsupported(kind, config));
                None
            }
        }
    }

    /// Generates; what fails is reported.
    pub fn generate(&self, directory: &Directory, context: &mut Context<'_>) -> Vec<Resource> {
        let made = match self {
            Generator::ConfigMap(args) => make(
                &args.value.in_generator_file(),
                args.span.0,
                None,
                directory,
                context,
            ),
            Generator::Secret(args) => make(
                &args.value.in_generator_file(),
                args.span.0,
                None,
                directory,
                context,
            ),
            Generator::IamPolicy(args) => iam_policy::service_account(args, context),
            Generator::Ksops(args) => return args.generate(directory, context),
        };
        made.into_iter().collect()
    }
}

decode_struct! {
    /// `metadata` of a generator's own file.
    struct Metadata {
        /// Name.
        "name" => name: Spanned<Text>,
        /// Namespace.
        "namespace" => namespace: Spanned<Text>,
        /// Labels, which do not count.
        "labels" => labels: BTreeMap<EcoString, Text>,
        /// Annotations, which do not count.
        "annotations" => annotations: BTreeMap<EcoString, Text>,
    }
}

/// Reads a configuration object into its type.
fn decode<T: Decode>(node: &Node, mode: Mode, context: &mut Context<'_>) -> Option<T> {
    let before = context.report.errors();
    let mut decoder = Decoder::new(context.report, "generator configuration", mode);
    let decoded = T::decode(node, &mut decoder)?;
    (context.report.errors() == before).then_some(decoded)
}

/// Reads the arguments of a generator's own file; without name or namespace they have those of its metadata.
fn decode_args<T: Decode>(
    config: &Resource,
    identity: fn(&mut T) -> [&mut Spanned<Text>; 2],
    context: &mut Context<'_>,
) -> Option<Spanned<T>> {
    let mut args: Spanned<T> = decode(&config.node, Mode::Typed, context)?;
    let metadata = config.node.get("metadata");
    let metadata = metadata.map(|node| decode::<Metadata>(node, Mode::Lenient, context));
    let metadata = metadata.unwrap_or(Some(Metadata::default()))?;
    let own = [metadata.name, metadata.namespace];
    for (given, own) in identity(&mut args.value).into_iter().zip(own) {
        if given.value.as_str().is_empty() {
            *given = own;
        }
    }
    Some(args)
}

fn warn_of_env(env: &Spanned<EcoString>, context: &mut Context<'_>) {
    if !env.value.is_empty() {
        let message = "`env` does not count in a generator's own file";
        let diagnostic = Diagnostic::warning(codes::GENERATOR_OPTION_IGNORED, message);
        context.report.push(
            diagnostic
                .at(env.span.0, "passed over")
                .hint("list the file under `envs`"),
        );
    }
}

fn unsupported(kind: &str, config: &Resource) -> Diagnostic {
    if kind == "HelmChartInflationGenerator" {
        return unsupported_chart(&config.name(), config.node.span);
    }
    Diagnostic::error(
        codes::PLUGIN_UNSUPPORTED,
        format!("there is no built-in generator {kind}"),
    )
    .at(config.node.span, "configured here")
    .hint("the built-in ones are ConfigMapGenerator, SecretGenerator and IAMPolicyGenerator")
}
