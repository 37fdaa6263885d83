//! `cargo xtask serve`: the page on loopback, rebuilt on every change of a source file.

use crate::{Outcome, run, script, setup};
use std::net::{Ipv4Addr, TcpListener};

/// The port of Trunk.toml, and how many after it are tried where it is taken.
const PORT: u16 = 8080;
const TRIES: u16 = 20;

pub(crate) fn serve(options: &[&str]) -> Outcome {
    let (wanted, release) = parse(options)?;
    let tools = setup::for_page()?;
    let port = match wanted {
        Some(port) if is_free(port) => port,
        Some(port) => return Err(format!("Port {port} of 127.0.0.1 is taken. Please name another, or none.")),
        None => (PORT..PORT + TRIES)
            .find(|port| is_free(*port))
            .ok_or(format!("The ports {PORT} to {} of 127.0.0.1 are all taken. Please name a free one with --port.", PORT + TRIES - 1))?,
    };
    if wanted.is_none() && port != PORT {
        run::say(&format!(
            "Port {PORT} is taken, so the page is served on port {port}."
        ));
    }
    run::say("Building the page (the first time some minutes). Then it stands, until Ctrl-C, at");
    run::say(&format!("  http://127.0.0.1:{port}/"));
    let mut trunk = script::trunk(&tools, "serve", release);
    trunk.args([
        "--disable-address-lookup=true",
        "--address",
        "127.0.0.1",
        "--port",
        &port.to_string(),
    ]);
    replace(trunk)
}

fn parse(options: &[&str]) -> Outcome<(Option<u16>, bool)> {
    match options {
        [] => Ok((None, true)),
        ["--dev", rest @ ..] => parse(rest).map(|(port, _)| (port, false)),
        ["--port", port, rest @ ..] => {
            let port = port.parse().map_err(|_| {
                format!("`{port}` is not a port; please name a number from 1 to 65535.")
            })?;
            parse(rest).map(|(_, release)| (Some(port), release))
        }
        [other, ..] => Err(format!(
            "`serve` takes --port N and --dev, but not `{other}`."
        )),
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Trunk takes the place of this process, so that whoever ends it ends the server too.
#[cfg(unix)]
fn replace(mut trunk: std::process::Command) -> Outcome {
    use std::os::unix::process::CommandExt;
    Err(format!("Trunk could not be started: {}.", trunk.exec()))
}

#[cfg(not(unix))]
fn replace(mut trunk: std::process::Command) -> Outcome {
    run::run("Starting Trunk", &mut trunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        assert_eq!(parse(&[]), Ok((None, true)));
        assert_eq!(parse(&["--dev", "--port", "90"]), Ok((Some(90), false)));
        assert_eq!(parse(&["--port", "90", "--dev"]), Ok((Some(90), false)));
        assert!(parse(&["--port", "many"]).unwrap_err().contains("many"));
        assert!(parse(&["--open"]).unwrap_err().contains("--open"));
    }

    #[test]
    fn a_taken_port_is_seen() {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        assert!(!is_free(held.local_addr().unwrap().port()));
    }
}
