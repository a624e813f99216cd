//! The codes of this crate's diagnostics. Each has an entry in docs/diagnostics.md.

use gitopsc_core::Code;

/// An API is deprecated.
pub const API_DEPRECATED: Code = Code("api-deprecated");
/// An API is not there any more.
pub const API_REMOVED: Code = Code("api-removed");
/// An Ingress or route sends to a port that the Service does not have.
pub const BACKEND_PORT_UNMATCHED: Code = Code("backend-port-unmatched");
/// There is nothing to bundle.
pub const BUNDLE_EMPTY: Code = Code("bundle-empty");
/// A bundle would hold what is still encrypted.
pub const BUNDLE_ENCRYPTED: Code = Code("bundle-encrypted");
/// An object alone is over the limit of a bundle.
pub const BUNDLE_OBJECT_TOO_BIG: Code = Code("bundle-object-too-big");
/// A bundle would hold decrypted text.
pub const BUNDLE_SECRET_REFUSED: Code = Code("bundle-secret-refused");
/// The machine configuration with all bundles is over its limit.
pub const BUNDLE_TOTAL_TOO_BIG: Code = Code("bundle-total-too-big");
/// A directory holds a Helm chart.
pub const CHART_SKIPPED: Code = Code("chart-skipped");
/// A reference leads to nothing.
pub const DANGLING_REFERENCE: Code = Code("dangling-reference");
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
/// An item of a list is there twice.
pub const DUPLICATE_LIST_KEY: Code = Code("duplicate-list-key");
/// A plain unit holds the same object twice.
pub const DUPLICATE_OBJECT: Code = Code("duplicate-object");
/// Encrypted documents are left out, because nobody can say what they are.
pub const ENCRYPTED_LEFT_OUT: Code = Code("encrypted-left-out");
/// An encrypted file is passed through as it is.
pub const ENCRYPTED_PASSED: Code = Code("encrypted-passed");
/// Values of a file are encrypted, and nothing says how.
pub const ENCRYPTED_UNDETECTED: Code = Code("encrypted-undetected");
/// A file should be encrypted and is not.
pub const ENCRYPTION_MISSING: Code = Code("encryption-missing");
/// A rule for fields that are left to others cannot be understood.
pub const FIELD_RULE_INVALID: Code = Code("field-rule-invalid");
/// A file of a plain directory is not YAML.
pub const FILE_UNPARSABLE: Code = Code("file-unparsable");
/// A rule of health, or an object that has to be healthy, cannot be understood.
pub const HEALTH_INVALID: Code = Code("health-invalid");
/// A finding is accepted without a reason.
pub const IGNORE_INVALID: Code = Code("ignore-invalid");
/// What is accepted is not found.
pub const IGNORE_UNUSED: Code = Code("ignore-unused");
/// A directory that is to be a unit is none.
pub const INCLUDE_UNMATCHED: Code = Code("include-unmatched");
/// A version of Kubernetes is not known.
pub const KUBE_VERSION_UNKNOWN: Code = Code("kube-version-unknown");
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
/// A namespaced object says no namespace.
pub const NAMESPACE_MISSING: Code = Code("namespace-missing");
/// A cluster has no layers.
pub const NO_LAYERS: Code = Code("no-layers");
/// A file of a plain directory is no manifest.
pub const NOT_A_MANIFEST: Code = Code("not-a-manifest");
/// The target is neither a kustomization nor a cluster.
pub const NOTHING_TO_BUILD: Code = Code("nothing-to-build");
/// An object is larger than what can be stored.
pub const OBJECT_TOO_LARGE: Code = Code("object-too-large");
/// A probe asks for a port that its container does not have.
pub const PROBE_PORT_UNMATCHED: Code = Code("probe-port-unmatched");
/// A ConfigMap or Secret does not have a key that is read.
pub const REFERENCE_KEY_MISSING: Code = Code("reference-key-missing");
/// Something is needed that is in no unit.
pub const REFERENCE_OUTSIDE: Code = Code("reference-outside");
/// A value breaks a rule of its schema.
pub const SCHEMA_INVALID_VALUE: Code = Code("schema-invalid-value");
/// A required field is missing.
pub const SCHEMA_MISSING_FIELD: Code = Code("schema-missing-field");
/// There is no schema for a kind.
pub const SCHEMA_UNAVAILABLE: Code = Code("schema-unavailable");
/// A field is not known.
pub const SCHEMA_UNKNOWN_FIELD: Code = Code("schema-unknown-field");
/// A kind is not known.
pub const SCHEMA_UNKNOWN_KIND: Code = Code("schema-unknown-kind");
/// A value is of the wrong type.
pub const SCHEMA_WRONG_TYPE: Code = Code("schema-wrong-type");
/// A Secret can be read by everyone.
pub const SECRET_IN_PLAIN_TEXT: Code = Code("secret-in-plain-text");
/// A workload does not select its own pods.
pub const SELECTOR_MISMATCH: Code = Code("selector-mismatch");
/// A selector selects nothing.
pub const SELECTOR_SELECTS_NOTHING: Code = Code("selector-selects-nothing");
/// A Service sends to a port that its pods do not have.
pub const SERVICE_PORT_UNMATCHED: Code = Code("service-port-unmatched");
/// `gitopsc.yaml` cannot be understood.
pub const SETTINGS_INVALID: Code = Code("settings-invalid");
/// A machine configuration holds a bundle that is no more.
pub const TALOS_BUNDLE_LEFT_OVER: Code = Code("talos-bundle-left-over");
/// A machine configuration lacks a bundle.
pub const TALOS_BUNDLE_MISSING: Code = Code("talos-bundle-missing");
/// A machine configuration has a bundle more than once.
pub const TALOS_BUNDLE_REPEATED: Code = Code("talos-bundle-repeated");
/// A bundle is not what it should be by now.
pub const TALOS_BUNDLE_STALE: Code = Code("talos-bundle-stale");
/// Talos would install a network plug-in.
pub const TALOS_CNI: Code = Code("talos-cni");
/// A machine configuration is none.
pub const TALOS_CONFIG_INVALID: Code = Code("talos-config-invalid");
/// Cilium does not look for the API server where KubePrism is.
pub const TALOS_KUBE_PRISM: Code = Code("talos-kube-prism");
/// kube-proxy and Cilium do not agree on who serves Services.
pub const TALOS_KUBE_PROXY: Code = Code("talos-kube-proxy");
/// A bootstrap manifest cannot be read.
pub const TALOS_MANIFEST_INVALID: Code = Code("talos-manifest-invalid");
/// A bootstrap manifest is over the limit.
pub const TALOS_MANIFEST_TOO_BIG: Code = Code("talos-manifest-too-big");
/// A namespace has no default-deny policy.
pub const TALOS_NAMESPACE_OPEN: Code = Code("talos-namespace-open");
/// An object is a bootstrap manifest and in a reconciled unit.
pub const TALOS_OBJECT_RECONCILED: Code = Code("talos-object-reconciled");
/// An object is in two bootstrap manifests.
pub const TALOS_OBJECT_TWICE: Code = Code("talos-object-twice");
/// OIDC is set up in part.
pub const TALOS_OIDC_INCOMPLETE: Code = Code("talos-oidc-incomplete");
/// Talos would refuse a patch.
pub const TALOS_PATCH_FAILED: Code = Code("talos-patch-failed");
/// Talos and Cilium have different subnets.
pub const TALOS_SUBNET_MISMATCH: Code = Code("talos-subnet-mismatch");
/// A URL gives something else than the bundle.
pub const TALOS_URL_CHANGED: Code = Code("talos-url-changed");
/// A bootstrap manifest is fetched from elsewhere.
pub const TALOS_URL_FOREIGN: Code = Code("talos-url-foreign");
/// A URL gives something else as time goes by.
pub const TALOS_URL_MOVING: Code = Code("talos-url-moving");
/// A bootstrap manifest cannot be fetched.
pub const TALOS_URL_UNREACHABLE: Code = Code("talos-url-unreachable");
/// A kustomization is no unit because one above lists others.
pub const UNIT_OFF: Code = Code("unit-off");
/// Something is there and cannot be read.
pub const UNREADABLE: Code = Code("unreadable");
/// An object breaks a rule of its CRD.
pub const VALIDATION_RULE_FAILED: Code = Code("validation-rule-failed");
/// A rule of a CRD was not evaluated.
pub const VALIDATION_RULE_UNCHECKED: Code = Code("validation-rule-unchecked");

/// All of them.
pub const ALL: &[Code] = &[
    API_DEPRECATED,
    API_REMOVED,
    BACKEND_PORT_UNMATCHED,
    BUNDLE_EMPTY,
    BUNDLE_ENCRYPTED,
    BUNDLE_OBJECT_TOO_BIG,
    BUNDLE_SECRET_REFUSED,
    BUNDLE_TOTAL_TOO_BIG,
    CHART_SKIPPED,
    DANGLING_REFERENCE,
    DEPENDENCY_CYCLE,
    DEPENDENCY_DROPPED,
    DEPENDENCY_UNKNOWN,
    DESCRIBED_ELSEWHERE,
    DUPLICATE_ACROSS_UNITS,
    DUPLICATE_LIST_KEY,
    DUPLICATE_OBJECT,
    ENCRYPTED_LEFT_OUT,
    ENCRYPTED_PASSED,
    ENCRYPTED_UNDETECTED,
    ENCRYPTION_MISSING,
    FIELD_RULE_INVALID,
    FILE_UNPARSABLE,
    HEALTH_INVALID,
    IGNORE_INVALID,
    IGNORE_UNUSED,
    INCLUDE_UNMATCHED,
    KUBE_VERSION_UNKNOWN,
    LAYER_ORDER_DROPPED,
    LAYER_UNFIT,
    LINK_CIRCLE,
    LINK_DANGLING,
    LINK_NOT_FOLLOWED,
    MANIFEST_INVALID,
    MANIFEST_WITHOUT_NAME,
    MANIFEST_WITHOUT_VERSION,
    NAMESPACE_IGNORED,
    NAMESPACE_MISSING,
    NO_LAYERS,
    NOT_A_MANIFEST,
    NOTHING_TO_BUILD,
    OBJECT_TOO_LARGE,
    PROBE_PORT_UNMATCHED,
    REFERENCE_KEY_MISSING,
    REFERENCE_OUTSIDE,
    SCHEMA_INVALID_VALUE,
    SCHEMA_MISSING_FIELD,
    SCHEMA_UNAVAILABLE,
    SCHEMA_UNKNOWN_FIELD,
    SCHEMA_UNKNOWN_KIND,
    SCHEMA_WRONG_TYPE,
    SECRET_IN_PLAIN_TEXT,
    SELECTOR_MISMATCH,
    SELECTOR_SELECTS_NOTHING,
    SERVICE_PORT_UNMATCHED,
    SETTINGS_INVALID,
    TALOS_BUNDLE_LEFT_OVER,
    TALOS_BUNDLE_MISSING,
    TALOS_BUNDLE_REPEATED,
    TALOS_BUNDLE_STALE,
    TALOS_CNI,
    TALOS_CONFIG_INVALID,
    TALOS_KUBE_PRISM,
    TALOS_KUBE_PROXY,
    TALOS_MANIFEST_INVALID,
    TALOS_MANIFEST_TOO_BIG,
    TALOS_NAMESPACE_OPEN,
    TALOS_OBJECT_RECONCILED,
    TALOS_OBJECT_TWICE,
    TALOS_OIDC_INCOMPLETE,
    TALOS_PATCH_FAILED,
    TALOS_SUBNET_MISMATCH,
    TALOS_URL_CHANGED,
    TALOS_URL_FOREIGN,
    TALOS_URL_MOVING,
    TALOS_URL_UNREACHABLE,
    UNIT_OFF,
    UNREADABLE,
    VALIDATION_RULE_FAILED,
    VALIDATION_RULE_UNCHECKED,
];
