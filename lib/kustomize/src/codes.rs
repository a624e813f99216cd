//! The codes of this crate's diagnostics. Each has an entry in docs/diagnostics.md.

use gitopsc_core::Code;

/// A base is named by an absolute path.
pub const ABSOLUTE_BASE: Code = Code("absolute-base");
/// More than one resource could be meant.
pub const AMBIGUOUS_REFERENCE: Code = Code("ambiguous-reference");
/// A base is built by way of itself.
pub const BASE_CYCLE: Code = Code("base-cycle");
/// Bases lie too deep below each other.
pub const BASES_TOO_DEEP: Code = Code("bases-too-deep");
/// A Component is listed under `resources`.
pub const COMPONENT_AS_RESOURCE: Code = Code("component-as-resource");
/// Definitions of `crds` refer to each other in a circle.
pub const CRD_DEFINITION_CYCLE: Code = Code("crd-definition-cycle");
/// A field works, and something better replaces it.
pub const DEPRECATED_FIELD: Code = Code("deprecated-field");
/// Two resources of one build have the same id.
pub const DUPLICATE_ID: Code = Code("duplicate-id");
/// Two vars have the same name.
pub const DUPLICATE_VAR: Code = Code("duplicate-var");
/// The way to a field runs into a value of another shape.
pub const FIELD_NOT_REACHED: Code = Code("field-not-reached");
/// Two field specs disagree on `create`.
pub const FIELD_SPEC_CONFLICT: Code = Code("field-spec-conflict");
/// What is named does not exist.
pub const FILE_NOT_FOUND: Code = Code("file-not-found");
/// A generator with `behavior: merge` or `replace` finds nothing to change.
pub const GENERATOR_WITHOUT_BASE: Code = Code("generator-without-base");
/// A chart would have to be rendered.
pub const HELM_UNSUPPORTED: Code = Code("helm-unsupported");
/// A document lacks what makes it a Kubernetes object.
pub const INCOMPLETE_MANIFEST: Code = Code("incomplete-manifest");
/// A pattern is no regular expression.
pub const INVALID_PATTERN: Code = Code("invalid-pattern");
/// A label or annotation selector is not well-formed.
pub const INVALID_SELECTOR: Code = Code("invalid-selector");
/// A directory holds two kustomization files.
pub const KUSTOMIZATION_AMBIGUOUS: Code = Code("kustomization-ambiguous");
/// A kustomization file says nothing.
pub const KUSTOMIZATION_EMPTY: Code = Code("kustomization-empty");
/// A kustomization file has a foreign kind or apiVersion.
pub const KUSTOMIZATION_KIND: Code = Code("kustomization-kind");
/// A directory that should hold a kustomization file holds none.
pub const KUSTOMIZATION_MISSING: Code = Code("kustomization-missing");
/// A file lies outside of what its kustomization may load.
pub const LOAD_RESTRICTED: Code = Code("load-restricted");
/// A directory was wanted.
pub const NOT_A_DIRECTORY: Code = Code("not-a-directory");
/// A file was wanted.
pub const NOT_A_FILE: Code = Code("not-a-file");
/// The text of a patch is missing, empty or given twice.
pub const PATCH_SOURCE: Code = Code("patch-source");
/// A patch does not say what it is for.
pub const PATCH_TARGET_MISSING: Code = Code("patch-target-missing");
/// The target of a patch matches nothing.
pub const PATCH_TARGET_UNMATCHED: Code = Code("patch-target-unmatched");
/// A strategic merge patch is for a resource that is not there.
pub const PATCH_UNMATCHED: Code = Code("patch-unmatched");
/// The configuration of a generator or transformer is incomplete or wrong.
pub const PLUGIN_CONFIGURATION: Code = Code("plugin-configuration");
/// A generator or transformer is not built in.
pub const PLUGIN_UNSUPPORTED: Code = Code("plugin-unsupported");
/// A base or file would have to be fetched.
pub const REMOTE_RESOURCE: Code = Code("remote-resource");
/// An entry of `replicas` finds no workload.
pub const REPLICAS_UNMATCHED: Code = Code("replicas-unmatched");
/// A Kustomization is listed under `components`.
pub const RESOURCE_AS_COMPONENT: Code = Code("resource-as-component");
/// `sortOptions` contradict each other or name no order.
pub const SORT_OPTIONS: Code = Code("sort-options");
/// Symbolic links lead in a circle.
pub const SYMLINK_LOOP: Code = Code("symlink-loop");
/// A tag suffix is appended twice.
pub const TAG_SUFFIX_TWICE: Code = Code("tag-suffix-twice");
/// A field that the kind of file does not have.
pub const UNKNOWN_FIELD: Code = Code("unknown-field");
/// A value has no JSON form.
pub const UNPRINTABLE: Code = Code("unprintable");
/// Something is there and cannot be read.
pub const UNREADABLE: Code = Code("unreadable");
/// A var stands nowhere.
pub const UNUSED_VAR: Code = Code("unused-var");
/// A validator changes resources.
pub const VALIDATOR_CHANGED: Code = Code("validator-changed");
/// A var refers to nothing.
pub const VAR_WITHOUT_VALUE: Code = Code("var-without-value");
/// A field whose value has the wrong type.
pub const WRONG_TYPE: Code = Code("wrong-type");
/// Text that is not YAML, or not within the limits.
pub const YAML_SYNTAX: Code = Code("yaml-syntax");

/// All of them.
pub const ALL: &[Code] = &[
    ABSOLUTE_BASE,
    AMBIGUOUS_REFERENCE,
    BASE_CYCLE,
    BASES_TOO_DEEP,
    COMPONENT_AS_RESOURCE,
    CRD_DEFINITION_CYCLE,
    DEPRECATED_FIELD,
    DUPLICATE_ID,
    DUPLICATE_VAR,
    FIELD_NOT_REACHED,
    FIELD_SPEC_CONFLICT,
    FILE_NOT_FOUND,
    GENERATOR_WITHOUT_BASE,
    HELM_UNSUPPORTED,
    INCOMPLETE_MANIFEST,
    INVALID_PATTERN,
    INVALID_SELECTOR,
    KUSTOMIZATION_AMBIGUOUS,
    KUSTOMIZATION_EMPTY,
    KUSTOMIZATION_KIND,
    KUSTOMIZATION_MISSING,
    LOAD_RESTRICTED,
    NOT_A_DIRECTORY,
    NOT_A_FILE,
    PATCH_SOURCE,
    PATCH_TARGET_MISSING,
    PATCH_TARGET_UNMATCHED,
    PATCH_UNMATCHED,
    PLUGIN_CONFIGURATION,
    PLUGIN_UNSUPPORTED,
    REMOTE_RESOURCE,
    REPLICAS_UNMATCHED,
    RESOURCE_AS_COMPONENT,
    SORT_OPTIONS,
    SYMLINK_LOOP,
    TAG_SUFFIX_TWICE,
    UNKNOWN_FIELD,
    UNPRINTABLE,
    UNREADABLE,
    UNUSED_VAR,
    VALIDATOR_CHANGED,
    VAR_WITHOUT_VALUE,
    WRONG_TYPE,
    YAML_SYNTAX,
];
