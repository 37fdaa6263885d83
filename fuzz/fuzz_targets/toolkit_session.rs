//! Any bytes to the check of `toolkit_session`.
#![no_main]

#[path = "../../core/tests/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::check_toolkit_session(bytes));
