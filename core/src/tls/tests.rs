//! A worked connection byte for byte, and what an attacker on the line can try (RFC 5246 §6.2.3,
//! §7.2, §7.4.9; RFC 4279 §2).

use super::schedule::{keys, master, premaster, transcript, verify_data};
use super::*;
use crate::codec::hex;
use crate::codec::tls::{
    Alert, ClientHello, ContentType, Description, Extension, Handshake, PSK_AES_128_CBC_SHA256,
    Record, VERSION,
};

fn octets(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

fn psk() -> PreSharedKey {
    PreSharedKey {
        identity: b"dmsc.card".to_vec(),
        key: (0x10..=0x1F).collect(),
    }
}

fn randoms() -> ([u8; 32], [u8; 32]) {
    (
        std::array::from_fn(|n| n as u8),
        std::array::from_fn(|n| 0x80 + n as u8),
    )
}

/// One end, and the initial values it takes: each made of one byte, one more each time.
struct End {
    connection: Connection,
    iv: u8,
    told: Vec<Output>,
}

impl End {
    fn client(psk: PreSharedKey) -> Self {
        End {
            connection: Connection::client(psk, randoms().0),
            iv: 0xC0,
            told: Vec::new(),
        }
    }

    fn server(psk: PreSharedKey) -> Self {
        End {
            connection: Connection::server(vec![psk], randoms().1),
            iv: 0xD0,
            told: Vec::new(),
        }
    }

    /// Records that wait; what else comes out is kept.
    fn records(&mut self) -> Vec<Vec<u8>> {
        let mut records = Vec::new();
        while let Some(output) = self.connection.poll(|| {
            self.iv += 1;
            [self.iv - 1; 16]
        }) {
            match output {
                Output::Record(record) => records.push(record),
                output => self.told.push(output),
            }
        }
        records
    }

    fn ending(&self) -> Option<Ending> {
        match self.told.last() {
            Some(Output::Ended(ending)) => Some(*ending),
            _ => None,
        }
    }

    fn data(&self) -> Vec<u8> {
        let data = self.told.iter().filter_map(|output| match output {
            Output::Data(data) => Some(data.clone()),
            _ => None,
        });
        data.collect::<Vec<_>>().concat()
    }
}

/// Lets both talk until nobody says anything; what crosses, in order.
fn talk(client: &mut End, server: &mut End) -> Vec<Vec<u8>> {
    let mut crossed = Vec::new();
    loop {
        let (up, down) = (client.records(), server.records());
        if up.is_empty() && down.is_empty() {
            return crossed;
        }
        for record in up {
            server.connection.handle_data(&record);
            crossed.push(record);
        }
        for record in down {
            client.connection.handle_data(&record);
            crossed.push(record);
        }
    }
}

fn established() -> (End, End) {
    let (mut client, mut server) = (End::client(psk()), End::server(psk()));
    talk(&mut client, &mut server);
    assert_eq!(client.told, [Output::Established]);
    assert_eq!(server.told, [Output::Established]);
    (client, server)
}

const CLIENT_HELLO: &str = "160303002F0100002B0303000102030405060708090A0B0C0D0E0F\
    101112131415161718191A1B1C1D1E1F00000400AE00FF0100";
const SERVER_HELLO: &str = "16030300310200002D0303808182838485868788898A8B8C8D8E8F\
    909192939495969798999A9B9C9D9E9F0000AE000005FF01000100";
const SERVER_HELLO_DONE: &str = "16030300040E000000";
const CLIENT_KEY_EXCHANGE: &str = "160303000F1000000B0009646D73632E63617264";
const CHANGE: &str = "140303000101";
const CLIENT_FINISHED: &str = "1603030050C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0\
    A3C14ED39CE00C23B95FB4CFD0F3D38AF682C19D080FF5F3B36FE6DFB00582136C982AA6CC4135228DCC27D872AD7A54\
    B06B9A6CF9BD59F88B16F4A7083BAF05";
const SERVER_FINISHED: &str = "1603030050D0D0D0D0D0D0D0D0D0D0D0D0D0D0D0D0\
    B5809407FD1DF1ACCD4F9DB17049292D689C7341A5EA0A07322CAF28CD2A1BCEEF50B83772C8619CE39BA66C3710D0E1\
    01ED672E0EF78B6D200256D6C4B27411";
const REQUEST: &str = "1703030050C1C1C1C1C1C1C1C1C1C1C1C1C1C1C1C1\
    17C551E0A77AE4EEA3EF10E021F57439D6836DCEC5ED3D021C49E39F200723B423E34DB55FB2B6E9E876068117447633\
    48BA9500C5FB2F512CA0336CAAE775C6";
const RESPONSE: &str = "1703030050D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1D1\
    A2CA177D12F6E97D0E4A9D0A4B6ECE27467B8BDFFE2F88AECB52366B958FA0908EB4791CC43D130467CC5B3DFED7709B\
    C27D511694A3605570C6950D5FD13DE0";
const CLIENT_CLOSE: &str = "1503030040C2C2C2C2C2C2C2C2C2C2C2C2C2C2C2C2\
    29CA41CABC1624444220FEF0C9013AEB865C938CCB39721EB4019032473A877FA186B229E8E46FEEC2C842CA0A3B6E6D";
const SERVER_CLOSE: &str = "1503030040D2D2D2D2D2D2D2D2D2D2D2D2D2D2D2D2\
    EE99C09512B987A5ED25F1F8911A52037B55978B6850AC3C39837CF6AB1BF2EF7562B5CBEAD29274F31DE4846EB9E65F";

#[test]
fn the_keys_are_those_of_the_worked_handshake() {
    let (client, server) = randoms();
    let text = "001000000000000000000000000000000000\
                0010101112131415161718191A1B1C1D1E1F";
    assert_eq!(premaster(&psk().key), octets(text));
    let master = master(&psk().key, &client, &server);
    let text = "BEF9C15D5E206696C30F9B6E6C7A0D1D23B870B803163AFF1BD07E13A81BF078\
                B8A4091FDF8AEBAB81BAC3CD890DAD9E";
    assert_eq!(master.to_vec(), octets(text));
    let (of_client, of_server) = keys(&master, &client, &server);
    for (keys, mac, cipher) in [
        (
            of_client,
            "C8BEF83AACEBBED440EC6B2EA32B4B09C92881D83379BBFC446712576A908342",
            "C29E1C449A2803787C502229E392ADE5",
        ),
        (
            of_server,
            "C074149C5B252276C4B39DF3E6C9BAAA1220905FF734E47C198160D7F83528FD",
            "E4CC0E0E8E979117C077BC85C2E57ACD",
        ),
    ] {
        assert_eq!(hex::encode(&keys.mac), mac);
        assert_eq!(hex::encode(&keys.cipher), cipher);
    }
    let mut messages = Vec::new();
    for record in [
        CLIENT_HELLO,
        SERVER_HELLO,
        SERVER_HELLO_DONE,
        CLIENT_KEY_EXCHANGE,
    ] {
        messages.extend_from_slice(&octets(record)[5..]);
    }
    let hash = transcript(&messages);
    let text = "86C6F99048AF7B81B396702713D2446209230C77E8B1302D34EFD363B1963AE8";
    assert_eq!(hex::encode(&hash), text);
    let proof = verify_data(&master, b"client finished", &hash);
    assert_eq!(hex::encode(&proof), "6BD87E5867F6F80DB2F454EC");
    messages.extend(Handshake::Finished { verify_data: proof }.encode());
    let hash = transcript(&messages);
    let text = "179CD605B66E99B6817B91B5F730AF5DEF24B079F0F7B04C07616418E7509EEC";
    assert_eq!(hex::encode(&hash), text);
    let proof = verify_data(&master, b"server finished", &hash);
    assert_eq!(hex::encode(&proof), "F76C1F6C9A00CFFA52811224");
}

#[test]
fn both_ends_write_the_worked_connection() {
    let (mut client, mut server) = (End::client(psk()), End::server(psk()));
    let crossed: Vec<String> = talk(&mut client, &mut server)
        .iter()
        .map(|record| hex::encode(record))
        .collect();
    let expected = [
        CLIENT_HELLO,
        SERVER_HELLO,
        SERVER_HELLO_DONE,
        CLIENT_KEY_EXCHANGE,
        CHANGE,
        CLIENT_FINISHED,
        CHANGE,
        SERVER_FINISHED,
    ];
    assert_eq!(crossed, expected);
    assert!(client.connection.is_established() && server.connection.is_established());

    client.connection.handle_send(b"POST /dm HTTP/1.1\r\n");
    let crossed = talk(&mut client, &mut server);
    assert_eq!(hex::encode(&crossed.concat()), REQUEST);
    assert_eq!(server.data(), b"POST /dm HTTP/1.1\r\n");
    server.connection.handle_send(b"HTTP/1.1 200 OK\r\n");
    let crossed = talk(&mut client, &mut server);
    assert_eq!(hex::encode(&crossed.concat()), RESPONSE);
    assert_eq!(client.data(), b"HTTP/1.1 200 OK\r\n");

    client.connection.handle_close();
    let crossed: Vec<String> = talk(&mut client, &mut server)
        .iter()
        .map(|record| hex::encode(record))
        .collect();
    assert_eq!(crossed, [CLIENT_CLOSE, SERVER_CLOSE]);
    assert_eq!(client.ending(), Some(Ending::Closed));
    assert_eq!(server.ending(), Some(Ending::Closed));
}

/// What a server says to these bytes in place of a handshake, after its hello.
fn answer(server: &mut End, records: &[&[u8]]) -> Vec<u8> {
    let hello = octets(CLIENT_HELLO);
    server.connection.handle_data(&hello);
    server.records();
    for record in records {
        server.connection.handle_data(record);
    }
    server.records().concat()
}

#[test]
fn a_wrong_key_is_a_wrong_mac_in_clear() {
    let wrong = PreSharedKey {
        key: vec![0x55; 16],
        ..psk()
    };
    let (mut client, mut server) = (End::client(wrong), End::server(psk()));
    let crossed = talk(&mut client, &mut server);
    assert_eq!(hex::encode(crossed.last().unwrap()), "15030300020214");
    let mac = Description::BAD_RECORD_MAC;
    assert_eq!(server.ending(), Some(Ending::Refused(mac)));
    assert_eq!(client.ending(), Some(Ending::Told(mac)));
}

#[test]
fn a_wrong_proof_under_right_keys_is_told_apart() {
    // The server has seen another message than the client: a hello with one bit turned over
    // would change the keys too, so that the identity comes in two messages of one meaning.
    let mut server = End::server(psk());
    let mut client = End::client(psk());
    server.connection.handle_data(&client.records().concat());
    for record in server.records() {
        client.connection.handle_data(&record);
    }
    let flight = client.records();
    server.connection.handle_data(&flight[0]);
    server.connection.transcript.push(0);
    server.connection.handle_data(&flight[1..].concat());
    assert_eq!(hex::encode(&server.records().concat()), "15030300020233");
    let ending = Ending::Refused(Description::DECRYPT_ERROR);
    assert_eq!(server.ending(), Some(ending));
}

#[test]
fn an_unknown_identity_and_an_unknown_suite_are_refused() {
    let stranger = PreSharedKey {
        identity: b"dmsc.cart".to_vec(),
        ..psk()
    };
    let (mut client, mut server) = (End::client(stranger), End::server(psk()));
    let crossed = talk(&mut client, &mut server);
    assert_eq!(hex::encode(crossed.last().unwrap()), "15030300020273");

    let hello = |suites: &[u16], version: u16| {
        let hello = Handshake::ClientHello(ClientHello {
            version,
            random: [5; 32],
            session_id: Vec::new(),
            suites: suites.to_vec(),
            compressions: vec![0],
            extensions: None,
        });
        Record::new(ContentType::Handshake, hello.encode()).encode()
    };
    for (record, alert) in [
        (hello(&[0x00B0], VERSION), "15030300020228"),
        (hello(&[PSK_AES_128_CBC_SHA256], 0x0302), "15030300020246"),
    ] {
        let mut server = End::server(psk());
        server.connection.handle_data(&record);
        assert_eq!(hex::encode(&server.records().concat()), alert);
    }
    // A hello that says nothing of renegotiation is told nothing of it (RFC 5746 §3.6).
    let mut server = End::server(psk());
    let record = hello(&[PSK_AES_128_CBC_SHA256], VERSION);
    server.connection.handle_data(&record);
    assert_eq!(server.records()[0].len(), 54 - 7);
}

#[test]
fn extensions_are_not_echoed() {
    let extensions = [0x0016, 0x0017, 0x0023, 0x000D].map(|kind| Extension {
        kind,
        data: Vec::new(),
    });
    let hello = Handshake::ClientHello(ClientHello {
        version: VERSION,
        random: randoms().0,
        session_id: Vec::new(),
        suites: vec![0x00AF, PSK_AES_128_CBC_SHA256, 0x00FF],
        compressions: vec![1, 0],
        extensions: Some(extensions.to_vec()),
    });
    let mut server = End::server(psk());
    let record = Record {
        version: 0x0301,
        ..Record::new(ContentType::Handshake, hello.encode())
    };
    server.connection.handle_data(&record.encode());
    let records = server.records();
    assert_eq!(hex::encode(&records[0]), SERVER_HELLO);
    // And a client refuses what it did not offer.
    let mut client = End::client(psk());
    client.records();
    let mut hello = octets(SERVER_HELLO);
    hello[49] = 0x00;
    hello[50] = 0x16;
    client.connection.handle_data(&hello);
    assert_eq!(hex::encode(&client.records().concat()), "1503030002026E");
}

#[test]
fn messages_may_come_in_one_record_or_in_many() {
    let flight = [CLIENT_KEY_EXCHANGE, CHANGE, CLIENT_FINISHED].map(octets);
    let joined = octets(&[SERVER_HELLO, SERVER_HELLO_DONE].concat());
    // Both messages of the server in one record.
    let messages = [&octets(SERVER_HELLO)[5..], &octets(SERVER_HELLO_DONE)[5..]].concat();
    let one = Record::new(ContentType::Handshake, messages.clone()).encode();
    let many: Vec<u8> = messages
        .iter()
        .flat_map(|byte| Record::new(ContentType::Handshake, vec![*byte]).encode())
        .collect();
    for answer in [joined, one, many] {
        let mut client = End::client(psk());
        client.records();
        for byte in &answer {
            client.connection.handle_data(&[*byte]);
        }
        assert_eq!(client.records(), flight);
    }
    // A change in the middle of a message is none.
    let mut server = End::server(psk());
    let half = Record::new(ContentType::Handshake, vec![0x10, 0, 0]).encode();
    let said = answer(&mut server, &[&half, &octets(CHANGE)]);
    assert_eq!(hex::encode(&said), "1503030002020A");
}

#[test]
fn every_altered_byte_of_a_record_is_one_and_the_same_alert() {
    let record = octets(REQUEST);
    let (_, whole) = established();
    let alert = {
        let (_, mut server) = established();
        let mut broken = record.clone();
        broken[40] ^= 1;
        server.connection.handle_data(&broken);
        server.records()
    };
    // The alert is protected: 5 of header, 16 of initial value, 48 of the rest.
    assert_eq!(alert[0].len(), 69);
    for at in 5..record.len() {
        for change in [0x01, 0x80, 0xFF] {
            let mut server = End {
                connection: whole.connection.clone(),
                iv: 0xD1,
                told: Vec::new(),
            };
            let mut broken = record.clone();
            broken[at] ^= change;
            server.connection.handle_data(&broken);
            assert_eq!(server.records(), alert, "{at}");
            let ending = Ending::Refused(Description::BAD_RECORD_MAC);
            assert_eq!(server.told, [Output::Ended(ending)], "{at}");
        }
    }
}

#[test]
fn every_altered_byte_of_the_handshake_ends_it() {
    let records = [CLIENT_HELLO, CLIENT_KEY_EXCHANGE, CHANGE, CLIENT_FINISHED].map(octets);
    let stream = records.concat();
    // The version in the header of a first hello may be an older one, and nothing protects it.
    for at in (0..stream.len()).filter(|at| *at != 2) {
        for change in [0x01, 0x10, 0x80] {
            let mut broken = stream.clone();
            broken[at] ^= change;
            let mut server = End::server(psk());
            server.connection.handle_data(&broken);
            server.records();
            assert!(!server.connection.is_established(), "{at}");
            assert!(server.data().is_empty());
        }
    }
    let stream = octets(&[SERVER_HELLO, SERVER_HELLO_DONE, CHANGE, SERVER_FINISHED].concat());
    for at in 0..stream.len() {
        let mut broken = stream.clone();
        broken[at] ^= 1;
        let mut client = End::client(psk());
        client.connection.handle_data(&broken);
        client.records();
        assert!(!client.connection.is_established(), "{at}");
    }
}

#[test]
fn a_record_counts_once_and_in_its_place() {
    let mac = Some(Ending::Refused(Description::BAD_RECORD_MAC));
    // Once more.
    let (mut client, mut server) = established();
    client.connection.handle_send(b"one");
    let record = client.records().concat();
    server
        .connection
        .handle_data(&[&record[..], &record].concat());
    server.records();
    assert_eq!(server.data(), b"one");
    assert_eq!(server.ending(), mac);
    // In another order, and with one missing.
    for order in [&[1, 0][..], &[1]] {
        let (mut client, mut server) = established();
        client.connection.handle_send(b"one");
        client.connection.handle_send(b"two");
        let records = client.records();
        for n in order {
            server.connection.handle_data(&records[*n]);
        }
        server.records();
        assert_eq!((server.data(), server.ending()), (Vec::new(), mac));
    }
    // Back to its sender.
    let (mut client, _) = established();
    client.connection.handle_send(b"one");
    let record = client.records().concat();
    client.connection.handle_data(&record);
    client.records();
    assert_eq!(client.ending(), mac);
}

#[test]
fn an_end_without_close_notify_is_a_truncation() {
    let (mut client, mut server) = established();
    client.connection.handle_send(b"all there is");
    server.connection.handle_data(&client.records().concat());
    server.connection.handle_closed();
    server.records();
    assert_eq!(server.data(), b"all there is");
    assert_eq!(server.ending(), Some(Ending::Truncated));
    // Who has said that no more comes need not wait for the answer.
    client.connection.handle_close();
    client.connection.handle_closed();
    client.records();
    assert_eq!(client.ending(), Some(Ending::Closed));
    // In the middle of a handshake it is one too.
    let mut server = End::server(psk());
    server.connection.handle_data(&octets(CLIENT_HELLO));
    server.connection.handle_closed();
    server.records();
    assert_eq!(server.ending(), Some(Ending::Truncated));
}

#[test]
fn one_handshake_is_all_there_is() {
    let (mut client, mut server) = established();
    // The server asks for another, as a record of its own under its keys.
    server.connection.put_message(&Handshake::HelloRequest);
    let crossed = talk(&mut client, &mut server);
    // The request, and a warning; nothing ended.
    assert_eq!(crossed.len(), 2);
    assert!(client.connection.is_established() && server.connection.is_established());
    client.connection.begin();
    let crossed = talk(&mut client, &mut server);
    assert_eq!(crossed.len(), 2);
    client.connection.handle_send(b"still here");
    talk(&mut client, &mut server);
    assert_eq!(server.data(), b"still here");
}

#[test]
fn warnings_are_borne_but_not_for_ever() {
    let (mut client, mut server) = established();
    let warning = Alert::warning(Description::NO_RENEGOTIATION);
    for _ in 0..5 {
        client.connection.put_alert(warning);
    }
    talk(&mut client, &mut server);
    assert!(server.connection.is_established());
    client.connection.put_alert(warning);
    talk(&mut client, &mut server);
    let ending = Ending::Refused(Description::UNEXPECTED_MESSAGE);
    assert_eq!(server.ending(), Some(ending));
}

#[test]
fn what_has_no_place_is_refused() {
    for (bytes, alert) in [
        ("474554202F20", "15030300020246"),
        ("1603034801", "15030300020216"),
        (CHANGE, "1503030002020A"),
        ("170303000161", "1503030002020A"),
        ("160303000100", ""),
        ("1603030000", "1503030002020A"),
        ("18030300020100", "1503030002020A"),
        (CLIENT_FINISHED, "1503030002022F"),
        ("16030300040E000000", "1503030002020A"),
        ("160303000401FFFFFF", "1503030002022F"),
    ] {
        let mut server = End::server(psk());
        server.connection.handle_data(&octets(bytes));
        assert_eq!(hex::encode(&server.records().concat()), alert, "{bytes}");
    }
    // After the end nothing is said any more.
    let mut server = End::server(psk());
    server.connection.handle_data(&octets(CHANGE));
    server.records();
    server.connection.handle_data(&octets(CLIENT_HELLO));
    server.connection.handle_send(b"data");
    server.connection.handle_close();
    server.connection.handle_closed();
    assert!(server.records().is_empty());
    assert!(server.connection.is_ended());
}

#[test]
fn long_data_go_in_several_records() {
    let (mut client, mut server) = established();
    let data: Vec<u8> = (0..40_000u32).map(|n| n as u8).collect();
    client.connection.handle_send(&data);
    let records = talk(&mut client, &mut server);
    assert_eq!(records.len(), 3);
    assert_eq!(server.data(), data);
    client.connection.handle_send(b"");
    assert!(client.records().is_empty());
}
