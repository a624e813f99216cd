//! The codes of this crate's diagnostics. Each has an entry in docs/diagnostics.md.

use gitopsc_core::Code;

/// A base is named by an absolute path.
pub const ABSOLUTE_BASE: Code = Code("absolute-base");
/// More than one resource could be meant.
pub const AMBIGUOUS_REFERENCE: Code = Code("ambiguous-reference");
/// Bases lie too deep below each other.
pub const BASES_TOO_DEEP: Code = Code("bases-too-deep");
/// A base is built by way of itself.
pub const BASE_CYCLE: Code = Code("base-cycle");
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
/// A file that configures the build is encrypted.
pub const ENCRYPTED_CONFIGURATION: Code = Code("encrypted-configuration");
/// A line of an env file is no UTF-8.
pub const ENV_FILE_ENCODING: Code = Code("env-file-encoding");
/// A line of an env file is passed over.
pub const ENV_LINE_IGNORED: Code = Code("env-line-ignored");
/// The way to a field runs into a value of another shape.
pub const FIELD_NOT_REACHED: Code = Code("field-not-reached");
/// Two field specs disagree on `create`.
pub const FIELD_SPEC_CONFLICT: Code = Code("field-spec-conflict");
/// What is named does not exist.
pub const FILE_NOT_FOUND: Code = Code("file-not-found");
/// A generator has a behavior that does not exist.
pub const GENERATOR_BEHAVIOR: Code = Code("generator-behavior");
/// A generated key is one that the API server refuses.
pub const GENERATOR_KEY: Code = Code("generator-key");
/// A generator has a key twice.
pub const GENERATOR_KEY_TWICE: Code = Code("generator-key-twice");
/// A generator has no name.
pub const GENERATOR_NAME_MISSING: Code = Code("generator-name-missing");
/// A generator's option does not count.
pub const GENERATOR_OPTION_IGNORED: Code = Code("generator-option-ignored");
/// A literal or file of a generator is not written as one.
pub const GENERATOR_SOURCE: Code = Code("generator-source");
/// A generator with `behavior: merge` or `replace` finds nothing to change.
pub const GENERATOR_WITHOUT_BASE: Code = Code("generator-without-base");
/// A hash is wanted of a resource that is neither ConfigMap nor Secret.
pub const HASH_UNSUPPORTED: Code = Code("hash-unsupported");
/// A chart would have to be rendered.
pub const HELM_UNSUPPORTED: Code = Code("helm-unsupported");
/// A document lacks what makes it a Kubernetes object.
pub const INCOMPLETE_MANIFEST: Code = Code("incomplete-manifest");
/// A path names no field.
pub const INVALID_PATH: Code = Code("invalid-path");
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
/// An element of a list is lost in a strategic merge.
pub const LIST_ELEMENT_LOST: Code = Code("list-element-lost");
/// A file lies outside of what its kustomization may load.
pub const LOAD_RESTRICTED: Code = Code("load-restricted");
/// A path finds more items of a list than the one it seems to name.
pub const LOOSE_ITEM_MATCH: Code = Code("loose-item-match");
/// A directory was wanted.
pub const NOT_A_DIRECTORY: Code = Code("not-a-directory");
/// A file was wanted.
pub const NOT_A_FILE: Code = Code("not-a-file");
/// The `openapi` field is wrong, or names a file that is no OpenAPI description.
pub const OPENAPI_INVALID: Code = Code("openapi-invalid");
/// A directive of a strategic merge patch ends up in the output.
pub const PATCH_DIRECTIVE_COPIED: Code = Code("patch-directive-copied");
/// A directive of a strategic merge patch does nothing.
pub const PATCH_DIRECTIVE_IGNORED: Code = Code("patch-directive-ignored");
/// A strategic merge patch does not fit its resource.
pub const PATCH_MISFIT: Code = Code("patch-misfit");
/// A null in a strategic merge patch does not remove anything.
pub const PATCH_NULL_IGNORED: Code = Code("patch-null-ignored");
/// A JSON patch copies from a field that is not there.
pub const PATCH_COPIES_NOTHING: Code = Code("patch-copies-nothing");
/// A JSON patch has several documents, of which one counts.
pub const PATCH_DOCUMENT_IGNORED: Code = Code("patch-document-ignored");
/// A JSON patch makes floats of integers that floats do not hold.
pub const PATCH_NUMBER_ROUNDED: Code = Code("patch-number-rounded");
/// A text is no list of operations, or an operation is none.
pub const PATCH_OPERATION_INVALID: Code = Code("patch-operation-invalid");
/// An operation of a JSON patch does not find its path.
pub const PATCH_PATH_MISSING: Code = Code("patch-path-missing");
/// The path of an operation does not begin with a slash.
pub const PATCH_PATH_WITHOUT_SLASH: Code = Code("patch-path-without-slash");
/// An operation replaces a field that is not there.
pub const PATCH_REPLACES_NOTHING: Code = Code("patch-replaces-nothing");
/// The text of a patch is missing, empty or given twice.
pub const PATCH_SOURCE: Code = Code("patch-source");
/// A patch does not say what it is for.
pub const PATCH_TARGET_MISSING: Code = Code("patch-target-missing");
/// The target of a patch matches nothing.
pub const PATCH_TARGET_UNMATCHED: Code = Code("patch-target-unmatched");
/// A test of a JSON patch fails.
pub const PATCH_TEST_FAILED: Code = Code("patch-test-failed");
/// A strategic merge patch is for a resource that is not there.
pub const PATCH_UNMATCHED: Code = Code("patch-unmatched");
/// An operation has no value.
pub const PATCH_VALUE_MISSING: Code = Code("patch-value-missing");
/// The configuration of a generator or transformer is incomplete or wrong.
pub const PLUGIN_CONFIGURATION: Code = Code("plugin-configuration");
/// A generator or transformer is not built in.
pub const PLUGIN_UNSUPPORTED: Code = Code("plugin-unsupported");
/// A base or file would have to be fetched.
pub const REMOTE_RESOURCE: Code = Code("remote-resource");
/// A field that a replacement reads or writes is not there.
pub const REPLACEMENT_FIELD_MISSING: Code = Code("replacement-field-missing");
/// A replacement lacks something, or says it twice.
pub const REPLACEMENT_INCOMPLETE: Code = Code("replacement-incomplete");
/// What a replacement writes is lost.
pub const REPLACEMENT_LOST: Code = Code("replacement-lost");
/// An option of a replacement has no effect.
pub const REPLACEMENT_OPTION_IGNORED: Code = Code("replacement-option-ignored");
/// The source of a replacement is not there.
pub const REPLACEMENT_SOURCE_UNMATCHED: Code = Code("replacement-source-unmatched");
/// The target of a replacement matches nothing.
pub const REPLACEMENT_TARGET_UNMATCHED: Code = Code("replacement-target-unmatched");
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
    BASES_TOO_DEEP,
    BASE_CYCLE,
    COMPONENT_AS_RESOURCE,
    CRD_DEFINITION_CYCLE,
    DEPRECATED_FIELD,
    DUPLICATE_ID,
    DUPLICATE_VAR,
    ENCRYPTED_CONFIGURATION,
    ENV_FILE_ENCODING,
    ENV_LINE_IGNORED,
    FIELD_NOT_REACHED,
    FIELD_SPEC_CONFLICT,
    FILE_NOT_FOUND,
    GENERATOR_BEHAVIOR,
    GENERATOR_KEY,
    GENERATOR_KEY_TWICE,
    GENERATOR_NAME_MISSING,
    GENERATOR_OPTION_IGNORED,
    GENERATOR_SOURCE,
    GENERATOR_WITHOUT_BASE,
    HASH_UNSUPPORTED,
    HELM_UNSUPPORTED,
    INCOMPLETE_MANIFEST,
    INVALID_PATH,
    INVALID_PATTERN,
    INVALID_SELECTOR,
    KUSTOMIZATION_AMBIGUOUS,
    KUSTOMIZATION_EMPTY,
    KUSTOMIZATION_KIND,
    KUSTOMIZATION_MISSING,
    LIST_ELEMENT_LOST,
    LOAD_RESTRICTED,
    LOOSE_ITEM_MATCH,
    NOT_A_DIRECTORY,
    NOT_A_FILE,
    OPENAPI_INVALID,
    PATCH_DIRECTIVE_COPIED,
    PATCH_DIRECTIVE_IGNORED,
    PATCH_MISFIT,
    PATCH_NULL_IGNORED,
    PATCH_COPIES_NOTHING,
    PATCH_DOCUMENT_IGNORED,
    PATCH_NUMBER_ROUNDED,
    PATCH_OPERATION_INVALID,
    PATCH_PATH_MISSING,
    PATCH_PATH_WITHOUT_SLASH,
    PATCH_REPLACES_NOTHING,
    PATCH_SOURCE,
    PATCH_TARGET_MISSING,
    PATCH_TARGET_UNMATCHED,
    PATCH_TEST_FAILED,
    PATCH_UNMATCHED,
    PATCH_VALUE_MISSING,
    PLUGIN_CONFIGURATION,
    PLUGIN_UNSUPPORTED,
    REMOTE_RESOURCE,
    REPLACEMENT_FIELD_MISSING,
    REPLACEMENT_INCOMPLETE,
    REPLACEMENT_LOST,
    REPLACEMENT_OPTION_IGNORED,
    REPLACEMENT_SOURCE_UNMATCHED,
    REPLACEMENT_TARGET_UNMATCHED,
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
