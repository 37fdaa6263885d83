//! `dmsc serve`: the card's DM Server on HTTP, for any DM Client.
//!
//! Arguments, time and the end of it; messages are `desk`'s, resources `http`'s, connections
//! `listen`'s.

mod accounts;
mod desk;
mod guard;
mod guests;
mod heard;
mod http;
mod listen;
mod plan;

use crate::account::{ServerArguments, seed};
use crate::ending::Signals;
use crate::print;
use accounts::AccountArguments;
use clap::Args;
use desk::Desk;
use dmsc_core::codec::http::Authority;
use dmsc_core::server::{Config, DmServer, Plan};
use http::Shared;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// Sessions at the same time; one more is refused with 503.
const MAX_SESSIONS: usize = 256;

/// Devices of which it is remembered what was done.
const MAX_DEVICES: usize = 1024;

/// Seconds a question to the user stays (MAXDT).
const QUESTION_S: u32 = 60;

/// How often sessions without life are looked for.
const SWEEP: Duration = Duration::from_millis(500);

/// Arguments of `dmsc serve`.
#[derive(Args)]
pub(crate) struct ServeArguments {
    /// Address and port; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// The server's own URI, Source of its messages; its address when absent.
    #[arg(long, value_name = "URI", value_parser = uri)]
    url: Option<String>,
    /// A name by which clients reach the server, besides its address and `localhost`, such as that
    /// of a proxy before it; may be repeated. Without a port it fits every port.
    #[arg(long, value_name = "NAME[:PORT]", value_parser = name)]
    host: Vec<Authority>,
    /// What to do in each device: a plan in JSON, or a TNDS document with all that is to be
    /// added. Without it the device is asked what it is.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Begin the plan anew with each session, not once for each device.
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    accounts: AccountArguments,
    #[command(flatten)]
    server: ServerArguments,
    /// A question to the user before anything is changed.
    #[arg(long, value_name = "TEXT")]
    ask: Option<String>,
    /// Bytes of the largest message taken; told to the client.
    #[arg(long, value_name = "OCTETS", default_value_t = 65_536,
        value_parser = clap::value_parser!(u32).range(1024..=262_144))]
    max_msg_size: u32,
    /// Seconds after which a session without a message is over, and a connection closed.
    #[arg(long, value_name = "SECONDS", default_value_t = 120,
        value_parser = clap::value_parser!(u64).range(1..))]
    idle: u64,
    /// End after so many sessions; the exit status is 1 when one was broken off.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    sessions: Option<u32>,
    /// End after so many seconds.
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u64>,
    /// Seed of nonces, to repeat a run; random when absent.
    #[arg(long)]
    seed: Option<u64>,
    /// Also print the commands of each message.
    #[arg(long, short)]
    verbose: bool,
}

fn uri(text: &str) -> Result<String, String> {
    let is_plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    is_plain
        .then(|| text.to_owned())
        .ok_or_else(|| "no URI: it is empty, or has blanks or other than ASCII".to_owned())
}

fn name(text: &str) -> Result<Authority, String> {
    Authority::parse(text).ok_or_else(|| "neither a host nor a host and a port".to_owned())
}

/// Serves until it is told to end; an error is wrong use, for people.
pub(crate) fn serve(arguments: &ServeArguments) -> Result<ExitCode, String> {
    let (config, plan) = server(arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("the system gives no event loop: {e}"))?;
    runtime.block_on(run(arguments, config, plan))
}

fn server(arguments: &ServeArguments) -> Result<(Config, Plan), String> {
    let entries = arguments
        .accounts
        .entries(&arguments.server.server_secret)?;
    let mut plan = plan::read(arguments.plan.as_ref())?;
    if let Some(question) = &arguments.ask {
        plan = plan.asking(question, QUESTION_S);
    }
    let config = Config {
        accounts: entries
            .iter()
            .map(|entry| {
                let server = arguments.server.with_secret(&entry.server_secret);
                server.account(&entry.client, "")
            })
            .collect(),
        max_msg_size: arguments.max_msg_size as usize,
        max_sessions: MAX_SESSIONS,
        max_devices: MAX_DEVICES,
        idle_s: Some(arguments.idle),
        repeat_plan: arguments.again,
        seed: seed(arguments.seed)?,
        ..Config::default()
    };
    Ok((config, plan))
}

async fn run(
    arguments: &ServeArguments,
    mut config: Config,
    plan: Plan,
) -> Result<ExitCode, String> {
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(|e| format!("{} cannot be listened on: {e}", arguments.listen))?;
    let address = listener
        .local_addr()
        .map_err(|e| format!("the address is not known: {e}"))?;
    for account in &mut config.accounts {
        account.address = own_address(arguments, address);
    }
    let server = DmServer::new(config, plan);
    // Heard before anybody is told that there is something to end.
    let signals = Signals::hear();
    warn(arguments, address);
    print(&format!(
        "DM server {} on http://{address}/dm\n",
        arguments.server.server_id
    ))?;
    let desk = Desk::new(server, arguments.verbose, Instant::now());
    let shared = Shared {
        desk: Arc::new(Mutex::new(desk)),
        max_message: arguments.max_msg_size as usize,
        ended: Arc::new(Notify::new()),
    };
    let sweeper = tokio::spawn(sweep(shared.clone()));
    let idle = Duration::from_secs(arguments.idle);
    let end = end(arguments, shared.clone(), signals);
    let names = arguments.host.clone();
    listen::listen(listener, shared.clone(), names, idle, end).await;
    sweeper.abort();
    let (complete, broken) = shared.with(|desk| desk.ended());
    print(&format!(
        "Sessions: {complete} complete, {broken} broken off\n"
    ))?;
    let wanted = arguments.sessions.unwrap_or(0);
    Ok(if wanted > 0 && (broken > 0 || complete < wanted) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What messages name as their source: as told, else the address; a server on all addresses of
/// its machine goes by its name.
fn own_address(arguments: &ServeArguments, address: SocketAddr) -> String {
    match &arguments.url {
        Some(url) => url.clone(),
        None if address.ip().is_unspecified() => String::new(),
        None => format!("http://{address}/dm"),
    }
}

/// Who listens where others can reach him is told so.
fn warn(arguments: &ServeArguments, address: SocketAddr) {
    let mut warnings = Vec::new();
    if !address.ip().is_loopback() {
        warnings.push(format!(
            "{address} can be reached from outside, and HTTP is not encrypted"
        ));
        if arguments.accounts.is_test() {
            warnings.push("the test account, whose secret is public, is open".to_owned());
        }
    }
    for warning in warnings {
        let _ = writeln!(std::io::stderr(), "dmsc: warning: {warning}");
    }
}

/// Waits for the first of: a signal, the time, the number of sessions.
async fn end(arguments: &ServeArguments, shared: Shared, mut signals: Signals) {
    let time = async {
        match arguments.seconds {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    let sessions = async {
        loop {
            shared.ended.notified().await;
            let (complete, broken) = shared.with(|desk| desk.ended());
            if arguments.sessions.is_some_and(|n| complete + broken >= n) {
                return;
            }
        }
    };
    tokio::select! {
        () = time => {}
        () = sessions => {}
        () = signals.asked() => {}
    }
}

async fn sweep(shared: Shared) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let lines = shared.with(|desk| desk.expire(Instant::now()));
        if !lines.is_empty() {
            http::say(&lines);
            shared.ended.notify_one();
        }
    }
}
