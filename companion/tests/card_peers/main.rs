//! The virtual card in programs that others wrote: pcscd with vpcd, OpenSC, pcsc-tools, and what
//! Wireshark says of the captures. Where a program is missing the test says `skipped:` and why.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod captures;
mod pcsc;
#[path = "../peers/programs.rs"]
mod programs;
mod readers;
mod running;
mod scripts;
#[path = "../peers/tshark.rs"]
mod tshark;
