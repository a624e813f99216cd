//! Feeds `gitopsc_conformance::fuzz::read`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gitopsc_conformance::fuzz::read(bytes));
