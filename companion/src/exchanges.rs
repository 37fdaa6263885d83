//! Logs of commands and responses, and captures, taken apart line by line and frame by frame.
//!
//! A log is hex: a command and its response on a line, or on lines that follow each other, with
//! or without marks such as `>` and `<`. A capture is pcap or pcapng: GSMTAP and pushes in UDP,
//! HTTP in TCP.

use crate::decode::lines;
use crate::streams::{Segment, Streams};
use dmsc_core::codec::apdu::CommandApdu;
use dmsc_core::codec::gsmtap::PORT;
use dmsc_core::codec::shown::kind::{Kind, guesses};
use dmsc_core::codec::shown::{http, wsp};
use dmsc_core::codec::wsp::PUSH_PORT;
use dmsc_core::codec::{Field, hex};
use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use pcap_file::DataLink;
use pcap_file::pcap::PcapReader;
use pcap_file::pcapng::{Block, PcapNgReader};

/// Lines or frames that are taken at most.
const MAX_PARTS: usize = 100_000;

/// Marks before a command and before a response, as common programs write them.
const COMMAND_MARKS: [&str; 5] = ["=>", "->", ">>", ">", "C-APDU:"];
const RESPONSE_MARKS: [&str; 5] = ["<=", "<-", "<<", "<", "R-APDU:"];

/// One part of a log.
enum Part {
    Command(Vec<u8>),
    Response(Vec<u8>),
}

/// Whether a text is a log: two lines or more of hex, the first of them a command that is known
/// and the next of them a response.
pub(crate) fn is_log(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else {
        return false;
    };
    if is_wrapped(text) {
        return false;
    }
    match parts(text) {
        Ok(parts) => match parts.as_slice() {
            [Part::Command(command), Part::Response(response), ..] => {
                let is = |kind, bytes: &[u8]| guesses(bytes).contains(&kind);
                is(Kind::Command, command) && is_status(response)
            }
            _ => false,
        },
        Err(_) => false,
    }
}

/// One long string of hex, broken into lines of one length.
fn is_wrapped(text: &str) -> bool {
    const LEAST: usize = 60;
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    let (Some(first), Some((last, all_but_last))) = (lines.first(), lines.split_last()) else {
        return false;
    };
    let equal = all_but_last.iter().all(|line| line.len() == first.len());
    equal && first.len() >= LEAST && last.len() <= first.len()
}

/// A response ends with a status word (ISO/IEC 7816-4 §5.1.3).
fn is_status(response: &[u8]) -> bool {
    matches!(
        response.last_chunk::<2>(),
        Some([0x61..=0x6F | 0x90..=0x9F, _])
    )
}

/// Every command and response of a log with its fields.
pub(crate) fn log(text: &[u8], notes: bool) -> Result<String, String> {
    let text = std::str::from_utf8(text).map_err(|_| "a log is text".to_owned())?;
    let parts = parts(text)?;
    let mut out = format!("Log, {} commands and responses\n", parts.len());
    for part in &parts {
        let (kind, bytes) = match part {
            Part::Command(bytes) => (Kind::Command, bytes),
            Part::Response(bytes) => (Kind::Response, bytes),
        };
        tell(&mut out, kind, bytes, notes);
    }
    Ok(out)
}

fn tell(out: &mut String, kind: Kind, bytes: &[u8], notes: bool) {
    let said = match (kind, CommandApdu::decode(bytes)) {
        (Kind::Command, Ok(command)) => command.to_string(),
        _ => kind.name().to_owned(),
    };
    let heading = format!("{said}, {} octets: {}", bytes.len(), hex::spaced(bytes));
    describe(out, &heading, bytes, &kind.fields(bytes), notes);
    if let Err(error) = kind.check(bytes) {
        out.push_str(&format!("  {error}\n"));
    }
}

/// A heading and the fields of some bytes.
fn describe(out: &mut String, heading: &str, bytes: &[u8], fields: &[Field], notes: bool) {
    out.push_str(heading);
    out.push('\n');
    let widest = bytes.len().to_string().len() * 2 + 2;
    lines(fields, 1, widest, notes, out);
}

/// Commands and responses in their order; an error names the line.
fn parts(text: &str) -> Result<Vec<Part>, String> {
    let mut parts: Vec<Part> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if parts.len() >= MAX_PARTS {
            return Err(format!(
                "at most {MAX_PARTS} commands and responses are taken"
            ));
        }
        let mark = |marks: [&str; 5]| marks.iter().find_map(|mark| line.strip_prefix(mark));
        let bytes = |text: &str| {
            hex::decode(text)
                .filter(|bytes| !bytes.is_empty())
                .ok_or_else(|| format!("line {number} is no hex"))
        };
        if let Some(rest) = mark(COMMAND_MARKS) {
            parts.push(Part::Command(bytes(rest)?));
        } else if let Some(rest) = mark(RESPONSE_MARKS) {
            parts.push(Part::Response(bytes(rest)?));
        } else if let Some((command, response)) = pair(line) {
            parts.push(Part::Command(bytes(command)?));
            parts.push(Part::Response(bytes(response)?));
        } else {
            let bytes = bytes(line)?;
            parts.push(match parts.last() {
                Some(Part::Command(_)) => Part::Response(bytes),
                _ => Part::Command(bytes),
            });
        }
    }
    if parts.is_empty() {
        return Err("the log has no line of hex".to_owned());
    }
    Ok(parts)
}

/// A command and its response on one line: two words of hex, of which the second ends with a
/// status word.
fn pair(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    let (command, response) = (words.next()?, words.next()?);
    let long = command.len() >= 8 && words.next().is_none();
    (long && is_status(&hex::decode(response)?)).then_some((command, response))
}

/// Whether bytes begin as a capture does.
pub(crate) fn is_capture(bytes: &[u8]) -> bool {
    matches!(
        bytes.first_chunk::<4>(),
        Some(
            [0xD4, 0xC3, 0xB2, 0xA1]
                | [0xA1, 0xB2, 0xC3, 0xD4]
                | [0x4D, 0x3C, 0xB2, 0xA1]
                | [0xA1, 0xB2, 0x3C, 0x4D]
                | [0x0A, 0x0D, 0x0D, 0x0A]
        )
    )
}

/// Every frame of a capture; those that cannot be told are counted.
pub(crate) fn capture(bytes: &[u8], notes: bool) -> Result<String, String> {
    let mut out = String::new();
    let (mut number_told, mut others) = (0_usize, 0_usize);
    let (mut told, mut messages) = (0_usize, 0_usize);
    let mut streams = Streams::default();
    let broken = |number: usize, error: String| format!("frame {number} cannot be read: {error}");
    let mut frame = |link: DataLink, data: &[u8]| {
        number_told += 1;
        match found(link, data) {
            Some(Found::Gsmtap(payload)) => {
                told += 1;
                out.push_str(&format!("Frame {number_told}: "));
                tell(&mut out, Kind::Gsmtap, &payload, notes);
            }
            Some(Found::Push(payload)) => {
                messages += 1;
                let heading = format!("Frame {number_told}: WAP push");
                describe(&mut out, &heading, &payload, &wsp::fields(&payload), notes);
            }
            Some(Found::Segment(segment)) => {
                for message in streams.take(segment) {
                    messages += 1;
                    let heading = format!("Frame {number_told}: HTTP");
                    describe(&mut out, &heading, &message, &http::fields(&message), notes);
                }
            }
            None => others += 1,
        }
    };
    let mut number = 0;
    if bytes.starts_with(&[0x0A, 0x0D, 0x0D, 0x0A]) {
        let mut reader = PcapNgReader::new(bytes).map_err(|e| broken(0, e.to_string()))?;
        let mut links = Vec::new();
        while let Some(block) = reader.next_block() {
            number += 1;
            if number > MAX_PARTS {
                return Err(format!("at most {MAX_PARTS} blocks are taken"));
            }
            match block.map_err(|e| broken(number, e.to_string()))? {
                Block::InterfaceDescription(interface) => links.push(interface.linktype),
                Block::EnhancedPacket(packet) => {
                    let link = links.get(packet.interface_id as usize).copied();
                    frame(link.unwrap_or(DataLink::ETHERNET), &packet.data);
                }
                _ => {}
            }
        }
    } else {
        let mut reader = PcapReader::new(bytes).map_err(|e| broken(0, e.to_string()))?;
        let link = reader.header().datalink;
        while let Some(packet) = reader.next_packet() {
            number += 1;
            if number > MAX_PARTS {
                return Err(format!("at most {MAX_PARTS} frames are taken"));
            }
            frame(
                link,
                &packet.map_err(|e| broken(number, e.to_string()))?.data,
            );
        }
    }
    Ok(format!(
        "Capture, {told} frames of GSMTAP, {messages} messages, {others} other frames\n{out}"
    ))
}

/// What a frame carries that can be told.
enum Found<'a> {
    Gsmtap(Vec<u8>),
    Push(Vec<u8>),
    Segment(Segment<'a>),
}

fn found(link: DataLink, data: &[u8]) -> Option<Found<'_>> {
    let packet = match link {
        DataLink::ETHERNET => SlicedPacket::from_ethernet(data),
        DataLink::LINUX_SLL => SlicedPacket::from_linux_sll(data),
        _ => SlicedPacket::from_ip(data),
    };
    let packet = packet.ok()?;
    let addresses = match &packet.net {
        Some(NetSlice::Ipv4(ip)) => (
            ip.header().source().to_vec(),
            ip.header().destination().to_vec(),
        ),
        Some(NetSlice::Ipv6(ip)) => (
            ip.header().source().to_vec(),
            ip.header().destination().to_vec(),
        ),
        _ => return None,
    };
    match packet.transport? {
        TransportSlice::Udp(udp) => {
            let of = |port: u16| udp.destination_port() == port || udp.source_port() == port;
            let payload = udp.payload().to_vec();
            match (of(PORT), of(PUSH_PORT)) {
                (true, _) => Some(Found::Gsmtap(payload)),
                (_, true) => Some(Found::Push(payload)),
                _ => None,
            }
        }
        TransportSlice::Tcp(tcp) => Some(Found::Segment(Segment {
            side: (
                addresses.0,
                tcp.source_port(),
                addresses.1,
                tcp.destination_port(),
            ),
            sequence: tcp.sequence_number(),
            opens: tcp.syn(),
            ends: tcp.fin() || tcp.rst(),
            payload: tcp.payload(),
        })),
        _ => None,
    }
}
