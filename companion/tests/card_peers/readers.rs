//! What PC/SC programs find in the reader, held against the card asked directly.

use crate::pcsc::Reader;
use crate::programs::is_there;
use dmsc_core::card::{Config, Output, Uicc};
use dmsc_core::codec::hex;

/// The card asked without any reader between.
struct Direct(Uicc);

impl Direct {
    fn new() -> (Self, Vec<u8>) {
        let mut uicc = Uicc::new(Config::default());
        let atr = uicc.handle_reset();
        (Direct(uicc), atr)
    }

    /// The R-APDU; `6CXX` and `61XX` followed, as programs that give Le want it.
    fn response(&mut self, apdu: &[u8]) -> Vec<u8> {
        self.0.handle_command(apdu);
        let response = std::iter::from_fn(|| self.0.poll())
            .find_map(|output| match output {
                Output::Response(bytes) => Some(bytes),
                _ => None,
            })
            .unwrap();
        match response[..] {
            [0x6C, le] => {
                let header = &apdu[..4];
                self.response(&[header, &[le]].concat())
            }
            _ => response,
        }
    }
}

/// The responses that `opensc-tool --send-apdu` prints.
fn responses(said: &str) -> Vec<Vec<u8>> {
    let mut found: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in said.lines() {
        if let Some(status) = line.strip_prefix("Received (SW1=0x") {
            let digits: String = [&status[..2], &status[10..12]].concat();
            found.push((Vec::new(), hex::decode(&digits).unwrap()));
        } else if line.starts_with("Sending:") || line.starts_with("Using reader") {
        } else if let Some((data, _)) = found.last_mut() {
            // Three characters and one for each octet; only a first line is short of 16.
            let width = if data.is_empty() { line.len() / 4 } else { 16 };
            let octets = line.get(..3 * width).unwrap_or(line);
            data.extend(hex::decode(octets).unwrap_or_else(|| panic!("{line}")));
        }
    }
    found
        .into_iter()
        .map(|(data, sw)| [data, sw].concat())
        .collect()
}

#[test]
fn opensc_reads_the_card_as_it_is() {
    let Some(reader) = Reader::start("opensc", &[]) else {
        return;
    };
    let (mut card, atr) = Direct::new();
    let (is_good, said) = reader.run("opensc-tool", &["--atr"]);
    assert!(is_good, "{said}");
    let shown = hex::spaced(&atr).to_lowercase().replace(' ', ":");
    assert!(said.contains(&shown), "{said}");

    same_answers(
        &reader,
        &mut card,
        &[
            "00A40004023F0000",
            "00A40004022FE200",
            "00B000000A",
            "00B0000000",
            "00B0FF0000",
            "00A40004022F0000",
            "00B2010430",
            "00B2010400",
            "00B2FF0400",
            "00A4040007A000000087100200",
            "80F2000000",
            "80F2000C",
            "00A40004026F0700",
            "00A4000402FFFF00",
            "00A4FF04023F0000",
            "8010000003FFFFFF",
        ],
    );
    // Each command stands in the log, those of the reader's power too.
    let log = reader.log();
    for told in [
        "power on",
        "SELECT 2FE2: 00A40004022FE2 > 61",
        "GET RESPONSE: 00C00000",
        "TERMINAL PROFILE",
    ] {
        assert!(log.contains(told), "{told} is not in\n{log}");
    }
    let exchanges = log.lines().filter(|line| line.contains(" > ")).count();
    crate::captures::holds(reader.capture(), exchanges);
    // What makes no sense gets its status word all the same. Wireshark takes such packets for
    // malformed, as it looks for the data that P3 promises.
    let odd = [
        "00A40004022F0000",
        "00FF000000",
        "F0A40004023F0000",
        "00A4000401FF",
        "0014000001FF",
        "00B2FF0430",
    ];
    // The reader took the power away in between.
    card.0.handle_reset();
    same_answers(&reader, &mut card, &odd);
}

/// The program is told what the card says.
fn same_answers(reader: &Reader, card: &mut Direct, apdus: &[&str]) {
    let arguments: Vec<&str> = apdus
        .iter()
        .flat_map(|apdu| ["--send-apdu", apdu])
        .collect();
    let (is_good, said) = reader.run("opensc-tool", &arguments);
    assert!(is_good, "{said}");
    let found = responses(&said);
    assert_eq!(found.len(), apdus.len(), "{said}");
    for (apdu, found) in apdus.iter().zip(found) {
        let wanted = card.response(&hex::decode(apdu).unwrap());
        assert_eq!(hex::encode(&found), hex::encode(&wanted), "{apdu}");
    }
}

#[test]
fn pcsc_scan_knows_the_card() {
    let Some(reader) = Reader::start("scan", &[]) else {
        return;
    };
    let (_, atr) = Direct::new();
    let (_, said) = reader.run("pcsc_scan", &["-n", "-t", "2"]);
    assert!(said.contains("Card inserted"), "{said}");
    assert!(said.contains(&hex::spaced(&atr)), "{said}");
    if is_there("ATR_analysis", "pcsc-tools") {
        let (_, said) = reader.run("ATR_analysis", &[&hex::spaced(&atr)]);
        assert!(said.contains("correct checksum"), "{said}");
        assert!(
            !said.contains("ERROR") && !said.contains("WARNING"),
            "{said}"
        );
    }
}
