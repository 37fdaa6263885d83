//! `dmsc card`: the virtual card in a virtual reader, where every PC/SC program finds it.
//!
//! vpcd, a driver of pcscd, waits for a card on a TCP port; `vpcd` speaks with it, `whole` is the
//! card with what lives in it, `log` says what passes.

mod dump;
mod log;
mod vpcd;
mod whole;

use crate::capture::Capture;
use crate::{ending, input, keep};
use clap::Args;
use dmsc_core::card::Profile;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};
use vpcd::{Message, Reader};
use whole::Card;

/// How long a reader says nothing at first when there is another card in it: vpcd takes one card
/// at a time, looks for it at least once a second, and lets the next one wait.
const SILENCE: Duration = Duration::from_secs(5);

/// Connections closed one after the other without an order, after which the reader counts as
/// taken.
const MOST_UNHEARD: u32 = 4;

/// Pause before the reader is looked for again.
const PAUSE: Duration = Duration::from_millis(250);

/// Arguments of `dmsc card`.
#[derive(Args)]
pub(crate) struct CardArguments {
    /// What the card is: usim, sim, csim, ruim, or a file with a profile.
    #[arg(long, value_name = "NAME|FILE", default_value = "usim")]
    profile: String,
    /// Make the card of what pySim-shell read from another one: the file has what `fsdump` or
    /// `export` wrote. With --save that is a profile at once.
    #[arg(long, value_name = "FILE", conflicts_with = "profile")]
    from_dump: Option<PathBuf>,
    /// Where vpcd waits for a card.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:35963")]
    vpcd: SocketAddr,
    /// Write all that passes to a capture file (GSMTAP) that Wireshark opens. PINs are masked.
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
    /// Write what the card holds to a profile whenever it loses power, and at the end.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Ask for no channel for the card web server, as for programs that take no toolkit commands.
    #[arg(long)]
    no_web_server: bool,
    /// Say nothing of what passes; errors are still told.
    #[arg(long, short)]
    quiet: bool,
    /// End after so many seconds; without it the card stays until the program is stopped.
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,
}

/// Plays the card; an error is for people.
pub(crate) fn run(arguments: &CardArguments) -> Result<ExitCode, String> {
    let profile = match &arguments.from_dump {
        Some(file) => dumped(file, arguments)?,
        None => profile(&arguments.profile)?,
    };
    let card = Card::new(profile, !arguments.no_web_server)?;
    let capture = arguments.pcap.as_deref().map(Capture::create).transpose()?;
    let start = Instant::now();
    let mut session = Session {
        card,
        capture,
        save: arguments.save.clone(),
        quiet: arguments.quiet,
        start,
        end: arguments
            .seconds
            .and_then(|seconds| start.checked_add(Duration::from_secs(seconds))),
        ending: ending::mark()?,
    };
    let address = arguments.vpcd;
    match session.serve(address)? {
        End::Served => Ok(ExitCode::SUCCESS),
        // Told to end before one came.
        End::NoReader if session.ending.load(Ordering::Relaxed) => Ok(ExitCode::SUCCESS),
        End::NoReader => Err(format!(
            "no virtual reader came at {address} in all the time"
        )),
        End::Taken => {
            let _ = writeln!(
                std::io::stderr(),
                "dmsc: the virtual reader at {address} is taken: another card is in it"
            );
            Ok(ExitCode::FAILURE)
        }
    }
}

/// A built-in profile, or that in a file.
fn profile(name: &str) -> Result<Profile, String> {
    if let Some(profile) = Profile::built_in(name) {
        return Ok(profile);
    }
    let text = input::read(Some(&PathBuf::from(name))).map_err(|error| {
        let known: Vec<_> = Profile::BUILT_IN.iter().map(|(name, _)| *name).collect();
        format!("{error}; built-in profiles are {}", known.join(", "))
    })?;
    let text = String::from_utf8(text).map_err(|e| format!("{name} is no text: {e}"))?;
    Profile::from_json(&text).map_err(|error| format!("{name}: {error}"))
}

/// The profile of a dump, saved where that is wanted.
fn dumped(file: &PathBuf, arguments: &CardArguments) -> Result<Profile, String> {
    let name = file.display();
    let text = input::read_text(Some(file))?;
    let text = String::from_utf8(text).map_err(|e| format!("{name} is no text: {e}"))?;
    let made = dump::profile(&text).map_err(|error| format!("{name}: {error}"))?;
    if !arguments.quiet {
        for remark in &made.remarks {
            let _ = writeln!(std::io::stderr(), "dmsc: {name}: {remark}");
        }
    }
    if let Some(path) = &arguments.save {
        save(path, &made.profile)?;
    }
    Ok(made.profile)
}

fn save(path: &Path, profile: &Profile) -> Result<(), String> {
    keep::write(path, profile.to_json().as_bytes())
        .map_err(|e| format!("{} cannot be written: {e}", path.display()))
}

/// How it ended.
enum End {
    /// The card was in a reader.
    Served,
    /// There was none.
    NoReader,
    /// Another card is in the reader.
    Taken,
}

/// A card at work.
struct Session {
    card: Card,
    capture: Option<Capture>,
    /// Where the card's content is kept.
    save: Option<PathBuf>,
    quiet: bool,
    start: Instant,
    /// When to end.
    end: Option<Instant>,
    /// Set when a signal asks the program to end.
    ending: Arc<AtomicBool>,
}

impl Session {
    fn is_over(&self) -> bool {
        self.ending.load(Ordering::Relaxed) || self.end.is_some_and(|end| Instant::now() >= end)
    }

    /// Serves one reader after the other until the time is over.
    fn serve(&mut self, address: SocketAddr) -> Result<End, String> {
        let mut was_there = false;
        let mut was_told = false;
        let mut unheard = 0;
        while !self.is_over() {
            match Reader::connect(address) {
                Ok(mut reader) => {
                    (was_there, was_told) = (true, false);
                    self.say(&format!("in the virtual reader at {address}"))?;
                    let reason = self.serve_one(&mut reader)?;
                    unheard = if reader.was_heard() { 0 } else { unheard + 1 };
                    if unheard == MOST_UNHEARD || (reason.is_none() && !self.is_over()) {
                        return Ok(End::Taken);
                    }
                    // Out of the reader a card has no power.
                    self.power_off()?;
                    if let Some(reason) = reason {
                        self.say(&format!("out of the reader: {reason}"))?;
                    }
                }
                Err(error) if !was_told => {
                    was_told = true;
                    // Not an end: pcscd may come, or come back.
                    let _ = writeln!(
                        std::io::stderr(),
                        "dmsc: no virtual reader at {address} ({error}); it comes with pcscd and Debian's vsmartcard-vpcd; looking again"
                    );
                }
                Err(_) => {}
            }
            if !self.is_over() {
                std::thread::sleep(PAUSE);
            }
        }
        Ok(if was_there {
            End::Served
        } else {
            End::NoReader
        })
    }

    /// Until the reader goes away, and why; or the time is over, or nothing at all is heard.
    fn serve_one(&mut self, reader: &mut Reader) -> Result<Option<String>, String> {
        let since = Instant::now();
        while !self.is_over() {
            let message = match reader.receive() {
                Ok(Some(message)) => message,
                Ok(None) if !reader.was_heard() && since.elapsed() > SILENCE => return Ok(None),
                Ok(None) => continue,
                Err(error) => return Ok(Some(error.to_string())),
            };
            let answer = match message {
                Message::PowerOn => {
                    self.card.power_on();
                    self.say("power on")?;
                    continue;
                }
                Message::PowerOff => {
                    self.power_off()?;
                    self.say("power off")?;
                    continue;
                }
                Message::Reset => {
                    self.card.power_on();
                    self.say("reset")?;
                    continue;
                }
                // Asked for all the time, to see whether a card is there.
                Message::Atr => self.card.atr().to_vec(),
                Message::Tpdu(tpdu) => {
                    let response = self.card.exchange(&tpdu);
                    self.say(&log::line(&tpdu, &response))?;
                    if let Some(capture) = &mut self.capture {
                        let now = SystemTime::now()
                            .duration_since(SystemTime::UNIX_EPOCH)
                            .unwrap_or_default();
                        capture.exchange(now, &tpdu, &response)?;
                    }
                    response
                }
            };
            if let Err(error) = reader.send(&answer) {
                return Ok(Some(error.to_string()));
            }
        }
        Ok(None)
    }

    fn power_off(&mut self) -> Result<(), String> {
        self.card.power_off();
        match &self.save {
            Some(path) => save(path, &self.card.profile()),
            None => Ok(()),
        }
    }

    fn say(&self, text: &str) -> Result<(), String> {
        if self.quiet {
            return Ok(());
        }
        let seconds = self.start.elapsed().as_secs_f64();
        crate::print(&format!("{seconds:9.3} {text}\n"))
    }
}
