//! Any bytes to the check of `cose`.
#![no_main]

#[path = "../../core/tests/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::check_cose(bytes));
