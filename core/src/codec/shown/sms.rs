//! Short messages for showing: who, when, header and text, and what is carried for the card or for
//! an application (3GPP TS 23.040 §9.2; secured packets TS 31.115 §4).

use super::{secured_packet, wsp};
use crate::codec::alphabet::Alphabet;
use crate::codec::sms::{
    COMMAND_PACKET, CONCATENATION, CONCATENATION_16, Deliver, DeliverReport, Element, PORTS,
    PORTS_8, RESPONSE_PACKET, Submit, Validity, address_text,
};
use crate::codec::toolkit::local::DateTime;
use crate::codec::vocabulary::sms::{MTI, element_name, pid_name};
use crate::codec::wsp::PUSH_PORT;
use crate::codec::{DecodeError, Field, hex};

/// Octets of the user data header of a response packet (TS 31.115 §4.3).
const RESPONSE_HEADER: usize = 3;

const HEADER: &str = "TS 23.040 §9.2.3.24";

/// An SMS-DELIVER or an SMS-SUBMIT.
pub fn fields(tpdu: &[u8]) -> Vec<Field> {
    let shown = match tpdu.first() {
        Some(first) if first & MTI == 0x01 => Submit::decode(tpdu).map(|m| submit(tpdu, &m)),
        _ => Deliver::decode(tpdu).map(|m| deliver(tpdu, &m)),
    };
    shown.unwrap_or_else(|error| unreadable(tpdu, &error))
}

/// An SMS-DELIVER-REPORT, which has the first byte of an SMS-DELIVER.
pub fn report_fields(tpdu: &[u8]) -> Vec<Field> {
    match DeliverReport::decode(tpdu) {
        Ok(message) => report(tpdu, &message),
        Err(error) => unreadable(tpdu, &error),
    }
}

fn unreadable(tpdu: &[u8], error: &DecodeError) -> Vec<Field> {
    vec![
        Field::new("unreadable", 0..tpdu.len(), hex::spaced(tpdu))
            .clause(error.clause.clone())
            .note(error.to_string()),
    ]
}

/// Parts one after the other.
struct Parts {
    at: usize,
    fields: Vec<Field>,
}

impl Parts {
    fn push(
        &mut self,
        length: usize,
        name: &'static str,
        value: impl Into<String>,
        clause: &'static str,
    ) {
        let range = self.at..self.at + length;
        self.at = range.end;
        self.fields
            .push(Field::new(name, range, value).clause(clause));
    }
}

fn deliver(tpdu: &[u8], message: &Deliver) -> Vec<Field> {
    let mut parts = Parts {
        at: 0,
        fields: Vec::new(),
    };
    let kind = format!("{:02X} SMS-DELIVER", tpdu[0]);
    parts.push(1, "TP-MTI, flags", kind, "TS 23.040 §9.2.3.1");
    let from = &message.originator;
    parts.push(
        from.len(),
        "TP-OA",
        address_text(from),
        "TS 23.040 §9.1.2.5",
    );
    parts.push(1, "TP-PID", pid(message.pid), "TS 23.040 §9.2.3.9");
    parts.push(1, "TP-DCS", dcs(message.dcs), "TS 23.038 §4");
    parts.push(
        7,
        "TP-SCTS",
        moment(&message.timestamp),
        "TS 23.040 §9.2.3.11",
    );
    let text = message.text();
    user_data(parts, tpdu, message.header.as_deref(), &message.data, text)
}

fn report(tpdu: &[u8], message: &DeliverReport) -> Vec<Field> {
    let mut parts = Parts {
        at: 0,
        fields: Vec::new(),
    };
    let kind = format!("{:02X} SMS-DELIVER-REPORT", tpdu[0]);
    parts.push(1, "TP-MTI, flags", kind, "TS 23.040 §9.2.3.1");
    if let Some(cause) = message.failure {
        let cause = format!("{cause:02X} not taken");
        parts.push(1, "TP-FCS", cause, "TS 23.040 §9.2.3.22");
    }
    let follows = format!("{:02X}", tpdu[parts.at]);
    parts.push(1, "TP-PI", follows, "TS 23.040 §9.2.3.27");
    if let Some(of) = message.pid {
        parts.push(1, "TP-PID", pid(of), "TS 23.040 §9.2.3.9");
    }
    if let Some(of) = message.dcs {
        parts.push(1, "TP-DCS", dcs(of), "TS 23.038 §4");
    }
    match &message.data {
        None => parts.fields,
        Some(data) => user_data(parts, tpdu, data.header.as_deref(), &data.data, None),
    }
}

fn submit(tpdu: &[u8], message: &Submit) -> Vec<Field> {
    let mut parts = Parts {
        at: 0,
        fields: Vec::new(),
    };
    let kind = format!("{:02X} SMS-SUBMIT", tpdu[0]);
    parts.push(1, "TP-MTI, flags", kind, "TS 23.040 §9.2.3.1");
    let reference = message.reference.to_string();
    parts.push(1, "TP-MR", reference, "TS 23.040 §9.2.3.6");
    let to = &message.destination;
    parts.push(to.len(), "TP-DA", address_text(to), "TS 23.040 §9.1.2.5");
    parts.push(1, "TP-PID", pid(message.pid), "TS 23.040 §9.2.3.9");
    parts.push(1, "TP-DCS", dcs(message.dcs), "TS 23.038 §4");
    match &message.validity {
        Validity::NotSaid => {}
        Validity::Relative(code) => {
            parts.push(1, "TP-VP", relative(*code), "TS 23.040 §9.2.3.12.1");
        }
        Validity::Absolute(octets) => {
            parts.push(7, "TP-VP", moment(octets), "TS 23.040 §9.2.3.12.2");
        }
        Validity::Enhanced(octets) => {
            parts.push(7, "TP-VP", hex::spaced(octets), "TS 23.040 §9.2.3.12.3");
        }
    }
    let text = message.text();
    user_data(parts, tpdu, message.header.as_deref(), &message.data, text)
}

/// Length, header, and what follows it: text, a packet for the card, a push for a port.
fn user_data(
    mut parts: Parts,
    tpdu: &[u8],
    header: Option<&[Element]>,
    data: &[u8],
    text: Option<String>,
) -> Vec<Field> {
    let length = tpdu[parts.at].to_string();
    parts.push(1, "TP-UDL", length, "TS 23.040 §9.2.3.16");
    let header_start = parts.at;
    let elements = header.unwrap_or_default();
    if header.is_some() {
        let start = parts.at;
        let octets: usize = elements.iter().map(|e| 2 + e.data.len()).sum();
        parts.push(
            1 + octets,
            "TP-UDH",
            format!("{} octets", 1 + octets),
            HEADER,
        );
        let mut at = start + 1;
        let children = elements.iter().map(|e| {
            let range = at..at + 2 + e.data.len();
            at = range.end;
            Field::new(element_name(e.id), range, element_text(e)).clause(HEADER)
        });
        let children = children.collect();
        if let Some(header) = parts.fields.last_mut() {
            header.children = children;
        }
    }
    let header_octets = header.map_or(0, |_| parts.at).saturating_sub(header_start);
    let range = parts.at..tpdu.len();
    let octets = &tpdu[range.clone()];
    let start = range.start;
    let field = Field::new("TP-UD", range, text.unwrap_or_else(|| eight_bit(data)));
    let has = |id: u8| elements.iter().any(|e| e.id == id);
    let is_part = has(CONCATENATION) || has(CONCATENATION_16);
    let inner = match () {
        () if is_part => Vec::new(),
        () if has(COMMAND_PACKET) => secured_packet::command_fields(octets),
        () if has(RESPONSE_PACKET) && header_octets == RESPONSE_HEADER => {
            // A receipt is read with its header, which is shown above.
            let receipt = tpdu.get(start - RESPONSE_HEADER..).unwrap_or_default();
            let parts = secured_packet::response_fields(receipt).into_iter();
            let behind = parts.filter(|part| part.range.start >= RESPONSE_HEADER);
            behind
                .map(|part| Field {
                    range: part.range.start - RESPONSE_HEADER..part.range.end - RESPONSE_HEADER,
                    ..part
                })
                .collect()
        }
        () if destination_port(elements) == Some(PUSH_PORT) => wsp::fields(octets),
        () => Vec::new(),
    };
    let inner = inner.into_iter().map(|f| f.shifted(start)).collect();
    parts.fields.push(
        field
            .clause(HEADER)
            .note(if is_part {
                "one part of a long message"
            } else {
                ""
            })
            .children(inner),
    );
    parts.fields
}

/// Value of a header's element (§9.2.3.24).
fn element_text(element: &Element) -> String {
    let part = |reference: String, parts: u8, part: u8| {
        format!(
            "{:02X} part {part} of {parts}, reference {reference}",
            element.id
        )
    };
    match (element.id, &element.data[..]) {
        (CONCATENATION, [reference, of, n]) => part(format!("{reference:02X}"), *of, *n),
        (CONCATENATION_16, [high, low, of, n]) => part(format!("{high:02X}{low:02X}"), *of, *n),
        (PORTS, [a, b, c, d]) => format!(
            "{:02X} to {}, from {}",
            element.id,
            u16::from_be_bytes([*a, *b]),
            u16::from_be_bytes([*c, *d])
        ),
        (PORTS_8, [to, from]) => format!("{:02X} to {to}, from {from}", element.id),
        (id, data) => format!("{id:02X} {}", hex::spaced(data))
            .trim_end()
            .to_owned(),
    }
}

fn destination_port(elements: &[Element]) -> Option<u16> {
    let ports = elements.iter().rev().find(|e| e.id == PORTS)?;
    ports
        .data
        .first_chunk()
        .map(|port| u16::from_be_bytes(*port))
}

fn pid(pid: u8) -> String {
    format!("{pid:02X} {}", pid_name(pid)).trim_end().to_owned()
}

/// Alphabet and class of a data coding scheme (TS 23.038 §4).
fn dcs(dcs: u8) -> String {
    let alphabet = match Alphabet::of(dcs) {
        Alphabet::Default => "default alphabet",
        Alphabet::EightBit => "8-bit data",
        Alphabet::Ucs2 => "UCS2",
        Alphabet::Compressed => "compressed",
    };
    let has_class = (dcs >> 4 <= 7 && dcs & 0x10 != 0) || dcs >> 4 == 0xF;
    if has_class {
        format!("{dcs:02X} {alphabet}, class {}", dcs & 3)
    } else {
        format!("{dcs:02X} {alphabet}")
    }
}

/// A time stamp as people write it, or its octets when it is none.
fn moment(octets: &[u8]) -> String {
    let Some(moment) = DateTime::decode(octets) else {
        return hex::spaced(octets);
    };
    let zone = match moment.zone {
        Some(quarters) => {
            let minutes = u16::from(quarters.unsigned_abs()) * 15;
            let sign = if quarters < 0 { '-' } else { '+' };
            format!(" {sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
        None => String::new(),
    };
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}{zone}",
        moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second
    )
}

/// A relative validity period (§9.2.3.12.1).
fn relative(code: u8) -> String {
    let n = u32::from(code);
    let text = match code {
        0..=143 => format!("{} min", (n + 1) * 5),
        144..=167 => format!("{} min", 12 * 60 + (n - 143) * 30),
        168..=196 => format!("{} days", n - 166),
        _ => format!("{} weeks", n - 192),
    };
    format!("{code:02X} {text}")
}

/// Bytes of an application: their text where all are characters, else as they are.
fn eight_bit(data: &[u8]) -> String {
    let printable = |byte: &u8| (0x20..0x7F).contains(byte);
    if !data.is_empty() && data.iter().all(printable) {
        String::from_utf8_lossy(data).into_owned()
    } else {
        hex::spaced(data)
    }
}
