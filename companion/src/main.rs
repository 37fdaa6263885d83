//! `dmsc`: the core of DM_SC Explorer in a terminal.
//!
//! Reads arguments and files, calls the core, prints. Holds no protocol.
//! Exit status: 0 when the flow ends as it should, 1 when it does not, 2 for bad input.

mod account;
mod capture;
mod card;
mod client;
mod clock;
mod crossings;
mod decode;
mod encode;
mod ending;
mod exchanges;
mod explain;
mod input;
mod keep;
mod ladder;
mod run;
mod serve;
mod streams;

use clap::{Parser, Subcommand};
use dmsc_core::scenario::CATALOGUE;
use std::io::Write;
use std::process::ExitCode;

/// The OMA Device Management Smart Card enabler in a terminal.
#[derive(Parser)]
#[command(name = "dmsc", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List the scenarios, each with its settings and the values they take.
    Scenarios,
    /// List the named failures, each with the edits that make it.
    Failures,
    /// Run a scenario and print its ladder.
    Run(run::RunArguments),
    /// Print the ladder of a run that was written to a file.
    Show(run::ShowArguments),
    /// Print the JSON Schema of traces, as docs/trace.schema.json has it.
    Schema,
    /// Put the virtual card into a virtual reader of pcscd (vpcd).
    Card(card::CardArguments),
    /// Show what bytes mean: every field with its place and clause.
    Decode(decode::DecodeArguments),
    /// Tell what a code means, what caused it and what to try: a status word, a Status or Alert of
    /// DM, a toolkit result, a status of HTTP, or words.
    Explain(explain::ExplainArguments),
    /// Write a message, a TNDS or a provisioning document as WBXML or XML.
    Encode(encode::EncodeArguments),
    /// Serve DM over HTTP, for any DM Client.
    Serve(serve::ServeArguments),
    /// Run the DM Client against a DM Server and print what passes and what it changes.
    Client(Box<client::ClientArguments>),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Verb::Failures => print(&run::failures()).map(|()| ExitCode::SUCCESS),
        Verb::Scenarios => {
            let lines: Vec<String> = CATALOGUE
                .iter()
                .map(|scenario| {
                    let settings = scenario.settings.iter().map(|key| {
                        format!(
                            "    {:<14} {}\n",
                            key.id(),
                            key.row().kind.words(key.row().note).join(", ")
                        )
                    });
                    let head = format!("{:<16} {}\n", scenario.id, scenario.title);
                    std::iter::once(head).chain(settings).collect()
                })
                .collect();
            print(&lines.concat()).map(|()| ExitCode::SUCCESS)
        }
        Verb::Run(arguments) => run::run(&arguments),
        Verb::Show(arguments) => run::show(&arguments),
        Verb::Schema => run::schema()
            .and_then(|text| print(&text))
            .map(|()| ExitCode::SUCCESS),
        Verb::Card(arguments) => card::run(&arguments),
        Verb::Decode(arguments) => decode::decode(&arguments),
        Verb::Explain(arguments) => explain::explain(&arguments),
        Verb::Encode(arguments) => encode::encode(&arguments),
        Verb::Serve(arguments) => serve::serve(&arguments),
        Verb::Client(arguments) => client::client(&arguments),
    };
    match result {
        Ok(code) => code,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "dmsc: {message}");
            ExitCode::from(2)
        }
    }
}

/// Writes to standard output; a reader that went away (`| head`) is no error.
fn print(text: &str) -> Result<(), String> {
    print_bytes(text.as_bytes())
}

/// Writes bytes as they are.
fn print_bytes(bytes: &[u8]) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(format!("standard output cannot be written: {e}"))
        }
        _ => Ok(()),
    }
}
