//! Somebody who listens to what crosses, keeps it, and makes bytes of his own.
//!
//! Sans-IO and without any secret of the others. What he hears is bounded.

use super::Attack;
use crate::codec::auth::{self, AuthType, HMAC_HEADER};
use crate::codec::http::{Request, Response};
use crate::codec::notification::{Initiator, Package0, UiMode};
use crate::codec::syncml::{
    Alert, AlertCode, Chal, Command, Encoding, Message, Status, StatusCode, SyncHdr,
};
use crate::codec::wsp;

/// Server that the device has an account of, and that has no rights of the card's.
pub(in crate::scenario) const RIVAL: &str = "rival.example";

/// Server that the device knows nothing of.
pub(in crate::scenario) const STRANGER: &str = "stranger.example";

/// Notifications kept.
const MAX_HEARD: usize = 16;

/// Bytes of an answer that are kept.
const MAX_ANSWER: usize = 1 << 20;

/// Part of a value, and what it becomes on the way.
const SWAPPED: (&[u8], &[u8]) = (b"corp.example", b"evil.example");

/// What the rogue heard as an answer to what he said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scenario) enum Heard {
    /// HTTP alone.
    Http(u16),
    /// A message, with this Status for the header of his own.
    Header(u16),
}

/// Rogue: no server of the device's, who would like to be one.
#[derive(Clone, Debug, Default)]
pub struct Rogue {
    /// He is there.
    listens: bool,
    seed: u64,
    made: u32,
    /// Push PDUs, as they came by, and whether the resynchronisation nonce signs them.
    pushes: Vec<(Vec<u8>, bool)>,
    /// The last message of the DM Client, and of the card.
    of_client: Option<Message>,
    of_card: Option<Message>,
    /// A request of the DM Client, to be sent again.
    request: Option<Vec<u8>>,
    /// He has answered the DM Client in the card's place.
    has_answered: bool,
    /// Bytes of an answer that is not whole.
    inbound: Vec<u8>,
    /// Answer to what he said last.
    pub(in crate::scenario) heard: Option<Heard>,
}

impl Rogue {
    /// A rogue who has heard nothing yet.
    pub fn new(seed: u64) -> Self {
        Rogue {
            // He draws other numbers than the rest.
            listens: true,
            seed: seed ^ 0x726F_6775_6500_0000,
            ..Rogue::default()
        }
    }

    /// A notification came by.
    pub(in crate::scenario) fn hear_push(&mut self, push: &[u8], resync: bool) {
        if self.listens && self.pushes.len() < MAX_HEARD {
            self.pushes.push((push.to_vec(), resync));
        }
    }

    /// A message of the DM Client came by, or of the card.
    pub(in crate::scenario) fn hear_message(
        &mut self,
        body: &[u8],
        encoding: Encoding,
        ours: bool,
    ) {
        if !self.listens {
            return;
        }
        let message = Message::decode(body, encoding).ok();
        if ours {
            self.of_client = message.or(self.of_client.take());
        } else {
            self.of_card = message.or(self.of_card.take());
        }
    }

    /// The push PDU of an attack by notification, if he can make it.
    pub(in crate::scenario) fn push(&mut self, attack: Attack) -> Option<Vec<u8>> {
        let number = self.draw();
        let session = u16::from_be_bytes([number[0], number[1]]) | 0x8000;
        let own = |server_id: &str| {
            Package0::new(server_id, session, UiMode::Background, Initiator::Server)
        };
        let heard = |resync: bool| {
            let mut all = self.pushes.iter();
            all.find(|(_, of)| *of == resync).map(|(push, _)| push)
        };
        let package = match attack {
            Attack::Replayed => return heard(false).cloned(),
            Attack::ResyncReplayed => return heard(true).cloned(),
            Attack::Forged => {
                let (_, known) = wsp::decode_notification(heard(false)?).ok()?;
                Package0 {
                    digest: self.draw(),
                    ..own(&known.server_id)
                }
            }
            Attack::Foreign => own(STRANGER).signed("the stranger's own", &number),
            Attack::Version => {
                let (_, known) = wsp::decode_notification(heard(false)?).ok()?;
                Package0 {
                    version: known.version + 1,
                    session_id: session,
                    ..known
                }
            }
            _ => return None,
        };
        Some(wsp::encode_notification(number[2], &package))
    }

    /// An answer in the card's place that asks the DM Client for a proof by a nonce that is the
    /// same for everybody. What he answers he keeps.
    pub(in crate::scenario) fn challenge(
        &mut self,
        request: &Request,
        encoding: Encoding,
    ) -> Option<(Message, Response)> {
        let message = Message::decode(&request.body, encoding).ok()?;
        let kind = match request.header(HMAC_HEADER) {
            Some(_) => AuthType::Mac,
            None => AuthType::Md5,
        };
        let mut commands = vec![Command::Status(Status {
            chal: Chal::of(&kind, &auth::RESYNC_NONCE),
            ..header_status(&message.hdr, StatusCode::INVALID_CREDENTIALS)
        })];
        for command in &message.commands {
            commands.push(Command::Status(status(
                &message.hdr.msg_id,
                command,
                StatusCode::INVALID_CREDENTIALS,
            )));
        }
        let answer = self.written(
            SyncHdr {
                ver_dtd: message.hdr.ver_dtd.clone(),
                ver_proto: message.hdr.ver_proto.clone(),
                session_id: message.hdr.session_id.clone(),
                msg_id: message.hdr.msg_id.clone(),
                target: message.hdr.source.clone(),
                source: message.hdr.target.clone(),
                ..SyncHdr::default()
            },
            commands,
        );
        let response = Response::new(200).with_body(encoding.media_type(), answer.encode(encoding));
        Some((answer, response))
    }

    /// Whether it is his first answer to the DM Client in this attack.
    pub(in crate::scenario) fn answers_first(&mut self) -> bool {
        !std::mem::replace(&mut self.has_answered, true)
    }

    /// Begins another attack: what he heard in the one before is over.
    pub(in crate::scenario) fn begin(&mut self) {
        self.heard = None;
        self.has_answered = false;
        self.inbound.clear();
        self.request = None;
    }

    /// Keeps a request of the DM Client.
    pub(in crate::scenario) fn keep(&mut self, request: &Request) {
        self.request = Some(request.encode());
    }

    /// The request he kept, once.
    pub(in crate::scenario) fn take_kept(&mut self) -> Option<Vec<u8>> {
        self.request.take()
    }

    /// Whether he has kept a request.
    pub(in crate::scenario) fn has_kept(&self) -> bool {
        self.request.is_some()
    }

    /// A message of his own to the card while another's session runs: in that session, as if all
    /// was done, or to open another. He shows no proof, for want of a secret.
    pub(in crate::scenario) fn intrusion(
        &mut self,
        attack: Attack,
        like: &Request,
        encoding: Encoding,
    ) -> Option<(Message, Request)> {
        let (client, card) = (self.of_client.clone()?, self.of_card.clone()?);
        let mut hdr = SyncHdr {
            cred: None,
            ..client.hdr
        };
        let commands = match attack {
            Attack::SecondSession => {
                let number = self.draw();
                hdr.session_id = format!("{:X}", u16::from_be_bytes([number[0], number[1]]).max(1));
                hdr.msg_id = "1".to_owned();
                vec![Command::Alert(Alert {
                    code: AlertCode::SERVER_INITIATED,
                    ..Alert::default()
                })]
            }
            _ => {
                let next = hdr.msg_id.parse::<u32>().ok()?.checked_add(1)?;
                hdr.msg_id = next.to_string();
                let mut commands = vec![Command::Status(header_status(&card.hdr, StatusCode::OK))];
                let mut rest: Vec<&Command> = card.commands.iter().rev().collect();
                while let Some(command) = rest.pop() {
                    if let Command::Sequence(group) | Command::Atomic(group) = command {
                        rest.extend(group.commands.iter().rev());
                    }
                    if !matches!(command, Command::Status(_) | Command::Results(_)) {
                        let status = status(&card.hdr.msg_id, command, StatusCode::OK);
                        commands.push(Command::Status(status));
                    }
                }
                commands
            }
        };
        let message = self.written(hdr, commands);
        let mut request = like.clone();
        request
            .headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case(HMAC_HEADER));
        request.set_body(message.encode(encoding));
        Some((message, request))
    }

    /// What becomes of a message on the way; `None` when there is nothing in it that he is after.
    pub(in crate::scenario) fn tampered(&self, body: &[u8]) -> Option<Vec<u8>> {
        let (from, to) = SWAPPED;
        let at = body.windows(from.len()).position(|part| part == from)?;
        let mut altered = body.to_vec();
        altered.get_mut(at..at + to.len())?.copy_from_slice(to);
        Some(altered)
    }

    /// What he puts in the place of what, as text.
    pub(in crate::scenario) fn swapped() -> (String, String) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(SWAPPED.0), text(SWAPPED.1))
    }

    /// Takes bytes of an answer of the card; true when it is whole.
    pub(in crate::scenario) fn handle_answer(&mut self, bytes: &[u8]) -> bool {
        if self.inbound.len() + bytes.len() <= MAX_ANSWER {
            self.inbound.extend_from_slice(bytes);
        }
        let Ok(Some((response, _))) = Response::decode(&self.inbound) else {
            return false;
        };
        self.inbound.clear();
        let media_type = response.header("Content-Type").unwrap_or_default();
        let encoding = Encoding::from_media_type(media_type).unwrap_or_default();
        let header = |message: Message| {
            message.commands.iter().find_map(|command| match command {
                Command::Status(status) if status.cmd_ref == "0" => Some(status.code.0),
                _ => None,
            })
        };
        let said = Message::decode(&response.body, encoding)
            .ok()
            .and_then(header);
        self.heard = Some(said.map_or(Heard::Http(response.status), Heard::Header));
        true
    }

    fn written(&self, hdr: SyncHdr, mut commands: Vec<Command>) -> Message {
        for (at, command) in commands.iter_mut().enumerate() {
            command.set_cmd_id((at + 1).to_string());
        }
        Message {
            hdr,
            commands,
            is_final: true,
        }
    }

    fn draw(&mut self) -> [u8; 16] {
        self.made = self.made.wrapping_add(1);
        auth::nonce(self.seed, self.made)
    }
}

/// A Status for the header of a message.
fn header_status(hdr: &SyncHdr, code: StatusCode) -> Status {
    Status {
        msg_ref: hdr.msg_id.clone(),
        cmd_ref: "0".to_owned(),
        cmd: "SyncHdr".to_owned(),
        target_refs: vec![hdr.target.uri.clone()],
        source_refs: vec![hdr.source.uri.clone()],
        code,
        ..Status::default()
    }
}

/// A Status for a command.
fn status(msg_ref: &str, command: &Command, code: StatusCode) -> Status {
    Status {
        msg_ref: msg_ref.to_owned(),
        cmd_ref: command.cmd_id().to_owned(),
        cmd: command.name().to_owned(),
        code,
        ..Status::default()
    }
}
