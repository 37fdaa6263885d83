//! The UICC: files, toolkit, bearer independent protocol, card web server, trigger
//! (ETSI TS 102 221, TS 102 223, SCWS 1.1).
//!
//! Knows no terminal and no DM: it answers commands, and what it wants it asks for by `91XX`.

mod output;

pub use output::Output;
