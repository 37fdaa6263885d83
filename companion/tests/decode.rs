//! `dmsc decode` and `dmsc encode` as a person runs them: every kind, told and not told; what
//! is broken is shown as far as it goes and said with its place.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use dmsc_core::codec::hex;
use dmsc_core::codec::notification::{Initiator, Package0, UiMode};
use dmsc_core::codec::syncml::Message;
use dmsc_core::codec::wsp;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn dmsc(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dmsc"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Where the arguments are refused nobody reads.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn vector_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../core/tests/vectors/wbxml")
        .join(name)
}

fn vector(name: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(vector_file(&format!("{name}.hex"))).unwrap();
    hex::decode(&text).unwrap()
}

fn package0() -> Vec<u8> {
    Package0::new("dmsc.card", 0x0A1F, UiMode::Background, Initiator::Server)
        .signed("secret", b"nonce")
        .encode()
}

fn push() -> Vec<u8> {
    wsp::encode_notification(1, &Package0::decode(&package0()).unwrap())
}

/// Kind on the command line, what the first line says, octets.
fn samples() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let message = vector("message-package-1");
    let message_xml = Message::decode_wbxml(&message).unwrap().encode_xml();
    let tree = vector("tnds-dmacc");
    let tree_xml = dmsc_core::codec::tnds::Document::decode_wbxml(&tree)
        .unwrap()
        .encode_xml();
    let prov = vector("prov-w7");
    let prov_xml = dmsc_core::codec::prov::Document::decode_wbxml(&prov)
        .unwrap()
        .encode_xml();
    vec![
        ("syncml", "DM message, WBXML", message),
        ("syncml", "DM message, XML", message_xml.into_bytes()),
        ("tnds", "TNDS, WBXML", tree),
        ("tnds", "TNDS, WBXML", vector("tnds-no-public-id")),
        ("tnds", "TNDS, WBXML", vector("tnds-textual-public-id")),
        ("tnds", "TNDS, XML", tree_xml.into_bytes()),
        ("prov", "Provisioning document, WBXML", prov),
        ("prov", "Provisioning document, XML", prov_xml.into_bytes()),
        ("package0", "Package #0", package0()),
        ("wsp", "WSP push", push()),
        (
            "wbxml",
            "WBXML",
            hex::decode("03016A0045 034100 C301FF 01").unwrap(),
        ),
    ]
}

/// Of each line its range and the rest.
fn ranges(text: &str) -> Vec<(usize, usize, String)> {
    text.lines()
        .skip(1)
        .map(|line| {
            let (range, rest) = line.split_once(' ').unwrap();
            let (start, end) = range.split_once("..").unwrap();
            let rest = rest.trim_start().to_owned();
            (start.parse().unwrap(), end.parse().unwrap(), rest)
        })
        .collect()
}

#[test]
fn every_kind_is_told_by_its_content_from_raw_octets_and_from_hex() {
    for (kind, title, bytes) in samples() {
        let title = format!("{title}, {} octets", bytes.len());
        let raw = dmsc(&["decode", "-"], &bytes);
        assert!(raw.status.success(), "{title}: {}", stderr(&raw));
        assert_eq!(stdout(&raw).lines().next(), Some(&*title));
        let told = dmsc(&["decode", "--kind", kind], &bytes);
        assert!(told.status.success(), "{title}: {}", stderr(&told));
        assert_eq!(stdout(&told).lines().next(), Some(&*title));
        let text = format!("{}\n", hex::spaced(&bytes).to_lowercase());
        let hex = dmsc(&["decode"], text.as_bytes());
        assert_eq!(hex.stdout, raw.stdout, "{title}");
        for (start, end, line) in ranges(&stdout(&raw)) {
            assert!(start <= end && end <= bytes.len(), "{title}: {line}");
        }
    }
}

#[test]
fn lines_have_range_name_value_and_clause() {
    let file = vector_file("message-smallest.hex");
    let output = dmsc(&["decode", &file.display().to_string()], b"");
    assert!(output.status.success(), "{}", stderr(&output));
    let lines = ranges(&stdout(&output));
    let line = |words: &str| {
        let found = lines.iter().find(|(_, _, line)| line.starts_with(words));
        found.unwrap_or_else(|| panic!("no {words} in {lines:?}"))
    };
    assert_eq!(
        *line("version"),
        (0, 1, "version: 1.3 (03)  [WBXML §5.4]".to_owned())
    );
    let (start, end, text) = line("VerProto");
    assert_eq!((*start, *end), (14, 24));
    assert_eq!(text, "VerProto: DM/1.2  [DM RepPro §6]");
    let text = stdout(&output);
    let indent = |name: &str| text.lines().find_map(|l| l.find(name)).unwrap();
    assert_eq!(indent("VerDTD") - indent("SyncHdr"), 2);
    let noted = stdout(&dmsc(&["decode", "--notes"], &vector("message-smallest")));
    assert!(noted.contains("Receivers take every 1.x."));
    assert!(!text.contains("Receivers take every 1.x."));
}

#[test]
fn a_push_of_another_kind_shows_what_it_carries() {
    let document = vector("prov-w7");
    let mut bytes = vec![0x01, 0x06, 0x01, 0xB6];
    bytes.extend(&document);
    let output = dmsc(&["decode"], &bytes);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("wap-provisioningdoc"), "{text}");
    bytes.truncate(100);
    let output = dmsc(&["decode"], &bytes);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("at byte 100"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_is_cut_is_shown_as_far_as_it_goes() {
    for (kind, title, bytes) in samples() {
        for len in [bytes.len() / 2, bytes.len() - 1] {
            let cut = &bytes[..len];
            let output = dmsc(&["decode", "--kind", kind], cut);
            // A notification may end anywhere behind its server identifier, XML behind its root.
            if output.status.success() {
                assert!(cut.len() + 1 == bytes.len(), "{title} cut at {len}");
                continue;
            }
            assert_eq!(output.status.code(), Some(2), "{title} cut at {len}");
            let said = stderr(&output);
            assert!(said.starts_with("dmsc: "), "{said}");
            assert!(
                said.contains("byte ") && said.contains("expected "),
                "{said}"
            );
            assert!(stdout(&output).starts_with(title), "{}", stdout(&output));
            assert!(stdout(&output).lines().count() > 1, "{title} cut at {len}");
        }
    }
}

#[test]
fn errors_have_offset_clause_and_reason() {
    let mut second_ver_dtd = vector("message-smallest");
    second_ver_dtd.splice(14..14, second_ver_dtd[7..14].to_vec());
    let cases: &[(&[u8], &str)] = &[
        (
            &second_ver_dtd,
            "at byte 14: expected one VerDTD, found a second one (DM RepPro §6)",
        ),
        (
            b"<SyncML>\n<SyncHdr/></SyncML>",
            "line 2, column 1, at byte 9: expected VerDTD in SyncHdr, found none (DM RepPro §6)",
        ),
        (
            b"<SyncML>\n<SyncHdr>",
            "line 2, column 10, at byte 18: expected </SyncHdr>",
        ),
        (
            b"03 A4 01 6A 05 00",
            "a string table, 5 bytes, found 1 to the end (WBXML §5.7)",
        ),
        (b"03 A4 01 6A 00 6D C3 05 01", "WBXML §5.8.4.6"),
        (b"plain text", "--kind says what they are"),
        (b"0", "a digit without a partner"),
        (b"", "is empty"),
    ];
    for (input, words) in cases {
        let output = dmsc(&["decode"], input);
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}

#[test]
fn too_much_and_nothing_there_are_said() {
    let many = vec![b'<'; (1 << 20) + 1];
    for verb in [&["decode"][..], &["encode", "--to", "xml"]] {
        let output = dmsc(verb, &many);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            stderr(&output).contains("1048576 octets"),
            "{}",
            stderr(&output)
        );
        assert!(output.stdout.is_empty());
        let mut absent = verb.to_vec();
        absent.push("/nowhere/at/all");
        let output = dmsc(&absent, b"");
        assert_eq!(output.status.code(), Some(2));
        assert!(
            stderr(&output).contains("cannot be read"),
            "{}",
            stderr(&output)
        );
    }
    let as_hex = "41 ".repeat((1 << 20) + 1);
    let output = dmsc(&["decode"], as_hex.as_bytes());
    assert!(
        stderr(&output).contains("1048576 octets"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn nothing_steers_the_terminal() {
    let text = "<SyncML><SyncHdr><VerDTD>&#10;\u{9b}2J\u{7f}</VerDTD></SyncHdr></SyncML>";
    let output = dmsc(&["decode"], text.as_bytes());
    assert!(
        stdout(&output).contains(r"VerDTD: \n\u{9b}2J\u{7f}"),
        "{}",
        stdout(&output)
    );
    let output = dmsc(
        &["decode"],
        b"\x03\xA4\x01\x6A\x00\x6D\x6C\x71\x03\x1B[2J\x00\x01\x01\x01",
    );
    assert!(!output.stdout.contains(&0x1B) && !output.stderr.contains(&0x1B));
}

#[test]
fn documents_go_from_one_form_to_the_other_and_back() {
    for name in [
        "message-package-1",
        "message-smallest",
        "tnds-dmacc",
        "prov-w7",
    ] {
        let bytes = vector(name);
        let xml = dmsc(&["encode", "--to", "xml"], &bytes);
        assert!(xml.status.success(), "{name}: {}", stderr(&xml));
        assert!(
            xml.stdout.starts_with(b"<") && xml.stdout.ends_with(b">\n"),
            "{name}"
        );
        let again = dmsc(&["encode", "--to", "wbxml", "-"], &xml.stdout);
        assert_eq!(again.stdout, bytes, "{name}");
        let same = dmsc(&["encode", "--to", "wbxml", "--hex"], &bytes);
        assert_eq!(
            stdout(&same),
            format!("{}\n", hex::spaced(&bytes)),
            "{name}"
        );
        let same = dmsc(&["encode", "--to", "xml"], &xml.stdout);
        assert_eq!(same.stdout, xml.stdout, "{name}");
    }
}

#[test]
fn what_cannot_be_written_leaves_nothing_on_standard_output() {
    let mut broken = vector("message-package-1");
    broken.truncate(200);
    let cases: &[(&[u8], &str)] = &[
        (&broken, "at byte 200"),
        (b"<SyncML><SyncHdr/></SyncML>", "expected VerDTD in SyncHdr"),
        (b"<MgmtTree><VerDTD>1.2</VerDTD></MgmtTree>", "DM TNDS §5"),
        (
            b"<wap-provisioningdoc><parm/></wap-provisioningdoc>",
            "OMA ProvCont",
        ),
        (
            b"<html/>",
            "line 1, column 1, at byte 0: expected SyncML, found html",
        ),
        (b"<html", "expected well-formed XML"),
        (b"nothing", "neither XML nor WBXML"),
        (&package0(), "neither XML nor WBXML"),
    ];
    for (input, words) in cases {
        let output = dmsc(&["encode", "--to", "wbxml"], input);
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(output.stdout.is_empty(), "{words}");
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    let output = dmsc(&["encode"], b"<SyncML/>");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--to"), "{}", stderr(&output));
}

/// Bytes of cards and of the air: known by themselves, and by the kind that is told.
#[test]
fn formats_of_card_and_air_are_known() {
    for (kind, heading, field, text) in [
        (
            "apdu",
            "Command APDU",
            "A0 00 00 00 87 10 02",
            "00A4040C10A0000000871002FFFFFFFF8903020000",
        ),
        ("atr", "Answer to reset", "TA1", "3B94968001444F4F5295"),
        ("pps", "PPS", "PPSS", "FF10957A"),
        (
            "proactive",
            "Proactive command",
            "Door open",
            "D0158103012180820281028D0A04446F6F72206F70656E",
        ),
        (
            "envelope",
            "Envelope",
            "TAR",
            "D146820283818B40440B910100000000F07FF6621122417265002D02700000281506091212B00011FB26489CE557D7C12611FB911E4C7B2A00DB3F37F122E8EF915D71294EB104C4",
        ),
        (
            "sms",
            "SMS TPDU",
            "Hello",
            "040B910100000000F000006211224172650005C8329BFD06",
        ),
        (
            "packet",
            "Secured packet",
            "B00000",
            "00281516090202B00000C450FC44C5335BD88E6C5CE824312298BEAB3190EE4B0D0793CFBFD17055B7C8",
        ),
        (
            "fcp",
            "FCP template",
            "File identifier",
            "621A82054221001E0383022F008A01058B032F06018002005A880108",
        ),
        (
            "gsmtap",
            "GSMTAP",
            "",
            "02040401000000000000000000000000A0A40000023F009F16",
        ),
        (
            "terminal-response",
            "Terminal response",
            "",
            "810301130082028281830100",
        ),
        ("t1", "T=1 block", "", "00000500A4040000A5"),
        ("tls", "TLS records", "handshake_failure", "15030300020228"),
        ("response", "Response APDU", "", "6A82"),
        ("tlv", "BER-TLV", "", "7009810101820102830103"),
    ] {
        for arguments in [vec!["decode"], vec!["decode", "--kind", kind]] {
            let output = dmsc(&arguments, text.as_bytes());
            let said = stdout(&output);
            assert_eq!(output.status.code(), Some(0), "{kind}: {}", stderr(&output));
            assert!(said.starts_with(heading), "{kind}: {said}");
            assert!(said.contains(field), "{kind}: {said}");
        }
    }
}

#[test]
fn a_file_is_decoded_by_its_path() {
    let output = dmsc(&["decode", "--ef", "7FFF/6F07"], b"080910101032547698");
    assert!(
        stdout(&output).contains("001010123456789"),
        "{}",
        stdout(&output)
    );
    for (arguments, words) in [
        (vec!["decode", "--kind", "ef"], "--ef PATH"),
        (vec!["decode", "--ef", "7FFG"], "no path"),
        (vec!["decode", "--ef", "1234/6F07"], "not known here"),
    ] {
        let output = dmsc(&arguments, b"080910101032547698");
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}

#[test]
fn a_secured_packet_is_opened_with_its_keys() {
    use dmsc_core::codec::secured_packet::{CommandHeader, CommandPacket, Keys, Spi};
    let key = [0x11; 16];
    let packet = CommandPacket {
        header: CommandHeader {
            spi: Spi::from_octets([0x16, 0x09]),
            kic: 0x12,
            kid: 0x12,
            tar: [0xB0, 0x00, 0x00],
        },
        counter: 7,
        data: vec![0x00, 0xA4, 0x00, 0x04, 0x02, 0x2F, 0xE2],
    };
    let keys = Keys {
        ciphering: &key,
        checking: &key,
    };
    let text = hex::encode(&packet.encode(&keys).unwrap());
    let closed = dmsc(&["decode"], text.as_bytes());
    assert!(!stdout(&closed).contains("2F E2"), "{}", stdout(&closed));
    let open = dmsc(&["decode", "--key", &"11".repeat(16)], text.as_bytes());
    assert!(stdout(&open).contains("2F E2"), "{}", stdout(&open));
    let wrong = dmsc(&["decode", "--key", "1"], text.as_bytes());
    assert_eq!(wrong.status.code(), Some(2));
    let other = dmsc(&["decode", "--key", "11"], b"9000");
    assert_eq!(other.status.code(), Some(0));
}

#[test]
fn a_log_is_taken_line_by_line() {
    for log in [
        "00A40004022FE2\n9000\n00B000000A\n984400000000005361119000\n",
        "> 00 A4 00 04 02 2F E2\n< 90 00\n> 00 B0 00 00 0A\n< 984400000000005361119000\n",
        "00A40004022FE2 9000\n00B000000A 984400000000005361119000\n",
    ] {
        let output = dmsc(&["decode"], log.as_bytes());
        let said = stdout(&output);
        assert!(
            said.starts_with("Log, 4 commands and responses\n"),
            "{log}: {said}"
        );
        assert!(
            said.contains("SELECT 2FE2") && said.contains("READ BINARY"),
            "{said}"
        );
    }
    // Long hex is broken into lines, too; that is no log.
    let wrapped = format!("{}00\n{}9000\n", "00".repeat(30), "00".repeat(10));
    assert!(!stdout(&dmsc(&["decode"], wrapped.as_bytes())).starts_with("Log"));
    let broken = dmsc(&["decode", "--kind", "log"], b"00A4\nhello\n");
    assert_eq!(broken.status.code(), Some(2));
    assert!(stderr(&broken).contains("line 2"), "{}", stderr(&broken));
}

#[test]
fn a_capture_of_ours_is_read_back() {
    let path = std::env::temp_dir().join(format!("dmsc-decode-{}.pcap", std::process::id()));
    let run = dmsc(
        &["run", "remote-trigger", "--pcap", path.to_str().unwrap()],
        b"",
    );
    assert!(run.status.success());
    let output = dmsc(&["decode", path.to_str().unwrap()], b"");
    let said = stdout(&output);
    assert!(said.starts_with("Capture, "), "{said}");
    assert!(
        said.contains("Frame 1: GSMTAP") && said.contains(", 0 other frames"),
        "{said}"
    );
    // The notification, and the four messages of the session in their HTTP.
    for words in ["5 messages", ": WAP push", "SyncHdr"] {
        assert!(said.contains(words), "{words}: {}", &said[..200]);
    }
    assert_eq!(said.matches(": HTTP\n").count(), 4);
    // Cut in the middle of a frame.
    let bytes = std::fs::read(&path).unwrap();
    let cut = dmsc(&["decode"], &bytes[..bytes.len() - 5]);
    assert_eq!(cut.status.code(), Some(2));
    assert!(stderr(&cut).contains("frame"), "{}", stderr(&cut));
    std::fs::remove_file(path).unwrap();
}

/// A description as vendors publish them: an instruction in the document type, elements of a
/// namespace of their own with attributes and more inside, an empty MIME, several roots of nodes.
const VENDOR_DDF: &[u8] = include_bytes!("inputs/ddf-vendor.xml");

#[test]
fn a_vendors_description_is_read_and_what_is_its_own_is_said() {
    let shown = dmsc(&["decode"], VENDOR_DDF);
    assert_eq!(shown.status.code(), Some(0), "{}", stderr(&shown));
    let text = stdout(&shown);
    assert!(text.starts_with("Device description, XML"), "{text}");
    assert!(text.contains("V:Since: 10.0.1, 10.0.2"), "{text}");
    let remark = "remark: line 16, column 7: An element of another namespace";
    assert!(stderr(&shown).contains(remark), "{}", stderr(&shown));
    let written = dmsc(&["encode", "--to", "xml"], VENDOR_DDF);
    assert_eq!(written.status.code(), Some(0));
    assert!(!stdout(&written).contains("V:"));
    for name in [
        "Diagnostics",
        "Applicability",
        "Naming",
        "Deprecated",
        "Allowed",
    ] {
        let said = format!("V:{name} is left out.");
        assert!(stderr(&written).contains(&said), "{}", stderr(&written));
    }
}

#[test]
fn commands_without_a_message_are_shown() {
    let parts = b"<Add><CmdID>1</CmdID><Item><Target><LocURI>./A</LocURI></Target></Item></Add>\n\
        <!-- then -->\n<Get><CmdID>2</CmdID><Item><Target><LocURI>./B</LocURI></Target></Item></Get>\n";
    let shown = dmsc(&["decode"], parts);
    assert_eq!(shown.status.code(), Some(0), "{}", stderr(&shown));
    let text = stdout(&shown);
    assert!(text.starts_with("Part of a DM message, XML"), "{text}");
    assert!(
        text.contains("Add: ./A") && text.contains("Get: ./B"),
        "{text}"
    );
    // Only parts of messages go without a root, and they are well-formed.
    for (input, why) in [
        (&b"<Add></Add>\n<Get>"[..], "line 2, column 6"),
        (b"<Add/> text", "text outside the root element"),
        (b"<other/><other/>", "one root element"),
        (b"<SyncML/><SyncML/>", "one root element"),
    ] {
        let shown = dmsc(&["decode"], input);
        assert_eq!(shown.status.code(), Some(2));
        assert!(stderr(&shown).contains(why), "{}", stderr(&shown));
    }
}

#[test]
fn what_another_form_cannot_carry_is_said_or_refused() {
    let prov = b"<wap-provisioningdoc><characteristic type='S'>\
        <parm name='N' value='1' datatype='integer'/><noparm/></characteristic></wap-provisioningdoc>";
    for to in ["xml", "wbxml"] {
        let written = dmsc(&["encode", "--to", to], prov);
        assert_eq!(written.status.code(), Some(0));
        let said = stderr(&written);
        assert!(said.contains("datatype of parm is left out."), "{said}");
        assert!(said.contains("noparm is left out."), "{said}");
        let strict = dmsc(&["encode", "--to", to, "--strict"], prov);
        assert_eq!(strict.status.code(), Some(2));
        assert!(strict.stdout.is_empty());
        assert!(stderr(&strict).contains("--strict"), "{}", stderr(&strict));
    }
    let whole = b"<wap-provisioningdoc version='1.1'><characteristic type='S'>\
        <parm name='N' value='1'/></characteristic></wap-provisioningdoc>";
    let strict = dmsc(&["encode", "--to", "wbxml", "--strict"], whole);
    assert_eq!(strict.status.code(), Some(0), "{}", stderr(&strict));
    assert_eq!(stderr(&strict), "");
    let late = b"<wap-provisioningdoc><characteristic type='S'><characteristic type='T'/>\
        <parm name='N' value='1'/></characteristic></wap-provisioningdoc>";
    let strict = dmsc(&["encode", "--to", "xml", "--strict"], late);
    assert_eq!(strict.status.code(), Some(2), "the order changes");
}

#[test]
fn the_mac_of_a_push_is_checked_with_a_pin() {
    let document = vector("prov-w7");
    let mac = "825063B5903F82AFF9E0370EED075E77AFCC125D";
    let mut push = hex::decode("01062F1F2DB6918192").unwrap();
    push.extend_from_slice(mac.as_bytes());
    push.push(0);
    push.extend_from_slice(&document);
    for (pin, status, words) in [
        ("1234", 0, "The MAC is right"),
        ("1235", 1, "The MAC is wrong"),
    ] {
        let output = dmsc(&["decode", "--pin", pin], &push);
        assert_eq!(output.status.code(), Some(status), "{}", stderr(&output));
        assert!(stdout(&output).contains(words), "{}", stdout(&output));
    }
    assert_eq!(
        dmsc(&["decode", "--pin", "1"], &document).status.code(),
        Some(2)
    );
}
