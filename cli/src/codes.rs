//! The codes of this crate's diagnostics. Each has an entry in docs/diagnostics.md.

use gitopsc_core::Code;

/// An address cannot be listened on.
pub const ADDRESS_UNUSABLE: Code = Code("address-unusable");
/// An object was never applied, because what it needs was not there.
pub const APPLY_BLOCKED: Code = Code("apply-blocked");
/// An object was left alone, because what is there cannot be known.
pub const APPLY_DEFERRED: Code = Code("apply-deferred");
/// An object could not be applied.
pub const APPLY_FAILED: Code = Code("apply-failed");
/// A step was refused, because it would be wrong.
pub const APPLY_REFUSED: Code = Code("apply-refused");
/// What lies in the folder for bundles cannot be gone on from.
pub const BUNDLE_INDEX_UNUSABLE: Code = Code("bundle-index-unusable");
/// Bundles hold decrypted text.
pub const BUNDLE_SECRETS_REVEALED: Code = Code("bundle-secrets-revealed");
/// How bundles are to be made cannot be.
pub const BUNDLE_UNUSABLE: Code = Code("bundle-unusable");
/// The work was stopped before it was done.
pub const APPLY_STOPPED: Code = Code("apply-stopped");
/// The folder for mirrors cannot be used.
pub const CACHE_UNUSABLE: Code = Code("cache-unusable");
/// The API server cannot be reached or does not answer.
pub const CLUSTER_UNREACHABLE: Code = Code("cluster-unreachable");
/// Steps need consent that was not given.
pub const CONSENT_NEEDED: Code = Code("consent-needed");
/// A flag that Kustomize deprecated was given.
pub const DEPRECATED_FLAG: Code = Code("deprecated-flag");
/// A former owner of what is adopted would still delete it.
pub const FORMER_OWNER_DELETES: Code = Code("former-owner-deletes");
/// A flag was given that has no effect on what is built.
pub const FLAG_WITHOUT_EFFECT: Code = Code("flag-without-effect");
/// What Git ignores cannot be told.
pub const IGNORE_RULES_UNREADABLE: Code = Code("ignore-rules-unreadable");
/// A file or variable of keys cannot be used.
pub const KEY_FILE_UNUSABLE: Code = Code("key-file-unusable");
/// A key belongs to a plugin of age.
pub const KEY_OF_PLUGIN: Code = Code("key-of-plugin");
/// Nobody agreed to the plan.
pub const NOT_CONFIRMED: Code = Code("not-confirmed");
/// What the graph is to be narrowed to is not in it.
pub const NOT_IN_GRAPH: Code = Code("not-in-graph");
/// What is to be shown is not in the store.
pub const NOT_IN_STORE: Code = Code("not-in-store");
/// An object did not become ready.
pub const NOT_READY: Code = Code("not-ready");
/// An object was asked about by a name that several have.
pub const OBJECT_AMBIGUOUS: Code = Code("object-ambiguous");
/// An object was asked about that is not here.
pub const OBJECT_UNKNOWN: Code = Code("object-unknown");
/// Output cannot be written.
pub const OUTPUT_FAILED: Code = Code("output-failed");
/// A folder that output replaced could not be deleted.
pub const OUTPUT_LEFT_BEHIND: Code = Code("output-left-behind");
/// A folder may not be replaced by output.
pub const OUTPUT_REFUSED: Code = Code("output-refused");
/// An object that nothing wants could not be deleted.
pub const PRUNE_FAILED: Code = Code("prune-failed");
/// The commit that was applied before is not in the history of this one.
pub const REVISION_APART: Code = Code("revision-apart");
/// Whether this comes after the commit that was applied before is not known.
pub const REVISION_UNKNOWN: Code = Code("revision-unknown");
/// Output holds masks instead of decrypted values.
pub const SECRETS_MASKED: Code = Code("secrets-masked");
/// Something in the cluster rewrites a field as it is applied.
pub const FIELD_REWRITTEN: Code = Code("field-rewritten");
/// A later commit was applied before.
pub const ROLLBACK_REFUSED: Code = Code("rollback-refused");
/// Another run is at work on the set.
pub const SET_HELD: Code = Code("set-held");
/// A Sync keeps the set.
pub const SET_OWNED: Code = Code("set-owned");
/// There is no set of this name in the cluster.
pub const SET_UNKNOWN: Code = Code("set-unknown");
/// The name of a set cannot be one.
pub const SET_UNUSABLE: Code = Code("set-unusable");
/// A store cannot be written or read.
pub const STORE_UNUSABLE: Code = Code("store-unusable");
/// What was named on the command line is no directory to build.
pub const TARGET_UNUSABLE: Code = Code("target-unusable");
/// The system gives no threads.
pub const THREADS_UNAVAILABLE: Code = Code("threads-unavailable");

/// All of them.
#[cfg(test)]
pub const ALL: &[Code] = &[
    ADDRESS_UNUSABLE,
    APPLY_BLOCKED,
    APPLY_DEFERRED,
    APPLY_FAILED,
    APPLY_REFUSED,
    BUNDLE_INDEX_UNUSABLE,
    BUNDLE_SECRETS_REVEALED,
    BUNDLE_UNUSABLE,
    APPLY_STOPPED,
    CACHE_UNUSABLE,
    CLUSTER_UNREACHABLE,
    CONSENT_NEEDED,
    DEPRECATED_FLAG,
    FORMER_OWNER_DELETES,
    FLAG_WITHOUT_EFFECT,
    IGNORE_RULES_UNREADABLE,
    KEY_FILE_UNUSABLE,
    KEY_OF_PLUGIN,
    NOT_CONFIRMED,
    NOT_IN_GRAPH,
    NOT_IN_STORE,
    NOT_READY,
    OBJECT_AMBIGUOUS,
    OBJECT_UNKNOWN,
    OUTPUT_FAILED,
    OUTPUT_LEFT_BEHIND,
    OUTPUT_REFUSED,
    PRUNE_FAILED,
    REVISION_APART,
    REVISION_UNKNOWN,
    SECRETS_MASKED,
    FIELD_REWRITTEN,
    ROLLBACK_REFUSED,
    SET_HELD,
    SET_OWNED,
    SET_UNKNOWN,
    SET_UNUSABLE,
    STORE_UNUSABLE,
    TARGET_UNUSABLE,
    THREADS_UNAVAILABLE,
];

#[cfg(test)]
mod tests {
    use gitopsc_core::Code;
    use gitopsc_test_support::workspace;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_an_entry_and_every_entry_a_code() {
        let page = std::fs::read_to_string(workspace().join("docs/diagnostics.md")).unwrap();
        let entries: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        let crates: [&[Code]; 4] = [
            gitopsc_sops::codes::ALL,
            gitopsc_kustomize::codes::ALL,
            gitopsc_compiler::codes::ALL,
            super::ALL,
        ];
        // Two crates may find the same thing.
        let codes: BTreeSet<&str> = crates.concat().iter().map(|code| code.0).collect();
        let known: BTreeSet<&str> = entries.iter().copied().collect();
        let without_entry: Vec<_> = codes.difference(&known).collect();
        let without_code: Vec<_> = known.difference(&codes).collect();
        assert!(
            without_entry.is_empty(),
            "without an entry: {without_entry:?}"
        );
        assert!(without_code.is_empty(), "without a code: {without_code:?}");
        assert!(entries.is_sorted(), "the entries are not in order");
    }

    #[test]
    fn every_code_is_listed() {
        let sources = [
            (include_str!("codes.rs"), super::ALL.len()),
            (
                include_str!("../../compiler/src/codes.rs"),
                gitopsc_compiler::codes::ALL.len(),
            ),
            (
                include_str!("../../lib/kustomize/src/codes.rs"),
                gitopsc_kustomize::codes::ALL.len(),
            ),
        ];
        for (source, listed) in sources {
            let declared = source
                .lines()
                .filter(|line| line.contains(": Code = Code(\""));
            assert_eq!(declared.count(), listed);
        }
    }
}
