//! Feeds `gitopsc_conformance::fuzz::encrypted`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gitopsc_conformance::fuzz::encrypted(bytes));
