//! Feeds `gitopsc_conformance::fuzz::round_trip`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gitopsc_conformance::fuzz::round_trip(bytes));
