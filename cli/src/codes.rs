//! The codes of this crate's diagnostics. Each has an entry in docs/diagnostics.md.

use gitopsc_core::Code;

/// A flag that Kustomize deprecated was given.
pub const DEPRECATED_FLAG: Code = Code("deprecated-flag");
/// Output cannot be written.
pub const OUTPUT_FAILED: Code = Code("output-failed");
/// What was named on the command line is no directory to build.
pub const TARGET_UNUSABLE: Code = Code("target-unusable");
/// The system gives no threads.
pub const THREADS_UNAVAILABLE: Code = Code("threads-unavailable");
