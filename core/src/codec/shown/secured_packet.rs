//! Secured packets for showing: what stands in clear, and with keys all the rest
//! (ETSI TS 102 225 §5).

use crate::codec::secured_packet::{
    Algorithm, COUNTERS, CommandHeader, CommandPacket, CommandParts, HEAD, Keys, PacketStatus,
    Receipt, command_parts,
};
use crate::codec::vocabulary::secured_packet::tar_name;
use crate::codec::{Field, hex};

const SPI: &str = "TS 102 225 §5.1.1";
const KEYS: &str = "TS 102 225 §5.1.2, §5.1.3";

/// A command packet, as far as it can be read without keys.
pub fn command_fields(packet: &[u8]) -> Vec<Field> {
    fields(packet, None)
}

/// A command packet with its keys: what was ciphered is shown in clear, and whether the check is
/// right.
pub fn opened_fields(packet: &[u8], keys: &Keys<'_>) -> Vec<Field> {
    let clear = match CommandPacket::decipher(packet, keys) {
        Ok(clear) => clear,
        Err(_) => return fields(packet, None),
    };
    let verdict = match CommandPacket::open(packet, keys) {
        Ok(_) => "right by these keys",
        Err(PacketStatus::CheckFailed) => "wrong by these keys",
        Err(_) => "not checked: lengths or algorithms do not fit",
    };
    fields(&clear, Some(verdict))
}

/// A packet; `verdict` says that it was deciphered, and what came of its check.
fn fields(packet: &[u8], verdict: Option<&'static str>) -> Vec<Field> {
    let CommandParts {
        head,
        rest,
        inner_head,
        ..
    } = match command_parts(packet) {
        Ok(parts) => parts,
        Err(error) => {
            return vec![
                Field::new("unreadable", 0..packet.len(), hex::spaced(packet))
                    .note(error.to_string()),
            ];
        }
    };
    let mut fields = vec![
        Field::new("CPL", 0..2, (packet.len() - 2).to_string())
            .clause("TS 102 225 §5.1")
            .note("octets behind it"),
        Field::new("CHL", 2..3, packet[2].to_string())
            .clause("TS 102 225 §5.1")
            .note("octets from SPI to the check"),
        spi(&head, &packet[3..5]),
        Field::new(
            "KIc",
            5..6,
            format!(
                "{:02X} key {}, {}",
                head.kic,
                head.kic >> 4,
                Algorithm::from_octet(head.kic).name()
            ),
        )
        .clause(KEYS)
        .note("the key it is ciphered with"),
        Field::new(
            "KID",
            6..7,
            format!(
                "{:02X} key {}, {}",
                head.kid,
                head.kid >> 4,
                Algorithm::from_octet(head.kid).name()
            ),
        )
        .clause(KEYS)
        .note("the key it is checked with"),
        Field::new("TAR", 7..3 + HEAD, tar(head.tar))
            .clause("TS 101 220 annex D")
            .note("the application the commands are for"),
    ];
    if head.spi.ciphered && verdict.is_none() {
        fields.push(
            Field::new(
                "ciphered",
                10..packet.len(),
                format!("{} octets", rest.len()),
            )
            .clause("TS 102 225 §5.1")
            .note("CNTR, PCNTR, check, data and padding, seen with the key only"),
        );
    } else {
        let check = 10 + inner_head;
        fields.extend([
            Field::new("CNTR", 10..15, hex::encode(&packet[10..15]))
                .clause("TS 102 225 §5.1.4")
                .note(head.spi.counter.name()),
            Field::new("PCNTR", 15..16, packet[15].to_string())
                .clause("TS 102 225 §5.1")
                .note("octets of padding"),
        ]);
        if inner_head > COUNTERS {
            fields.push(
                Field::new("RC/CC/DS", 16..check, hex::spaced(&packet[16..check]))
                    .clause("TS 102 225 §5.1.3")
                    .note(match verdict {
                        Some(verdict) => format!("{}, {verdict}", head.spi.check.name()),
                        None => head.spi.check.name().to_owned(),
                    }),
            );
        }
        // A wrong key gives any number of octets of padding.
        let padding = usize::from(packet[15]).min(packet.len() - check);
        let end = packet.len() - padding;
        fields.push(
            Field::new("Secured data", check..end, hex::spaced(&packet[check..end]))
                .clause("TS 102 226 §5"),
        );
        if padding > 0 {
            fields.push(
                Field::new("Padding", end..packet.len(), hex::spaced(&packet[end..]))
                    .clause("TS 102 225 §5.1"),
            );
        }
    }
    fields
}

fn tar(tar: [u8; 3]) -> String {
    match tar_name(tar) {
        Some(name) => format!("{} {name}", hex::encode(&tar)),
        None => hex::encode(&tar),
    }
}

fn spi(head: &CommandHeader, octets: &[u8]) -> Field {
    let spi = head.spi;
    let receipt = match spi.receipt {
        Receipt::Never => "no receipt",
        Receipt::Always => "receipt wanted",
        Receipt::OnError => "receipt on error",
    };
    let ciphered = |yes: bool| if yes { "ciphered" } else { "not ciphered" };
    Field::new("SPI", 3..5, hex::spaced(octets))
        .clause(SPI)
        .children(vec![
            Field::new(
                "command",
                3..4,
                format!(
                    "{}, {}, {}",
                    spi.check.name(),
                    ciphered(spi.ciphered),
                    spi.counter.name()
                ),
            )
            .clause(SPI),
            Field::new(
                "receipt",
                4..5,
                format!(
                    "{receipt}, {}, {}",
                    spi.receipt_check.name(),
                    ciphered(spi.receipt_ciphered)
                ),
            )
            .clause(SPI),
        ])
}

/// A receipt with its user data header; what is ciphered is not known from the packet, so only
/// what always stands in clear has names.
pub fn response_fields(packet: &[u8]) -> Vec<Field> {
    if packet.len() < 9 {
        return vec![
            Field::new("unreadable", 0..packet.len(), hex::spaced(packet))
                .note("a receipt has at least 9 octets"),
        ];
    }
    vec![
        Field::new("UDH", 0..3, hex::spaced(&packet[..3]))
            .clause("TS 31.115 §4.3")
            .note("response packet identifier"),
        Field::new(
            "RPL",
            3..5,
            u16::from_be_bytes([packet[3], packet[4]]).to_string(),
        )
        .clause("TS 102 225 §5.2"),
        Field::new("RHL", 5..6, packet[5].to_string()).clause("TS 102 225 §5.2"),
        Field::new("TAR", 6..9, tar([packet[6], packet[7], packet[8]]))
            .clause("TS 101 220 annex D"),
        Field::new(
            "CNTR, PCNTR, status, check and data",
            9..packet.len(),
            hex::spaced(&packet[9..]),
        )
        .clause("TS 102 225 §5.2")
        .note("ciphered when the command asked for it"),
    ]
}
