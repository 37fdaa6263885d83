//! `dmsc client`: the DM Client against any DM Server, and what came of it.
//!
//! Arguments and the outcome; the session itself is `session`'s. Holds no protocol.

mod called;
mod device;
mod session;
mod trust;
mod user;
mod wire;

use crate::account::{ServerArguments, TEST_USER, User as Credential, seed};
use crate::decode::{Kind, readable, said};
use crate::{input, ladder, print};
use clap::{Args, ValueEnum};
use dmsc_core::client::{AlertItem, Config, DeviceAlert, DmClient};
use dmsc_core::codec::auth::from_base64;
use dmsc_core::codec::notification::Package0;
use dmsc_core::codec::syncml::{AlertCode, Encoding, StatusCode};
use dmsc_core::codec::wsp;
use dmsc_core::scenario::Lone;
use dmsc_core::tree::standard::Device;
use session::Session;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;
use user::{Given, User};
use wire::Wire;

/// Arguments of `dmsc client`.
#[derive(Args)]
pub(crate) struct ClientArguments {
    /// Where the DM Server is, such as `http://127.0.0.1:8081/dm`.
    url: String,
    /// TNDS document, in XML or WBXML, that goes on top of the standard tree; one that
    /// `--save-tree` wrote brings back all of it.
    #[arg(long, value_name = "FILE")]
    tree: Option<PathBuf>,
    /// Device description (DDF) of nodes the device has beside the standard objects; may be
    /// repeated.
    #[arg(long, value_name = "FILE")]
    ddf: Vec<PathBuf>,
    /// Write the tree afterwards as TNDS, with its secrets: in WBXML when the name ends so.
    #[arg(long, value_name = "FILE")]
    save_tree: Option<PathBuf>,
    /// The client's name and secret.
    #[arg(long, value_name = "USER:SECRET")]
    account: Option<Credential>,
    #[command(flatten)]
    server: ServerArguments,
    /// How the server proves itself, where it does not by credentials of its own.
    #[arg(long, value_enum, value_name = "HOW")]
    server_auth: Option<ServerAuth>,
    /// The nonce the server is known to expect next, in base64.
    #[arg(long, value_name = "BASE64")]
    nonce: Option<String>,
    /// The nonce the server is to use next, also in its notifications, in base64.
    #[arg(long, value_name = "BASE64")]
    server_nonce: Option<String>,
    /// Write messages in WBXML, as is the default.
    #[arg(long, conflicts_with = "xml")]
    wbxml: bool,
    /// Write messages in XML.
    #[arg(long)]
    xml: bool,
    /// Notification that calls for the session: a WSP push or a Package #0. Without one the
    /// client begins by itself.
    #[arg(long, value_name = "FILE")]
    notification: Option<PathBuf>,
    /// Answer to a question of the server: yes, no, cancel, none, text:WORDS, choice:1,2; may
    /// be repeated. Without it the terminal is asked.
    #[arg(long, value_name = "ANSWER")]
    answer: Vec<Given>,
    /// Generic alert (1226) for the server, its type and what it says; may be repeated.
    #[arg(long, value_name = "TYPE=TEXT")]
    alert: Vec<String>,
    /// Status of every process the server starts by Exec; the device has none.
    #[arg(long, value_name = "CODE", default_value_t = 406,
        value_parser = clap::value_parser!(u16).range(200..600))]
    exec: u16,
    /// DevId: the name of the device.
    #[arg(long, value_name = "ID", default_value = "IMEI:493005100592800")]
    device_id: String,
    /// Bytes of the largest message taken.
    #[arg(long, value_name = "OCTETS", default_value_t = 16_384,
        value_parser = clap::value_parser!(u64).range(1024..=262_144))]
    max_msg_size: u64,
    /// Bytes of the largest object taken.
    #[arg(long, value_name = "OCTETS", default_value_t = 65_535,
        value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    max_obj_size: u64,
    /// Certificates in PEM that are trusted beside the public ones.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Seconds the server may take to answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Seed of nonces, to repeat a run; random when absent.
    #[arg(long)]
    seed: Option<u64>,
}

/// What proves a server in place of credentials.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ServerAuth {
    /// TLS alone, as with most servers for Windows: the address must be `https`.
    Tls,
    /// Nothing: whatever answers at the address may change the tree.
    None,
}

/// Runs a session; an error is wrong use or malformed input, for people.
pub(crate) fn client(arguments: &ClientArguments) -> Result<ExitCode, String> {
    let push = arguments.notification.as_ref().map(notification);
    let push = push.transpose()?;
    let client = actor(arguments)?;
    let wire = Wire::new(
        Duration::from_secs(arguments.timeout),
        arguments.ca.as_deref(),
    )?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("the system gives no event loop: {e}"))?;
    let before = client.tree().snapshot();
    let mut session = Session {
        client,
        wire,
        user: User::new(&arguments.answer),
        steps: Lone::client(),
        began: Instant::now(),
        interrupt: Arc::new(Notify::new()),
        end: None,
        exec: StatusCode(arguments.exec),
    };
    let ran = runtime.block_on(session.run(push.as_deref(), &arguments.server.server_id));
    // What came of it is kept first, whoever no longer listens.
    if let Some(file) = &arguments.save_tree {
        device::save(&session.client, file)?;
    }
    ran?;
    let tree = session.client.tree();
    print(&device::changes(&before.diff(&tree.snapshot())))?;
    Ok(match session.end {
        Some((true, _)) => ExitCode::SUCCESS,
        end => {
            let reason = end.map_or_else(|| "no session took place".to_owned(), |(_, why)| why);
            let _ = writeln!(
                std::io::stderr(),
                "dmsc: the session failed: {}",
                ladder::plain(&reason)
            );
            ExitCode::FAILURE
        }
    })
}

fn actor(arguments: &ClientArguments) -> Result<DmClient, String> {
    let user = arguments.account.clone().unwrap_or(Credential {
        name: TEST_USER.0.to_owned(),
        secret: TEST_USER.1.to_owned(),
    });
    let mut account = arguments.server.account(&user, &arguments.url);
    account.client.nonce = nonce(arguments.nonce.as_deref())?;
    account.server.nonce = nonce(arguments.server_nonce.as_deref())?;
    if arguments.server_auth == Some(ServerAuth::None) {
        let warning = "dmsc: warning: the server need not prove itself, as --server-auth none says";
        let _ = writeln!(std::io::stderr(), "{warning}");
    }
    if !is_address(&arguments.url) {
        return Err(format!(
            "\"{}\" is no address: http://HOST:PORT/PATH is one",
            arguments.url
        ));
    }
    let device = Device {
        device_id: arguments.device_id.clone(),
        now_s: now_s(),
        ..Device::default()
    };
    let told = device::Told {
        account,
        overrides: arguments.account.is_some(),
        by_tls: arguments.server_auth == Some(ServerAuth::Tls),
    };
    let (tree, called) = device::tree(&device, &arguments.ddf, arguments.tree.as_ref(), told)?;
    let config = Config {
        device_id: device.device_id,
        max_msg_size: arguments.max_msg_size,
        max_obj_size: arguments.max_obj_size,
        encoding: match arguments.xml {
            true => Encoding::Xml,
            false => Encoding::Wbxml,
        },
        seed: seed(arguments.seed)?,
        takes_unproven: arguments.server_auth == Some(ServerAuth::None),
        ..Config::default()
    };
    let mut client = DmClient::new(config, tree);
    client.handle_called(called);
    for said in &arguments.alert {
        client
            .handle_alert(&arguments.server.server_id, alert(said)?)
            .map_err(|e| format!("the alert \"{said}\" cannot be sent: {e}"))?;
    }
    Ok(client)
}

fn alert(said: &str) -> Result<DeviceAlert, String> {
    let Some((media_type, data)) = said.split_once('=') else {
        return Err(format!("--alert takes TYPE=TEXT, not \"{said}\""));
    };
    Ok(DeviceAlert {
        code: AlertCode::GENERIC,
        correlator: None,
        items: vec![AlertItem {
            media_type: media_type.to_owned(),
            format: "chr".to_owned(),
            data: data.to_owned(),
            ..AlertItem::default()
        }],
    })
}

/// The scheme and a host; what the core's client makes of the rest it says itself.
fn is_address(url: &str) -> bool {
    url.parse::<hyper::Uri>()
        .is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some())
}

fn nonce(text: Option<&str>) -> Result<Vec<u8>, String> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    from_base64(text).ok_or_else(|| format!("the nonce \"{text}\" is no base64"))
}

/// A push of a file; what could be read of a broken one is printed.
fn notification(file: &PathBuf) -> Result<Vec<u8>, String> {
    let bytes = input::read(Some(file))?;
    let pushed = wsp::decode_notification(&bytes);
    if pushed.is_ok() || Package0::decode(&bytes).is_ok() {
        return Ok(bytes);
    }
    let (kind, error) = match (wsp::Push::decode(&bytes), Package0::decode(&bytes)) {
        (Err(_), Err(error)) => (Kind::Package0, error),
        _ => match pushed {
            Err(error) => (Kind::Wsp, error),
            Ok(_) => return Ok(bytes),
        },
    };
    print(&readable(kind, &bytes, false))?;
    Err(format!(
        "{}: {}",
        file.display(),
        said(kind, &bytes, &error)
    ))
}

fn now_s() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
