//! Arena to message: tolerant of order and of what DM does not use, strict about what is
//! missing, doubled or no number (OMA-TS-DM_RepPro-V1_2_1 §6).
//!
//! One reader serves WBXML and XML, since both parse to the same arena. Elements that DM has no
//! use for are kept beside those it has.

use super::{
    Alert, AlertCode, Chal, Command, Cred, Data, Group, Item, ItemCommand, Location, Message, Meta,
    Results, Status, StatusCode, SyncHdr,
};
use crate::codec::DecodeError;
use crate::codec::markup::document::Document;
use crate::codec::vocabulary::wbxml::{Tag, metinf, syncml as tags};

const CLAUSE: &str = "DM RepPro §6";

pub(super) fn message(document: &Document<'_>) -> Result<Message, DecodeError> {
    let reader = Reader { document };
    let root = match document.root() {
        Some(root) if document.tag(root) == Some(tags::SYNC_ML) => root,
        Some(root) => {
            return Err(DecodeError::new(
                document.offset(root),
                "SyncML",
                document.root_found(root),
            )
            .clause(CLAUSE));
        }
        None => return Err(DecodeError::new(0, "SyncML", "no element").clause(CLAUSE)),
    };
    reader.message(root)
}

struct Reader<'d, 'a> {
    document: &'d Document<'a>,
}

impl Reader<'_, '_> {
    fn message(&self, at: usize) -> Result<Message, DecodeError> {
        let mut hdr = None;
        let mut body = None;
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::SYNC_HDR) => self.once(&mut hdr, child, Self::hdr)?,
                Some(tags::SYNC_BODY) => self.once(&mut body, child, Self::body)?,
                _ => {}
            }
        }
        let hdr = self.required(hdr, at, "SyncHdr")?;
        let (commands, is_final) = self.required(body, at, "SyncBody")?;
        Ok(Message {
            hdr,
            commands,
            is_final,
        })
    }

    fn hdr(&self, at: usize) -> Result<SyncHdr, DecodeError> {
        let (mut ver_dtd, mut ver_proto, mut session_id, mut msg_id) = (None, None, None, None);
        let (mut target, mut source, mut resp_uri, mut cred, mut meta) =
            (None, None, None, None, None);
        let mut no_resp = false;
        let mut other = Vec::new();
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::VER_DTD) => self.once(&mut ver_dtd, child, Self::token)?,
                Some(tags::VER_PROTO) => self.once(&mut ver_proto, child, Self::token)?,
                Some(tags::SESSION_ID) => self.once(&mut session_id, child, Self::token)?,
                Some(tags::MSG_ID) => self.once(&mut msg_id, child, Self::token)?,
                Some(tags::TARGET) => self.once(&mut target, child, Self::location)?,
                Some(tags::SOURCE) => self.once(&mut source, child, Self::location)?,
                Some(tags::RESP_URI) => self.once(&mut resp_uri, child, Self::token)?,
                Some(tags::NO_RESP) => no_resp = true,
                Some(tags::CRED) => self.once(&mut cred, child, Self::cred)?,
                Some(tags::META) => self.once(&mut meta, child, Self::meta)?,
                _ => other.push(self.document.to_element(child)),
            }
        }
        Ok(SyncHdr {
            ver_dtd: self.required(ver_dtd, at, "VerDTD")?,
            ver_proto: self.required(ver_proto, at, "VerProto")?,
            session_id: self.required(session_id, at, "SessionID")?,
            msg_id: self.required(msg_id, at, "MsgID")?,
            target: self.required(target, at, "Target")?,
            source: self.required(source, at, "Source")?,
            resp_uri,
            no_resp,
            cred,
            meta: meta.unwrap_or_default(),
            other,
        })
    }

    fn body(&self, at: usize) -> Result<(Vec<Command>, bool), DecodeError> {
        let mut commands = Vec::with_capacity(self.document.elements(at).count());
        let mut is_final = false;
        for (child, tag) in self.document.elements(at) {
            if tag == Some(tags::FINAL) {
                is_final = true;
            } else {
                commands.push(self.command(child, tag)?);
            }
        }
        Ok((commands, is_final))
    }

    /// Recursion is bounded by the depth of the arena.
    fn command(&self, at: usize, tag: Option<Tag>) -> Result<Command, DecodeError> {
        Ok(match tag {
            Some(tags::ADD) => Command::Add(self.item_command(at)?),
            Some(tags::REPLACE) => Command::Replace(self.item_command(at)?),
            Some(tags::DELETE) => Command::Delete(self.item_command(at)?),
            Some(tags::COPY) => Command::Copy(self.item_command(at)?),
            Some(tags::GET) => Command::Get(self.item_command(at)?),
            Some(tags::EXEC) => Command::Exec(self.item_command(at)?),
            Some(tags::ALERT) => Command::Alert(self.alert(at)?),
            Some(tags::STATUS) => Command::Status(self.status(at)?),
            Some(tags::RESULTS) => Command::Results(self.results(at)?),
            Some(tags::SEQUENCE) => Command::Sequence(self.group(at)?),
            Some(tags::ATOMIC) => Command::Atomic(self.group(at)?),
            _ => Command::Unknown(self.document.to_element(at)),
        })
    }

    fn item_command(&self, at: usize) -> Result<ItemCommand, DecodeError> {
        let (mut cmd_id, mut correlator, mut meta) = (None, None, None);
        let mut command = ItemCommand {
            items: self.items(at),
            ..ItemCommand::default()
        };
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::CMD_ID) => self.once(&mut cmd_id, child, Self::token)?,
                Some(tags::NO_RESP) => command.no_resp = true,
                Some(tags::CORRELATOR) => self.once(&mut correlator, child, Self::text)?,
                Some(tags::META) => self.once(&mut meta, child, Self::meta)?,
                Some(tags::ITEM) => command.items.push(self.item(child)?),
                _ => command.other.push(self.document.to_element(child)),
            }
        }
        command.cmd_id = self.required(cmd_id, at, "CmdID")?;
        command.correlator = correlator;
        command.meta = meta.unwrap_or_default();
        Ok(command)
    }

    fn alert(&self, at: usize) -> Result<Alert, DecodeError> {
        let (mut cmd_id, mut code, mut correlator) = (None, None, None);
        let mut alert = Alert {
            items: self.items(at),
            ..Alert::default()
        };
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::CMD_ID) => self.once(&mut cmd_id, child, Self::token)?,
                Some(tags::DATA) => self.once(&mut code, child, Self::number::<u16>)?,
                Some(tags::CORRELATOR) => self.once(&mut correlator, child, Self::text)?,
                Some(tags::NO_RESP) => alert.no_resp = true,
                Some(tags::ITEM) => alert.items.push(self.item(child)?),
                _ => alert.other.push(self.document.to_element(child)),
            }
        }
        alert.cmd_id = self.required(cmd_id, at, "CmdID")?;
        alert.code = AlertCode(code.unwrap_or_default());
        alert.correlator = correlator;
        Ok(alert)
    }

    fn status(&self, at: usize) -> Result<Status, DecodeError> {
        let (mut cmd_id, mut msg_ref, mut cmd_ref, mut cmd) = (None, None, None, None);
        let (mut chal, mut code) = (None, None);
        let mut status = Status {
            items: self.items(at),
            ..Status::default()
        };
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::CMD_ID) => self.once(&mut cmd_id, child, Self::token)?,
                Some(tags::MSG_REF) => self.once(&mut msg_ref, child, Self::token)?,
                Some(tags::CMD_REF) => self.once(&mut cmd_ref, child, Self::token)?,
                Some(tags::CMD) => self.once(&mut cmd, child, Self::token)?,
                Some(tags::TARGET_REF) => status.target_refs.push(self.token(child)?),
                Some(tags::SOURCE_REF) => status.source_refs.push(self.token(child)?),
                Some(tags::CHAL) => self.once(&mut chal, child, Self::chal)?,
                Some(tags::DATA) => self.once(&mut code, child, Self::number::<u16>)?,
                Some(tags::ITEM) => status.items.push(self.item(child)?),
                _ => status.other.push(self.document.to_element(child)),
            }
        }
        status.cmd_id = self.required(cmd_id, at, "CmdID")?;
        status.msg_ref = self.required(msg_ref, at, "MsgRef")?;
        status.cmd_ref = self.required(cmd_ref, at, "CmdRef")?;
        status.cmd = self.required(cmd, at, "Cmd")?;
        status.code = StatusCode(self.required(code, at, "Data")?);
        status.chal = chal;
        Ok(status)
    }

    fn results(&self, at: usize) -> Result<Results, DecodeError> {
        let (mut cmd_id, mut msg_ref, mut cmd_ref, mut meta) = (None, None, None, None);
        let (mut target_ref, mut source_ref) = (None, None);
        let mut items = self.items(at);
        let mut other = Vec::new();
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::CMD_ID) => self.once(&mut cmd_id, child, Self::token)?,
                Some(tags::MSG_REF) => self.once(&mut msg_ref, child, Self::token)?,
                Some(tags::CMD_REF) => self.once(&mut cmd_ref, child, Self::token)?,
                Some(tags::META) => self.once(&mut meta, child, Self::meta)?,
                Some(tags::TARGET_REF) => self.once(&mut target_ref, child, Self::token)?,
                Some(tags::SOURCE_REF) => self.once(&mut source_ref, child, Self::token)?,
                Some(tags::ITEM) => items.push(self.item(child)?),
                _ => other.push(self.document.to_element(child)),
            }
        }
        Ok(Results {
            cmd_id: self.required(cmd_id, at, "CmdID")?,
            msg_ref,
            cmd_ref: self.required(cmd_ref, at, "CmdRef")?,
            meta: meta.unwrap_or_default(),
            target_ref,
            source_ref,
            other,
            items,
        })
    }

    fn group(&self, at: usize) -> Result<Group, DecodeError> {
        let (mut cmd_id, mut meta) = (None, None);
        let mut group = Group::default();
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::CMD_ID) => self.once(&mut cmd_id, child, Self::token)?,
                Some(tags::NO_RESP) => group.no_resp = true,
                Some(tags::META) => self.once(&mut meta, child, Self::meta)?,
                _ => group.commands.push(self.command(child, tag)?),
            }
        }
        group.cmd_id = self.required(cmd_id, at, "CmdID")?;
        group.meta = meta.unwrap_or_default();
        Ok(group)
    }

    /// Room for the items of a command.
    fn items(&self, at: usize) -> Vec<Item> {
        Vec::with_capacity(self.document.count(at, tags::ITEM))
    }

    fn item(&self, at: usize) -> Result<Item, DecodeError> {
        let (mut target, mut source, mut meta, mut data) = (None, None, None, None);
        let mut more_data = false;
        let mut other = Vec::new();
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::TARGET) => self.once(&mut target, child, Self::location)?,
                Some(tags::SOURCE) => self.once(&mut source, child, Self::location)?,
                Some(tags::META) => self.once(&mut meta, child, Self::meta)?,
                Some(tags::DATA) => self.once(&mut data, child, Self::data)?,
                Some(tags::MORE_DATA) => more_data = true,
                _ => other.push(self.document.to_element(child)),
            }
        }
        Ok(Item {
            target,
            source,
            other,
            meta: meta.unwrap_or_default(),
            data,
            more_data,
        })
    }

    fn data(&self, at: usize) -> Result<Data, DecodeError> {
        if let Some((element, _)) = self.document.elements(at).next() {
            return Ok(Data::Markup(self.document.to_element(element)));
        }
        if self.document.has_opaque(at) {
            return Ok(Data::Opaque(self.document.octets(at)));
        }
        self.text(at).map(Data::Text)
    }

    fn location(&self, at: usize) -> Result<Location, DecodeError> {
        let (mut uri, mut name) = (None, None);
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::LOC_URI) => self.once(&mut uri, child, Self::token)?,
                Some(tags::LOC_NAME) => self.once(&mut name, child, Self::text)?,
                _ => {}
            }
        }
        Ok(Location {
            uri: self.required(uri, at, "LocURI")?,
            name,
        })
    }

    fn cred(&self, at: usize) -> Result<Cred, DecodeError> {
        let (mut meta, mut data) = (None, None);
        for (child, tag) in self.document.elements(at) {
            match tag {
                Some(tags::META) => self.once(&mut meta, child, Self::meta)?,
                Some(tags::DATA) => self.once(&mut data, child, Self::token)?,
                _ => {}
            }
        }
        Ok(Cred {
            meta: meta.unwrap_or_default(),
            data: self.required(data, at, "Data")?,
        })
    }

    fn chal(&self, at: usize) -> Result<Chal, DecodeError> {
        let mut meta = None;
        for (child, tag) in self.document.elements(at) {
            if tag == Some(tags::META) {
                self.once(&mut meta, child, Self::meta)?;
            }
        }
        Ok(Chal {
            meta: meta.unwrap_or_default(),
        })
    }

    fn meta(&self, at: usize) -> Result<Meta, DecodeError> {
        let mut draft = Meta::default();
        for (child, tag) in self.document.elements(at) {
            if tag == Some(metinf::MET_INF) {
                // The wrapper is normally left out.
                for (child, tag) in self.document.elements(child) {
                    self.meta_part(&mut draft, child, tag)?;
                }
            } else {
                self.meta_part(&mut draft, child, tag)?;
            }
        }
        Ok(draft)
    }

    fn meta_part(
        &self,
        draft: &mut Meta,
        child: usize,
        tag: Option<Tag>,
    ) -> Result<(), DecodeError> {
        match tag {
            Some(metinf::FORMAT) => self.once(&mut draft.format, child, Self::token),
            Some(metinf::TYPE) => self.once(&mut draft.media_type, child, Self::token),
            Some(metinf::MARK) => self.once(&mut draft.mark, child, Self::token),
            Some(metinf::SIZE) => self.once(&mut draft.size, child, Self::number::<u64>),
            Some(metinf::NEXT_NONCE) => self.once(&mut draft.next_nonce, child, Self::token),
            Some(metinf::MAX_MSG_SIZE) => {
                self.once(&mut draft.max_msg_size, child, Self::number::<u64>)
            }
            Some(metinf::MAX_OBJ_SIZE) => {
                self.once(&mut draft.max_obj_size, child, Self::number::<u64>)
            }
            _ => {
                draft.other.push(self.document.to_element(child));
                Ok(())
            }
        }
    }

    fn text(&self, at: usize) -> Result<String, DecodeError> {
        Ok(self.document.text(at)?.into_owned())
    }

    /// Text in which white space around it only lays out the document.
    fn token(&self, at: usize) -> Result<String, DecodeError> {
        Ok(self.document.text(at)?.trim_ascii().to_owned())
    }

    fn number<T: std::str::FromStr>(&self, at: usize) -> Result<T, DecodeError> {
        let text = self.document.text(at)?;
        let text = text.trim_ascii();
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits => Ok(number),
            _ => Err(DecodeError::new(
                self.document.offset(at),
                format!("a decimal number in {}", self.document.name(at)),
                excerpt(text),
            )
            .clause(CLAUSE)),
        }
    }

    /// Fills a slot that must be empty.
    fn once<T>(
        &self,
        slot: &mut Option<T>,
        at: usize,
        read: impl FnOnce(&Self, usize) -> Result<T, DecodeError>,
    ) -> Result<(), DecodeError> {
        if slot.is_some() {
            return Err(DecodeError::new(
                self.document.offset(at),
                format!("one {}", self.document.name(at)),
                "a second one",
            )
            .clause(CLAUSE));
        }
        *slot = Some(read(self, at)?);
        Ok(())
    }

    fn required<T>(
        &self,
        slot: Option<T>,
        parent: usize,
        name: &'static str,
    ) -> Result<T, DecodeError> {
        slot.ok_or_else(|| {
            DecodeError::new(
                self.document.offset(parent),
                format!("{name} in {}", self.document.name(parent)),
                "none",
            )
            .clause(CLAUSE)
        })
    }
}

/// A quoted beginning of a text, for errors.
fn excerpt(text: &str) -> String {
    match text.char_indices().nth(24) {
        Some((at, _)) => format!("{:?}…", &text[..at]),
        None => format!("{text:?}"),
    }
}
