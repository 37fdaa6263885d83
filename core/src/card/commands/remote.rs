//! ENVELOPE with a short message: commands from afar (TS 31.111 §7.1.1; TS 102 226 §7).

use super::{Command, with_data};
use crate::card::Uicc;
use crate::card::files::Selection;
use crate::card::memory::{PowerLost, Write};
use crate::card::remote::{self, Joined, Reply, script};
use crate::codec::apdu::{ResponseApdu, StatusWord};
use crate::codec::secured_packet::CommandHeader;
use crate::codec::toolkit::Envelope;

/// The message of an envelope, if it is one with a message.
pub(super) fn short_message(envelope: &[u8]) -> Option<Vec<u8>> {
    match Envelope::decode(envelope).ok()? {
        Envelope::SmsPpDownload { tpdu, .. } => Some(tpdu),
        _ => None,
    }
}

impl Uicc {
    /// A short message: the last part of a packet brings its commands about.
    pub(super) fn download(
        &mut self,
        command: &Command,
        tpdu: &[u8],
    ) -> Result<ResponseApdu, StatusWord> {
        let done = ResponseApdu::status(StatusWord::OK);
        let Joined::Whole(packet) = self.assembly.join(tpdu) else {
            return Ok(done);
        };
        let Ok(header) = CommandHeader::decode(&packet) else {
            return Ok(done);
        };
        match self.packet(&packet, &header) {
            // The card is without power, so it answers nothing.
            Err(PowerLost) | Ok(Reply::Silent) => Ok(done),
            Ok(Reply::Receipt { data, ok: true }) => Ok(self.fetched(command, data)),
            Ok(Reply::Receipt { data, ok: false }) if command.le.is_some() => Ok(ResponseApdu {
                sw: StatusWord::MESSAGE_FAILED,
                ..with_data(data)
            }),
            Ok(Reply::Receipt { data, .. }) => {
                self.keep(command.channel, data);
                Err(StatusWord::MESSAGE_FAILED)
            }
        }
    }

    fn packet(&mut self, packet: &[u8], header: &CommandHeader) -> Result<Reply, PowerLost> {
        let targets = &self.head().targets;
        let target = targets.iter().find(|target| target.tar == header.tar);
        let start = target.and_then(|target| target.aid.clone());
        let done = match remote::open(packet, header, target, self.memory.key_sets()) {
            Err(refused) => Err(refused),
            Ok(opened) => {
                // A packet counts before its commands: what breaks off is not tried again.
                if let Some(set) = opened.counted {
                    let counter = opened.counter;
                    self.memory.commit(vec![Write::Counter { set, counter }])?;
                }
                let mut selection = self.standing_in(start.as_deref());
                let answer = script(&opened.data, |apdu| self.manage(&mut selection, apdu));
                Ok((opened.counter, answer))
            }
        };
        Ok(remote::reply(header, self.memory.key_sets(), done))
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
}
