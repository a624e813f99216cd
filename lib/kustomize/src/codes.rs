//! The codes of this crate's diagnostics. Each has an entry in docs/diagnostics.md.

use gitopsc_core::Code;

/// A field that the kind of file does not have.
pub const UNKNOWN_FIELD: Code = Code("unknown-field");
/// A field whose value has the wrong type.
pub const WRONG_TYPE: Code = Code("wrong-type");
/// Two resources of one build have the same id.
pub const DUPLICATE_ID: Code = Code("duplicate-id");
/// A generator with `behavior: merge` or `replace` finds nothing to change.
pub const GENERATOR_WITHOUT_BASE: Code = Code("generator-without-base");
/// More than one resource could be meant.
pub const AMBIGUOUS_REFERENCE: Code = Code("ambiguous-reference");

/// All of them.
pub const ALL: &[Code] = &[
    UNKNOWN_FIELD,
    WRONG_TYPE,
    DUPLICATE_ID,
    GENERATOR_WITHOUT_BASE,
    AMBIGUOUS_REFERENCE,
];
