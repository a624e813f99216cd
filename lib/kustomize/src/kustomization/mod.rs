//! The kustomization file, typed: all fields of Kustomize 5.8.1, deprecated ones included.
//!
//! Read by [`read()`]; what the fields mean is said where they are used.

mod read;

pub use read::{FILE_NAMES, Found, find, read};

use crate::decode::Spanned;
use crate::decode_struct;
use crate::fieldspec::FieldSpec;
use crate::generate::{ConfigMapArgs, GeneratorOptions, SecretArgs};
use crate::order::SortOptions;
use crate::patch::Patch;
use crate::replace::ReplacementField;
use crate::transform::image::Image;
use crate::transform::replicas::Replica;
use crate::vars::Var;
use gitopsc_core::{EcoString, Text};
use gitopsc_yaml::Node;
use std::collections::BTreeMap;

/// An entry that names a file, a directory or text, and where it stands.
pub type Entry = Spanned<EcoString>;

/// Pairs of label or annotation, with the place of each value.
pub type Pairs = BTreeMap<EcoString, Spanned<Text>>;

decode_struct! {
    /// A kustomization file of kind Kustomization or Component.
    pub struct Kustomization {
        /// `kustomize.config.k8s.io/v1beta1`, or `v1alpha1` for a component.
        "apiVersion" => api_version: Option<Entry>,
        /// `Kustomization` or `Component`.
        "kind" => kind: Option<Entry>,
        /// Name and annotations of the file itself; Kustomize ignores it, gitopsc reads its settings here.
        "metadata" => metadata: Option<Metadata>,
        /// Which schema to use: `path` or `version`.
        "openapi" => openapi: Option<BTreeMap<EcoString, Entry>>,
        /// Put before every name.
        "namePrefix" => name_prefix: Spanned<Text>,
        /// Put behind every name.
        "nameSuffix" => name_suffix: Spanned<Text>,
        /// The namespace of everything namespaced.
        "namespace" => namespace: Spanned<Text>,
        /// Deprecated: labels put on objects, selectors and templates.
        "commonLabels" => common_labels: Option<Pairs>,
        /// Labels, and where they go.
        "labels" => labels: Vec<Label>,
        /// Annotations of objects and templates.
        "commonAnnotations" => common_annotations: Pairs,
        /// Deprecated: strategic merge patches, as paths or inline.
        "patchesStrategicMerge" => patches_strategic_merge: Option<Vec<Spanned<Text>>>,
        /// Deprecated: JSON patches with their targets.
        "patchesJson6902" => patches_json6902: Option<Vec<Patch>>,
        /// Patches of both kinds.
        "patches" => patches: Vec<Patch>,
        /// Names, tags and digests of images.
        "images" => images: Vec<Image>,
        /// Deprecated: joins `images`.
        "imageTags" => image_tags: Option<Vec<Image>>,
        /// Values copied from field to field.
        "replacements" => replacements: Vec<Spanned<ReplacementField>>,
        /// Replica counts by name.
        "replicas" => replicas: Vec<Replica>,
        /// Deprecated: `$(NAME)` in the final text.
        "vars" => vars: Option<Vec<Var>>,
        /// The order of output.
        "sortOptions" => sort_options: Option<SortOptions>,
        /// Files and directories of resources.
        "resources" => resources: Vec<Entry>,
        /// Directories of components.
        "components" => components: Vec<Entry>,
        /// Files of OpenAPI definitions of custom resources.
        "crds" => crds: Vec<Entry>,
        /// Deprecated: joins `resources`.
        "bases" => bases: Option<Vec<Entry>>,
        /// ConfigMaps to generate.
        "configMapGenerator" => config_map_generator: Vec<Spanned<ConfigMapArgs>>,
        /// Secrets to generate.
        "secretGenerator" => secret_generator: Vec<Spanned<SecretArgs>>,
        /// Where charts lie.
        "helmGlobals" => helm_globals: Option<HelmGlobals>,
        /// Charts to render.
        "helmCharts" => helm_charts: Vec<Spanned<HelmChart>>,
        /// Deprecated: charts to render.
        "helmChartInflationGenerator" => helm_chart_inflation_generator: Vec<Spanned<HelmChartArgs>>,
        /// Options of all generators here.
        "generatorOptions" => generator_options: Option<GeneratorOptions>,
        /// Files that add to the transformers' field specs.
        "configurations" => configurations: Vec<Entry>,
        /// Generators configured in files, directories or inline.
        "generators" => generators: Vec<Spanned<Text>>,
        /// Transformers, likewise.
        "transformers" => transformers: Vec<Spanned<Text>>,
        /// Validators, likewise.
        "validators" => validators: Vec<Spanned<Text>>,
        /// `originAnnotations`, `transformerAnnotations`, `managedByLabel`.
        "buildMetadata" => build_metadata: Vec<EcoString>,
    }
}

decode_struct! {
    /// `metadata` of the file.
    pub struct Metadata {
        /// Name.
        "name" => name: EcoString,
        /// Namespace.
        "namespace" => namespace: EcoString,
        /// Labels.
        "labels" => labels: BTreeMap<EcoString, EcoString>,
        /// Annotations; `gitopsc.dev/*` are unit settings.
        "annotations" => annotations: BTreeMap<EcoString, EcoString>,
    }
}

decode_struct! {
    /// One entry of `labels`.
    pub struct Label {
        /// The labels.
        "pairs" => pairs: Pairs,
        /// Whether selectors and templates get them too.
        "includeSelectors" => include_selectors: bool,
        /// Whether templates get them too.
        "includeTemplates" => include_templates: bool,
        /// Further fields.
        "fields" => fields: Vec<FieldSpec>,
    }
}

decode_struct! {
    /// `helmGlobals`.
    pub struct HelmGlobals {
        /// Directory of charts.
        "chartHome" => chart_home: EcoString,
        /// Directory of Helm's configuration.
        "configHome" => config_home: EcoString,
    }
}

decode_struct! {
    /// One entry of `helmCharts`, read so that its mistakes are found; rendering comes later.
    pub struct HelmChart {
        /// Chart name.
        "name" => name: EcoString,
        /// Chart version.
        "version" => version: EcoString,
        /// Repository.
        "repo" => repo: EcoString,
        /// Release name.
        "releaseName" => release_name: EcoString,
        /// Namespace.
        "namespace" => namespace: EcoString,
        /// Values files on top of `valuesFile`.
        "additionalValuesFiles" => additional_values_files: Vec<Entry>,
        /// Values file.
        "valuesFile" => values_file: EcoString,
        /// Values.
        "valuesInline" => values_inline: Option<Node>,
        /// `merge`, `override` or `replace`.
        "valuesMerge" => values_merge: EcoString,
        /// Whether CRDs are rendered.
        "includeCRDs" => include_crds: bool,
        /// Whether hooks are left out.
        "skipHooks" => skip_hooks: bool,
        /// API versions the chart is told of.
        "apiVersions" => api_versions: Vec<EcoString>,
        /// Kubernetes version the chart is told of.
        "kubeVersion" => kube_version: EcoString,
        /// Template of the release name.
        "nameTemplate" => name_template: EcoString,
        /// Whether tests are left out.
        "skipTests" => skip_tests: bool,
        /// Helm's `--debug`.
        "debug" => debug: bool,
        /// Helm's `--devel`.
        "devel" => devel: bool,
    }
}

decode_struct! {
    /// One entry of the deprecated `helmChartInflationGenerator`.
    pub struct HelmChartArgs {
        /// Chart name.
        "chartName" => chart_name: EcoString,
        /// Chart version.
        "chartVersion" => chart_version: EcoString,
        /// Repository.
        "chartRepoUrl" => chart_repo_url: EcoString,
        /// Directory of charts.
        "chartHome" => chart_home: EcoString,
        /// Name of the repository.
        "chartRepoName" => chart_repo_name: EcoString,
        /// The `helm` program.
        "helmBin" => helm_bin: EcoString,
        /// Directory of Helm's configuration.
        "helmHome" => helm_home: EcoString,
        /// Values file.
        "values" => values: EcoString,
        /// Values.
        "valuesLocal" => values_local: Option<Node>,
        /// How they are merged.
        "valuesMerge" => values_merge: EcoString,
        /// Release name.
        "releaseName" => release_name: EcoString,
        /// Namespace.
        "releaseNamespace" => release_namespace: EcoString,
        /// Arguments.
        "extraArgs" => extra_args: Vec<EcoString>,
    }
}

impl Kustomization {
    /// Whether this is a Component.
    #[must_use]
    pub fn is_component(&self) -> bool {
        self.kind
            .as_ref()
            .is_some_and(|kind| kind.value == "Component")
    }
}
