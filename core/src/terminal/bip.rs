//! The bearer independent protocol: carrying out OPEN CHANNEL, SEND DATA, CLOSE CHANNEL, with
//! links to hosts that come and go (ETSI TS 102 223 §6.4.27 to §6.4.30).

use super::channels::Host;
use super::proactive::{Answer, Then, Wait, bip, ok, refused};
use super::{Output, Terminal};
use crate::codec::toolkit::profile;
use crate::codec::toolkit::{
    BipError, ChannelStatus, Envelope, HostAddress, LinkState, Object, Transport, TransportKind,
    event, result, tag,
};

impl Terminal {
    /// The host of OPEN CHANNEL, if it can be reached over a bearer this terminal has.
    pub(super) fn host(
        &self,
        bearer: &[u8],
        transport: Option<Transport>,
        destination: Option<HostAddress>,
    ) -> Result<Host, Answer> {
        // Packet service, default bearer, extended QoS, E-UTRAN.
        if !matches!(bearer.first(), Some(0x02 | 0x03 | 0x09 | 0x0B)) {
            return Err(refused(result::BEYOND_CAPABILITIES));
        }
        let transport = transport.ok_or(bip(BipError::TransportLevelNotAvailable))?;
        let facility = match transport.kind {
            TransportKind::TcpRemote => profile::TCP_REMOTE,
            TransportKind::UdpRemote => profile::UDP_REMOTE,
            _ => return Err(bip(BipError::TransportLevelNotAvailable)),
        };
        if !self.config.profile.has(facility) {
            return Err(refused(result::BEYOND_CAPABILITIES));
        }
        match destination {
            None => Err(refused(result::VALUES_MISSING)),
            Some(HostAddress::Dynamic) => Err(refused(result::DATA_NOT_UNDERSTOOD)),
            Some(address) => Ok(Host { transport, address }),
        }
    }

    pub(super) fn open_channel(&mut self, buffer: u16, transport: Transport) -> Answer {
        let facility = match transport.kind {
            TransportKind::TcpServer => profile::TCP_SERVER,
            TransportKind::UdpLocal => profile::UDP_LOCAL,
            TransportKind::TcpLocal => profile::TCP_LOCAL,
            _ => return bip(BipError::TransportLevelNotAvailable),
        };
        if !self.config.profile.has(facility) {
            return refused(result::BEYOND_CAPABILITIES);
        }
        match self
            .channels
            .open(transport, buffer, &self.config.local_ports)
        {
            Ok((status, granted)) => (
                granted_result(granted, buffer),
                Vec::new(),
                vec![Object::ChannelStatus(status), Object::BufferSize(granted)],
            ),
            Err(error) => bip(error),
        }
    }

    pub(super) fn open_remote(
        &mut self,
        qualifier: u8,
        bearer: &[u8],
        buffer: u16,
        host: Host,
    ) -> Option<Answer> {
        let (status, granted) = match self.channels.open_remote(host, buffer) {
            Ok(opened) => opened,
            Err(error) => return Some(bip(error)),
        };
        let channel = status.channel;
        let objects = |state: LinkState| {
            vec![
                Object::ChannelStatus(ChannelStatus::new(channel, state)),
                Object::Other {
                    tag: tag::BEARER,
                    value: bearer.to_vec(),
                },
                Object::BufferSize(granted),
            ]
        };
        let result = granted_result(granted, buffer);
        let (at_once, background) = (qualifier & 0x01 != 0, qualifier & 0x04 != 0);
        if at_once {
            self.connect_host(channel, host);
        }
        if at_once && !background {
            let answer = (result, Vec::new(), objects(LinkState::Established));
            return self.wait_for_link(channel, Then::Opened(answer));
        }
        // The link comes later: in the background, or with the first data sent.
        Some((result, Vec::new(), objects(LinkState::Closed)))
    }

    fn connect_host(&mut self, channel: u8, host: Host) {
        self.outputs.push_back(Output::HostConnect {
            channel,
            kind: host.transport.kind,
            address: host.address,
            port: host.transport.port,
        });
    }

    fn wait_for_link(&mut self, channel: u8, then: Then) -> Option<Answer> {
        let until_ms = self.timers.now_ms().saturating_add(self.config.connect_ms);
        self.wait(Wait::Link {
            channel,
            until_ms,
            then,
        })
    }

    pub(super) fn send_data(
        &mut self,
        channel: u8,
        data: &[u8],
        immediate: bool,
    ) -> Option<Answer> {
        match self.channels.host(channel) {
            Some((host, false)) if immediate => {
                self.connect_host(channel, host);
                return self.wait_for_link(channel, Then::Send(data.to_vec()));
            }
            _ => {}
        }
        Some(self.send_now(channel, data, immediate))
    }

    fn send_now(&mut self, channel: u8, data: &[u8], immediate: bool) -> Answer {
        match self.channels.send(channel, data, immediate) {
            Ok(sent) => {
                if let Some((transport, bytes)) = sent.out {
                    self.outputs.push_back(match transport.kind {
                        TransportKind::TcpServer => Output::Data(bytes),
                        TransportKind::TcpRemote | TransportKind::UdpRemote => {
                            Output::HostData { channel, bytes }
                        }
                        _ => Output::Datagram {
                            port: transport.port,
                            bytes,
                        },
                    });
                }
                ok(vec![Object::ChannelDataLength(sent.free)])
            }
            Err(error) => bip(error),
        }
    }

    /// The link of a channel stands, or will not.
    pub(super) fn link(&mut self, channel: u8, stands: bool) {
        let then = match self.progress.as_ref().map(|p| &p.waits_for) {
            Some(Wait::Link {
                channel: of, then, ..
            }) if *of == channel => Some(then.clone()),
            _ => None,
        };
        let status = self.channels.set_link(channel, stands);
        match (then, stands) {
            (Some(Then::Opened(answer)), true) => self.finish(answer),
            (Some(Then::Opened(_)), false) => {
                self.channels.forget(channel);
                self.finish(bip(BipError::DeviceNotReachable));
            }
            (Some(Then::Send(data)), true) => {
                let answer = self.send_now(channel, &data, true);
                self.finish(answer);
            }
            (Some(Then::Send(_)), false) => self.finish(bip(BipError::ChannelClosed)),
            (None, _) => {
                if let Some(mut status) = status {
                    if !stands {
                        status.info = ChannelStatus::LINK_DROPPED;
                    }
                    self.tell(event::CHANNEL_STATUS, Envelope::ChannelStatus { status });
                }
            }
        }
    }

    pub(super) fn close_channel(&mut self, channel: u8, listen_again: bool) -> Answer {
        let host = self.channels.host(channel);
        match self.channels.close(channel, listen_again) {
            Ok((connected, status)) => {
                if host.is_some() {
                    self.outputs.push_back(Output::HostClosed { channel });
                } else if connected {
                    self.outputs.push_back(Output::Closed);
                }
                if let Some(status) = status {
                    self.tell(event::CHANNEL_STATUS, Envelope::ChannelStatus { status });
                }
                ok(Vec::new())
            }
            Err(error) => bip(error),
        }
    }
}

fn granted_result(granted: u16, asked: u16) -> u8 {
    if granted < asked {
        result::MODIFIED
    } else {
        result::OK
    }
}
