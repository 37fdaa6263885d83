//! Any bytes, as a sequence of commands, to the check of `card`.
#![no_main]

#[path = "../../core/tests/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::card::check_card(bytes));
