//! The handshake of both ends: which message may come, what is asked of it, and what answers it
//! (RFC 5246 §7.3, §7.4; RFC 4279 §2; RFC 5746 §3.4, §3.6).

use super::connection::{Connection, Role, State};
use super::end::Output;
use super::protect::Direction;
use super::schedule::{keys, master, transcript, verify_data};
use crate::codec::secret;
use crate::codec::tls::{
    Alert, ClientHello, Description, EMPTY_RENEGOTIATION_INFO, Extension, Handshake,
    PSK_AES_128_CBC_SHA256, RENEGOTIATION_INFO, ServerHello, VERSION,
};

/// No compression.
const NO_COMPRESSION: u8 = 0;

impl Connection {
    /// The hello of a client.
    pub(super) fn begin(&mut self) {
        let hello = ClientHello {
            version: VERSION,
            random: self.client_random,
            session_id: Vec::new(),
            suites: vec![PSK_AES_128_CBC_SHA256, EMPTY_RENEGOTIATION_INFO],
            compressions: vec![NO_COMPRESSION],
            extensions: None,
        };
        self.put_message(&Handshake::ClientHello(hello));
    }

    /// Takes a message; the error is the alert that refuses it.
    pub(super) fn message(&mut self, message: Handshake, octets: &[u8]) -> Result<(), Description> {
        match (self.role, self.state, message) {
            // While a handshake runs, the wish for one is passed over (RFC 5246 §7.4.1.1).
            (
                Role::Client,
                State::ServerHello | State::ServerKeyExchange | State::ServerHelloDone,
                Handshake::HelloRequest,
            ) => return Ok(()),
            // One handshake is all there is.
            (Role::Client, State::Established, Handshake::HelloRequest)
            | (Role::Server, State::Established, Handshake::ClientHello(_)) => {
                self.put_alert(Alert::warning(Description::NO_RENEGOTIATION));
                return Ok(());
            }
            (_, State::Closing, Handshake::HelloRequest | Handshake::ClientHello(_)) => {
                return Ok(());
            }
            (Role::Server, State::ClientHello, Handshake::ClientHello(hello)) => {
                self.transcript.extend_from_slice(octets);
                self.client_hello(&hello)?;
            }
            (Role::Client, State::ServerHello, Handshake::ServerHello(hello)) => {
                self.transcript.extend_from_slice(octets);
                self.server_hello(&hello)?;
            }
            (Role::Client, State::ServerKeyExchange, Handshake::ServerKeyExchange { .. }) => {
                // There is one key, so that a hint changes nothing.
                self.transcript.extend_from_slice(octets);
                self.state = State::ServerHelloDone;
            }
            (
                Role::Client,
                State::ServerKeyExchange | State::ServerHelloDone,
                Handshake::ServerHelloDone,
            ) => {
                self.transcript.extend_from_slice(octets);
                self.exchange();
            }
            (Role::Server, State::ClientKeyExchange, Handshake::ClientKeyExchange { identity }) => {
                self.transcript.extend_from_slice(octets);
                let known = self.psks.iter().find(|psk| psk.identity == identity);
                let Some(psk) = known.map(|psk| psk.key.clone()) else {
                    return Err(Description::UNKNOWN_PSK_IDENTITY);
                };
                self.master = master(&psk, &self.client_random, &self.server_random);
                let (client, _) = self.directions();
                self.next_reading = Some(client);
                self.state = State::ChangeCipherSpec;
            }
            (role, State::Finished, Handshake::Finished { verify_data }) => {
                if !secret::same(&verify_data, &self.proof(role.other())) {
                    return Err(Description::DECRYPT_ERROR);
                }
                self.transcript.extend_from_slice(octets);
                if role == Role::Server {
                    let (_, server) = self.directions();
                    self.put_change(server);
                    self.put_finished();
                }
                self.state = State::Established;
                self.tell(Output::Established);
            }
            _ => return Err(Description::UNEXPECTED_MESSAGE),
        }
        Ok(())
    }

    /// A server chooses of what the client offers. Extensions are not echoed, but for the word
    /// that this is no renegotiation, to a client that asks for it.
    fn client_hello(&mut self, hello: &ClientHello) -> Result<(), Description> {
        if hello.version < VERSION {
            return Err(Description::PROTOCOL_VERSION);
        }
        renegotiates(hello.extensions.as_deref(), &[0])?;
        if !hello.suites.contains(&PSK_AES_128_CBC_SHA256) {
            return Err(Description::HANDSHAKE_FAILURE);
        }
        if !hello.compressions.contains(&NO_COMPRESSION) {
            return Err(Description::ILLEGAL_PARAMETER);
        }
        self.client_random = hello.random;
        let told = hello.tells_renegotiation().then(|| {
            vec![Extension {
                kind: RENEGOTIATION_INFO,
                data: vec![0],
            }]
        });
        self.put_message(&Handshake::ServerHello(ServerHello {
            version: VERSION,
            random: self.server_random,
            session_id: Vec::new(),
            suite: PSK_AES_128_CBC_SHA256,
            compression: NO_COMPRESSION,
            extensions: told,
        }));
        self.put_message(&Handshake::ServerHelloDone);
        self.state = State::ClientKeyExchange;
        Ok(())
    }

    /// A client takes what it offered, and nothing else.
    fn server_hello(&mut self, hello: &ServerHello) -> Result<(), Description> {
        if hello.version != VERSION {
            return Err(Description::PROTOCOL_VERSION);
        }
        let is_offered =
            hello.suite == PSK_AES_128_CBC_SHA256 && hello.compression == NO_COMPRESSION;
        if !is_offered {
            return Err(Description::ILLEGAL_PARAMETER);
        }
        let mut extensions = hello.extensions.iter().flatten();
        if extensions.any(|extension| extension.kind != RENEGOTIATION_INFO) {
            return Err(Description::UNSUPPORTED_EXTENSION);
        }
        renegotiates(hello.extensions.as_deref(), &[0])?;
        self.server_random = hello.random;
        self.state = State::ServerKeyExchange;
        Ok(())
    }

    /// A client says whose key it uses, goes over to it and proves that it has it.
    fn exchange(&mut self) {
        let psk = self.psks.first().cloned().unwrap_or_default();
        self.put_message(&Handshake::ClientKeyExchange {
            identity: psk.identity,
        });
        self.master = master(&psk.key, &self.client_random, &self.server_random);
        let (client, server) = self.directions();
        self.next_reading = Some(server);
        self.put_change(client);
        self.put_finished();
        self.state = State::ChangeCipherSpec;
    }

    /// What the client writes under, and what the server does.
    fn directions(&self) -> (Direction, Direction) {
        let (client, server) = keys(&self.master, &self.client_random, &self.server_random);
        (Direction::new(client), Direction::new(server))
    }

    fn put_finished(&mut self) {
        let verify_data = self.proof(self.role);
        self.put_message(&Handshake::Finished { verify_data });
    }

    /// verify_data of that end over all messages so far.
    fn proof(&self, role: Role) -> [u8; 12] {
        let label: &[u8] = match role {
            Role::Client => b"client finished",
            Role::Server => b"server finished",
        };
        verify_data(&self.master, label, &transcript(&self.transcript))
    }
}

impl Role {
    fn other(self) -> Role {
        match self {
            Role::Client => Role::Server,
            Role::Server => Role::Client,
        }
    }
}

/// Refuses a hello that takes this handshake for a second one (RFC 5746 §3.4, §3.6).
fn renegotiates(extensions: Option<&[Extension]>, none: &[u8]) -> Result<(), Description> {
    let mut told = extensions.unwrap_or_default().iter();
    match told.any(|extension| extension.kind == RENEGOTIATION_INFO && extension.data != none) {
        true => Err(Description::HANDSHAKE_FAILURE),
        false => Ok(()),
    }
}
