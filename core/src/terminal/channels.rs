//! BIP channels on the terminal's side: server channels of the card, and the card as client of
//! a local port (ETSI TS 102 223 §6.4.27 to §6.4.31).

use crate::codec::toolkit::{BipError, ChannelStatus, LinkState, Transport, TransportKind};

/// Octets a program may have under way to the card at most.
const MAX_WAITING: usize = 1 << 20;

/// Channels there can be (TS 102 223 §8.7).
const CHANNELS: usize = 7;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Channel {
    transport: Transport,
    state: LinkState,
    buffer: usize,
    /// From the program, not yet read by the card.
    incoming: Vec<u8>,
    /// From the card, stored until it says to send.
    outgoing: Vec<u8>,
    /// The card knows that octets wait; it is told again only after it has read them all.
    announced: bool,
}

/// What a SEND DATA came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    /// Octets free in the buffer, 255 for more.
    pub free: u8,
    /// What goes out now, and where to.
    pub out: Option<(Transport, Vec<u8>)>,
}

/// All channels; numbers on the wire count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Channels {
    slots: [Option<Channel>; CHANNELS],
    usable: usize,
    max_buffer: u16,
}

impl Channels {
    pub(super) fn new(max_buffer: u16, usable: u8) -> Self {
        Channels {
            slots: Default::default(),
            usable: usize::from(usable).clamp(1, CHANNELS),
            max_buffer,
        }
    }

    /// OPEN CHANNEL: status and the buffer granted.
    pub(super) fn open(
        &mut self,
        transport: Transport,
        buffer: u16,
        local_ports: &[u16],
    ) -> Result<(ChannelStatus, u16), BipError> {
        let state = match transport.kind {
            TransportKind::TcpServer => {
                let taken = self
                    .slots
                    .iter()
                    .flatten()
                    .any(|c| c.transport == transport);
                if taken || transport.port == 0 {
                    return Err(BipError::PortNotAvailable);
                }
                LinkState::Listen
            }
            TransportKind::UdpLocal | TransportKind::TcpLocal => {
                if !local_ports.contains(&transport.port) {
                    return Err(BipError::PortNotAvailable);
                }
                LinkState::Established
            }
            _ => return Err(BipError::TransportLevelNotAvailable),
        };
        let granted = buffer.min(self.max_buffer);
        let free = self
            .slots
            .iter()
            .take(self.usable)
            .position(Option::is_none);
        let Some(index) = free else {
            return Err(BipError::NoChannelAvailable);
        };
        self.slots[index] = Some(Channel {
            transport,
            state,
            buffer: usize::from(granted),
            incoming: Vec::new(),
            outgoing: Vec::new(),
            announced: false,
        });
        Ok((ChannelStatus::new(index as u8 + 1, state), granted))
    }

    /// CLOSE CHANNEL: true when a program was connected.
    pub(super) fn close(
        &mut self,
        number: u8,
        listen_again: bool,
    ) -> Result<(bool, Option<ChannelStatus>), BipError> {
        let slot = self.slot(number)?;
        let Some(channel) = slot else {
            return Err(BipError::ChannelClosed);
        };
        let server = channel.transport.is_server();
        let connected = server && channel.state == LinkState::Established;
        if server && listen_again {
            channel.listen();
            return Ok((
                connected,
                Some(ChannelStatus::new(number, LinkState::Listen)),
            ));
        }
        *slot = None;
        Ok((connected, None))
    }

    /// RECEIVE DATA: octets, and how many still wait.
    pub(super) fn receive(&mut self, number: u8, length: u8) -> Result<(Vec<u8>, u8), BipError> {
        let channel = self.established(number)?;
        let count = usize::from(length).min(channel.incoming.len());
        let data: Vec<u8> = channel.incoming.drain(..count).collect();
        if channel.incoming.is_empty() {
            channel.announced = false;
        }
        Ok((data, capped(channel.incoming.len())))
    }

    /// SEND DATA.
    pub(super) fn send(
        &mut self,
        number: u8,
        data: &[u8],
        immediate: bool,
    ) -> Result<Sent, BipError> {
        let channel = self.established(number)?;
        // What is sent at once need not find room in the buffer.
        if !immediate && channel.outgoing.len() + data.len() > channel.buffer {
            return Err(BipError::BufferSizeNotAvailable);
        }
        channel.outgoing.extend_from_slice(data);
        let out = immediate.then(|| (channel.transport, std::mem::take(&mut channel.outgoing)));
        Ok(Sent {
            free: capped(channel.buffer.saturating_sub(channel.outgoing.len())),
            out,
        })
    }

    /// Status of every open channel.
    pub(super) fn statuses(&self) -> Vec<ChannelStatus> {
        self.slots
            .iter()
            .zip(1..)
            .filter_map(|(slot, number)| slot.as_ref().map(|c| ChannelStatus::new(number, c.state)))
            .collect()
    }

    /// A program connects to a port the card listens on.
    pub(super) fn connect(&mut self, port: u16) -> Result<ChannelStatus, &'static str> {
        let found = self.slots.iter_mut().zip(1..).find_map(|(slot, number)| {
            slot.as_mut()
                .filter(|c| c.transport.is_server() && c.transport.port == port)
                .map(|c| (number, c))
        });
        match found {
            None => Err("nothing listens on the port"),
            Some((_, channel)) if channel.state != LinkState::Listen => {
                Err("another program is connected")
            }
            Some((number, channel)) => {
                channel.state = LinkState::Established;
                Ok(ChannelStatus::new(number, LinkState::Established))
            }
        }
    }

    /// The connected program sends; what the card is to be told, if it does not know yet.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<Option<(ChannelStatus, u8)>, ()> {
        let Some((number, channel)) = self.client() else {
            return Ok(None);
        };
        if channel.incoming.len() + bytes.len() > MAX_WAITING {
            return Err(());
        }
        channel.incoming.extend_from_slice(bytes);
        if channel.announced || channel.incoming.is_empty() {
            return Ok(None);
        }
        channel.announced = true;
        let length = capped(channel.incoming.len());
        Ok(Some((ChannelStatus::new(number, channel.state), length)))
    }

    /// The connected program goes away.
    pub(super) fn disconnect(&mut self) -> Option<ChannelStatus> {
        let (number, channel) = self.client()?;
        channel.listen();
        let mut status = ChannelStatus::new(number, LinkState::Listen);
        status.info = ChannelStatus::LINK_DROPPED;
        Some(status)
    }

    /// The server channel a program is connected to.
    fn client(&mut self) -> Option<(u8, &mut Channel)> {
        self.slots.iter_mut().zip(1..).find_map(|(slot, number)| {
            slot.as_mut()
                .filter(|c| c.transport.is_server() && c.state == LinkState::Established)
                .map(|c| (number, c))
        })
    }

    fn slot(&mut self, number: u8) -> Result<&mut Option<Channel>, BipError> {
        self.slots
            .get_mut(usize::from(number).wrapping_sub(1))
            .ok_or(BipError::ChannelIdentifierInvalid)
    }

    fn established(&mut self, number: u8) -> Result<&mut Channel, BipError> {
        match self.slot(number)? {
            Some(channel) if channel.state == LinkState::Established => Ok(channel),
            Some(_) | None => Err(BipError::ChannelClosed),
        }
    }
}

impl Channel {
    fn listen(&mut self) {
        self.state = LinkState::Listen;
        self.incoming.clear();
        self.outgoing.clear();
        self.announced = false;
    }
}

/// A count in one byte; FF stands for 255 or more (TS 102 223 §8.54).
fn capped(count: usize) -> u8 {
    u8::try_from(count).unwrap_or(u8::MAX)
}
