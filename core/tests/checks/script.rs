//! Bytes of fuzzing as a script: numbers, texts, and commands of messages.
//!
//! Whatever the bytes are they are a script; what is missing at the end reads as zeros.

use super::world::{self, TARGETS};
use dmsc_core::codec::syncml::{
    Alert, AlertCode, Command, Cred, Data, Encoding, Group, Item, ItemCommand, Location, Message,
    Meta, Results, Status, StatusCode,
};

/// What is left to be read.
pub(crate) struct Script<'a>(pub(crate) &'a [u8]);

impl<'a> Script<'a> {
    pub(crate) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self, count: usize) -> &'a [u8] {
        let (head, tail) = self.0.split_at(count.min(self.0.len()));
        self.0 = tail;
        head
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    pub(crate) fn word(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    /// Octets behind their count, a word.
    pub(crate) fn block(&mut self) -> &'a [u8] {
        let count = self.word();
        self.take(count.into())
    }

    /// Characters behind their count, a byte.
    pub(crate) fn text(&mut self) -> String {
        let count = self.byte();
        String::from_utf8_lossy(self.take(count.into())).into_owned()
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::from(self.byte()) % of.len()]
    }

    pub(crate) fn encoding(&mut self) -> Encoding {
        self.pick(&[Encoding::Wbxml, Encoding::Xml])
    }

    /// A URI a peer would try, or any text.
    fn uri(&mut self) -> String {
        match self.byte() {
            0xFF => self.text(),
            at => TARGETS[usize::from(at) % TARGETS.len()].to_owned(),
        }
    }

    /// Data with the Format and Type that go with them.
    fn data(&mut self, encoding: Encoding) -> (Option<Data>, Meta) {
        let meta = |format: &str, kind: &str| Meta {
            format: Some(format.to_owned()),
            media_type: Some(kind.to_owned()),
            ..Meta::default()
        };
        match self.byte() % 10 {
            0 => (None, Meta::default()),
            1 => (Some(Data::Text(self.text())), meta("chr", "text/plain")),
            2 => (Some(Data::Opaque(self.block().to_vec())), meta("bin", "")),
            at @ 3..=5 => {
                let document = world::document(at);
                let (format, kind, data) = Data::of_document(document, encoding);
                (Some(data), meta(format, kind))
            }
            6 => {
                let long = "long text ".repeat(self.word().into());
                (Some(Data::Text(long)), Meta::default())
            }
            7 => (None, meta("node", "")),
            8 => {
                let acl = self.pick(&["Get=*", "Get=*&Replace=*&Add=*&Delete=*", "Add=other", ""]);
                (Some(Data::Text(acl.into())), meta("chr", "text/plain"))
            }
            _ => (Some(Data::Text(self.text())), Meta::default()),
        }
    }

    fn item(&mut self, encoding: Encoding, flags: u8) -> Item {
        let target = self.uri();
        let (data, mut meta) = self.data(encoding);
        if flags & 4 != 0 {
            meta.size = Some(self.word().into());
        }
        Item {
            target: Some(Location::new(target)),
            source: (flags & 8 != 0).then(|| Location::new(self.uri())),
            meta,
            data,
            more_data: flags & 2 != 0,
            ..Item::default()
        }
    }

    /// Commands, numbered on from `last`.
    pub(crate) fn commands(
        &mut self,
        encoding: Encoding,
        last: &mut u32,
        depth: u8,
    ) -> Vec<Command> {
        let count = self.byte() % 8;
        (0..count)
            .map(|_| self.command(encoding, last, depth))
            .collect()
    }

    fn command(&mut self, encoding: Encoding, last: &mut u32, depth: u8) -> Command {
        let (kind, flags) = (self.byte() % 14, self.byte());
        if flags & 0x80 == 0 {
            *last += 1;
        }
        let cmd_id = last.to_string();
        let no_resp = flags & 1 != 0;
        match kind {
            0..=5 => {
                let copies = usize::from(flags >> 4 & 3 == 3) + 1;
                let of = ItemCommand {
                    cmd_id,
                    no_resp,
                    correlator: (kind == 5).then(|| "c".to_owned()),
                    items: (0..copies)
                        .map(|_| self.item(encoding, flags | if kind == 3 { 8 } else { 0 }))
                        .collect(),
                    ..ItemCommand::default()
                };
                match kind {
                    0 => Command::Add(of),
                    1 => Command::Replace(of),
                    2 => Command::Delete(of),
                    3 => Command::Copy(of),
                    4 => Command::Get(of),
                    _ => Command::Exec(of),
                }
            }
            6 | 7 => {
                let code = match kind {
                    6 => 1100 + u16::from(self.byte() % 6),
                    _ => self.pick(&[1200, 1201, 1222, 1223, 1224, 1225, 1226, 1]),
                };
                let texts = self.byte() % 5;
                Command::Alert(Alert {
                    cmd_id,
                    no_resp,
                    code: AlertCode(code),
                    items: (0..texts)
                        .map(|_| Item {
                            data: Some(Data::Text(self.text())),
                            meta: Meta {
                                format: (flags & 2 != 0).then(|| "chr".to_owned()),
                                media_type: (flags & 4 != 0).then(|| "text/plain".to_owned()),
                                ..Meta::default()
                            },
                            source: (flags & 8 != 0).then(|| Location::new(self.uri())),
                            ..Item::default()
                        })
                        .collect(),
                    ..Alert::default()
                })
            }
            8 | 9 => {
                let group = Group {
                    cmd_id,
                    no_resp,
                    commands: if depth == 0 {
                        Vec::new()
                    } else {
                        self.commands(encoding, last, depth - 1)
                    },
                    ..Group::default()
                };
                if kind == 8 {
                    Command::Sequence(group)
                } else {
                    Command::Atomic(group)
                }
            }
            10 | 11 => Command::Results(Results {
                cmd_id,
                msg_ref: Some(self.byte().to_string()),
                cmd_ref: self.byte().to_string(),
                items: vec![self.item(encoding, flags | 8)],
                ..Results::default()
            }),
            _ => Command::Status(Status {
                cmd_id,
                msg_ref: self.byte().to_string(),
                cmd_ref: self.byte().to_string(),
                cmd: self
                    .pick(&["Get", "Add", "Results", "Alert", "SyncHdr"])
                    .into(),
                code: StatusCode(self.word() % 600),
                ..Status::default()
            }),
        }
    }

    /// A message as it stands in the bytes, in either encoding.
    pub(crate) fn message(&mut self) -> Option<Message> {
        let bytes = self.block();
        Message::decode_wbxml(bytes)
            .or_else(|_| Message::decode_xml(bytes))
            .ok()
    }
}

/// Every command, those in groups too.
pub(crate) fn walk<'m>(commands: &'m [Command], f: &mut dyn FnMut(&'m Command)) {
    for command in commands {
        f(command);
        if let Command::Sequence(group) | Command::Atomic(group) = command {
            walk(&group.commands, f);
        }
    }
}

/// CmdIDs count from 1.
pub(crate) fn counts(message: &Message) {
    let mut wanted = 0_u32;
    walk(&message.commands, &mut |command| {
        wanted += 1;
        assert_eq!(command.cmd_id(), wanted.to_string(), "{message:#?}");
    });
}

/// Statuses fit the commands of the message they answer: no more than one for each Item, and,
/// when all is said, one for each command that wants one. A server takes no
/// group of commands: there the group alone is answered.
pub(crate) fn answered(received: &Message, sent: &[Command], all: bool, by_client: bool) {
    let mut ids = Vec::new();
    walk(&received.commands, &mut |command| {
        ids.push(command.cmd_id())
    });
    ids.sort_unstable();
    let is_unique = ids.windows(2).all(|pair| pair[0] != pair[1])
        && ids.iter().all(|id| !id.is_empty() && *id != "0");
    if !is_unique {
        return;
    }
    let of = |id: &str| -> Vec<&Status> {
        sent.iter()
            .filter_map(|c| match c {
                Command::Status(s) if s.msg_ref == received.hdr.msg_id && s.cmd_ref == id => {
                    Some(s)
                }
                _ => None,
            })
            .collect()
    };
    for command in sent {
        if let Command::Status(status) = command
            && status.msg_ref == received.hdr.msg_id
            && status.cmd_ref != "0"
        {
            assert!(
                ids.contains(&&*status.cmd_ref),
                "{status:?} answers nothing"
            );
        }
    }
    let mut check = |command: &Command| {
        let (items, no_resp) = match command {
            Command::Add(c)
            | Command::Replace(c)
            | Command::Delete(c)
            | Command::Copy(c)
            | Command::Get(c)
            | Command::Exec(c) => (c.items.len(), c.no_resp),
            Command::Alert(c) => (c.items.len(), c.no_resp),
            Command::Sequence(g) | Command::Atomic(g) => (1, g.no_resp),
            Command::Unknown(_) | Command::Results(_) => (1, true),
            Command::Status(_) => (0, true),
        };
        let statuses = of(command.cmd_id());
        assert!(statuses.len() <= items.max(1), "{command:?}: {statuses:?}");
        let may_be_quiet = !matches!(command, Command::Unknown(_) | Command::Results(_));
        assert!(
            !(no_resp && may_be_quiet) || statuses.is_empty(),
            "{command:?} wants no Status: {statuses:?}"
        );
        assert!(
            !all || no_resp || !statuses.is_empty(),
            "no Status for {command:?}: {sent:?}"
        );
        if let Command::Atomic(group) = command
            && let [own] = statuses.as_slice()
            && all
        {
            // All or none.
            walk(&group.commands, &mut |inner| {
                for status in of(inner.cmd_id()) {
                    let counts = status.code.is_success() || status.code.0 == 213;
                    assert!(
                        own.code.is_success() || !counts,
                        "{inner:?} took effect: {status:?}, {own:?}"
                    );
                }
            });
        }
    };
    if by_client {
        walk(&received.commands, &mut check);
    } else {
        received.commands.iter().for_each(check);
    }
}

/// Whether a part stands somewhere in octets.
pub(crate) fn contains(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len()).any(|window| window == part)
}

/// What must not be said is not said but as credentials.
pub(crate) fn keeps_secret(message: &Message, head: &str, secrets: &[Vec<u8>]) {
    let mut bare = message.clone();
    bare.hdr.cred = None::<Cred>;
    let (wbxml, xml) = (bare.encode_wbxml(), bare.encode_xml());
    for secret in secrets {
        let coded = dmsc_core::codec::auth::base64(secret);
        for octets in [&wbxml, xml.as_bytes(), head.as_bytes()] {
            assert!(!contains(octets, secret), "a secret in {xml}");
            assert!(!contains(octets, coded.as_bytes()), "a secret in {xml}");
        }
    }
}
