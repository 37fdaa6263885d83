//! Records of TLS 1.2 for showing: headers, hellos, alerts, and what stays closed to whoever has
//! no key (RFC 5246 §6.2, §7).

use super::part::{moved, unreadable};
use crate::codec::tls::{
    Alert, ContentType, Description, Extension, Handshake, RENEGOTIATION_INFO, Record,
    message_name, suite_name,
};
use crate::codec::{DecodeError, Field, hex};

/// Bytes of header, MAC and padding that a ciphered fragment has at least, behind its IV.
const LEAST_CIPHERED: usize = 16 + 48;

/// Records one after the other; what cannot be read is told as such.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match Record::read(&bytes[at..]) {
            Ok(Some((record, length))) => {
                let name = name(&record);
                let value = format!("{length} B");
                let children = moved(record_fields(&record), at);
                let field = Field::new(name, at..at + length, value).clause("RFC 5246 §6.2.1");
                fields.push(field.children(children));
                at += length;
            }
            Ok(None) => {
                let error = DecodeError::new(bytes.len(), "a whole record", "the end");
                fields.push(unreadable(bytes, at, &error));
                break;
            }
            Err(error) => {
                fields.push(unreadable(bytes, at, &error.shifted(at)));
                break;
            }
        }
    }
    fields
}

/// What a record is, in the standard's words: the handshake message where it is in clear.
pub fn name(record: &Record) -> &'static str {
    let is_alone = |message: &[u8]| Handshake::length(message) == Some(message.len());
    match record.content {
        ContentType::Handshake if is_ciphered(record) => "handshake, ciphered",
        ContentType::Handshake if is_alone(&record.fragment) => record
            .fragment
            .first()
            .map_or("handshake", |kind| message_name(*kind)),
        ContentType::Alert if is_ciphered(record) => "alert, ciphered",
        content => content.name(),
    }
}

/// Whether a fragment is closed to whoever has no key: application data always, others when
/// they cannot be what the type says and are of a length that ciphering makes.
pub fn is_ciphered(record: &Record) -> bool {
    let fragment = &record.fragment;
    let fits = fragment.len() >= LEAST_CIPHERED && fragment.len().is_multiple_of(16);
    match record.content {
        ContentType::ApplicationData => true,
        ContentType::Handshake => fits && !is_in_clear(fragment),
        ContentType::Alert => fits,
        ContentType::ChangeCipherSpec | ContentType::Unknown(_) => false,
    }
}

fn is_in_clear(mut fragment: &[u8]) -> bool {
    while let Some(length) = Handshake::length(fragment) {
        let Some(message) = fragment.get(..length) else {
            return false;
        };
        if Handshake::decode(message).is_err() {
            return false;
        }
        fragment = &fragment[length..];
    }
    fragment.is_empty()
}

fn record_fields(record: &Record) -> Vec<Field> {
    let end = 5 + record.fragment.len();
    let content = format!("{:02X} {}", record.content.code(), record.content.name());
    let mut fields = vec![
        Field::new("type", 0..1, content)
            .clause("RFC 5246 §6.2.1")
            .note("What the record carries. It is never ciphered."),
        version(1, record.version),
        Field::new("length", 3..5, record.fragment.len().to_string())
            .clause("RFC 5246 §6.2.1")
            .note("Bytes of the fragment that follows. Whoever listens learns it."),
    ];
    let inner = match record.content {
        _ if is_ciphered(record) => ciphered(&record.fragment),
        ContentType::Handshake => handshakes(&record.fragment),
        ContentType::Alert => alert(&record.fragment),
        ContentType::ChangeCipherSpec => {
            vec![
                Field::new(
                    "change_cipher_spec",
                    0..record.fragment.len(),
                    hex::spaced(&record.fragment),
                )
                .clause("RFC 5246 §7.1")
                .note("From here on its sender uses the new keys."),
            ]
        }
        _ => {
            let value = hex::spaced(&record.fragment);
            vec![Field::new("fragment", 0..record.fragment.len(), value).clause("RFC 5246 §6.2.1")]
        }
    };
    if end > 5 {
        fields.extend(moved(inner, 5));
    }
    fields
}

fn version(at: usize, version: u16) -> Field {
    let words = match version {
        0x0301 => "0301 TLS 1.0".to_owned(),
        0x0302 => "0302 TLS 1.1".to_owned(),
        0x0303 => "0303 TLS 1.2".to_owned(),
        version => format!("{version:04X}"),
    };
    Field::new("version", at..at + 2, words)
        .clause("RFC 5246 App. E.1")
        .note("Version of the protocol; a first record may name an older one.")
}

fn ciphered(fragment: &[u8]) -> Vec<Field> {
    let iv = fragment.len().min(16);
    let mut fields = vec![
        Field::new("IV", 0..iv, hex::spaced(&fragment[..iv]))
            .clause("RFC 5246 §6.2.3.2")
            .note("With CBC: makes equal contents look different; new for each record, no secret."),
    ];
    if fragment.len() > iv {
        let value = format!("{} B", fragment.len() - iv);
        let field = Field::new("ciphertext", iv..fragment.len(), value)
            .clause("RFC 5246 §6.2.3.2")
            .note("Content, MAC and padding. Without the key only the length can be seen.");
        fields.push(field);
    }
    fields
}

fn alert(fragment: &[u8]) -> Vec<Field> {
    let alert = match Alert::decode(fragment) {
        Ok(alert) => alert,
        Err(error) => return vec![unreadable(fragment, 0, &error)],
    };
    let (level, description) = (alert.level, alert.description);
    vec![
        Field::new(
            "level",
            0..1,
            format!("{:02X} {}", level.code(), level.name()),
        )
        .clause("RFC 5246 §7.2")
        .note("A fatal alert ends the connection at once."),
        Field::new(
            "description",
            1..2,
            format!("{:02X} {}", description.0, description.name()),
        )
        .clause("RFC 5246 §7.2")
        .note(match description {
            Description::CLOSE_NOTIFY => "The sender has said all: nothing was cut off.",
            _ => "What is wrong, told so that an attacker learns as little as can be.",
        }),
    ]
}

fn handshakes(fragment: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut at = 0;
    while at < fragment.len() {
        let rest = &fragment[at..];
        let length = Handshake::length(rest).unwrap_or(usize::MAX);
        let Some(message) = rest.get(..length) else {
            let error = DecodeError::new(fragment.len(), "a whole message", "the end");
            fields.push(unreadable(fragment, at, &error));
            break;
        };
        let kind = message[0];
        let children = moved(message_fields(message), at);
        let field = Field::new(message_name(kind), at..at + length, format!("{length} B"))
            .clause("RFC 5246 §7.4")
            .note(message_note(kind));
        fields.push(field.children(children));
        at += length;
    }
    fields
}

fn message_note(kind: u8) -> &'static str {
    match kind {
        0 => "The server would like a new handshake.",
        1 => "The client begins, and says what it can.",
        2 => "The server chooses of what the client can.",
        12 => "A hint at which key the client should take.",
        14 => "The server has said what it has to say.",
        16 => "The client says whose key it uses; the key itself never travels.",
        20 => "Proof that both have the same key and saw the same messages.",
        _ => "",
    }
}

fn message_fields(message: &[u8]) -> Vec<Field> {
    let kind = message[0];
    let mut fields = vec![
        Field::new(
            "msg_type",
            0..1,
            format!("{kind:02X} {}", message_name(kind)),
        )
        .clause("RFC 5246 §7.4")
        .note("Which handshake message it is."),
        Field::new("length", 1..4, (message.len() - 4).to_string())
            .clause("RFC 5246 §7.4")
            .note("Bytes of the message that follow."),
    ];
    let body = match Handshake::decode(message) {
        Ok(Handshake::ClientHello(hello)) => {
            let mut parts = Parts::new(message, 4);
            parts.hello(hello.version, hello.random, &hello.session_id);
            let names: Vec<String> = hello
                .suites
                .iter()
                .map(|suite| suite_words(*suite))
                .collect();
            parts
                .put(2 + 2 * names.len(), "cipher_suites", names.join(", "))
                .note("Key exchange, cipher and hash that the client can use, the dearest first.");
            let methods = hex::spaced(&hello.compressions);
            parts
                .put(1 + hello.compressions.len(), "compression_methods", methods)
                .note("00 is none, and all that is used.");
            parts.extensions(hello.extensions.as_deref());
            parts.fields
        }
        Ok(Handshake::ServerHello(hello)) => {
            let mut parts = Parts::new(message, 4);
            parts.hello(hello.version, hello.random, &hello.session_id);
            parts
                .put(2, "cipher_suite", suite_words(hello.suite))
                .note("The suite that the server takes of those.");
            parts
                .put(
                    1,
                    "compression_method",
                    format!("{:02X}", hello.compression),
                )
                .note("00 is none.");
            parts.extensions(hello.extensions.as_deref());
            parts.fields
        }
        Ok(Handshake::ServerKeyExchange { hint }) => {
            vec![named(message, "psk_identity_hint", &hint)]
        }
        Ok(Handshake::ClientKeyExchange { identity }) => {
            vec![named(message, "psk_identity", &identity)]
        }
        Ok(Handshake::Finished { verify_data }) => {
            vec![
                Field::new("verify_data", 4..message.len(), hex::spaced(&verify_data))
                    .clause("RFC 5246 §7.4.9"),
            ]
        }
        Ok(_) if message.len() > 4 => {
            let value = hex::spaced(&message[4..]);
            vec![Field::new("body", 4..message.len(), value).clause("RFC 5246 §7.4")]
        }
        Ok(_) => Vec::new(),
        Err(error) => vec![unreadable(message, 4.min(message.len()), &error)],
    };
    fields.extend(body);
    fields
}

fn named(message: &[u8], name: &'static str, text: &[u8]) -> Field {
    Field::new(name, 4..message.len(), String::from_utf8_lossy(text))
        .clause("RFC 4279 §2")
        .note("Behind its length in two bytes, and in clear: everybody learns the name of the key.")
}

fn suite_words(suite: u16) -> String {
    format!("{suite:04X} {}", suite_name(suite))
        .trim_end()
        .to_owned()
}

/// Fields of a body, one behind the other.
struct Parts<'a> {
    message: &'a [u8],
    at: usize,
    fields: Vec<Field>,
}

/// The field that was put last.
struct Last<'a>(&'a mut Vec<Field>);

impl Last<'_> {
    fn note(self, note: &'static str) {
        if let Some(field) = self.0.pop() {
            self.0.push(field.note(note));
        }
    }
}

impl<'a> Parts<'a> {
    fn new(message: &'a [u8], at: usize) -> Self {
        Parts {
            message,
            at,
            fields: Vec::new(),
        }
    }

    fn put(&mut self, length: usize, name: &'static str, value: String) -> Last<'_> {
        let end = (self.at + length).min(self.message.len());
        let clause = match self.message[0] {
            1 => "RFC 5246 §7.4.1.2",
            _ => "RFC 5246 §7.4.1.3",
        };
        self.fields
            .push(Field::new(name, self.at..end, value).clause(clause));
        self.at = end;
        Last(&mut self.fields)
    }

    fn hello(&mut self, spoken: u16, random: [u8; 32], session_id: &[u8]) {
        self.fields.push(version(self.at, spoken));
        self.at += 2;
        self.put(32, "random", hex::spaced(&random))
            .note("Makes the keys of this connection other ones than those of the last.");
        let session = match session_id {
            [] => "none".to_owned(),
            id => hex::spaced(id),
        };
        self.put(1 + session_id.len(), "session_id", session)
            .note("A session to go on with; without one the connection begins a new one.");
    }

    fn extensions(&mut self, extensions: Option<&[Extension]>) {
        let Some(extensions) = extensions else {
            return;
        };
        let length = extensions.iter().map(|extension| 4 + extension.data.len());
        self.put(2, "extensions length", length.sum::<usize>().to_string())
            .note("Bytes of all extensions.");
        for extension in extensions {
            let value = format!("{:04X} {}", extension.kind, extension_name(extension.kind));
            self.put(
                4 + extension.data.len(),
                "extension",
                value.trim_end().to_owned(),
            )
            .note("Type, length and content. What the other side did not offer is not sent.");
        }
    }
}

fn extension_name(kind: u16) -> &'static str {
    match kind {
        0 => "server_name",
        13 => "signature_algorithms",
        22 => "encrypt_then_mac",
        23 => "extended_master_secret",
        35 => "session_ticket",
        43 => "supported_versions",
        RENEGOTIATION_INFO => "renegotiation_info",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        fn walk(fields: &[Field], told: &mut Vec<String>) {
            for field in fields {
                if field.children.is_empty() {
                    assert!(!field.clause.is_empty(), "{}", field.name);
                    let range = &field.range;
                    told.push(format!(
                        "{}..{} {} {}",
                        range.start, range.end, field.name, field.value
                    ));
                }
                walk(&field.children, told);
            }
        }
        let bytes = hex::decode(text).unwrap();
        let mut all = Vec::new();
        walk(&fields(&bytes), &mut all);
        let mut end = 0;
        for line in &all {
            let (start, rest) = line.split_once("..").unwrap();
            assert_eq!(start, end.to_string(), "every byte is told once: {all:?}");
            end = rest.split_once(' ').unwrap().0.parse().unwrap();
        }
        assert_eq!(end, bytes.len(), "every byte is told: {all:?}");
        all
    }

    #[test]
    fn every_byte_of_a_handshake_in_clear_is_told() {
        let random = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
        let hello = told(&format!("160303002F0100002B0303{random}00000400AE00FF0100"));
        assert_eq!(
            hello[8],
            "44..50 cipher_suites 00AE TLS_PSK_WITH_AES_128_CBC_SHA256, \
             00FF TLS_EMPTY_RENEGOTIATION_INFO_SCSV"
        );
        let answer = format!("16030300310200002D0303{random}0000AE000005FF01000100");
        let both = told(&format!("{answer}16030300040E000000"));
        assert!(
            both.contains(&"49..54 extension FF01 renegotiation_info".to_owned()),
            "{both:?}"
        );
        let exchange = told("160303000F1000000B0009646D73632E63617264140303000101");
        assert_eq!(exchange[5], "9..20 psk_identity dmsc.card");
        assert_eq!(exchange[9], "25..26 change_cipher_spec 01");
        assert_eq!(
            told("15030300020214")[4],
            "6..7 description 14 bad_record_mac"
        );
    }

    #[test]
    fn what_is_ciphered_stays_so() {
        let iv = "C0".repeat(16);
        let text = "5A".repeat(64);
        for (kind, name) in [
            ("16", "handshake, ciphered"),
            ("15", "alert, ciphered"),
            ("17", "application_data"),
        ] {
            let record = format!("{kind}03030050{iv}{text}");
            assert_eq!(told(&record)[4], "21..85 ciphertext 64 B");
            let bytes = hex::decode(&record).unwrap();
            assert_eq!(fields(&bytes)[0].name, name);
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_all_the_same() {
        for text in [
            "16",
            "1603030004",
            "160303000501000000FF",
            "474554202F",
            "1503030001FF",
            "140303000101FF",
        ] {
            let bytes = hex::decode(text).unwrap();
            let fields = fields(&bytes);
            assert_eq!(fields.last().unwrap().range.end, bytes.len(), "{text}");
        }
    }
}
