//! The codes of this crate's diagnostics. Each has an entry in docs/diagnostics.md.

use gitopsc_core::Code;

/// A flag that Kustomize deprecated was given.
pub const DEPRECATED_FLAG: Code = Code("deprecated-flag");
/// What Git ignores cannot be told.
pub const IGNORE_RULES_UNREADABLE: Code = Code("ignore-rules-unreadable");
/// Output cannot be written.
pub const OUTPUT_FAILED: Code = Code("output-failed");
/// A folder that output replaced could not be deleted.
pub const OUTPUT_LEFT_BEHIND: Code = Code("output-left-behind");
/// A folder may not be replaced by output.
pub const OUTPUT_REFUSED: Code = Code("output-refused");
/// What was named on the command line is no directory to build.
pub const TARGET_UNUSABLE: Code = Code("target-unusable");
/// The system gives no threads.
pub const THREADS_UNAVAILABLE: Code = Code("threads-unavailable");

/// All of them.
#[cfg(test)]
pub const ALL: &[Code] = &[
    DEPRECATED_FLAG,
    IGNORE_RULES_UNREADABLE,
    OUTPUT_FAILED,
    OUTPUT_LEFT_BEHIND,
    OUTPUT_REFUSED,
    TARGET_UNUSABLE,
    THREADS_UNAVAILABLE,
];
