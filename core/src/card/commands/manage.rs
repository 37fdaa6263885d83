//! The file commands of one who manages the card from afar (ETSI TS 102 226 §6, §7; 3GPP
//! TS 31.116).
//!
//! Files, PINs and answers are those a terminal sees: the same commands run in a session of their
//! own, which begins at the target and ends with the packet. Knows no packets and no scripts.

use super::{Command, GSM, Kept, with_data};
use crate::card::Uicc;
use crate::card::channels::Channels;
use crate::card::files::Selection;
use crate::card::remote::Target;
use crate::card::security::{Pin, Verified};
use crate::codec::apdu::{
    ACTIVATE_FILE, CHANGE_PIN, CREATE_FILE, DEACTIVATE_FILE, DELETE_FILE, DISABLE_PIN, ENABLE_PIN,
    GET_RESPONSE, INCREASE, READ_BINARY, READ_RECORD, RESIZE_FILE, RETRIEVE_DATA, ResponseApdu,
    SEARCH_RECORD, SELECT, SET_DATA, STATUS, StatusWord, UNBLOCK_PIN, UPDATE_BINARY, UPDATE_RECORD,
    VERIFY_PIN,
};

/// P1 of SELECT by name, which remote management has no use for.
const BY_NAME: u8 = 0x04;

/// What Le `00` asks for; remote management takes all there is, more too.
const ALL: u16 = 256;

/// A manager's session. While its commands run it has the place of the terminal's.
#[derive(Debug)]
pub(super) struct Managed {
    channels: Channels,
    verified: Verified,
    kept: Kept,
    /// Commands of an expanded script have their answers at once, with the Le they bring.
    expanded: bool,
    /// The target knows commands of class A0.
    gsm: bool,
}

/// Do the keys of a target stand for this PIN?
fn stands_for(target: &Target, pin: &Pin) -> bool {
    match &target.access {
        Some(references) => references.contains(&pin.reference),
        None => matches!(pin.reference, 0x01 | 0x81) || pin.is_administrative(),
    }
}

impl Uicc {
    /// A session for the commands to a target: it stands in its application, or at the MF, and
    /// the PINs that the keys stand for count as verified.
    pub(super) fn managed(&self, target: &Target, expanded: bool) -> Managed {
        let mut channels = Channels::new();
        if let Some(selection) = channels.get_mut(0) {
            *selection = self.standing_in(target.aid.as_deref());
        }
        let mut verified = Verified::of_administrator();
        for (place, pin) in self.memory.pins().iter().enumerate() {
            if stands_for(target, pin) {
                verified.set(place, true);
            }
        }
        Managed {
            channels,
            verified,
            kept: Kept::default(),
            expanded,
            gsm: target.aid.is_none(),
        }
    }

    /// Where the commands for an application begin.
    fn standing_in(&self, aid: Option<&[u8]>) -> Selection {
        let files = self.memory.files();
        let is = |index: &&usize| files.file(**index).is_some_and(|f| f.aid() == aid);
        let mut selection = Selection::default();
        if aid.is_some()
            && let Some(index) = files.named().iter().find(is)
        {
            selection.set(files, *index);
            selection.application = Some(*index);
        }
        selection
    }

    /// One command of a script.
    pub(super) fn manage(&mut self, session: &mut Managed, bytes: &[u8]) -> ResponseApdu {
        self.change_places(session);
        let response = self
            .managed_command(session, bytes)
            .unwrap_or_else(ResponseApdu::status);
        self.change_places(session);
        response
    }

    fn change_places(&mut self, session: &mut Managed) {
        std::mem::swap(&mut self.channels, &mut session.channels);
        std::mem::swap(&mut self.verified, &mut session.verified);
        std::mem::swap(&mut self.kept, &mut session.kept);
    }

    fn managed_command(
        &mut self,
        session: &Managed,
        bytes: &[u8],
    ) -> Result<ResponseApdu, StatusWord> {
        let [cla, ins, p1, p2, rest @ ..] = bytes else {
            return Err(StatusWord::WRONG_LENGTH);
        };
        let header = [*cla, *ins, *p1, *p2];
        match (*ins, *p1) {
            _ if *cla == GSM && !session.gsm => return Err(StatusWord::WRONG_CLA),
            (SELECT, BY_NAME) => return Err(StatusWord::WRONG_P1_P2),
            (GET_RESPONSE, _) => {
                let command = Command::new(header, rest, 0)?;
                command.without_parameters()?;
                command.without_data()?;
                return self.rest_of_answer(command.le.unwrap_or(ALL));
            }
            (READ_BINARY | READ_RECORD | STATUS, _) if rest == [0] => {
                return self.whole(header);
            }
            (
                SELECT | READ_BINARY | READ_RECORD | STATUS | UPDATE_BINARY | UPDATE_RECORD
                | SEARCH_RECORD | INCREASE | VERIFY_PIN | CHANGE_PIN | DISABLE_PIN | ENABLE_PIN
                | UNBLOCK_PIN | ACTIVATE_FILE | DEACTIVATE_FILE | CREATE_FILE | DELETE_FILE
                | RESIZE_FILE | RETRIEVE_DATA | SET_DATA,
                _,
            ) => {}
            _ => return Err(StatusWord::WRONG_INS),
        }
        let response = self.execute(bytes)?;
        if session.expanded && matches!(response.sw.sw1(), 0x61 | 0x9F) {
            // Without Le nobody asked for the data, and there is no second command for them.
            let le = Command::new(header, rest, 0)?.le;
            return match le {
                None => Ok(ResponseApdu::status(StatusWord::OK)),
                Some(le) => self.rest_of_answer(le),
            };
        }
        Ok(response)
    }

    /// Data that wait, as many as are wanted; there may be fewer.
    fn rest_of_answer(&mut self, wanted: u16) -> Result<ResponseApdu, StatusWord> {
        let Kept {
            mut data,
            channel,
            sw: last,
        } = std::mem::take(&mut self.kept);
        if data.is_empty() {
            return Err(StatusWord::TECHNICAL);
        }
        let wanted = usize::from(wanted);
        if wanted == usize::from(ALL) || wanted >= data.len() {
            return Ok(ResponseApdu { data, sw: last });
        }
        let more = data.split_off(wanted);
        let sw = StatusWord::response_available(more.len());
        self.keep(channel, more);
        self.kept.sw = last;
        Ok(ResponseApdu { data, sw })
    }

    /// Everything a reading command can give from where it begins.
    fn whole(&mut self, header: [u8; 4]) -> Result<ResponseApdu, StatusWord> {
        let [cla, ins, mut p1, mut p2] = header;
        let mut all = Vec::new();
        loop {
            let mut response = self.execute(&[cla, ins, p1, p2, 0]);
            // The status word with the right length, 67XX in class A0.
            if let Err(StatusWord(sw)) = response
                && matches!(sw, 0x6C01..=0x6CFF | 0x6701..=0x67FF)
            {
                response = self.execute(&[cla, ins, p1, p2, sw as u8]);
            }
            let piece = match response {
                Err(StatusWord::WRONG_OFFSET) if !all.is_empty() => return Ok(with_data(all)),
                other => other?,
            };
            let length = piece.data.len();
            all.extend(piece.data);
            // By short identifier it is the current file after the first piece.
            let offset = match p1 & 0x80 {
                0 => u16::from_be_bytes([p1, p2]),
                _ => u16::from(p2),
            };
            let next = offset.checked_add(ALL).filter(|next| *next < 0x8000);
            match next {
                Some(next) if ins == READ_BINARY && length == usize::from(ALL) => {
                    [p1, p2] = next.to_be_bytes();
                }
                _ => {
                    return Ok(ResponseApdu {
                        data: all,
                        sw: piece.sw,
                    });
                }
            }
        }
    }
}
