//! `dmsc explain`: a code, or words, looked up in the core's dictionary.

use clap::Args;
use dmsc_core::codec::dictionary::{Entry, find};
use std::process::ExitCode;

/// Arguments of `dmsc explain`.
#[derive(Args)]
pub(crate) struct ExplainArguments {
    /// A code such as 6A82, 425, 1223 or 3A, or words such as "device full".
    #[arg(required = true)]
    asked: Vec<String>,
}

/// Prints all that it can be; nothing found is bad input.
pub(crate) fn explain(arguments: &ExplainArguments) -> Result<ExitCode, String> {
    let asked = arguments.asked.join(" ");
    let found = find(&asked);
    if found.is_empty() {
        return Err(format!(
            "nothing is known of \"{}\"; a code is four hex digits of a status word, three or four \
             digits of DM or HTTP, two hex digits of a toolkit result",
            asked.escape_debug()
        ));
    }
    let told: Vec<String> = found.iter().map(told).collect();
    crate::print(&told.join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn told(entry: &Entry) -> String {
    format!(
        "{} {}: {} ({})\n  {}\n  Try: {}\n",
        entry.code,
        entry.name,
        entry.family.name(),
        entry.clause,
        entry.cause,
        entry.advice
    )
}
