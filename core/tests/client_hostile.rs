//! The DM Client against servers that say anything at all, in any order.

#![allow(clippy::unwrap_used, clippy::panic)]

mod dm_server;

use dm_server::*;
use dmsc_core::client::{AlertItem, Answer, Config, DeviceAlert, MAX_MESSAGES, Output};
use dmsc_core::codec::auth::{AuthType, HMAC_HEADER, HmacHeader};
use dmsc_core::codec::http::Response;
use dmsc_core::codec::syncml::{
    Alert, AlertCode, Chal, Command, Cred, Data, Encoding, Group, Item, ItemCommand, Location,
    Message, Meta, Results, Status, StatusCode, SyncHdr,
};
use dmsc_core::tree::standard::{Device, device_tree};
use dmsc_core::tree::{Caller, ManagementTree, NewValue, NodeUri};

/// A linear congruential generator: the same numbers on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn chance(&mut self, one_in: u64) -> bool {
        self.roll(one_in) == 0
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len() as u64) as usize]
    }
}

const URIS: [&str; 12] = [
    "./Connectivity/NAP/A",
    "./Connectivity/NAP/B",
    "./Connectivity/NAP",
    "./Connectivity/NAP/A?prop=ACL",
    "./Connectivity/NAP/A?prop=Name",
    "./Connectivity?list=StructData",
    "./DMAcc/DMSC",
    "./DMAcc/DMSC/AppAuth/Server/AAuthSecret",
    "./DevDetail/LrgObj",
    ".",
    "",
    "..//?",
];

fn device_of(client: AuthType, server: AuthType) -> ManagementTree {
    let mut account = account();
    account.client.auth_type = client;
    account.server.auth_type = server;
    let mut tree = device_tree(&Device::default(), &[("DMSC", account)]);
    tree.undescribe(&NodeUri::parse("./Connectivity/NAP").unwrap());
    let uri = NodeUri::parse("./Connectivity/NAP/A").unwrap();
    tree.add(&uri, NewValue::text("old"), Caller::Device, 0)
        .unwrap();
    tree
}

fn auth_type(dice: &mut Dice) -> AuthType {
    match dice.roll(4) {
        0 => AuthType::Basic,
        1 => AuthType::Mac,
        2 => AuthType::Unknown("X".into()),
        _ => AuthType::Md5,
    }
}

fn meta(dice: &mut Dice) -> Meta {
    let number = |dice: &mut Dice| match dice.roll(8) {
        0 => Some(0),
        1 => Some(dice.roll(4000)),
        2 => Some(u64::MAX),
        _ => None,
    };
    Meta {
        format: dice.chance(3).then(|| {
            dice.pick(&["chr", "node", "b64", "bin", "xml", "int", ""])
                .to_owned()
        }),
        media_type: dice.chance(4).then(|| {
            dice.pick(&[
                "text/plain",
                "application/vnd.syncml.dmtnds+xml",
                "application/vnd.syncml.dmtnds+wbxml",
            ])
            .to_owned()
        }),
        size: number(dice),
        max_msg_size: number(dice),
        max_obj_size: number(dice),
        next_nonce: dice
            .chance(4)
            .then(|| dice.pick(&["AAAA", "*", ""]).to_owned()),
        ..Meta::default()
    }
}

fn item(dice: &mut Dice) -> Item {
    let location = |dice: &mut Dice| (!dice.chance(5)).then(|| Location::new(dice.pick(&URIS)));
    Item {
        target: location(dice),
        source: location(dice),
        meta: meta(dice),
        data: match dice.roll(5) {
            0 => None,
            1 => Some(Data::Opaque(vec![0xFF; dice.roll(3000) as usize])),
            2 => Some(Data::Text(
                "<MgmtTree><VerDTD>1.2</VerDTD><Node><NodeName>B</NodeName></Node></MgmtTree>"
                    .into(),
            )),
            _ => Some(Data::Text("x<".repeat(dice.roll(800) as usize))),
        },
        more_data: dice.chance(4),
        ..Item::default()
    }
}

fn command(dice: &mut Dice, depth: u32) -> Command {
    let cmd_id = dice.roll(40).to_string();
    let of_items = |dice: &mut Dice| {
        let mut items: Vec<Item> = (0..dice.roll(3)).map(|_| item(dice)).collect();
        items.push(item(dice));
        ItemCommand {
            cmd_id: cmd_id.clone(),
            no_resp: dice.chance(9),
            meta: meta(dice),
            items,
            ..ItemCommand::default()
        }
    };
    match dice.roll(if depth > 3 { 10 } else { 12 }) {
        0 => Command::Add(of_items(dice)),
        1 => Command::Replace(of_items(dice)),
        2 => Command::Delete(of_items(dice)),
        3 => Command::Copy(of_items(dice)),
        4 => Command::Get(of_items(dice)),
        5 => Command::Exec(of_items(dice)),
        6 | 7 => Command::Alert(Alert {
            cmd_id,
            code: AlertCode(if dice.chance(2) {
                1100 + dice.roll(6) as u16
            } else {
                [1200, 1202, 1222, 1222, 1222, 1225, 1226][dice.roll(7) as usize]
            }),
            items: (0..dice.roll(5)).map(|_| item(dice)).collect(),
            ..Alert::default()
        }),
        8 => Command::Status(Status {
            cmd_id,
            msg_ref: dice.roll(9).to_string(),
            cmd_ref: dice.roll(5).to_string(),
            cmd: dice
                .pick(&["SyncHdr", "Results", "Alert", "Replace"])
                .into(),
            chal: dice.chance(2).then(|| {
                let nonce = vec![7; dice.roll(20) as usize];
                Chal::of(&auth_type(dice), &nonce).unwrap_or_default()
            }),
            code: StatusCode([200, 212, 401, 407, 413, 500, 213][dice.roll(7) as usize]),
            ..Status::default()
        }),
        9 => Command::Results(Results {
            cmd_id,
            items: vec![item(dice)],
            ..Results::default()
        }),
        group => {
            let group_of = Group {
                cmd_id,
                commands: (0..=dice.roll(4))
                    .map(|_| command(dice, depth + 1))
                    .collect(),
                ..Group::default()
            };
            if group == 10 {
                Command::Sequence(group_of)
            } else {
                Command::Atomic(group_of)
            }
        }
    }
}

fn message(dice: &mut Dice, session_id: &str, msg_id: u32) -> Message {
    let server = account().server;
    Message {
        hdr: SyncHdr {
            ver_dtd: if dice.chance(40) { "1.1" } else { "1.2" }.into(),
            ver_proto: "DM/1.2".into(),
            session_id: if dice.chance(60) { "0" } else { session_id }.into(),
            msg_id: msg_id.to_string(),
            target: Location::new("IMEI:493005100592800"),
            source: Location::new("http://127.0.0.1:3516/dm"),
            resp_uri: dice.chance(20).then(|| {
                dice.pick(&["http://127.0.0.1:3516/x", "http://other/", "x"])
                    .to_owned()
            }),
            cred: match dice.roll(6) {
                0 => None,
                1 => Some(Cred::basic(&server)),
                2 => Some(Cred::md5(&server, &[7; 3])),
                _ => Some(Cred::md5(&server, &server.nonce)),
            },
            meta: meta(dice),
            ..SyncHdr::default()
        },
        commands: (0..dice.roll(6)).map(|_| command(dice, 0)).collect(),
        is_final: !dice.chance(3),
    }
}

/// Plays one session; gives the number of messages the client sent.
fn play(seed: u64) -> u32 {
    let mut dice = Dice(seed);
    let encoding = if dice.chance(2) {
        Encoding::Wbxml
    } else {
        Encoding::Xml
    };
    let config = Config {
        encoding,
        max_obj_size: 5000,
        seed,
        ..Config::default()
    };
    let tree = device_of(auth_type(&mut dice), auth_type(&mut dice));
    let mut script = Script::idle(config, tree);
    let alert = DeviceAlert {
        code: AlertCode::GENERIC,
        items: vec![AlertItem {
            media_type: "text/plain".into(),
            format: "chr".into(),
            ..AlertItem::default()
        }],
        ..DeviceAlert::default()
    };
    script.client.handle_alert("dmsc.card", alert).unwrap();
    script.client.handle_start("dmsc.card", 1);
    let (mut sent, mut msg_id, mut steps) = (0, 0, 0);
    while let Some(output) = script.client.poll() {
        steps += 1;
        assert!(steps < 100_000, "seed {seed} does not end");
        match output {
            Output::Event(event) => script.events.push(event),
            Output::Connect { .. } if dice.chance(50) => script.client.handle_refused(),
            Output::Connect { .. } => script.client.handle_connected(),
            Output::Close => {}
            Output::Ask(question) => {
                if dice.chance(10) {
                    script.client.handle_abort("enough", 4);
                }
                let answer = match dice.roll(6) {
                    0 => Answer::Reject,
                    1 => Answer::Cancel,
                    2 => Answer::Text("x".repeat(dice.roll(3000) as usize)),
                    3 => Answer::Choices(vec![1]),
                    4 => question.default_response.unwrap_or(Answer::NoAnswer),
                    _ => Answer::Accept,
                };
                script.client.handle_answer(answer, 4);
            }
            Output::Execute(_) => script
                .client
                .handle_executed(StatusCode(dice.roll(600) as u16), 4),
            Output::Send(outgoing) => {
                sent += 1;
                let told = Message::decode(&outgoing.request.body, encoding).unwrap();
                script.session_id.clone_from(&told.hdr.session_id);
                if dice.chance(30) {
                    script.client.handle_abort("enough", 4);
                }
                if !dice.chance(20) {
                    msg_id += 1;
                }
                let message = message(&mut dice, &script.session_id, msg_id);
                let body = message.encode(encoding);
                let header = HmacHeader::of(&account().server, &[7; 3], &body);
                let mut response = Response::new(200).with_body(encoding.media_type(), body);
                if dice.chance(3) {
                    response
                        .headers
                        .push((HMAC_HEADER.to_owned(), header.to_string()));
                }
                script.client.handle_data(&response.encode(), 5);
                if dice.chance(50) {
                    script.client.handle_closed();
                }
            }
        }
    }
    assert!(!script.client.is_busy(), "seed {seed} hangs");
    assert!(script.end().is_some(), "seed {seed} has no end");
    assert!(script.is_told(), "seed {seed} changed what it did not tell");
    sent
}

#[test]
fn no_server_makes_the_client_panic_loop_or_change_what_it_does_not_tell() {
    let mut longest = 0;
    for seed in 0..1000 {
        longest = longest.max(play(seed));
    }
    assert!(longest > 5, "servers that are listened to: {longest}");
    assert!(longest <= MAX_MESSAGES + 1);
}
