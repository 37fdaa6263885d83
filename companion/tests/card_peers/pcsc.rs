//! A pcscd of the test's own, with vpcd as its only reader and our card in it.
//!
//! pcscd has one place for its socket, and vpcd listens on every address. So all programs run in
//! name spaces of their own, where that place is private and there is no network but the
//! loopback. Where the system does not allow that, they run outside, one test at a time, on a
//! port that was free, and only when no other pcscd runs.

use crate::programs::{is_there, skipped};
use crate::running::{Folder, Running, wait_for};
use std::fs::File;
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The driver of the virtual reader.
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/// Where pcscd is spoken to.
const SOCKET: &str = "/run/pcscd/pcscd.comm";

const CAPTURE: &str = "session.pcap";

/// Inside: a place for pcscd's socket that nobody else sees, and a loopback.
const SET_UP: &str =
    "mount -t tmpfs none /run && ip link set lo up && echo ready && exec sleep 600";

/// Where the programs run.
enum Place {
    /// In the name spaces of this process.
    Inside(Running),
    /// On the machine itself; the file is locked meanwhile.
    Outside(#[allow(dead_code, reason = "held")] File),
}

/// pcscd, vpcd, and the card. Fields end in this order.
pub(crate) struct Reader {
    card: Running,
    #[allow(dead_code, reason = "held")]
    pcscd: Running,
    place: Place,
    folder: Folder,
}

impl Reader {
    /// Starts all, and the card with these arguments too; or says why it cannot be.
    pub(crate) fn start(name: &str, arguments: &[&str]) -> Option<Reader> {
        let needed = [
            ("pcscd", "pcscd"),
            ("opensc-tool", "opensc"),
            ("pcsc_scan", "pcsc-tools"),
        ];
        if !needed
            .iter()
            .all(|(program, package)| is_there(program, package))
        {
            return None;
        }
        if !Path::new(DRIVER).is_file() {
            skipped(&format!("no {DRIVER} (Debian: vsmartcard-vpcd)"));
            return None;
        }
        let folder = Folder::new(name);
        let place = Place::find(&folder)?;
        let port = free_port();
        let readers = folder.path("readers");
        std::fs::create_dir(&readers).unwrap();
        let reader = format!(
            "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{port:#06X}\nLIBPATH {DRIVER}\nCHANNELID {port:#06X}\n"
        )
        .replace("0X", "0x");
        std::fs::write(readers.join("vpcd"), reader).unwrap();
        // Without a driver of its own OpenSC does not look into an unknown card.
        let opensc = include_str!("../../opensc.conf");
        std::fs::write(folder.path("opensc.conf"), opensc).unwrap();

        let mut pcscd = place.command("pcscd");
        pcscd
            .args(["--foreground", "--info", "--config"])
            .arg(&readers);
        let pcscd = Running::start(&mut pcscd, &folder.path("pcscd.log")).unwrap();
        let mut card = place.command(env!("CARGO_BIN_EXE_dmsc"));
        card.args(["card", "--for", "300", "--vpcd"])
            .arg(format!("127.0.0.1:{port}"))
            .arg("--pcap")
            .arg(folder.path(CAPTURE))
            .args(arguments);
        let card = Running::start(&mut card, &folder.path("card.log")).unwrap();
        let mut reader = Reader {
            card,
            pcscd,
            place,
            folder,
        };
        reader.wait();
        Some(reader)
    }

    /// Until pcscd sees the card.
    fn wait(&mut self) {
        wait_for("card in the reader", || {
            for (program, running) in [("pcscd", &mut self.pcscd), ("card", &mut self.card)] {
                if let Some(status) = running.has_ended() {
                    panic!("{program} ended with {status}:\n{}", running.said());
                }
            }
            let (_, said) = self.run("opensc-tool", &["--list-readers"]);
            said.lines()
                .any(|line| line.contains("Yes") && line.contains("Virtual PCD"))
                .then_some(())
        });
    }

    /// What a program says, and whether it thinks all went well.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> (bool, String) {
        let mut command = self.place.command(program);
        command
            .args(arguments)
            .env("OPENSC_CONF", self.folder.path("opensc.conf"));
        let output = self.folder.path("program.log");
        let (status, said) = Running::start(&mut command, &output).unwrap().finish();
        (status.success(), said)
    }

    /// A file beside the card's own.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// What the card said until now.
    pub(crate) fn log(&self) -> String {
        self.card.said()
    }

    /// The capture the card writes.
    pub(crate) fn capture(&self) -> PathBuf {
        self.folder.path(CAPTURE)
    }
}

impl Place {
    fn find(folder: &Folder) -> Option<Place> {
        let mut space = Command::new("unshare");
        space.args([
            "--user",
            "--map-root-user",
            "--mount",
            "--net",
            "sh",
            "-c",
            SET_UP,
        ]);
        if let Ok(mut running) = Running::start(&mut space, &folder.path("space.log")) {
            let is_ready = wait_for("name space or refusal", || {
                if running.said().contains("ready") {
                    return Some(true);
                }
                running.has_ended().map(|_| false)
            });
            if is_ready {
                return Some(Place::Inside(running));
            }
        }
        let lock = File::create(std::env::temp_dir().join("dmsc-pcscd.lock")).unwrap();
        lock.lock().unwrap();
        if UnixStream::connect(SOCKET).is_ok() {
            skipped("another pcscd runs here, and name spaces of our own are not allowed");
            return None;
        }
        // pcscd says so itself, but only after it has started.
        if std::fs::create_dir_all("/run/pcscd").is_err() {
            skipped("pcscd needs root or name spaces of its own, and there is neither");
            return None;
        }
        let _ = std::fs::remove_file(SOCKET);
        Some(Place::Outside(lock))
    }

    fn command(&self, program: &str) -> Command {
        match self {
            Place::Inside(space) => {
                let mut command = Command::new("nsenter");
                command
                    .args([
                        "--preserve-credentials",
                        "--user",
                        "--mount",
                        "--net",
                        "--target",
                    ])
                    .arg(space.id().to_string())
                    .arg("--")
                    .arg(program);
                command
            }
            Place::Outside(_) => Command::new(program),
        }
    }
}

/// vpcd takes this port and, for a second slot, the next.
fn free_port() -> u16 {
    wait_for("two free ports", || {
        let first = TcpListener::bind(("0.0.0.0", 0)).unwrap();
        let port = first.local_addr().unwrap().port();
        TcpListener::bind(("0.0.0.0", port.checked_add(1)?)).ok()?;
        Some(port)
    })
}
