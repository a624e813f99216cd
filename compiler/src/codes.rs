//! The codes of this crate's diagnostics. Each has an entry in docs/diagnostics.md.

use gitopsc_core::Code;

/// A directory holds a Helm chart.
pub const CHART_SKIPPED: Code = Code("chart-skipped");
/// Objects need each other in a circle.
pub const DEPENDENCY_CYCLE: Code = Code("dependency-cycle");
/// A need gave way because it would have closed a circle.
pub const DEPENDENCY_DROPPED: Code = Code("dependency-dropped");
/// A declared dependency names nothing.
pub const DEPENDENCY_UNKNOWN: Code = Code("dependency-unknown");
/// An object of another engine describes a unit.
pub const DESCRIBED_ELSEWHERE: Code = Code("described-elsewhere");
/// Two units hold the same object.
pub const DUPLICATE_ACROSS_UNITS: Code = Code("duplicate-across-units");
/// A plain unit holds the same object twice.
pub const DUPLICATE_OBJECT: Code = Code("duplicate-object");
/// Encrypted documents are left out, because nobody can say what they are.
pub const ENCRYPTED_LEFT_OUT: Code = Code("encrypted-left-out");
/// An encrypted file is passed through as it is.
pub const ENCRYPTED_PASSED: Code = Code("encrypted-passed");
/// A file of a plain directory is not YAML.
pub const FILE_UNPARSABLE: Code = Code("file-unparsable");
/// A directory that is to be a unit is none.
pub const INCLUDE_UNMATCHED: Code = Code("include-unmatched");
/// An object of an earlier layer needs one of a later layer.
pub const LAYER_ORDER_DROPPED: Code = Code("layer-order-dropped");
/// A folder named as a layer cannot be one.
pub const LAYER_UNFIT: Code = Code("layer-unfit");
/// A symbolic link leads in a circle.
pub const LINK_CIRCLE: Code = Code("link-circle");
/// A symbolic link leads to nothing.
pub const LINK_DANGLING: Code = Code("link-dangling");
/// A symbolic link to a directory is not followed.
pub const LINK_NOT_FOLLOWED: Code = Code("link-not-followed");
/// A manifest has no valid final form.
pub const MANIFEST_INVALID: Code = Code("manifest-invalid");
/// An object has no name.
pub const MANIFEST_WITHOUT_NAME: Code = Code("manifest-without-name");
/// An object has a kind and a name, but no apiVersion.
pub const MANIFEST_WITHOUT_VERSION: Code = Code("manifest-without-version");
/// A cluster-scoped object carries a namespace.
pub const NAMESPACE_IGNORED: Code = Code("namespace-ignored");
/// A cluster has no layers.
pub const NO_LAYERS: Code = Code("no-layers");
/// A file of a plain directory is no manifest.
pub const NOT_A_MANIFEST: Code = Code("not-a-manifest");
/// The target is neither a kustomization nor a cluster.
pub const NOTHING_TO_BUILD: Code = Code("nothing-to-build");
/// Something is needed that is in no unit.
pub const REFERENCE_OUTSIDE: Code = Code("reference-outside");
/// `gitopsc.yaml` cannot be understood.
pub const SETTINGS_INVALID: Code = Code("settings-invalid");
/// A kustomization is no unit because one above lists others.
pub const UNIT_OFF: Code = Code("unit-off");
/// Something is there and cannot be read.
pub const UNREADABLE: Code = Code("unreadable");

/// All of them.
pub const ALL: &[Code] = &[
    CHART_SKIPPED,
    DEPENDENCY_CYCLE,
    DEPENDENCY_DROPPED,
    DEPENDENCY_UNKNOWN,
    DESCRIBED_ELSEWHERE,
    DUPLICATE_ACROSS_UNITS,
    DUPLICATE_OBJECT,
    ENCRYPTED_LEFT_OUT,
    ENCRYPTED_PASSED,
    FILE_UNPARSABLE,
    INCLUDE_UNMATCHED,
    LAYER_ORDER_DROPPED,
    LAYER_UNFIT,
    LINK_CIRCLE,
    LINK_DANGLING,
    LINK_NOT_FOLLOWED,
    MANIFEST_INVALID,
    MANIFEST_WITHOUT_NAME,
    MANIFEST_WITHOUT_VERSION,
    NAMESPACE_IGNORED,
    NO_LAYERS,
    NOT_A_MANIFEST,
    NOTHING_TO_BUILD,
    REFERENCE_OUTSIDE,
    SETTINGS_INVALID,
    UNIT_OFF,
    UNREADABLE,
];
