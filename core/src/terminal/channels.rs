//! BIP channels on the terminal's side: server channels of the card, and the card as client of
//! a local port or of a host of the network (ETSI TS 102 223 §6.4.27 to §6.4.31).

use crate::codec::toolkit::{
    BipError, ChannelStatus, HostAddress, LinkState, Transport, TransportKind,
};

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
    /// The host, for a channel to the network.
    host: Option<HostAddress>,
    /// The link to the host stood or was tried, and is no more.
    dropped: bool,
}

/// Where a channel to the network leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Host {
    pub(super) transport: Transport,
    pub(super) address: HostAddress,
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
        self.take(transport, buffer, state, None)
    }

    /// OPEN CHANNEL to a host: status of the link, which does not stand yet, and the buffer.
    pub(super) fn open_remote(
        &mut self,
        host: Host,
        buffer: u16,
    ) -> Result<(ChannelStatus, u16), BipError> {
        self.take(
            host.transport,
            buffer,
            LinkState::Closed,
            Some(host.address),
        )
    }

    fn take(
        &mut self,
        transport: Transport,
        buffer: u16,
        state: LinkState,
        host: Option<HostAddress>,
    ) -> Result<(ChannelStatus, u16), BipError> {
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
            host,
            dropped: false,
        });
        Ok((ChannelStatus::new(index as u8 + 1, state), granted))
    }

    /// Where a channel to the network leads, and whether its link stands; nowhere once the link
    /// was lost.
    pub(super) fn host(&self, number: u8) -> Option<(Host, bool)> {
        let channel = self
            .slots
            .get(usize::from(number).wrapping_sub(1))?
            .as_ref()?;
        let host = Host {
            transport: channel.transport,
            address: channel.host.filter(|_| !channel.dropped)?,
        };
        Some((host, channel.state == LinkState::Established))
    }

    /// The link to a host stands now, or no longer; the status to tell, if that is news.
    pub(super) fn set_link(&mut self, number: u8, stands: bool) -> Option<ChannelStatus> {
        let channel = self.slot(number).ok()?.as_mut()?;
        channel.host?;
        let state = if stands {
            LinkState::Established
        } else {
            LinkState::Closed
        };
        let news = channel.state != state || channel.dropped == stands;
        channel.state = state;
        if !stands {
            channel.outgoing.clear();
            channel.dropped = true;
        }
        news.then(|| ChannelStatus::new(number, state))
    }

    /// The host of a channel sends; what the card is to be told, if it does not know yet.
    pub(super) fn put_remote(
        &mut self,
        number: u8,
        bytes: &[u8],
    ) -> Result<Option<(ChannelStatus, u8)>, ()> {
        match self.slot(number) {
            Ok(Some(channel)) if channel.host.is_some() && !channel.dropped => {
                channel.put(number, bytes)
            }
            _ => Ok(None),
        }
    }

    /// Forgets a channel whose link never came to be.
    pub(super) fn forget(&mut self, number: u8) {
        if let Ok(slot) = self.slot(number) {
            *slot = None;
        }
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
        let channel = match self.slot(number)? {
            // What a host sent before it went can still be read.
            Some(channel) if channel.host.is_some() && !channel.incoming.is_empty() => channel,
            _ => self.established(number)?,
        };
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
        let channel = match self.slot(number)? {
            // What is stored waits for a link that is made on demand.
            Some(channel) if channel.host.is_some() && !channel.dropped && !immediate => channel,
            _ => self.established(number)?,
        };
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
        channel.put(number, bytes)
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
    fn put(&mut self, number: u8, bytes: &[u8]) -> Result<Option<(ChannelStatus, u8)>, ()> {
        if self.incoming.len() + bytes.len() > MAX_WAITING {
            return Err(());
        }
        self.incoming.extend_from_slice(bytes);
        if self.announced || self.incoming.is_empty() {
            return Ok(None);
        }
        self.announced = true;
        let length = capped(self.incoming.len());
        Ok(Some((ChannelStatus::new(number, self.state), length)))
    }

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
