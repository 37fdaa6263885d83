//! Reads files of a card 320,000 times, every other command a SELECT, and ends with 0 when each
//! was answered: the same work natively and in WebAssembly, for `e2e/wasm-speed.mjs`.
#![allow(missing_docs)]

use dmsc_core::card::{Config, Output, Uicc};
use std::process::ExitCode;

const ROUNDS: usize = 40_000;

const COMMANDS: [&[u8]; 8] = [
    &[0x00, 0xA4, 0x08, 0x04, 0x02, 0x2F, 0xE2, 0x00],
    &[0x00, 0xB0, 0x00, 0x00, 0x0A],
    &[0x00, 0xA4, 0x08, 0x04, 0x02, 0x2F, 0x00, 0x00],
    &[0x00, 0xB2, 0x01, 0x04, 0x30],
    &[0x00, 0xA4, 0x08, 0x0C, 0x04, 0x7F, 0x50, 0x64, 0x35],
    &[0x00, 0xB0, 0x00, 0x00, 0x10],
    &[0x00, 0xA4, 0x08, 0x0C, 0x04, 0x7F, 0x10, 0x6F, 0x3A],
    &[0x00, 0xB2, 0x01, 0x04, 0x1E],
];

fn main() -> ExitCode {
    let mut card = Uicc::new(Config::default());
    card.handle_reset();
    let mut answered = 0;
    for _ in 0..ROUNDS {
        for command in COMMANDS {
            card.handle_command(command);
            if let Some(Output::Response(response)) = card.poll() {
                answered += usize::from(response.ends_with(&[0x90, 0x00]));
            }
        }
    }
    if answered == ROUNDS * COMMANDS.len() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
