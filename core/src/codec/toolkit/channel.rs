//! Bearer independent protocol: channel status and transport level (TS 102 223 §8.56, §8.59).

use crate::codec::input::{Input, Parsed, array, byte_that, whole};
use nom::Parser;
use nom::branch::alt;
use nom::sequence::preceded;
use std::fmt;

/// State of a channel's link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// UICC server mode: TCP in CLOSED state. Other modes: link not established.
    Closed,
    /// UICC server mode: TCP in LISTEN state.
    Listen,
    /// TCP in ESTABLISHED state, or link established.
    Established,
    /// Reserved value of the two bits.
    Reserved,
}

/// Channel status: two bytes (TS 102 223 §8.56).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelStatus {
    /// 1 to 7; 0 is no channel.
    pub channel: u8,
    /// Bits 8 and 7 of the first byte.
    pub state: LinkState,
    /// Second byte: 00 no further information, 05 link dropped.
    pub info: u8,
}

impl ChannelStatus {
    /// No further information.
    pub const NO_INFO: u8 = 0x00;
    /// Link dropped by network failure or user cancellation.
    pub const LINK_DROPPED: u8 = 0x05;

    /// A status without further information.
    pub fn new(channel: u8, state: LinkState) -> Self {
        ChannelStatus {
            channel,
            state,
            info: Self::NO_INFO,
        }
    }

    /// From the two bytes of the object.
    pub fn decode(bytes: [u8; 2]) -> Self {
        let state = match bytes[0] >> 6 {
            0b00 => LinkState::Closed,
            0b01 => LinkState::Listen,
            0b10 => LinkState::Established,
            _ => LinkState::Reserved,
        };
        ChannelStatus {
            channel: bytes[0] & 0x07,
            state,
            info: bytes[1],
        }
    }

    fn write_info(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.info {
            Self::NO_INFO => Ok(()),
            Self::LINK_DROPPED => f.write_str(", link dropped"),
            other => write!(f, ", information {other:02X}"),
        }
    }

    /// To the two bytes of the object.
    pub fn encode(self) -> [u8; 2] {
        let state = match self.state {
            LinkState::Closed => 0b00,
            LinkState::Listen => 0b01,
            LinkState::Established => 0b10,
            LinkState::Reserved => 0b11,
        };
        [state << 6 | (self.channel & 0x07), self.info]
    }
}

impl fmt::Display for ChannelStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.channel == 0 && self.state == LinkState::Closed {
            f.write_str("no channel available")?;
            return self.write_info(f);
        }
        let state = match self.state {
            LinkState::Closed => "CLOSED",
            LinkState::Listen => "LISTEN",
            LinkState::Established => "ESTABLISHED",
            LinkState::Reserved => "reserved",
        };
        write!(f, "channel {} {state}", self.channel)?;
        self.write_info(f)
    }
}

/// Kind of UICC/terminal interface transport level (TS 102 223 §8.59).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportKind {
    /// 01: UDP, UICC in client mode, remote connection.
    UdpRemote,
    /// 02: TCP, UICC in client mode, remote connection.
    TcpRemote,
    /// 03: TCP, UICC in server mode.
    TcpServer,
    /// 04: UDP, UICC in client mode, local connection (terminal server mode).
    UdpLocal,
    /// 05: TCP, UICC in client mode, local connection (terminal server mode).
    TcpLocal,
    /// 06: direct communication channel.
    Direct,
    /// Anything else.
    Unknown(u8),
}

/// Transport level: kind and port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transport {
    /// Protocol and role.
    pub kind: TransportKind,
    /// Port.
    pub port: u16,
}

impl Transport {
    /// UICC in server mode.
    pub fn is_server(self) -> bool {
        self.kind == TransportKind::TcpServer
    }

    /// From the three bytes of the object.
    pub fn decode(bytes: [u8; 3]) -> Self {
        let kind = match bytes[0] {
            0x01 => TransportKind::UdpRemote,
            0x02 => TransportKind::TcpRemote,
            0x03 => TransportKind::TcpServer,
            0x04 => TransportKind::UdpLocal,
            0x05 => TransportKind::TcpLocal,
            0x06 => TransportKind::Direct,
            other => TransportKind::Unknown(other),
        };
        Transport {
            kind,
            port: u16::from_be_bytes([bytes[1], bytes[2]]),
        }
    }

    /// To the three bytes of the object.
    pub fn encode(self) -> [u8; 3] {
        let kind = match self.kind {
            TransportKind::UdpRemote => 0x01,
            TransportKind::TcpRemote => 0x02,
            TransportKind::TcpServer => 0x03,
            TransportKind::UdpLocal => 0x04,
            TransportKind::TcpLocal => 0x05,
            TransportKind::Direct => 0x06,
            TransportKind::Unknown(other) => other,
        };
        let [high, low] = self.port.to_be_bytes();
        [kind, high, low]
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            TransportKind::UdpRemote => "UDP, UICC client, remote",
            TransportKind::TcpRemote => "TCP, UICC client, remote",
            TransportKind::TcpServer => "TCP, UICC server",
            TransportKind::UdpLocal => "UDP, UICC client, local",
            TransportKind::TcpLocal => "TCP, UICC client, local",
            TransportKind::Direct => "direct channel",
            TransportKind::Unknown(other) => return write!(f, "kind {other:02X}"),
        };
        write!(f, "{kind}, port {}", self.port)
    }
}

/// An address of a host (TS 102 223 §8.58).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostAddress {
    /// 21: IPv4.
    V4([u8; 4]),
    /// 57: IPv6.
    V6([u8; 16]),
    /// No value: the network gives one.
    Dynamic,
}

impl HostAddress {
    /// From the value of the object; `None` for other kinds and lengths.
    pub fn decode(value: &[u8]) -> Option<Self> {
        if value.is_empty() {
            return Some(HostAddress::Dynamic);
        }
        whole(value, host_address).ok()
    }

    /// The value of the object.
    pub fn encode(self) -> Vec<u8> {
        match self {
            HostAddress::Dynamic => Vec::new(),
            HostAddress::V4(octets) => [&[0x21][..], &octets].concat(),
            HostAddress::V6(octets) => [&[0x57][..], &octets].concat(),
        }
    }
}

fn host_address(input: Input<'_>) -> Parsed<'_, HostAddress> {
    let kind = |kind| byte_that("21 for IPv4 or 57 for IPv6", move |of| of == kind);
    alt((
        preceded(kind(0x21), array("an IPv4 address").map(HostAddress::V4)),
        preceded(kind(0x57), array("an IPv6 address").map(HostAddress::V6)),
    ))
    .parse(input)
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostAddress::Dynamic => f.write_str("dynamic"),
            HostAddress::V4([a, b, c, d]) => write!(f, "{a}.{b}.{c}.{d}"),
            HostAddress::V6(octets) => {
                let groups = octets.chunks(2).map(|p| u16::from_be_bytes([p[0], p[1]]));
                let groups: Vec<String> = groups.map(|group| format!("{group:x}")).collect();
                write!(f, "[{}]", groups.join(":"))
            }
        }
    }
}
