//! `dmsc run`: arguments to a setup, the core's trace to text or JSON.

use crate::clock::{ClockArguments, ladder};
use crate::{crossings, print};
use clap::{Args, ValueEnum};
use dmsc_core::export;
use dmsc_core::scenario::{
    CATALOGUE, DEFAULT_SEED, Edit, FAILURE_GROUPS, Failure, MAX_EDITS, Plot, Scenario, Settings,
    Setup, run as play,
};
use dmsc_core::trace::{Layer, Trace, eavesdropper};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Largest provisioning file that is read, bytes.
const MAX_FILE: u64 = 1 << 20;

/// Largest trace that is read, bytes.
const MAX_TRACE: u64 = 256 << 20;

/// Arguments of `dmsc run`.
#[derive(Args)]
pub(crate) struct RunArguments {
    /// Id of the scenario, see `dmsc scenarios`.
    scenario: String,
    /// A setting; may be repeated. `provisioning=FILE` takes a TNDS XML document.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Something done to the run, as PLACE:CHANGE; may be repeated. A PLACE is a step's number,
    /// or its kind and which of them it is: `message-sent.2`. A CHANGE is drop, double,
    /// delay=MS, swap, flip=BYTE.BITS, set=BYTE.HEX, cut=LENGTH, value=PART=VALUE, without=PART,
    /// replace=HEX, replace-xml=DOCUMENT, replay=N, answer=WORD, answer=text.WORDS,
    /// answer=choose.NUMBERS, card-out, card-in, power-cut[=WRITES], device-power-cut, tree-full,
    /// card-full, expire, network-gone, network-back or again[=now].
    #[arg(long = "edit", value_name = "PLACE:CHANGE")]
    edit: Vec<String>,
    /// A named failure, see `dmsc failures`; may be repeated.
    #[arg(long = "failure", value_name = "NAME")]
    failure: Vec<String>,
    /// Seed of nonces and session ids.
    #[arg(long, default_value_t = DEFAULT_SEED)]
    seed: u64,
    /// How deep the ladder is printed (text only).
    #[arg(long, value_enum, default_value_t = Depth::Packages)]
    depth: Depth,
    /// The ladder as text, or the whole trace as JSON.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    clock: ClockArguments,
    /// Files that the run is written to besides.
    #[command(flatten)]
    files: Files,
}

/// Forms in which a run is written to files.
#[derive(Args)]
pub(crate) struct Files {
    /// Write what crosses to a capture file (pcapng) that Wireshark opens: card and terminal as
    /// GSMTAP, HTTP in TCP, notifications in UDP. PINs are masked.
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
    /// Write the whole trace, as docs/trace.schema.json describes it; `dmsc show` reads it.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the HTTP of the run as an archive (HAR 1.2), bodies in base64.
    #[arg(long, value_name = "FILE")]
    har: Option<PathBuf>,
    /// Write the ladder as a sequence diagram of Mermaid, as deep as --depth says.
    #[arg(long, value_name = "FILE")]
    mermaid: Option<PathBuf>,
    /// Write the ladder as a drawing, as deep as --depth says.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

impl Files {
    /// Writes every file that was asked for.
    pub(crate) fn write(&self, trace: &Trace, depth: Layer) -> Result<(), String> {
        if let Some(path) = &self.pcap {
            crossings::write(path, trace)?;
        }
        if let Some(path) = &self.json {
            write_file(path, &json(trace)?)?;
        }
        if let Some(path) = &self.har {
            let mut text = serde_json::to_string_pretty(&export::har(trace))
                .map_err(|e| format!("the archive cannot be written as JSON: {e}"))?;
            text.push('\n');
            write_file(path, &text)?;
        }
        if let Some(path) = &self.mermaid {
            write_file(path, &export::mermaid(trace, depth))?;
        }
        if let Some(path) = &self.svg {
            write_file(path, &export::svg(trace, depth))?;
        }
        Ok(())
    }
}

/// Arguments of `dmsc show`.
#[derive(Args)]
pub(crate) struct ShowArguments {
    /// A trace as `dmsc run --json` writes it.
    file: PathBuf,
    /// How deep the ladder is printed.
    #[arg(long, value_enum, default_value_t = Depth::Packages)]
    depth: Depth,
    #[command(flatten)]
    clock: ClockArguments,
    /// Files that the run is written to besides.
    #[command(flatten)]
    files: Files,
}

/// Prints a trace that was written to a file; an error is bad input, and nothing was printed.
pub(crate) fn show(arguments: &ShowArguments) -> Result<ExitCode, String> {
    let bytes = read_at_most(&arguments.file, MAX_TRACE)?;
    let shown = arguments.file.display();
    let text = std::str::from_utf8(&bytes)
        .map_err(|e| format!("{shown} is no trace: no UTF-8 at byte {}", e.valid_up_to()))?;
    let trace = Trace::from_json(text).map_err(|e| format!("{shown} is no trace: {e}"))?;
    let depth = arguments.depth.into();
    arguments.files.write(&trace, depth)?;
    print(&ladder(
        &trace,
        depth,
        arguments.clock.timeline(&trace).as_ref(),
    ))?;
    Ok(status(&trace))
}

#[derive(Clone, Copy, ValueEnum)]
enum Depth {
    Steps,
    Packages,
    Http,
    Toolkit,
    Apdu,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl From<Depth> for Layer {
    fn from(depth: Depth) -> Layer {
        match depth {
            Depth::Steps => Layer::Steps,
            Depth::Packages => Layer::Packages,
            Depth::Http => Layer::Http,
            Depth::Toolkit => Layer::Toolkit,
            Depth::Apdu => Layer::Apdu,
        }
    }
}

/// Runs and prints; an error is bad input, for people, and nothing was printed.
pub(crate) fn run(arguments: &RunArguments) -> Result<ExitCode, String> {
    let setup = setup(arguments)?;
    let trace = play(&setup);
    if let Some(problem) = trace.problems.first() {
        return Err(problem.clone());
    }
    let depth = arguments.depth.into();
    arguments.files.write(&trace, depth)?;
    let text = match arguments.format {
        Format::Text => {
            let mut text = ladder(&trace, depth, arguments.clock.timeline(&trace).as_ref());
            if setup.scenario.plot == Plot::Ciphered {
                text.push('\n');
                text.push_str(&eavesdropper(&trace));
            }
            text
        }
        Format::Json => json(&trace)?,
    };
    print(&text)?;
    Ok(status(&trace))
}

/// The JSON Schema of traces.
pub(crate) fn schema() -> Result<String, String> {
    let schema = schemars::schema_for!(Trace);
    let mut text = serde_json::to_string_pretty(&schema)
        .map_err(|e| format!("the schema cannot be written as JSON: {e}"))?;
    text.push('\n');
    Ok(text)
}

fn status(trace: &Trace) -> ExitCode {
    match trace.outcome.is_good() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn json(trace: &Trace) -> Result<String, String> {
    let mut json = serde_json::to_string_pretty(trace)
        .map_err(|e| format!("the trace cannot be written as JSON: {e}"))?;
    json.push('\n');
    Ok(json)
}

fn write_file(path: &Path, text: &str) -> Result<(), String> {
    let shown = path.display();
    std::fs::write(path, text).map_err(|e| format!("{shown} cannot be written: {e}"))
}

fn setup(arguments: &RunArguments) -> Result<Setup, String> {
    let scenario = Scenario::find(&arguments.scenario).ok_or_else(|| {
        let known: Vec<_> = CATALOGUE.iter().map(|s| s.id).collect();
        format!(
            "there is no scenario \"{}\"; there are {}",
            arguments.scenario,
            known.join(", ")
        )
    })?;
    let failures = named(&arguments.failure, scenario)?;
    let mut settings = Settings::default();
    for failure in &failures {
        failure
            .apply_settings(&mut settings)
            .map_err(|e| e.to_string())?;
    }
    for entry in &arguments.set {
        let (key, value) = entry
            .split_once('=')
            .ok_or_else(|| format!("--set takes KEY=VALUE, not \"{entry}\""))?;
        if key == "provisioning" {
            let (name, bytes) = read(value)?;
            settings
                .load_provisioning(&name, &bytes)
                .map_err(|e| e.to_string())?;
        } else {
            settings.set(key, value).map_err(|e| e.to_string())?;
        }
    }
    Ok(Setup {
        scenario,
        settings,
        seed: arguments.seed,
        edits: edits(arguments, &failures)?,
    })
}

/// The failures of these names, each of which the story can have.
fn named(names: &[String], scenario: &Scenario) -> Result<Vec<&'static Failure>, String> {
    let find = |name: &String| {
        let failure = Failure::find(name).filter(|failure| failure.is_for(scenario));
        failure.ok_or_else(|| {
            let known: Vec<_> = Failure::all()
                .filter(|failure| failure.is_for(scenario))
                .map(|failure| failure.id)
                .collect();
            format!(
                "{} has no failure \"{name}\"; there are {}",
                scenario.id,
                known.join(", ")
            )
        })
    };
    names.iter().map(find).collect()
}

/// Edits of the named failures, then those given themselves.
fn edits(arguments: &RunArguments, failures: &[&Failure]) -> Result<Vec<Edit>, String> {
    let mut edits = Vec::new();
    for failure in failures {
        edits.extend(failure.edits().map_err(|e| e.to_string())?);
    }
    for text in &arguments.edit {
        edits.push(text.parse::<Edit>().map_err(|e| e.to_string())?);
    }
    if edits.len() > MAX_EDITS {
        return Err(format!("a run takes at most {MAX_EDITS} edits"));
    }
    Ok(edits)
}

/// The named failures by their question: what each is and shows, and the arguments that make it.
pub(crate) fn failures() -> String {
    let mut text = String::new();
    for group in FAILURE_GROUPS {
        text.push_str(&format!("{}\n", group.question));
        for failure in group.failures {
            let settings = failure.settings.iter();
            let settings = settings.map(|(key, value)| format!("--set {key}={value}"));
            let edits = failure.edits.iter().map(|edit| format!("--edit {edit}"));
            let made: Vec<String> = settings.chain(edits).collect();
            let stories: Vec<&str> = CATALOGUE
                .iter()
                .filter(|scenario| failure.is_for(scenario))
                .map(|scenario| scenario.id)
                .collect();
            text.push_str(&format!(
                "  {:<22} {} ({})\n{:24} {}\n{:24} in {}\n{:24} {}\n",
                failure.id,
                failure.title,
                failure.clause,
                "",
                failure.teaches,
                "",
                stories.join(", "),
                "",
                made.join(" ")
            ));
        }
        text.push('\n');
    }
    text.pop();
    text
}

/// A file's bytes; one that is larger is not read.
fn read_at_most(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let shown = path.display();
    let cannot = |e: std::io::Error| format!("{shown} cannot be read: {e}");
    let size = std::fs::metadata(path).map_err(cannot)?.len();
    if size > most {
        return Err(format!(
            "{shown} has {size} octets; at most {most} are taken"
        ));
    }
    std::fs::read(path).map_err(cannot)
}

fn read(path: &str) -> Result<(String, Vec<u8>), String> {
    let path = Path::new(path);
    let bytes = read_at_most(path, MAX_FILE)?;
    let name = path
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    Ok((name, bytes))
}
