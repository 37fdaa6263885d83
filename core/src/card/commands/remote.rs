//! ENVELOPE with a short message: commands from afar (TS 31.111 §7.1.1; TS 102 226 §7).

use super::{Command, with_data};
use crate::card::Uicc;
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
        let Joined::Whole { packet, originator } = self.assembly.join(tpdu) else {
            return Ok(done);
        };
        let Ok(header) = CommandHeader::decode(&packet) else {
            return Ok(done);
        };
        let (report, ok, message) = match self.packet(&packet, &header) {
            // The card is without power, so it answers nothing.
            Err(PowerLost) | Ok(Reply::Silent) => return Ok(done),
            Ok(Reply::Receipt {
                report,
                ok,
                message,
            }) => (report, ok, message),
        };
        let messages = message.and_then(|receipt| remote::submit(&originator, &receipt));
        self.app.send_messages(messages.unwrap_or_default());
        if ok {
            Ok(self.fetched(command, report))
        } else if command.le.is_some() {
            Ok(ResponseApdu {
                sw: StatusWord::MESSAGE_FAILED,
                ..with_data(report)
            })
        } else {
            self.keep(command.channel, report);
            Err(StatusWord::MESSAGE_FAILED)
        }
    }

    fn packet(&mut self, packet: &[u8], header: &CommandHeader) -> Result<Reply, PowerLost> {
        let targets = &self.head().targets;
        let target = targets.iter().find(|target| target.tar == header.tar);
        let opened = remote::open(packet, header, target, self.memory.key_sets());
        let session = match (&opened, target) {
            (Ok(opened), Some(target)) => {
                Some(self.managed(target, remote::is_expanded(&opened.data)))
            }
            _ => None,
        };
        let done = match opened {
            Err(refused) => Err(refused),
            Ok(opened) => {
                // A packet counts before its commands: what breaks off is not tried again.
                if let Some(set) = opened.counted {
                    let counter = opened.counter;
                    self.memory.commit(vec![Write::Counter { set, counter }])?;
                }
                let mut session = session;
                let answer = script(&opened.data, |apdu| match &mut session {
                    Some(session) => self.manage(session, apdu),
                    None => ResponseApdu::status(StatusWord::CONDITIONS_OF_USE),
                });
                Ok((opened.counter, answer))
            }
        };
        let sends = self.app.sends_messages();
        Ok(remote::reply(header, self.memory.key_sets(), done, sends))
    }
}
