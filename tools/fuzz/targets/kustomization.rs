//! Feeds `gitopsc_conformance::fuzz::kustomization`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gitopsc_conformance::fuzz::kustomization(bytes));
