//! What Wireshark says of our captures of card and terminal.

use crate::running::Folder;
use crate::tshark::Tshark;
use std::path::PathBuf;
use std::process::Command;

/// Every packet of the capture is understood, and there are so many.
pub(crate) fn holds(capture: PathBuf, packets: usize) {
    let Some(tshark) = Tshark::open(capture) else {
        return;
    };
    tshark.is_content();
    assert_eq!(tshark.matching("gsm_sim"), packets);
    assert_eq!(tshark.matching("frame"), packets);
}

fn captured(folder: &Folder, scenario: &str) -> PathBuf {
    let path = folder.path(&format!("{scenario}.pcap"));
    let output = Command::new(env!("CARGO_BIN_EXE_dmsc"))
        .args(["run", scenario, "--pcap"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    path
}

/// Shows PCSC-2.
#[test]
fn wireshark_reads_a_whole_run() {
    let folder = Folder::new("whole-run");
    let Some(tshark) = Tshark::open(captured(&folder, "remote-trigger")) else {
        return;
    };
    tshark.is_content();
    let cards = tshark.matching("gsm_sim");
    assert!(cards > 40, "{cards} packets");
    assert_eq!(tshark.matching("http.request"), 2);
    assert_eq!(tshark.matching("http.response"), 2);
    // A connection opens and closes in good order, and nothing of it is lost.
    assert_eq!(tshark.matching("tcp.flags.syn == 1"), 2);
    assert_eq!(tshark.matching("tcp.flags.fin == 1"), 2);
    assert_eq!(tshark.matching("tcp.analysis.flags"), 0);
    assert_eq!(tshark.matching("wsp"), 1);
    let rest = "not gsm_sim and not tcp and not wsp";
    assert_eq!(tshark.matching(rest), 0);
    let told = tshark.run(&[]);
    for words in [
        "TERMINAL PROFILE",
        "FETCH Proactive Command SET UP EVENT LIST",
        "FETCH Proactive Command OPEN CHANNEL",
        "FETCH Proactive Command SEND DATA",
        "FETCH Proactive Command RECEIVE DATA",
        "TERMINAL RESPONSE OPEN CHANNEL",
        "ENVELOPE Event Download Data available",
        "SELECT File EF.ICCID",
    ] {
        assert!(told.contains(words), "{words} is not in\n{told}");
    }
    // Where there are bytes of the toolkit they are taken apart as such.
    assert!(tshark.matching("etsi_cat") > 20);
}

#[test]
fn wireshark_reads_every_story() {
    let folder = Folder::new("every-story");
    for scenario in dmsc_core::scenario::CATALOGUE {
        let Some(tshark) = Tshark::open(captured(&folder, scenario.id)) else {
            return;
        };
        tshark.is_content();
        assert_eq!(tshark.matching("tcp.analysis.flags"), 0, "{}", scenario.id);
        assert!(tshark.matching("gsm_sim") > 0, "{}", scenario.id);
    }
}

/// Shows PCSC-2.
#[test]
fn wireshark_reads_the_other_run() {
    let folder = Folder::new("other-run");
    let Some(tshark) = Tshark::open(captured(&folder, "local-trigger")) else {
        return;
    };
    tshark.is_content();
    let told = tshark.run(&[]);
    for words in ["TIMER MANAGEMENT", "Timer Expiration"] {
        assert!(told.contains(words), "{words} is not in\n{told}");
    }
}

#[test]
fn a_capture_that_cannot_be_written_is_told() {
    let output = Command::new(env!("CARGO_BIN_EXE_dmsc"))
        .args(["run", "remote-trigger", "--pcap", "/nowhere/at/all.pcap"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("/nowhere/at/all.pcap cannot be written"),
        "{said}"
    );
}
