//! What PC/SC programs find in the reader, held against the card asked directly.

use crate::pcsc::Reader;
use crate::programs::is_there;
use dmsc_core::card::{Config, Output, Profile, Uicc};
use dmsc_core::codec::syncml::Message;
use dmsc_core::codec::{hex, prov};

/// The card asked without any reader between.
struct Direct(Uicc);

impl Direct {
    fn new(profile: &str) -> (Self, Vec<u8>) {
        let mut uicc = Uicc::new(Config {
            profile: Profile::built_in(profile).unwrap(),
            ..Config::default()
        });
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

impl Direct {
    /// Content of a file by its path from MF, whole.
    fn file(&mut self, path: &str) -> Vec<u8> {
        let path = hex::decode(path.trim_start_matches("3F00")).unwrap();
        let select = [&[0, 0xA4, 8, 0x0C, path.len() as u8], &path[..]].concat();
        assert_eq!(self.response(&select), [0x90, 0x00]);
        let mut content = Vec::new();
        loop {
            let at = content.len();
            let read = [0, 0xB0, (at >> 8) as u8, at as u8, 0];
            let mut response = self.response(&read);
            let status = response.split_off(response.len() - 2);
            content.extend(response);
            if status != [0x90, 0x00] || content.len() == at {
                return content;
            }
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

/// Shows PCSC-1.
#[test]
fn opensc_reads_the_card_as_it_is() {
    let Some(reader) = Reader::start("opensc", &[]) else {
        return;
    };
    let (mut card, atr) = Direct::new("usim");
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

/// A data object as `pkcs15-tool --dump` prints it.
#[derive(Debug, Default)]
struct DataObject {
    label: String,
    application: String,
    oid: String,
    path: String,
    /// None where a PIN is wanted first.
    data: Option<Vec<u8>>,
}

fn data_objects(said: &str) -> Vec<DataObject> {
    let mut found: Vec<DataObject> = Vec::new();
    for line in said.lines() {
        if let Some(label) = line.strip_prefix("Data object '") {
            found.push(DataObject {
                label: label.trim_end_matches('\'').to_owned(),
                ..DataObject::default()
            });
            continue;
        }
        let Some(object) = found.last_mut() else {
            continue;
        };
        let (name, value) = line.trim().split_once(": ").unwrap_or(("", line.trim()));
        match name {
            "applicationName" => object.application = value.to_owned(),
            "applicationOID" => object.oid = value.trim().to_owned(),
            "Path" => object.path = value.trim().to_uppercase(),
            _ if name.starts_with("Data (") => object.data = hex::decode(value),
            // The lines below are more of it.
            "" => {
                if let (Some(data), Some(more)) = (&mut object.data, hex::decode(value)) {
                    data.extend(more);
                }
            }
            _ => {}
        }
    }
    found
}

/// The provisioning data as OMA places them on a card: what OpenSC finds, and reads byte for byte.
/// Shows PCSC-1, PROF-1.
#[test]
fn pkcs15_tool_finds_the_bootstrap_files() {
    for profile in ["usim", "csim"] {
        let Some(reader) = Reader::start("pkcs15", &["--profile", profile]) else {
            return;
        };
        let (is_good, said) = reader.run("pkcs15-tool", &["--dump"]);
        assert!(is_good, "{said}");
        assert!(said.contains("PKCS#15 Card [OMA DM_SC card]"), "{said}");
        let objects = data_objects(&said);
        let named: Vec<_> = objects
            .iter()
            .map(|o| (o.label.as_str(), o.application.as_str(), o.oid.as_str()))
            .collect();
        for wanted in [
            ("DM_Bootstrap", "DM", "2.23.43.7.1"),
            ("Bootstrap", "CP", "2.23.43.5.1"),
            ("Config1", "CP", "2.23.43.5.2"),
            ("Config2", "CP", "2.23.43.5.3"),
        ] {
            assert!(named.contains(&wanted), "{wanted:?} is not in {named:?}");
        }
        let (mut card, _) = Direct::new(profile);
        let mut compared = 0;
        for object in &objects {
            let Some(data) = &object.data else { continue };
            assert_eq!(
                hex::encode(data),
                hex::encode(&card.file(&object.path)),
                "{object:?}"
            );
            compared += 1;
        }
        assert!(compared >= 3, "{objects:?}");
        // And they are what a DM Client is to find there.
        let of = |label: &str| {
            let object = objects.iter().find(|o| o.label == label);
            object.and_then(|o| o.data.as_deref()).unwrap()
        };
        let dm = Message::decode_wbxml(without_padding(of("DM_Bootstrap"))).unwrap();
        assert!(!dm.commands.is_empty());
        let cp = prov::Document::decode_wbxml(without_padding(of("Bootstrap"))).unwrap();
        assert!(!cp.characteristics.is_empty());
    }
}

fn without_padding(data: &[u8]) -> &[u8] {
    let end = data.iter().rposition(|octet| *octet != 0);
    &data[..end.map_or(0, |end| end + 1)]
}

/// Cards of every kind, in the class they speak.
/// Shows PCSC-1, PCSC-4.
#[test]
fn every_profile_can_be_read() {
    let gsm = [
        "A0A40000023F00",
        "A0C0000017",
        "A0A40000022FE2",
        "A0C000000F",
        "A0B000000A",
        "A0A4000002FFFF",
        "A0200001083131313131313131",
        "A0F2000017",
        "00A40004023F0000",
    ];
    let uicc = [
        "00A40004022FE200",
        "00B000000A",
        "0020000100",
        "00200001083131313131313131",
        "0020000100",
        "0084000008",
        "0070000001",
        // OpenSC would get data on the basic channel.
        "01A4000C023F00",
        "0070800100",
    ];
    for (profile, apdus) in [("sim", gsm), ("ruim", gsm), ("usim", uicc), ("csim", uicc)] {
        let Some(reader) = Reader::start(profile, &["--profile", profile]) else {
            return;
        };
        let (mut card, atr) = Direct::new(profile);
        let (_, said) = reader.run("opensc-tool", &["--atr"]);
        let shown = hex::spaced(&atr).to_lowercase().replace(' ', ":");
        assert!(said.contains(&shown), "{profile}: {said}");
        // OpenSC looks about first; a reset is what both begin with.
        same_answers(&reader, &mut card, &apdus);
        let log = reader.log();
        assert!(!log.contains("31313131"), "a PIN in\n{log}");
        assert!(log.contains("VERIFY PIN"), "{log}");
    }
}

/// Shows PCSC-1, TPDU-1.
#[test]
fn pcsc_scan_knows_the_card() {
    let Some(reader) = Reader::start("scan", &[]) else {
        return;
    };
    let (_, atr) = Direct::new("usim");
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
