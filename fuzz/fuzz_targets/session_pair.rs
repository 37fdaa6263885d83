//! A script to the check of `session_pair`.
#![no_main]

#[path = "../../core/tests/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::check_session_pair(bytes));
