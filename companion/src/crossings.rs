//! A capture file of a whole run (pcapng): what passes between card and terminal as GSMTAP, the
//! HTTP of DM in TCP, or the records of TLS that carry it, notifications in UDP, each packet with
//! the step it belongs to.
//!
//! The connections are made up around the messages, as no packet of them is simulated: three
//! packets open them, two close them, and nothing is lost in them.

use crate::capture::{LOOPBACK, gsmtap};
use dmsc_core::codec::wsp::PUSH_PORT;
use dmsc_core::reader::t0;
use dmsc_core::trace::{Actor, EPOCH_S, Event, Fate, Interface, Step, Trace};
use etherparse::PacketBuilder;
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::{DataLink, Endianness};
use std::borrow::Cow;
use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Duration;

/// Address of whoever sends from outside; it is for documentation (RFC 5737).
const OUTSIDE: [u8; 4] = [192, 0, 2, 1];

/// First port of the DM Client's end of connections.
const CLIENT_PORT: u16 = 49_152;

/// Port of the card's web server, where no step tells it.
const SERVER_PORT: u16 = 3516;

/// Bytes of the largest piece of a message in one packet.
const SEGMENT: usize = 1_400;

/// Writes the file; one that is there is replaced.
pub(crate) fn write(path: &Path, trace: &Trace) -> Result<(), String> {
    let cannot = |e: Box<dyn Error>| format!("{} cannot be written: {e}", path.display());
    let file = File::create(path).map_err(|e| cannot(e.into()))?;
    told(BufWriter::new(file), trace).map_err(cannot)
}

fn told(file: impl std::io::Write, trace: &Trace) -> Result<(), Box<dyn Error>> {
    let mut capture = Crossings::new(file)?;
    let ciphered = trace.ciphered();
    let mut command: Option<&[u8]> = None;
    for step in &trace.steps {
        match &step.event {
            Event::CommandApduSent => command = Some(&step.bytes),
            Event::ResponseApduSent => {
                let pairs = t0::pairs(command.take().unwrap_or_default(), &step.bytes);
                for (tpdu, response) in pairs {
                    capture.packet(step, &gsmtap(&tpdu, &response)?)?;
                }
            }
            Event::NotificationSent { .. } => capture.notification(step)?,
            Event::ConnectionOpened { port } => {
                capture.close(step)?;
                capture.port = *port;
            }
            // What TLS carries passes in its records alone.
            Event::HttpRequestSent { .. } | Event::HttpResponseSent { .. }
                if ciphered.contains(&step.id) => {}
            Event::HttpRequestSent { .. }
            | Event::HttpResponseSent { .. }
            | Event::TlsRecordSent { .. } => capture.message(step)?,
            Event::ConnectionClosed | Event::CardRemoved | Event::DevicePowerCut => {
                capture.close(step)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A file under way.
struct Crossings<W: std::io::Write> {
    writer: PcapNgWriter<W>,
    /// Port of the server of the next connection.
    port: u16,
    connection: Option<Connection>,
    /// Connections so far.
    connections: u16,
}

/// A connection: next sequence numbers of the DM Client and of its server.
struct Connection {
    port: u16,
    server: [u8; 4],
    server_port: u16,
    sent: u32,
    received: u32,
}

/// What a packet of a connection says beside its bytes.
#[derive(Clone, Copy, PartialEq)]
enum Flag {
    Syn,
    Data,
    Fin,
}

impl<W: std::io::Write> Crossings<W> {
    fn new(file: W) -> Result<Self, Box<dyn Error>> {
        let mut writer = PcapNgWriter::with_endianness(file, Endianness::Little)?;
        writer.write_pcapng_block(InterfaceDescriptionBlock {
            linktype: DataLink::RAW,
            snaplen: 0,
            options: vec![
                InterfaceDescriptionOption::IfName(Cow::Borrowed("run")),
                // The crate counts nanoseconds.
                InterfaceDescriptionOption::IfTsResol(9),
            ],
        })?;
        Ok(Crossings {
            writer,
            port: SERVER_PORT,
            connection: None,
            connections: 0,
        })
    }

    fn packet(&mut self, step: &Step, packet: &[u8]) -> Result<(), Box<dyn Error>> {
        let comment = format!("step {}: {}", step.id, step.line());
        let at = Duration::from_secs(EPOCH_S) + Duration::from_millis(step.tick);
        self.writer.write_pcapng_block(EnhancedPacketBlock {
            interface_id: 0,
            timestamp: at,
            original_len: u32::try_from(packet.len())?,
            data: Cow::Borrowed(packet),
            options: vec![EnhancedPacketOption::Comment(Cow::Owned(comment))],
        })?;
        Ok(())
    }

    fn notification(&mut self, step: &Step) -> Result<(), Box<dyn Error>> {
        let from = match step.interface {
            Interface::DmSc1 => LOOPBACK,
            _ => OUTSIDE,
        };
        for bytes in arrivals(step) {
            let mut packet = Vec::new();
            PacketBuilder::ipv4(from, LOOPBACK, 64)
                .udp(PUSH_PORT, PUSH_PORT)
                .write(&mut packet, bytes)?;
            self.packet(step, &packet)?;
        }
        Ok(())
    }

    /// A message of HTTP, in a connection that is opened for it if there is none.
    fn message(&mut self, step: &Step) -> Result<(), Box<dyn Error>> {
        let is_request = matches!(step.event, Event::HttpRequestSent { .. });
        if self.connection.is_none() {
            let port = CLIENT_PORT.wrapping_add(self.connections);
            self.connections = self.connections.wrapping_add(1);
            let peer = if is_request { step.to } else { step.from };
            let server = match peer.lane() {
                Actor::Card => LOOPBACK,
                _ => OUTSIDE,
            };
            self.connection = Some(Connection {
                port,
                server,
                server_port: self.port,
                sent: 0,
                received: 0,
            });
            self.segment(step, true, Flag::Syn, &[])?;
            self.segment(step, false, Flag::Syn, &[])?;
            self.segment(step, true, Flag::Data, &[])?;
        }
        for bytes in arrivals(step) {
            for piece in bytes.chunks(SEGMENT) {
                self.segment(step, is_request, Flag::Data, piece)?;
            }
        }
        Ok(())
    }

    fn close(&mut self, step: &Step) -> Result<(), Box<dyn Error>> {
        if self.connection.is_some() {
            self.segment(step, true, Flag::Fin, &[])?;
            self.segment(step, false, Flag::Fin, &[])?;
            self.segment(step, true, Flag::Data, &[])?;
            self.connection = None;
        }
        Ok(())
    }

    fn segment(
        &mut self,
        step: &Step,
        is_clients: bool,
        flag: Flag,
        bytes: &[u8],
    ) -> Result<(), Box<dyn Error>> {
        let Some(connection) = &mut self.connection else {
            return Ok(());
        };
        let (own, peer) = match is_clients {
            true => (&mut connection.sent, connection.received),
            false => (&mut connection.received, connection.sent),
        };
        let sequence = *own;
        let length = u32::try_from(bytes.len())?;
        *own = own.wrapping_add(length + u32::from(flag != Flag::Data));
        let (from, to) = match is_clients {
            true => (LOOPBACK, connection.server),
            false => (connection.server, LOOPBACK),
        };
        let (source, target) = match is_clients {
            true => (connection.port, connection.server_port),
            false => (connection.server_port, connection.port),
        };
        let mut builder = PacketBuilder::ipv4(from, to, 64).tcp(source, target, sequence, u16::MAX);
        // The first packet of all acknowledges nothing.
        if flag != Flag::Syn || !is_clients {
            builder = builder.ack(peer);
        }
        builder = match flag {
            Flag::Syn => builder.syn(),
            Flag::Fin => builder.fin(),
            Flag::Data if bytes.is_empty() => builder,
            Flag::Data => builder.psh(),
        };
        let mut packet = Vec::new();
        builder.write(&mut packet, bytes)?;
        self.packet(step, &packet)
    }
}

/// What arrives of a step's bytes, as often as it does.
fn arrivals(step: &Step) -> Vec<&[u8]> {
    let bytes = match step.arrived.as_slice() {
        [] => step.bytes.as_slice(),
        arrived => arrived,
    };
    match step.fate {
        Some(Fate::Lost) => Vec::new(),
        Some(Fate::Doubled) => vec![bytes, bytes],
        _ => vec![bytes],
    }
}
