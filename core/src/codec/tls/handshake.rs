//! Handshake messages of a connection with a pre-shared key (RFC 5246 §7.4; RFC 4279 §2).

use crate::codec::DecodeError;
use crate::codec::input::{
    Input, Parse, Parsed, all, array, byte, bytes, clause, ending, pair, rest, whole,
};
use nom::Parser;

/// Bytes of the longest message taken, without its header. The messages of a pre-shared key fit
/// into one record.
pub const MAX_MESSAGE: usize = super::MAX_PLAINTEXT;

/// The extension renegotiation_info (RFC 5746 §3.2).
pub const RENEGOTIATION_INFO: u16 = 0xFF01;

/// Type and length.
pub const HEADER: usize = 4;

const CLAUSE: &str = "RFC 5246 §7.4";

/// An extension of a hello (RFC 5246 §7.4.1.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Type.
    pub kind: u16,
    /// Content.
    pub data: Vec<u8>,
}

/// What a client offers (RFC 5246 §7.4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientHello {
    /// Highest version.
    pub version: u16,
    /// Random of the client.
    pub random: [u8; 32],
    /// Session to be resumed; empty for none. At most 32 bytes.
    pub session_id: Vec<u8>,
    /// Cipher suites, the dearest first.
    pub suites: Vec<u16>,
    /// Compression methods.
    pub compressions: Vec<u8>,
    /// Extensions; `None` when there is no block of them at all.
    pub extensions: Option<Vec<Extension>>,
}

/// What a server takes of it (RFC 5246 §7.4.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// The version spoken.
    pub version: u16,
    /// Random of the server.
    pub random: [u8; 32],
    /// Session for later; empty for none. At most 32 bytes.
    pub session_id: Vec<u8>,
    /// The cipher suite.
    pub suite: u16,
    /// The compression method.
    pub compression: u8,
    /// Extensions; `None` when there is no block of them at all.
    pub extensions: Option<Vec<Extension>>,
}

/// A handshake message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// The server would like a new handshake.
    HelloRequest,
    /// What the client offers.
    ClientHello(ClientHello),
    /// What the server takes.
    ServerHello(ServerHello),
    /// A hint at which identity to choose (RFC 4279 §2).
    ServerKeyExchange {
        /// The hint.
        hint: Vec<u8>,
    },
    /// The server has said all.
    ServerHelloDone,
    /// Whose key it is (RFC 4279 §2).
    ClientKeyExchange {
        /// Identity of the pre-shared key.
        identity: Vec<u8>,
    },
    /// A proof over all messages so far (RFC 5246 §7.4.9).
    Finished {
        /// verify_data.
        verify_data: [u8; 12],
    },
    /// A message that a pre-shared key has no use for.
    Unknown {
        /// Type.
        kind: u8,
        /// Content.
        body: Vec<u8>,
    },
}

impl Handshake {
    /// Type of the message (RFC 5246 §7.4).
    pub fn kind(&self) -> u8 {
        match self {
            Handshake::HelloRequest => 0,
            Handshake::ClientHello(_) => 1,
            Handshake::ServerHello(_) => 2,
            Handshake::ServerKeyExchange { .. } => 12,
            Handshake::ServerHelloDone => 14,
            Handshake::ClientKeyExchange { .. } => 16,
            Handshake::Finished { .. } => 20,
            Handshake::Unknown { kind, .. } => *kind,
        }
    }

    /// Reads one whole message.
    pub fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        whole(octets, clause(CLAUSE, message))
    }

    /// Length of the message that begins here, header and body, as its header says; `None` while
    /// the header is not whole.
    pub fn length(octets: &[u8]) -> Option<usize> {
        let [_, high, middle, low, ..] = octets else {
            return None;
        };
        let length = u32::from_be_bytes([0, *high, *middle, *low]);
        Some(HEADER + usize::try_from(length).unwrap_or(usize::MAX - HEADER))
    }

    /// The bytes; what is longer than its length can say is cut.
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::new();
        match self {
            Handshake::HelloRequest | Handshake::ServerHelloDone => {}
            Handshake::ClientHello(hello) => hello.write(&mut body),
            Handshake::ServerHello(hello) => hello.write(&mut body),
            Handshake::ServerKeyExchange { hint: text }
            | Handshake::ClientKeyExchange { identity: text } => put_long(&mut body, text),
            Handshake::Finished { verify_data } => body.extend(verify_data),
            Handshake::Unknown { body: octets, .. } => {
                body.extend_from_slice(&octets[..octets.len().min(MAX_MESSAGE)]);
            }
        }
        let mut octets = (body.len() as u32).to_be_bytes().to_vec();
        octets[0] = self.kind();
        octets.append(&mut body);
        octets
    }
}

impl ClientHello {
    fn write(&self, body: &mut Vec<u8>) {
        body.extend(self.version.to_be_bytes());
        body.extend(self.random);
        put_short(body, &self.session_id[..self.session_id.len().min(32)]);
        let suites = &self.suites[..self.suites.len().min(usize::from(u16::MAX / 2))];
        let suites: Vec<u8> = suites
            .iter()
            .flat_map(|suite| suite.to_be_bytes())
            .collect();
        put_long(body, &suites);
        put_short(body, &self.compressions);
        put_extensions(body, self.extensions.as_deref());
    }

    /// Whether the client knows how to tell a new handshake from a first one (RFC 5746 §3.6).
    pub fn tells_renegotiation(&self) -> bool {
        let extensions = self.extensions.iter().flatten();
        self.suites.contains(&super::EMPTY_RENEGOTIATION_INFO)
            || extensions.into_iter().any(|e| e.kind == RENEGOTIATION_INFO)
    }
}

impl ServerHello {
    fn write(&self, body: &mut Vec<u8>) {
        body.extend(self.version.to_be_bytes());
        body.extend(self.random);
        put_short(body, &self.session_id[..self.session_id.len().min(32)]);
        body.extend(self.suite.to_be_bytes());
        body.push(self.compression);
        put_extensions(body, self.extensions.as_deref());
    }
}

/// Behind a length in one byte.
fn put_short(body: &mut Vec<u8>, octets: &[u8]) {
    let octets = &octets[..octets.len().min(usize::from(u8::MAX))];
    body.push(octets.len() as u8);
    body.extend_from_slice(octets);
}

/// Behind a length in two bytes.
fn put_long(body: &mut Vec<u8>, octets: &[u8]) {
    let octets = &octets[..octets.len().min(usize::from(u16::MAX))];
    body.extend((octets.len() as u16).to_be_bytes());
    body.extend_from_slice(octets);
}

fn put_extensions(body: &mut Vec<u8>, extensions: Option<&[Extension]>) {
    let Some(extensions) = extensions else {
        return;
    };
    let mut block = Vec::new();
    for extension in extensions {
        let before = block.len();
        block.extend(extension.kind.to_be_bytes());
        put_long(&mut block, &extension.data);
        if block.len() > usize::from(u16::MAX) {
            // The block has no room for it.
            block.truncate(before);
            break;
        }
    }
    put_long(body, &block);
}

/// Name of a message by its type (RFC 5246 §7.4).
pub fn message_name(kind: u8) -> &'static str {
    match kind {
        0 => "HelloRequest",
        1 => "ClientHello",
        2 => "ServerHello",
        4 => "NewSessionTicket",
        11 => "Certificate",
        12 => "ServerKeyExchange",
        13 => "CertificateRequest",
        14 => "ServerHelloDone",
        15 => "CertificateVerify",
        16 => "ClientKeyExchange",
        20 => "Finished",
        _ => "unknown message",
    }
}

/// Name of a cipher suite with a pre-shared key, empty for others (RFC 4279 §2, RFC 5487 §2 and §3).
pub fn suite_name(suite: u16) -> &'static str {
    match suite {
        0x008B => "TLS_PSK_WITH_3DES_EDE_CBC_SHA",
        0x008C => "TLS_PSK_WITH_AES_128_CBC_SHA",
        0x008D => "TLS_PSK_WITH_AES_256_CBC_SHA",
        0x00A8 => "TLS_PSK_WITH_AES_128_GCM_SHA256",
        0x00A9 => "TLS_PSK_WITH_AES_256_GCM_SHA384",
        0x00AE => "TLS_PSK_WITH_AES_128_CBC_SHA256",
        0x00AF => "TLS_PSK_WITH_AES_256_CBC_SHA384",
        0x00B0 => "TLS_PSK_WITH_NULL_SHA256",
        0x00B1 => "TLS_PSK_WITH_NULL_SHA384",
        0x00FF => "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
        _ => "",
    }
}

fn message(input: Input<'_>) -> Parsed<'_, Handshake> {
    let (length_at, kind) = byte("a message type").parse(input)?;
    let (body_at, [high, middle, low]) = array::<3>("a length").parse(length_at)?;
    let length = u32::from_be_bytes([0, high, middle, low]) as usize;
    if length > MAX_MESSAGE {
        return Err(length_at.wrong("a length of at most 2^14"));
    }
    let (rest, body) = bytes(length, "a message").parse(body_at)?;
    let (_, message) = body_of(kind)(body)?;
    Ok((rest, message))
}

/// The parser of a message's body, which must end with it.
fn body_of<'a>(kind: u8) -> impl FnMut(Input<'a>) -> Parsed<'a, Handshake> {
    move |input| match kind {
        0 => nothing(Handshake::HelloRequest)(input),
        1 => clause("RFC 5246 §7.4.1.2", ending(client_hello))(input),
        2 => clause("RFC 5246 §7.4.1.3", ending(server_hello))(input),
        12 => clause("RFC 4279 §2", ending(long("a hint")))
            .map(|hint| Handshake::ServerKeyExchange { hint })
            .parse(input),
        14 => nothing(Handshake::ServerHelloDone)(input),
        16 => clause("RFC 4279 §2", ending(long("an identity")))
            .map(|identity| Handshake::ClientKeyExchange { identity })
            .parse(input),
        20 => clause("RFC 5246 §7.4.9", ending(array::<12>("verify_data")))
            .map(|verify_data| Handshake::Finished { verify_data })
            .parse(input),
        kind => {
            let (end, body) = rest(input)?;
            let body = body.bytes().to_vec();
            Ok((end, Handshake::Unknown { kind, body }))
        }
    }
}

fn nothing<'a>(message: Handshake) -> impl FnMut(Input<'a>) -> Parsed<'a, Handshake> {
    move |input| match input.is_empty() {
        true => Ok((input, message.clone())),
        false => Err(input.wrong("the end of an empty message")),
    }
}

fn client_hello(input: Input<'_>) -> Parsed<'_, Handshake> {
    let (input, version) = pair("client_version").parse(input)?;
    let (input, random) = array::<32>("random").parse(input)?;
    let (input, session_id) = session_id(input)?;
    let (suites_at, length) = pair("the length of cipher_suites").parse(input)?;
    if length == 0 || length % 2 != 0 {
        return Err(input.wrong("an even length of cipher suites"));
    }
    let suites = bytes(usize::from(length), "cipher_suites");
    let (input, suites) = suites
        .and_then(all(pair("a cipher suite")))
        .parse(suites_at)?;
    let (rest, compressions) = short("compression_methods").parse(input)?;
    if compressions.is_empty() {
        return Err(input.wrong("a compression method"));
    }
    let (rest, extensions) = extensions(rest)?;
    let hello = ClientHello {
        version,
        random,
        session_id,
        suites,
        compressions,
        extensions,
    };
    Ok((rest, Handshake::ClientHello(hello)))
}

fn server_hello(input: Input<'_>) -> Parsed<'_, Handshake> {
    let (input, version) = pair("server_version").parse(input)?;
    let (input, random) = array::<32>("random").parse(input)?;
    let (input, session_id) = session_id(input)?;
    let (input, suite) = pair("cipher_suite").parse(input)?;
    let (input, compression) = byte("compression_method").parse(input)?;
    let (rest, extensions) = extensions(input)?;
    let hello = ServerHello {
        version,
        random,
        session_id,
        suite,
        compression,
        extensions,
    };
    Ok((rest, Handshake::ServerHello(hello)))
}

fn session_id(input: Input<'_>) -> Parsed<'_, Vec<u8>> {
    let (rest, id) = short("session_id").parse(input)?;
    match id.len() > 32 {
        true => Err(input.wrong("a session_id of at most 32 bytes")),
        false => Ok((rest, id)),
    }
}

/// The extensions, if a block of them follows (RFC 5246 §7.4.1.4).
fn extensions(input: Input<'_>) -> Parsed<'_, Option<Vec<Extension>>> {
    if input.is_empty() {
        return Ok((input, None));
    }
    let (rest, length) = pair("the length of extensions").parse(input)?;
    let block = bytes(usize::from(length), "extensions");
    let (rest, extensions) = block.and_then(all(extension)).parse(rest)?;
    Ok((rest, Some(extensions)))
}

fn extension(input: Input<'_>) -> Parsed<'_, Extension> {
    let (rest, (kind, data)) = (pair("an extension type"), long("extension_data")).parse(input)?;
    Ok((rest, Extension { kind, data }))
}

/// Bytes behind a length in one byte.
fn short<'a>(name: &'static str) -> impl Parse<'a, Vec<u8>> {
    move |input| {
        let (rest, length) = byte(name).parse(input)?;
        let (rest, octets) = bytes(usize::from(length), name).parse(rest)?;
        Ok((rest, octets.bytes().to_vec()))
    }
}

/// Bytes behind a length in two bytes.
fn long<'a>(name: &'static str) -> impl Parse<'a, Vec<u8>> {
    move |input| {
        let (rest, length) = pair(name).parse(input)?;
        let (rest, octets) = bytes(usize::from(length), name).parse(rest)?;
        Ok((rest, octets.bytes().to_vec()))
    }
}
