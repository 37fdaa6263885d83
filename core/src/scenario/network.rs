//! The network beside the device: DM Servers in it, each with plans for its sessions, and how
//! far away they are (OMA-AD-DM_SC-V1_0 §5.3, figure 2; SyncML HTTP Binding).
//!
//! Sans-IO: requests come in as bytes, what a server wants sent comes out. Knows no terminal and
//! no trace; TLS is not spoken here.

use super::smart_card::http_response;
use crate::codec::auth::HMAC_HEADER;
use crate::codec::http::{MAX_BODY, MAX_HEAD, Request, Response, split_target};
use crate::codec::notification::{Initiator, UiMode};
use crate::codec::wsp;
use crate::server::{self, DmServer, Plan};
use std::collections::VecDeque;

/// Bytes of a request that is not whole which are kept.
const MAX_REQUEST: usize = MAX_HEAD + MAX_BODY;

/// How the device reaches the network. The times are assumptions: no standard gives any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bearer {
    /// LTE: there and back in 50 ms, 10 Mbit/s.
    #[default]
    Lte,
    /// GPRS: there and back in 600 ms, 40 kbit/s.
    Gprs,
    /// No network at all.
    Gone,
}

impl Bearer {
    /// Milliseconds there and back.
    pub fn round_trip_ms(self) -> u32 {
        match self {
            Bearer::Lte => 50,
            Bearer::Gprs => 600,
            Bearer::Gone => 0,
        }
    }

    /// Milliseconds of a message of so many bytes on its way.
    pub fn way_ms(self, bytes: usize) -> u32 {
        (self.round_trip_ms() / 2).saturating_add(self.transfer_ms(bytes))
    }

    /// Milliseconds until so many bytes have come through.
    fn transfer_ms(self, bytes: usize) -> u32 {
        let bits = u32::try_from(bytes).unwrap_or(u32::MAX).saturating_mul(8);
        match self {
            Bearer::Lte => bits / 10_000,
            Bearer::Gprs => bits / 40,
            Bearer::Gone => 0,
        }
    }
}

/// Network with its servers.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// How the device reaches it.
    pub bearer: Bearer,
    /// Servers, which stories name by their place here.
    pub servers: Vec<NetworkServer>,
    /// Whether the servers are those of a rogue.
    pub is_rogue: bool,
}

impl Network {
    /// Place of the server at that host and port.
    pub fn find(&self, host: &str, port: u16) -> Option<usize> {
        let is_it = |s: &NetworkServer| s.host.eq_ignore_ascii_case(host) && s.port == port;
        self.servers.iter().position(is_it)
    }

    /// What a server wants next, with its place.
    pub fn poll(&mut self) -> Option<(usize, ServerOutput)> {
        let mut servers = self.servers.iter_mut().enumerate();
        servers.find_map(|(at, server)| Some((at, server.poll()?)))
    }
}

/// What a server in the network puts out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerOutput {
    /// A push PDU for the DM Client.
    Push {
        /// WSP push PDU with the notification.
        bytes: Vec<u8>,
        /// SessionID that it announces, as in SyncHdr.
        session_id: String,
        /// Signed with the resynchronisation nonce (DM Security §5.2).
        resync: bool,
    },
    /// A fact of the DM Server; nothing to do.
    Event(server::Event),
    /// The DM Server's answer to a request, not yet in HTTP; see [`NetworkServer::respond`].
    Answer(server::Answer),
    /// An answer of HTTP alone.
    Response(Response),
}

/// DM Server in the network, behind HTTP.
#[derive(Clone, Debug)]
pub struct NetworkServer {
    host: String,
    port: u16,
    path: String,
    server: DmServer,
    /// Plans of its sessions, which stories name by their place.
    plans: Vec<Plan>,
    /// Bytes of a request that is not whole.
    inbound: Vec<u8>,
    outputs: VecDeque<ServerOutput>,
}

impl NetworkServer {
    /// A server at this host, port and path.
    pub fn new(host: &str, port: u16, path: &str, server: DmServer, plans: Vec<Plan>) -> Self {
        NetworkServer {
            host: host.to_owned(),
            port,
            path: path.to_owned(),
            server,
            plans,
            inbound: Vec::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Calls the DM Client to a session in which the plan at this place is worked through; one
    /// that is not there leaves the plan as it is.
    pub fn handle_call(&mut self, plan: usize) {
        if let Some(plan) = self.plans.get(plan) {
            self.server.set_plan(plan.clone());
        }
        let resync = self.server.is_in_doubt();
        let bytes = self
            .server
            .notification(UiMode::Background, Initiator::Server);
        let session_id = wsp::decode_notification(&bytes)
            .map(|(_, package)| package.session_id_text())
            .unwrap_or_default();
        self.outputs.push_back(ServerOutput::Push {
            bytes,
            session_id,
            resync,
        });
    }

    /// Takes bytes of a request, in any pieces.
    pub fn handle_data(&mut self, bytes: &[u8], now_s: u64) {
        self.server.handle_time(now_s);
        if self.inbound.len().saturating_add(bytes.len()) > MAX_REQUEST {
            self.inbound.clear();
            return self.refuse(413);
        }
        self.inbound.extend_from_slice(bytes);
        loop {
            match Request::decode(&self.inbound) {
                Ok(None) => return,
                Ok(Some((request, used))) => {
                    self.inbound.drain(..used);
                    self.serve(&request);
                }
                Err(_) => {
                    self.inbound.clear();
                    return self.refuse(400);
                }
            }
        }
    }

    /// The connection was closed: a session that was not over is lost.
    pub fn handle_closed(&mut self) {
        self.inbound.clear();
        self.server.handle_connection_lost();
        self.take_outputs();
    }

    /// The HTTP response around an answer of the DM Server.
    pub fn respond(answer: &server::Answer) -> Response {
        http_response(answer)
    }

    fn poll(&mut self) -> Option<ServerOutput> {
        self.outputs.pop_front()
    }

    fn serve(&mut self, request: &Request) {
        let target = match split_target(&request.target) {
            Some((_, _, rest)) => rest,
            None => &request.target,
        };
        if target.split(['?', '#']).next() != Some(self.path.as_str()) {
            return self.refuse(404);
        }
        if request.method != "POST" {
            return self.refuse(405);
        }
        let media_type = request.header("Content-Type").unwrap_or_default();
        let hmac = request.header(HMAC_HEADER);
        self.server.handle_message(media_type, hmac, &request.body);
        if !self.take_outputs() {
            self.refuse(500);
        }
    }

    fn refuse(&mut self, status: u16) {
        self.outputs
            .push_back(ServerOutput::Response(Response::new(status)));
    }

    /// Takes all that the DM Server has to say: what it found goes before its answer. Whether it
    /// answered.
    fn take_outputs(&mut self) -> bool {
        let mut answer = None;
        while let Some(output) = self.server.poll() {
            match output {
                server::Output::Event(event) => self.outputs.push_back(ServerOutput::Event(event)),
                server::Output::Answer(given) => answer = Some(given),
            }
        }
        let answered = answer.is_some();
        self.outputs.extend(answer.map(ServerOutput::Answer));
        answered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> NetworkServer {
        let server = DmServer::new(server::Config::default(), Plan::default());
        NetworkServer::new("h.example", 80, "/dm", server, vec![Plan::default()])
    }

    fn status(server: &mut NetworkServer, request: &str) -> Vec<u16> {
        server.handle_data(request.as_bytes(), 0);
        std::iter::from_fn(|| server.poll())
            .filter_map(|output| match output {
                ServerOutput::Response(response) => Some(response.status),
                ServerOutput::Answer(answer) => Some(answer.http_status),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn a_request_is_answered_once_it_is_whole() {
        let mut server = server();
        for (request, expected) in [
            ("GET /dm HTTP/1.1\r\nHost: h.example\r\n", &[][..]),
            ("\r\n", &[405]),
            ("POST /x HTTP/1.1\r\nHost: h.example\r\n\r\n", &[404]),
            ("POST /dm HTTP/1.1\r\nHost: h.example\r\n\r\n", &[415]),
            ("POST /dm HTTP/1.1\r\n\r\n", &[400]),
            ("\0\0\r\n\r\n", &[400]),
        ] {
            assert_eq!(status(&mut server, request), expected, "{request:?}");
        }
        let long = "x".repeat(MAX_REQUEST + 1);
        assert_eq!(status(&mut server, &long), [413]);
    }

    #[test]
    fn servers_are_found_by_host_and_port() {
        let network = Network {
            servers: vec![server()],
            ..Network::default()
        };
        assert_eq!(network.find("H.example", 80), Some(0));
        assert_eq!(network.find("h.example", 443), None);
        assert_eq!(network.find("other", 80), None);
    }
}
